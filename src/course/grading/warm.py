"""The warm parent: a process that has imported everything and forks a grading run per request.

`python -m course.grading.warm FD` serves requests from one caller on the stream socket FD: a line of JSON with the
run's own socket attached, answered with one byte once the run is forked. It ends when the caller does. It stays
single-threaded and never starts an event loop: only then is forking safe.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
from functools import partial

PRELOAD = (
    "course.checks",
    "email_validator",
    "fastapi",
    "fastapi.responses",
    "fastapi.security",
    "grimp",
    "httpx2",
    "importlinter.cli",
    "pydantic",
    "pytest",
    "pytest_asyncio.plugin",
    "starlette.applications",
    "uvicorn",
)
"""What every run needs."""

ON_DEMAND = {
    "aiosqlite": ("aiosqlite",),
    "alembic": ("alembic.command", "alembic.config", "alembic.context", "alembic.op", "mako.template"),
    "jwt": ("jwt",),
    "multipart": ("python_multipart",),
    "pwdlib": ("pwdlib", "pwdlib.hashers.argon2"),
    "pydantic_settings": ("pydantic_settings",),
    "sqlalchemy": ("sqlalchemy", "sqlalchemy.ext.asyncio", "sqlalchemy.orm", "aiosqlite", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.sqlite.aiosqlite"),
    "structlog": ("structlog",),
}  # fmt: skip
"""Packages that only some chapters use: imported when a submission first names them."""

STARTED = b"\x01"
MAX_REQUEST = 4096


def main(descriptor: int) -> None:
    """Import everything, then fork a supervised run for every request until the caller is gone."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # an interrupt is the caller's; its leaving is what ends us
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no zombies
    requests = socket.socket(fileno=descriptor)
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    _import_everything()
    sys.dont_write_bytecode = True  # of checks and submissions
    os.chdir("/")

    from course import sandbox
    from course.grading import supervise
    from course.grading.channel import Channel
    from course.grading.place import remove_stale
    from course.grading.processes import fork

    fork(remove_stale)  # beside the first runs: there may be much to remove
    sandbox.prepare()
    while True:
        data, descriptors, _, _ = socket.recv_fds(requests, MAX_REQUEST, 1)
        if not data or not descriptors:
            break
        caller = socket.socket(fileno=descriptors[0])
        for package in json.loads(data)["packages"]:
            _import(ON_DEMAND.get(package, ()))
        fork(partial(supervise.run, Channel(caller)), keep=(caller.fileno(),))
        caller.close()
        with contextlib.suppress(OSError):
            requests.sendall(STARTED)
    _wait_for_runs()


def _import_everything() -> None:
    from _pytest.config import default_plugins

    _import((*PRELOAD, *(f"_pytest.{name}" for name in default_plugins)))
    import course.grading.session
    import course.grading.supervise  # noqa: F401 - its imports are what is warmed

    _import(USED_LATER)
    gc.collect()
    gc.freeze()  # fewer copied pages in the runs


def _import(names: tuple[str, ...]) -> None:
    for name in names:
        with contextlib.suppress(ImportError):  # costs speed only: the run imports it, or says that it cannot
            importlib.import_module(name)


def _wait_for_runs() -> None:
    """Let the runs notice that their caller is gone and clean up."""
    signal.alarm(10)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


USED_LATER = (
    "_pytest._argcomplete",
    "anyio._backends._asyncio",
    "anyio.streams.memory",
    "anyio.streams.stapled",
    "anyio.streams.tls",
    "concurrent.futures.thread",
    "faulthandler",
    "httpcore2",
    "importlinter.application.contract_utils",
    "importlinter.contracts.acyclic_siblings",
    "importlinter.contracts.forbidden",
    "importlinter.contracts.independence",
    "importlinter.contracts.layers",
    "importlinter.contracts.protected",
    "pdb",
    "pydantic._internal._dataclasses",
    "pydantic.v1",
    "readline",
    "rich._emoji_codes",
    "rich.status",
    "truststore",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.auto",
)
"""What libraries import when they are first used."""

if __name__ == "__main__":
    main(int(sys.argv[1]))
