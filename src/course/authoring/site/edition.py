"""The lesson as the site shows it, and what the course's wheel brings to the page for it."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from course.catalog import Chapter, catalog, content
from course.errors import CourseError
from course.project.cells import without_outputs
from course.project.myst import Cell, Notebook
from course.project.notebooks import from_text
from course.static_page import ELSEWHERE, published

KERNEL = {"display_name": "Python (in this page)", "language": "python", "name": "python"}
"""JupyterLite's name for Pyodide."""
OF_THE_LESSON = ("lesson.md", "quiz.toml", "instrument.py")
_CALLS = re.compile(rf"\bcourse\.({'|'.join(sorted(ELSEWHERE))})\(")
_NOTEBOOK = re.compile(r"\]\((?!\w+:)([\w./-]+\.ipynb)\)")

WELCOME = """\
> **You are trying lesson {number:02} in your browser.** Python runs in this page: nothing is installed, and nothing you do leaves
> it. It is ready when the circle at the top right is empty, about 15 seconds after the page is open. The browser keeps
> your notebook; `my-api` begins anew when you reload the page."""
PICTURE = """\
> **A picture, not a cell.** `{call}` needs a computer. At your desk it shows:"""
HOME = """\
## Take it home

The course has {chapters} chapters so far, with {exercises} exercises that are graded on the spot. They need a computer.

**Yours**, with Python on it: type three lines in a terminal, and JupyterLab opens on the course map. What you build stays there.

    git clone {repository}
    cd {folder}
    python3 run.py start

**Somebody else's, for an hour**: [open the course on Binder]({binder}). There is nothing to install; its first
start takes some minutes, and its machine is deleted when you leave.

**Just to read**: every lesson, with what it shows, is [in the repository]({repository})."""


def lesson() -> Chapter:
    """Return the lesson of the site: the first of the course. CourseError when it is not built."""
    first = catalog().chapters[0]
    if not content().lesson_notebook(first).is_file():
        raise CourseError(f"Lesson {first.number:02} is not built: run `course build {first.number}` first.")
    return first


def notebook(chapter: Chapter) -> Notebook:
    """Return the lesson for the page, outputs left to the reader: what it cannot run is a picture of what was built."""
    built = from_text(content().lesson_notebook(chapter).read_text(encoding="utf-8"))
    cells = [_for_the_page(cell) for cell in built["cells"]]
    cells.insert(1, _prose("site-welcome", WELCOME.format(number=chapter.number)))
    cells.append(_prose("site-home", _home()))
    return without_outputs(built | {"cells": cells, "metadata": {"kernelspec": KERNEL}})


def files() -> Iterator[tuple[str, bytes]]:
    """Yield what the package reads of the clone in the page, path and bytes.

    The lesson's sources; of every chapter what the map says; and for a lesson that is only to be read elsewhere an
    empty file, so that the map knows that it is written.
    """
    where, first = content(), lesson()
    yield "course.toml", (where.root / "course.toml").read_bytes()
    for chapter in catalog().chapters:
        wanted = ["chapter.toml", *(OF_THE_LESSON if chapter == first else ())]
        for path in (where.folder(chapter) / name for name in wanted):
            if path.is_file():
                yield where.name(path), path.read_bytes()
        if chapter == first:
            yield from _below(where.given(chapter), where.root)
        elif where.is_written(chapter):
            yield where.name(where.lesson_notebook(chapter)), b""


def _below(folder: Path, root: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(root).as_posix(), path.read_bytes()


def _for_the_page(cell: Cell) -> Cell:
    """A cell with links that lead somewhere; one that needs a computer as the picture of its output."""
    repository = catalog().repository
    if cell["cell_type"] == "markdown":
        source = _NOTEBOOK.sub(lambda link: f"]({published(repository, _path(link[1]))})", cell["source"])
        return cell | {"source": source}
    if not _CALLS.search(cell["source"]):
        return cell
    shown = [output["data"] for output in cell["outputs"] if "data" in output]
    pictures = [re.sub(r"<style>.*?</style>", "", data["text/html"], flags=re.DOTALL) for data in shown]
    return _prose(cell["id"], "\n\n".join([PICTURE.format(call=cell["source"].strip()), *pictures]))


def _path(link: str) -> str:
    """The path of a link's notebook in the clone; links are relative to the folder of the built lessons."""
    return link.removeprefix("../") if link.startswith("../") else f"notebooks/{link}"


def _prose(identity: str, source: str) -> Cell:
    return {"cell_type": "markdown", "id": identity, "metadata": {}, "source": source}


def _home() -> str:
    course, where = catalog(), content()
    written = [chapter for chapter in course.chapters if where.is_written(chapter)]
    return HOME.format(
        chapters=len(written),
        exercises=sum(where.exercise_notebook(chapter).is_file() for chapter in written),
        repository=published(course.repository),
        folder=course.repository.rpartition("/")[2],
        binder=binder(course.repository, course.chapters[0].slug),
    )


def binder(repository: str, slug: str) -> str:
    """Return the address that opens the course's first lesson on Binder, as the README's badge has it."""
    return f"https://mybinder.org/v2/gh/{repository}/HEAD?urlpath={quote(f'lab/tree/notebooks/{slug}.ipynb')}"
