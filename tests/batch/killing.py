"""`course grade-all` in a process that kills itself at a chosen moment, forked from one that has imported it all."""

import multiprocessing
import os
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from batch_helpers import newest_revision

KINDS = {
    "a file": {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"},
    "a process": {"subprocess.Popen"},
    "a statement": {"before_cursor_execute", "sqlite3.connect"},
    "a commit": {"commit"},
}
"""Moments when the world changes: what is written, started, and said to the gradebook or the journal."""


@dataclass(frozen=True)
class Ended:
    """How a process ended (-9: killed), and how many moments of each kind it lived to see."""

    code: int
    moments: Counter[str] = field(default_factory=Counter)


def grade_all_process(root: Path, *options: str, kind: str = "", at: int = 0) -> Ended:
    """Run `course grade-all` in a course root, killed just before its `at`th moment of a kind (0: never)."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["course.cli", "course.batch.run", "nbgrader.api", "nbgrader.apps"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(str(root), options, kind, at, newest_revision(), theirs))
    process.start()
    theirs.close()
    try:
        moments = ours.recv()
    except EOFError:  # killed
        moments = Counter()
    process.join()
    return Ended(process.exitcode or 0, moments)


def _work(root: str, options: tuple[str, ...], kind: str, at: int, revision: str, told: Connection) -> None:
    from nbgrader import api
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    api.get_alembic_version = lambda: revision
    os.chdir(root)
    os.environ["COURSE_CONTENT"] = root
    moments: Counter[str] = Counter()
    kinds = {name: kind for kind, names in KINDS.items() for name in names}

    def count(name: str, arguments: tuple[object, ...]) -> None:
        found = kinds.get(name)
        if found is None or (name == "open" and not _writes(arguments)):
            return
        moments[found] += 1
        if found == kind and moments[found] == at:
            os.kill(os.getpid(), signal.SIGKILL)

    for word in ("before_cursor_execute", "commit"):
        event.listen(Engine, word, lambda *_, word=word: count(word, ()))
    sys.addaudithook(count)
    sys.argv = ["course", "grade-all", "--jobs", "2", *options]
    from course.cli import main

    code = 0
    try:
        main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    told.send(moments)
    sys.exit(code)


def _writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))
