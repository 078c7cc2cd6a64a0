"""Checks of a learner's own import contracts, for check authors: which imports would they let pass?"""

import re
import tomllib
from collections.abc import Sequence
from itertools import pairwise

from course.checks.planting import planted
from course.checks.structure import ARROW, modules_of, package_of, path_of
from course.grading.checking import ProjectFiles
from course.grading.failures import fail, wrong


def contracts_of(project: ProjectFiles) -> str:
    """The learner's pyproject.toml; fails when it is no TOML."""
    text = project.read("pyproject.toml")
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fail(f"pyproject.toml does not parse: {error}. Fix it in the cell of this task.")
    return text


def packages_of(project: ProjectFiles) -> set[str]:
    """The packages of the app that there are, and those that the contracts speak of."""
    named = set(re.findall(r"app\.\w+", contracts_of(project)))
    return {package_of(module) for module in modules_of(project) if module.count(".") > 1} | named


def no_holes(project: ProjectFiles, plants: Sequence[tuple[str, str]]) -> None:
    """Fail at the first of these imports (importer, imported module) to which none of the learner's contracts objects.

    Importers that do not exist yet are made. All are tried at once; what no contract names is tried again alone.
    """
    text = contracts_of(project)
    seen = _direct(_objections(project, text, plants)[1])
    passes = project.contracts(text).passed
    for importer, module in plants:
        if f"{importer} -> {module}" in seen:
            continue
        objects, said = _objections(project, text, [(importer, module)])
        if not (objects if passes else _names(importer, module) & set(ARROW.findall(said))):
            sent = f"With `import {module}` added to {path_of(importer)},"
            look_at = "pyproject.toml: which contract should see this import"
            wrong(sent, "none of your contracts objects", "one of them to", look_at)


def _names(importer: str, module: str) -> set[str]:
    """How contracts name this arrow: by its modules, or as part of a circle of packages."""
    start, end = package_of(importer)[3:], package_of(module)[3:]
    circle = {f"{start} -> {end}", f"{end} -> {start}"} if start != end else set[str]()
    return {f"{importer} -> {module}"} | circle


def _objections(project: ProjectFiles, text: str, plants: Sequence[tuple[str, str]]) -> tuple[bool, str]:
    """Whether the contracts object to these imports, and what they say."""
    files: dict[str, str] = {}
    for importer, module in plants:
        path = path_of(importer)
        files[path] = files.get(path, "") + f"\nimport {module}\n"
        if module.count(".") > 1 and module.startswith("app."):
            files.setdefault(path_of(module), "\n")
    packages = {f"{path.rpartition('/')[0]}/__init__.py": "" for path in files}
    with planted(project, packages | files):
        said = project.contracts(text)
    return not said.passed, said.output


def _direct(output: str) -> set[str]:
    """The imports that a contract objects to by themselves, and not as a part of a longer chain."""
    lines = [*output.splitlines(), ""]
    return {
        arrow[0]
        for line, after in pairwise(lines)
        if (arrow := ARROW.search(line)) and line.startswith("-") and not (after[:1] == " " and after.strip())
    }
