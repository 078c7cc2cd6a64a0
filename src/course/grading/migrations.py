"""Alembic in the learner's process: the database that an app starts with, and migrations that a check asks for."""

import contextlib
import importlib
import io
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from course.project.crash import describe
from course.project.databases import CONFIGURATION, MIGRATE

URL = "APP_DATABASE_URL"
MAX_SAID = 4000

type Message = dict[str, Any]


class Files:
    """The files of a project that nobody laid there: what an app wrote, and what migrations made."""

    def __init__(self, project: Path, home: Path) -> None:
        self._project = project
        self._laid = frozenset(_paths(project))
        self._made = home / "migrated"
        self._wanted: frozenset[Path] = frozenset()

    @property
    def has_migrations(self) -> bool:
        """Whether this project makes its tables by migrations."""
        return self._project / CONFIGURATION in self._laid

    @property
    def is_made(self) -> bool:
        """Whether the database of a fresh app is there to be copied."""
        return self._made.is_dir()

    def forget(self) -> None:
        """Remove what was written, databases included, but for what the last migration of this check left."""
        for path in self._new():
            if path not in self._wanted:
                with contextlib.suppress(OSError):
                    path.unlink()

    def want(self, *, kept: bool) -> None:
        """Keep what is there now for the next server, or nothing."""
        self._wanted = frozenset(self._new()) if kept else frozenset()

    def keep_made(self) -> None:
        """Take what the migrations made of nothing, for all servers to come."""
        building = self._made.with_name("migrating")
        for path in self._new():
            if path in self._wanted:
                continue
            place = building / path.relative_to(self._project)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, place)  # the sandbox's two folders are two file systems
        building.mkdir(exist_ok=True)
        building.rename(self._made)

    def bring(self) -> None:
        """Give a server its database, unless a migration of this check left one of that name."""
        for made in _paths(self._made):
            target = self._project / made.relative_to(self._made)
            if target not in self._wanted:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(made, target)

    def _new(self) -> Iterator[Path]:
        return (path for path in list(_paths(self._project)) if path not in self._laid)


def migrate(arguments: Sequence[str], file: str, project: Path) -> Message:
    """Run Alembic's command line in this process, a fork of the learner's: `{"ok": …, "said": …}`, or its crash.

    With a `file`, over that database in the project; otherwise over the one that the app's own settings name.
    """
    if file:
        os.environ[URL] = f"sqlite+aiosqlite:///{file}"
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            config = importlib.import_module("alembic.config")  # only here: most submissions have none
            line = config.CommandLine()
            options = line.parser.parse_args(list(arguments))
            line.run_cmd(config.Config(CONFIGURATION, stdout=printed, cmd_opts=options), options)
    except SystemExit as error:
        return {"ok": not error.code, "said": printed.getvalue()[-MAX_SAID:].strip()}
    except BaseException as error:
        return {"crash": describe(error, project).to_json()}
    return {"ok": True, "said": printed.getvalue()[-MAX_SAID:].strip()}


def make(project: Path) -> Message:
    """Migrate a database from nothing to the newest revision."""
    return migrate(MIGRATE, "", project)


def _paths(folder: Path) -> Collection[Path]:
    return [Path(place) / name for place, _, names in os.walk(folder) for name in names]
