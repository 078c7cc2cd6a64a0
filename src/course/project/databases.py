"""The database file of my-api: which files are one, and one that fits the migrations of the project."""

import re
import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from course.errors import CourseError
from course.project.backup import Backup
from course.project.files import read_tree, write_atomically
from course.project.ground import digest
from course.project.tools.launch import run
from course.project.workspace import Workspace

CONFIGURATION = "alembic.ini"
"""A project that has it makes its tables by migrations."""
MIGRATE = ("upgrade", "heads")
"""All of them: to bring two heads together may be what an exercise is about."""
_DATA = re.compile(r"[^/]+\.(db|sqlite3?)(-wal|-shm|-journal)?")
_REVISION = re.compile(r"""^revision\b[^=\n]*=\s*["']([^"']+)["']""", re.MULTILINE)
_KEPT = "databases"


@dataclass(frozen=True)
class BroughtDatabase:
    """What `bring_database` did, as paths in the project; `problem` says why there is none."""

    brought: tuple[str, ...] = ()
    put_aside: tuple[str, ...] = ()
    backup: Path | None = None
    problem: str = ""


def is_data(path: str) -> bool:
    """Whether this file of the project is a database, or what SQLite keeps beside one."""
    return _DATA.fullmatch(path) is not None


def is_as_brought(workspace: Workspace, path: str) -> bool:
    """Whether a database is still what `bring_database` brought: nobody has written to it."""
    with suppress(OSError):
        data = (workspace.project / path).read_bytes()
        return any(kept.read_bytes() == data for kept in _kept(workspace).glob(f"*/{path}"))
    return False


async def bring_database(workspace: Workspace) -> BroughtDatabase:
    """Give a project with migrations the database that they make, where it has none that they know.

    One that does not fit goes to a backup. What `alembic upgrade heads` makes of nothing is kept for the next time.
    """
    project = workspace.project
    if not (project / CONFIGURATION).is_file():
        return BroughtDatabase()
    present = sorted(path.name for path in project.iterdir() if is_data(path.name))
    known = _revisions(project)
    if present and all(_fits(project / path, known) for path in present if "-" not in Path(path).suffix):
        return BroughtDatabase()
    backup = Backup(workspace.state)
    for path in present:
        backup.take(project / path, path)
    aside = BroughtDatabase(put_aside=tuple(present), backup=backup.folder)
    try:
        made = await _migrated(workspace)
        for file in made:
            shutil.copyfile(file, project / file.name)
    except (OSError, CourseError) as error:
        return BroughtDatabase((), aside.put_aside, aside.backup, str(error))
    return BroughtDatabase(tuple(file.name for file in made), aside.put_aside, aside.backup)


def _kept(workspace: Workspace) -> Path:
    return workspace.state / "cache" / _KEPT


def _revisions(project: Path) -> set[str]:
    """The revisions that the project's own files define."""
    texts = read_tree(project)
    return {
        found for path, text in texts.items() if path.endswith(".py") for found in _REVISION.findall(text)
    }


def _fits(file: Path, known: set[str]) -> bool:
    """Whether a database is at a revision that the project has."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error:
        return False
    return bool(rows) and {row[0] for row in rows} <= known


async def _migrated(workspace: Workspace) -> list[Path]:
    """The files that the migrations make of nothing: made in a copy of the project, once for these texts."""
    texts = read_tree(workspace.project)
    key = digest("\0".join(f"{path}\0{text}" for path, text in sorted(texts.items())))[:16]
    kept = _kept(workspace) / key
    if not kept.is_dir():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            copy = Path(folder) / "project"
            copy.mkdir()
            for path, text in texts.items():
                write_atomically(copy / path, text)
            ran = await run("alembic", *MIGRATE, project=copy)
            if ran.status != 0:
                said = (ran.said.strip().splitlines() or ["it said nothing"])[-1]
                raise CourseError(f"`alembic upgrade heads` does not succeed: {said}")
            made = Path(folder) / "made"
            made.mkdir()
            for file in copy.iterdir():
                if is_data(file.name):
                    file.rename(made / file.name)
            with suppress(OSError):  # another kernel was first
                made.rename(kept)
    return sorted(kept.iterdir())
