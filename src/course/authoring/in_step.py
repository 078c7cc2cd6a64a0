"""Is everything derived in step with its source? Outputs of lessons are compared by nbval, which runs them."""

from pathlib import Path

from course.authoring.build import readme_files, refreshed, sources
from course.authoring.report import Report
from course.catalog import Chapter, Content, catalog
from course.grading.release import exercise_files
from course.project.cells import without_outputs
from course.project.myst import Notebook, canonical, to_lesson
from course.project.notebooks import from_text, normalize

REBUILD = "run `course build`"
_LEFT_BY_EDITORS = {".ipynb_checkpoints", "__pycache__"}
_NOT_RUN = "skip-execution"


def check_in_step(chapter: Chapter, where: Content, report: Report) -> None:
    """Compare a chapter's sources, notebooks and released files with what a build would write."""
    for source in sources([chapter], where):
        report.saw("sources")
        if source.read_bytes() != canonical(source).encode():
            report.add(where.name(source), f"the text is not in its canonical form; {REBUILD}.")
    _check_lesson(chapter, where, report)
    _check_files(exercise_files(chapter, where), where, report)


def check_whole(where: Content, report: Report) -> None:
    """Check what belongs to no chapter: the README, and that no derived file is there without its source."""
    _check_files(readme_files(where), where, report)
    chapters = {chapter.slug: chapter for chapter in catalog().chapters}
    for folder in sorted(where.chapters.glob("*")):
        if folder.name not in chapters and folder.name not in _LEFT_BY_EDITORS:
            report.add(where.name(folder), "course.toml does not name it; add it there.")
    for notebook in sorted((where.root / "notebooks").rglob("*")):
        if _LEFT_BY_EDITORS & set(notebook.parts) or notebook.is_dir():
            continue
        if notebook.suffix != ".ipynb":
            report.add(where.name(notebook), "it is no built lesson; remove it.")
        elif notebook.stem not in chapters or not where.is_written(chapters[notebook.stem]):
            report.add(where.name(notebook), "it has no source; remove it.")
    for proof in sorted((where.root / "proofs").glob("*")):
        chapter = chapters.get(proof.stem)
        if chapter is None or proof != where.proof(chapter) or not where.exercise_source(chapter).is_file():
            report.add(where.name(proof), "it is the proof of no exercise; remove it.")
    for built in ("exercises", "solutions"):
        for folder in sorted((where.root / built).glob("*")):
            _check_built_exercise(folder, chapters.get(folder.name), where, report)


def _check_built_exercise(folder: Path, chapter: Chapter | None, where: Content, report: Report) -> None:
    if chapter is None or not where.exercise_source(chapter).is_file():
        report.add(where.name(folder), "it has no source; remove it.")
        return
    expected = exercise_files(chapter, where).keys()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file not in expected and not _LEFT_BY_EDITORS & set(file.parts):
            report.add(where.name(file), "it does not belong to a built exercise; remove it.")


def _check_lesson(chapter: Chapter, where: Content, report: Report) -> None:
    source, target = where.lesson_source(chapter), where.lesson_notebook(chapter)
    report.saw("lessons")
    name = where.name(target)
    if not target.is_file():
        report.add(name, f"it is not built; {REBUILD}.")
        return
    try:
        built = from_text(target.read_text(encoding="utf-8"))
    except ValueError:
        report.add(name, f"it is not a notebook; {REBUILD}.")
        return
    derived_from = where.name(source)
    expected = without_outputs(
        normalize(to_lesson(source, derived_from=derived_from), derived_from=derived_from)
    )
    without = without_outputs(built)
    if without != expected:
        report.add(name, f"{_difference(without, expected)}; {REBUILD}.")
    elif normalize(built, derived_from=derived_from) != built:
        report.add(name, f"its outputs are not normalized; {REBUILD}.")
    elif refreshed(built) != built:
        report.add(name, "it carries an older style sheet; run `course build --no-execute`.")
    elif any(_is_unrun(cell) for cell in built["cells"]):
        report.add(name, f"not all of it was executed; {REBUILD} without --no-execute.")
    for cell in built["cells"]:
        if any(output.get("name") == "stderr" for output in cell.get("outputs", [])):
            report.add(
                name, f"the cell {_first_line(cell)!r} writes to stderr: learners read that as an error."
            )


def _check_files(files: dict[Path, str], where: Content, report: Report) -> None:
    for path, text in files.items():
        report.saw("derived files")
        if not path.is_file():
            report.add(where.name(path), f"it is not built; {REBUILD}.")
        elif path.read_bytes() != text.encode():
            report.add(where.name(path), f"it is out of step with its source; {REBUILD}.")


def _difference(built: Notebook, expected: Notebook) -> str:
    for index, (is_there, should) in enumerate(zip(built["cells"], expected["cells"], strict=False), start=1):
        if is_there != should:
            return f"cell {index} ({_first_line(should)!r}) differs from the source"
    if len(built["cells"]) != len(expected["cells"]):
        return f"it has {len(built['cells'])} cells, the source {len(expected['cells'])}"
    return "its metadata differs from what a build writes"


def _is_unrun(cell: Notebook) -> bool:
    runs = (
        cell["cell_type"] == "code"
        and cell["source"].strip()
        and _NOT_RUN not in cell["metadata"].get("tags", [])
    )
    return bool(runs and cell["execution_count"] is None)


def _first_line(cell: Notebook) -> str:
    return str(cell["source"]).partition("\n")[0]
