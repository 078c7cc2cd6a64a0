"""Every rule of the handbook's section, where the lesson teaches it and what checks it; every erratum of
the section, and the cell that proves the correction.

The handbook and the list of errata are not in this repository. `says` names what its section says, in its order and in
a few of its words, and `errata` the errata of the section, so what is dropped leaves a word behind that nothing is about.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from course.authoring.report import Report
from course.catalog import Chapter, Content
from course.grading.declared import read_checks
from course.project.checkpoints import files_after
from course.project.fences import fences, outside
from course.project.type_cache import STANDARD

_TOOLS = frozenset({"ruff format", "mypy --strict", "import contracts"})
_LINT = re.compile(r"ruff (?P<family>[A-Z]+)\d*")


@dataclass
class Section:
    """What stands under one heading of a lesson."""

    prose: str = ""
    code: str = ""


def check_rules(chapter: Chapter, where: Content, report: Report) -> None:
    """Note what a `chapter.toml` leaves out of the handbook's section, and the places it names that are not there."""
    name = where.name(where.chapter_file(chapter))
    if not chapter.rules or not chapter.says:
        if chapter.handbook:
            report.add(
                name, "it has no `says` and [[rules]]: where is each rule of the handbook's section taught?"
            )
        return
    report.saw("rules", len(chapter.rules))
    report.saw("corrections", len(chapter.corrections))
    lesson = sections(where.lesson_source(chapter))
    for sentence in (
        *lint_rules(chapter, set(lesson), places(chapter, where)),
        *lint_corrections(chapter, lesson),
    ):
        report.add(name, sentence)


def lint_rules(chapter: Chapter, headings: set[str], places: set[str]) -> list[str]:
    """Return what is wrong, as sentences: words without a rule, and rules whose places are not there."""
    wrong = []
    covered = [word for rule in chapter.rules for word in rule.says]
    wrong += [f'no rule is about "{word}".' for word in chapter.says if word not in covered]
    for rule in chapter.rules:
        wrong += [
            f'"{rule.rule}" is about "{word}", which is not in `says`.'
            for word in rule.says
            if word not in chapter.says
        ]
        if rule.taught not in headings:
            wrong.append(f'"{rule.rule}" is taught in "{rule.taught}": the lesson has no such heading.')
        if bool(rule.checked) == bool(rule.unchecked):
            wrong.append(f'"{rule.rule}" needs either `checked` or `unchecked`, a reason.')
        wrong += [
            f'"{rule.rule}" is checked by "{check}": there is no such check, test file or tool.'
            for check in rule.checked
            if check not in places and not _is_selected(check)
        ]
    return wrong


def lint_corrections(chapter: Chapter, lesson: dict[str, Section]) -> list[str]:
    """Return what is wrong, as sentences: errata without a correction, and corrections that the lesson does not have."""
    corrected = [correction.erratum for correction in chapter.corrections]
    wrong = [f"no correction is about {erratum}." for erratum in chapter.errata if erratum not in corrected]
    for correction in chapter.corrections:
        name = correction.erratum
        if name not in chapter.errata or corrected.count(name) > 1:
            wrong.append(f"{name} must be in `errata`, and have one correction.")
        if bool(correction.proof) == bool(correction.minor):
            wrong.append(f"{name} needs either `proof`, text of a code cell, or `minor`, text of the prose.")
        section = lesson.get(correction.taught)
        if section is None:
            wrong.append(f'{name} is taught in "{correction.taught}": the lesson has no such heading.')
        elif correction.proof not in section.code:
            wrong.append(f'{name}: no code cell under "{correction.taught}" has "{correction.proof}".')
        elif correction.minor not in section.prose:
            wrong.append(f'{name}: the prose under "{correction.taught}" does not have "{correction.minor}".')
    return wrong


def sections(lesson: Path) -> dict[str, Section]:
    """Return what stands under each heading of a lesson source: its `##` lines outside code."""
    found: dict[str, Section] = {}
    section = Section()
    lines = lesson.read_text(encoding="utf-8").splitlines()
    code = {fence.closing: fence.text for fence in fences(lines)}
    prose = dict(outside(lines))
    for number in range(1, len(lines) + 1):
        line = prose.get(number)
        if line is None:
            section.code += code.get(number, "")
        elif line.startswith("## "):
            section = found.setdefault(line.removeprefix("## ").strip(), Section())
        else:
            section.prose += f"{line}\n"
    return found


def places(chapter: Chapter, where: Content) -> set[str]:
    """Return what can check a rule of a chapter: its checks by name, the checkpoint's tools, the project's tests."""
    folder = where.folder(chapter)
    checks = {
        check.name
        for file in (folder / "checks.py", folder / "held_out.py")
        if file.is_file()
        for check in read_checks(file.read_text(encoding="utf-8"))[0]
    }
    tests = {
        f"pytest {path}" for path in files_after(chapter.number) if re.search(r"(^|/)test_\w+\.py$", path)
    }
    return checks | tests | _TOOLS


def _is_selected(check: str) -> bool:
    """Whether this is a rule such as `ruff UP006` of a family that every checkpoint runs."""
    found = _LINT.fullmatch(check)
    standard = tomllib.loads((STANDARD / "ruff.toml").read_text(encoding="utf-8"))
    return found is not None and found["family"] in standard["lint"]["select"]
