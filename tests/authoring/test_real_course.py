"""The real course: every source is read alike by everyone, everything derived is in step, every exercise is proved.

The outputs of its lessons are nbval's job: `course.authoring.validation` turns it on for `notebooks/`.
"""

import pkgutil
from pathlib import Path

import pytest

import course
from course import instruments
from course.authoring.build import sources, written_chapters
from course.authoring.verify import verify
from course.catalog import Chapter, content
from course.grading.declared import read_checks
from course.project.myst import canonical, read_source, source_lines
from course.project.sources import code_cells

SOURCES = sources(written_chapters(None), content())


@pytest.fixture(params=SOURCES, ids=lambda path: path.relative_to(content().root).as_posix())
def source(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_the_kernels_reader_agrees_with_jupytext(source: Path) -> None:
    cells = read_source(source)["cells"]
    lines = source_lines(source)
    theirs = [
        (cell["source"], cell["metadata"], line)
        for cell, line in zip(cells, lines, strict=True)
        if cell["cell_type"] == "code"
    ]
    assert [(cell.source, cell.metadata, cell.line) for cell in code_cells(source)] == theirs


def test_source_to_notebook_to_source_is_the_identity(source: Path) -> None:
    assert canonical(source) == source.read_text(encoding="utf-8")


@pytest.mark.parametrize("chapter", written_chapters(None), ids=lambda chapter: chapter.slug)
def test_a_chapter_is_verified(chapter: Chapter, request: pytest.FixtureRequest) -> None:
    """All of what changed since it was proved; else a sample, other cards every day (`--prove-all`: everything)."""
    option = request.config.option
    report = verify([chapter.number], day=None if option.prove_all else option.day)
    assert report.passed, f"\n{report}"


def test_at_most_two_points_of_an_exercise_hang_on_probes() -> None:
    """What no answer over HTTP says; docs/grading.md names the points of each exercise."""
    said = []
    for chapter in written_chapters(None):
        if not content().exercise_source(chapter).is_file():
            continue
        files = [content().folder(chapter) / name for name in ("checks.py", "held_out.py")]
        checks = [check for file in files for check in read_checks(file.read_text())[0]]
        probed = sum(check.points for check in checks if "probe" in check.fixtures)
        assert probed <= 2, chapter.slug
        said.append(f"{probed:g} in {'' if said else 'exercise '}{chapter.number}")
    grading = (content().root / "docs/grading.md").read_text()
    assert ", ".join(said) in " ".join(grading.split())


def test_what_belongs_to_no_chapter_is_verified() -> None:
    from course.authoring.in_step import check_whole
    from course.authoring.report import Report

    report = Report()
    check_whole(content(), report)
    assert report.findings == [], f"\n{report}"


def test_no_name_that_a_chapter_adds_is_a_module_of_the_engine() -> None:
    """`import course.x`, anywhere, would put the module in the name's place."""
    modules = {module.name for module in pkgutil.iter_modules(course.__path__)}
    assert modules & (instruments.names().keys() | course.ENGINE.keys()) == set()
