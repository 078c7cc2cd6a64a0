"""`await course.begin(1)`: the first cell of every lesson and exercise."""

from contextlib import suppress
from pathlib import Path

import httpx2
from IPython.core.getipython import get_ipython

from course.catalog import Chapter, catalog, content, readable
from course.errors import CourseError
from course.notebook import board
from course.notebook.display import message, register_formatters, show
from course.notebook.kernel import load_ipython_extension
from course.notebook.session import Session, current, record, refuse_missing, standing, start, workspace
from course.notebook.terminal import work_in
from course.pictures.view import View, with_sheet
from course.postgresql import keep_given
from course.progress import Kind
from course.project.bring import Brought, bring
from course.project.client import open_client
from course.project.databases import BroughtDatabase, bring_database
from course.project.files import read_tree
from course.project.ground import Ground
from course.project.imports import forget_app
from course.project.type_cache import read_libraries_meanwhile
from course.static_page import IN_BROWSER, needs_a_computer

NAMED_FILES = 3  # so many paths are named before "and 4 more"


async def begin(
    chapter: int, *, exercise: bool = False, mine: bool = False, fresh: bool = False
) -> httpx2.AsyncClient:
    """Bring `my-api` to the start of a chapter and return a client of the app in it.

    With `exercise=True`, to the start of the chapter's exercise. Coming from elsewhere, all files of the course get
    the text that the chapter starts with; yours that differ are put aside and named (`mine=True` builds on them
    instead). Where `my-api` is there already, you go on with what you have; `fresh=True` starts again. The project
    becomes the working directory. Raises CourseError when there is no such chapter, or a file cannot be written.
    """
    asked = _written_chapter(chapter, exercise=exercise)
    place = workspace()
    refuse_missing(place)
    brought = bring(place, Ground(chapter, exercise), mine=mine, fresh=fresh)
    if (before := current()) is not None:
        with suppress(Exception):  # an app whose shutdown fails is being left anyway
            await before.client.aclose()
    forget_app(place.project)
    keep_given()
    database = await bring_database(place)
    session = Session(place, asked, exercise, open_client(place.project, before_each=_look_at_the_ground))
    start(session)
    work_in(place.project, place.state / "cache")
    if not IN_BROWSER:
        read_libraries_meanwhile()
    _register()
    if exercise:
        from course.grading.runner import warm_up

        with suppress(CourseError):  # the first check will say why it cannot run
            warm_up()
    problem = record(Kind.BEGIN, chapter=chapter, item="exercise" if exercise else "lesson")
    show(with_sheet(_begun_view(session, brought, database, problem)))
    return session.client


def _written_chapter(number: int, *, exercise: bool) -> Chapter:
    chapter = catalog().chapter(number)
    where = content()
    if IN_BROWSER and (exercise or not where.is_written(chapter)):
        raise needs_a_computer(f"{'Exercise' if exercise else 'Chapter'} {number}")
    exercises = (where.exercise_notebook(chapter), where.exercise_source(chapter))
    if any(map(readable, exercises)) if exercise else where.is_published(chapter):
        return chapter
    if exercise and not chapter.has_exercise:
        raise CourseError(
            f"Chapter {number} has no exercise: `await course.begin({number})` begins its lesson."
        )
    what = "exercise" if exercise else "lesson"
    raise CourseError(
        f"The {what} of chapter {number}, {chapter.title}, is not written yet: course.map() shows what is."
    )


def _register() -> None:
    shell = get_ipython()
    if shell is None:
        return
    load_ipython_extension(shell)
    register_formatters(shell)


def _look_at_the_ground() -> None:
    standing()


def _begun_view(session: Session, brought: Brought, database: BroughtDatabase, problem: str) -> View:
    contents = _contents(session.workspace.project)
    lines = [
        f"{'Exercise' if session.exercise else 'Chapter'} {session.chapter.number} · {session.chapter.title}",
        f"`my-api` has {contents}." if contents else "`my-api` is empty.",
    ]
    goes_on = brought.resumed and brought.kept
    if (contents or brought.backup is not None) and not (goes_on and not brought.added):
        lines.append(_what_was_done(brought))
    if goes_on:
        again = session.ground.call("fresh=True")
        lines.append(
            f"You go on where you were: {_some(brought.kept)} as you left it. `{again}` starts again."
        )
    elif brought.kept:
        lines.append(f"Built on yours: {_some(brought.kept)}.")
    if brought.restored:
        lines.append(f"Back again, as you wrote it: {_some(brought.restored)}.")
    if brought.put_aside and brought.backup is not None:
        count = len(brought.put_aside)
        yours, it = (
            ("Your version of 1 file is", "it")
            if count == 1
            else (f"Your versions of {count} files are", "them")
        )
        place = brought.backup.relative_to(session.workspace.root).as_posix()
        lines.append(
            f"⚠ This notebook begins with the course's files. {yours} safe in `{place}`: {_some(brought.put_aside)}. "
            f"`{session.ground.call('mine=True')}` builds on {it} instead."
        )
    lines += _data_lines(session, brought, database)
    return message(*lines, *filter(None, [problem, board.told()]), kind="begin")


def _data_lines(session: Session, brought: Brought, database: BroughtDatabase) -> list[str]:
    """What became of the learner's data, and whether there is a database now."""
    lines = []
    for paths, backup in ((brought.data, brought.backup), (database.put_aside, database.backup)):
        if paths and backup is not None:
            place = backup.relative_to(session.workspace.root).as_posix()
            lines.append(f"Your data is in `{place}`: {_some(paths)}.")
    if database.brought:
        lines.append(f"{_some(database.brought)} is there, made by the migrations (`alembic upgrade heads`).")
    if database.problem:
        lines.append(f"⚠ There is no database: {database.problem}")
    return lines


def _contents(project: Path) -> str:
    """What is in the project, in the words of a directory listing: `app/` (9 files), `pyproject.toml`."""
    counts: dict[str, int] = {}
    for path in sorted(read_tree(project)):
        first, slash, _ = path.partition("/")
        counts[first + slash] = counts.get(first + slash, 0) + 1
    return ", ".join(
        f"`{name}` ({count} file{'s' if count > 1 else ''})" if name.endswith("/") else f"`{name}`"
        for name, count in counts.items()
    )


def _what_was_done(brought: Brought) -> str:
    done = [
        f"{verb} {_some(paths)}{why}"
        for verb, paths, why in (
            ("added", brought.added, ""),
            ("updated", brought.updated, ""),
            ("removed", brought.removed, " (of other chapters)"),
        )
        if paths
    ]
    if not done:
        return (
            "Nothing had to change." if not (brought.put_aside or brought.restored) else "All else was there."
        )
    sentence = "; ".join(done)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _some(paths: tuple[str, ...]) -> str:
    """Name a few files and count the rest; `__init__.py` files are the last that deserve to be named."""
    ordered = sorted(paths, key=lambda path: (path.endswith("__init__.py"), path))
    named = [f"`{path}`" for path in ordered[:NAMED_FILES]]
    if rest := len(ordered) - len(named):
        named.append(f"{rest} more")
    return " and ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else named[0]
