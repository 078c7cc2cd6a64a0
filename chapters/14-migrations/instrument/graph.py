"""The revisions of a project, read from its folder; and the one that a database is at."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from course.errors import CourseError


@dataclass(frozen=True)
class Revision:
    """A revision: what it says, what it comes after, and how many are before it on the longest way."""

    name: str
    says: str
    after: tuple[str, ...]
    depth: int
    head: bool


def read_graph(project: Path) -> list[Revision]:
    """Return the revisions, the first one first; CourseError when Alembic cannot read them."""
    if not (project / "alembic.ini").is_file():
        raise CourseError("There is no alembic.ini in my-api yet.")
    try:
        scripts = ScriptDirectory.from_config(Config(str(project / "alembic.ini")))
        found = list(scripts.walk_revisions())
        heads = set(scripts.get_heads())
    except (CommandError, SyntaxError, KeyError) as error:
        raise CourseError(f"Alembic cannot read alembic/versions: {error}") from error
    depths: dict[str, int] = {}
    revisions = []
    for script in sorted(reversed(found), key=lambda one: one.revision):
        after = tuple(sorted(script._versioned_down_revisions))  # a tuple, whatever was written
        revisions.append((script.revision, (script.doc or "").partition("\n")[0], after))
    waiting = list(revisions)
    while waiting:  # a revision may be named so that it stands before those it comes after
        ready = [one for one in waiting if all(parent in depths for parent in one[2])]
        for name, _, after in ready:
            depths[name] = 1 + max((depths[parent] for parent in after), default=-1)
        waiting = [one for one in waiting if one not in ready]
    drawn = (Revision(name, says, after, depths[name], name in heads) for name, says, after in revisions)
    return sorted(drawn, key=lambda one: (one.depth, one.name))


def version_of(file: str) -> tuple[str, ...]:
    """Return the revisions that a SQLite file is at; none when Alembic was never there."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        except sqlite3.OperationalError:
            return ()
    return tuple(sorted(name for (name,) in found))
