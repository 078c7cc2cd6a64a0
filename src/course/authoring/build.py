"""`course build`: everything that is derived from the sources, and nothing else."""

import copy
import os
import sys
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course.authoring.execute import execute
from course.authoring.readme import with_chapters, with_quality
from course.catalog import Chapter, Content, catalog, content
from course.errors import CourseError
from course.grading.release import exercise_files
from course.pictures.view import with_current_sheet
from course.project.files import write_atomically
from course.project.myst import Cell, Notebook, canonical, source_lines, to_lesson, turns
from course.project.notebooks import from_text, machine_traces, normalize, to_text
from course.project.sources import where_is


def build(chapters: Collection[int] | None = None, *, run: bool = True) -> tuple[Path, ...]:
    """Derive everything from the sources of these chapters (None: all that are written); return the changed files.

    Sources are brought to their canonical text, lessons executed and normalized, exercises released by nbgrader.
    With `run=False` lessons are not executed: a cell that did not change keeps the outputs it has. Building twice
    changes nothing. Raises CourseError when a source is not right or a lesson's cell fails; what was built until
    then stays.
    """
    where = content()
    selected = written_chapters(chapters)
    changed: list[Path] = []
    for source in sources(selected, where):
        changed += _write({source: canonical(source)})
    for chapter in selected:
        changed += _write(exercise_files(chapter, where))
    pool = ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1))
    try:
        for files in pool.map(lambda chapter: lesson_files(chapter, where, run=run), selected):
            changed += _write(files)
    finally:
        pool.shutdown(cancel_futures=True)  # the lessons after one that failed are not worth the wait
    changed += _write(readme_files(where))
    return tuple(sorted(changed))


def written_chapters(chapters: Collection[int] | None) -> tuple[Chapter, ...]:
    """Return the chapters with these numbers, or all that are written; CourseError for one that is not."""
    where = content()
    if chapters is None:
        return tuple(chapter for chapter in catalog().chapters if where.is_written(chapter))
    selected = tuple(catalog().chapter(number) for number in sorted(set(chapters)))
    for chapter in selected:
        if not where.is_written(chapter):
            raise CourseError(
                f"Chapter {chapter.number} is not written yet: chapters/{chapter.slug}/lesson.md is missing."
            )
    return selected


def sources(chapters: Collection[Chapter], where: Content) -> tuple[Path, ...]:
    """Return the MyST sources of these chapters: lessons, and the exercises that are there."""
    found = [where.lesson_source(chapter) for chapter in chapters]
    found += [where.exercise_source(chapter) for chapter in chapters]
    return tuple(source for source in found if source.is_file())


def lesson_files(chapter: Chapter, where: Content, *, run: bool) -> dict[Path, str]:
    """Return a chapter's lesson notebook, path to text; CourseError when a cell fails or shows this machine."""
    source, target = where.lesson_source(chapter), where.lesson_notebook(chapter)
    derived_from = where.name(source)
    notebook = to_lesson(source, derived_from=derived_from)
    target.parent.mkdir(parents=True, exist_ok=True)  # the cells run where learners run them
    notebook = _executed(notebook, source, target.parent) if run else _with_old_outputs(notebook, target)
    notebook = refreshed(normalize(notebook, derived_from=derived_from))
    _refuse_machine_traces(notebook, source, where)
    return {target: to_text(notebook)}


def refreshed(notebook: Notebook) -> Notebook:
    """Return the notebook with today's style sheet of the pictures: it changes without any cell being run."""
    refreshed = copy.deepcopy(notebook)
    for cell in refreshed["cells"]:
        for output in cell.get("outputs", []):
            shown = output.get("data", {})
            if "text/html" in shown:
                shown["text/html"] = with_current_sheet(shown["text/html"])
    return refreshed


def _executed(notebook: Notebook, source: Path, folder: Path) -> Notebook:
    """The lesson with the outputs of a run in which each gap was filled; the gaps themselves show nothing."""
    filled = turns(source)
    run = copy.deepcopy(notebook)
    for cell in run["cells"]:
        cell["source"] = filled.get(cell["id"], cell["source"])
    run = execute(run, source, folder)
    for cell, shown in zip(run["cells"], notebook["cells"], strict=True):
        if cell["id"] in filled:
            cell["source"], cell["outputs"] = shown["source"], []
    return run


def readme_files(where: Content) -> dict[Path, str]:
    """Return the README with its two tables; nothing when there is none."""
    readme = where.root / "README.md"
    if not readme.is_file():
        return {}
    text = with_chapters(readme.read_text(encoding="utf-8"), catalog(), where)
    return {readme: with_quality(text, catalog(), where)}


def _write(files: dict[Path, str]) -> list[Path]:
    changed = []
    for path, text in files.items():
        if not path.is_file() or path.read_bytes() != text.encode():
            write_atomically(path, text)
            changed.append(path)
    return changed


def _with_old_outputs(notebook: Notebook, built: Path) -> Notebook:
    """The notebook with the outputs that an earlier build stored for cells that are still the same."""
    if not built.is_file():
        return notebook
    try:
        old: dict[str, Cell] = {
            cell["id"]: cell for cell in from_text(built.read_text(encoding="utf-8"))["cells"]
        }
    except ValueError:
        return notebook
    for cell in notebook["cells"]:
        before = old.get(cell["id"])
        if cell["cell_type"] == "code" and before and before["source"] == cell["source"]:
            cell["outputs"], cell["execution_count"] = before["outputs"], before["execution_count"]
    return notebook


def _refuse_machine_traces(notebook: Notebook, source: Path, where: Content) -> None:
    folders = {where.root, Path.home(), Path(sys.prefix), Path(sys.base_prefix)}
    traces = machine_traces(notebook, folders)
    if traces:
        index, shown = traces[0]
        line = source_lines(source)[index]
        raise CourseError(
            f"{where_is(source)}, line {line}: the cell's output shows {shown!r}, which differs on every machine or run; "
            "print something that stays."
        )
