"""A small world around a sandbox: secrets, listeners and a bystander, all made for the test and harmless to lose.

Probes run inside a sandbox only. Each is written so that it would do no harm if the sandbox failed: it reads a canary,
writes next to it, connects to a listener or signals a process that this module made.
"""

import contextlib
import ctypes
import importlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stage import AS_ROOT, NOBODY, make_stage

from course.sandbox import LANDLOCK, NAMESPACES, SECCOMP, Isolation, Limits, Policy, run

BACKENDS = {
    "all layers": (),
    "no namespaces": (NAMESPACES,),
    "namespaces alone": (LANDLOCK, SECCOMP),
    "landlock alone": (NAMESPACES, SECCOMP),
    "seccomp alone": (NAMESPACES, LANDLOCK),
    "limits only": (NAMESPACES, LANDLOCK, SECCOMP),
}
"""By name: the layers that a test leaves out."""

IDENTITIES = ("root", "plain user") if AS_ROOT else ("plain user",)

PRELOAD = (
    "aiosqlite",
    "concurrent.futures.thread",
    "anyio._backends._asyncio",
    "encodings.idna",
    "fastapi",
    "multiprocessing.connection",
    "multiprocessing.context",
    "multiprocessing.popen_fork",
    "multiprocessing.synchronize",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "sqlalchemy.ext.asyncio",
    "uvicorn",
    "uvicorn.lifespan.on",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.http.h11_impl",
    "uvicorn.protocols.websockets.auto",
)
"""Imported before a sandbox starts, as the warm parent does: another user may not be able to read Python's files."""


def python_is_public() -> bool:
    """Whether any user may run this interpreter."""
    folders = Path(sys.executable).resolve().parents
    return all(folder.stat().st_mode & 0o001 for folder in folders)


@dataclass
class World:
    """What a sandbox could harm, and the sandbox's own folder."""

    base: Path
    listener: socket.socket
    datagrams: socket.socket
    abstract: socket.socket
    named: socket.socket
    bystander: subprocess.Popen[bytes]
    leaked: int
    """A descriptor of the folder of secrets that the parent forgot to close."""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def work(self) -> Path:
        return self.base / "work"

    @property
    def secret(self) -> Path:
        """A hidden folder."""
        return self.base / "secret"

    @property
    def shown(self) -> Path:
        """A readable folder with a hidden file and a hidden folder in it."""
        return self.base / "shown"

    @property
    def outside(self) -> Path:
        """A folder that the policy does not mention; empty until somebody gets out."""
        return self.base / "outside"

    @property
    def abstract_name(self) -> bytes:
        name = self.abstract.getsockname()
        assert isinstance(name, bytes)
        return name

    def policy(self, without: tuple[str, ...] = (), **changes: object) -> Policy:
        """The policy of these tests, with changes."""
        arguments: dict[str, Any] = {
            "work": self.work,
            "readable": (self.shown,),
            "hidden": (self.secret, self.shown / "hidden.txt", self.shown / "private", Path.home()),
            "limits": Limits(memory_bytes=512 * 1024 * 1024),
            "without": frozenset(without),
        }
        return Policy(**(arguments | changes))


@contextlib.contextmanager
def make_world(identity: str) -> Iterator[World]:
    """A fresh world in a temporary folder; all of it belongs to whoever starts the sandbox."""
    user = 0 if identity == "root" else NOBODY
    with make_stage("sandbox-test", bystander=user) as stage:
        base = stage.base
        for name in ("work", "secret", "shown", "shown/private", "outside"):
            (base / name).mkdir()
        (base / "outside").chmod(0o777)
        for name in ("secret/canary", "shown/hidden.txt", "shown/private/canary", "shown/open.txt"):
            (base / name).write_text(f"canary {name}")
        (base / "shown/open.txt").chmod(0o666)
        (base / "secret/canary").chmod(0o666)
        if AS_ROOT:
            for path in (base, *base.rglob("*")):
                os.chown(path, user, user)

        leaked = os.open(base / "secret", os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield World(
                base=base,
                listener=stage.listeners["tcp"],
                datagrams=stage.listeners["udp"],
                abstract=stage.listeners["abstract"],
                named=stage.listeners["named"],
                bystander=stage.bystander,
                leaked=leaked,
            )
        finally:
            os.close(leaked)


@dataclass
class Ran:
    """What became of a function in a sandbox."""

    status: int
    isolation: Isolation
    said: Any


def preload() -> None:
    """Import what the functions in a sandbox are going to need."""
    for module in PRELOAD:
        importlib.import_module(module)


def sandboxed(policy: Policy, function: Callable[[], Any], *, identity: str, timeout: float = 60) -> Ran:
    """Run a function in a sandbox that `identity` starts, and bring back what it returned (JSON)."""
    preload()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reading)
            os.setpgid(0, 0)
            if identity != "root" and AS_ROOT:
                become_nobody()
            status = _report(policy, function, writing, timeout)
        finally:
            os._exit(status)
    os.close(writing)
    with open(reading, "rb") as pipe:
        said = json.loads(pipe.read() or b"null")
    os.waitpid(pid, 0)
    assert said is not None, "the process that starts the sandbox failed: see its traceback above"
    return Ran(said["status"], Isolation.from_json(said["isolation"]), said["said"])


def _report(policy: Policy, function: Callable[[], Any], writing: int, timeout: float) -> int:
    import dataclasses

    answers, answer = os.pipe()

    def inside(_: Isolation) -> int:
        os.write(answer, json.dumps(function()).encode())
        return 0

    keeping = dataclasses.replace(policy, keep_fds=(*policy.keep_fds, answer))
    status, isolation = run(keeping, inside, timeout=timeout)
    os.close(answer)
    with open(answers, "rb") as pipe:
        text = pipe.read()
    told = {"status": status, "isolation": isolation.to_json(), "said": json.loads(text) if text else None}
    os.write(writing, json.dumps(told).encode())
    return 0


def become_nobody() -> None:
    """Turn this process into one that a plain user started."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    # A process that changes its user loses its own /proc; one that was born as that user has it.
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
