"""What hostile submissions go for: canaries, listeners and a bystander, all made for the tests and harmless to lose.

Every attack is written so that it would do no harm even if the sandbox failed: it reads a canary, writes beside one,
connects to a listener or signals a process that this module made, and its loops and bombs are bounded.
"""

import contextlib
import hashlib
import secrets
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hostile_course import make_course
from stage import NOBODY, make_stage

BREACH = "BREACH"
"""What an attack says when it got what it wanted."""


_SURVEY = """
import tempfile
from pathlib import Path
from course.sandbox import Policy, survey
with tempfile.TemporaryDirectory() as folder:
    print(survey(Policy(work=Path(folder))).describe())
"""


@cache
def layers_here() -> str:
    """What the sandbox has on this system, asked in a process that has one thread."""
    done = subprocess.run([sys.executable, "-c", _SURVEY], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@dataclass
class World:
    """Everything that an attack could harm, and how it was before."""

    base: Path
    listeners: dict[str, socket.socket]
    bystander: subprocess.Popen[bytes]
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    before: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The course, with its solutions, gradebook and submissions."""
        return self.base / "course"

    @property
    def outside(self) -> Path:
        """A folder that anybody may write to."""
        return self.base / "outside"

    @property
    def home(self) -> Path:
        return self.base / "home"

    @property
    def temporary(self) -> Path:
        """Where grading runs have their folders."""
        return self.base / "tmp"

    @property
    def seconds(self) -> str:
        """How long the processes of an attack sleep: no other process has this argument."""
        return f"45.{int(self.token, 16) % 10**9:09}"

    def fill(self, text: str) -> str:
        """Put the targets into an attack's text."""
        named = {
            "root": str(self.root),
            "outside": str(self.outside),
            "home": str(self.home),
            "bystander": str(self.bystander.pid),
            "tcp": str(self.listeners["tcp"].getsockname()[1]),
            "udp": str(self.listeners["udp"].getsockname()[1]),
            "abstract": self.listeners["abstract"].getsockname().decode().lstrip("\0"),
            "named": str(self.base / "named.sock"),
            "token": self.token,
            "seconds": self.seconds,
        }
        for name, value in named.items():
            text = text.replace(f"@{name}@", value)
        return text

    def harm(self) -> list[str]:
        """What has changed, arrived, ended or been left behind since the world was made."""
        found = [
            f"{path} changed" for path, digest in self._digests().items() if self.before.get(path) != digest
        ]
        found += [f"{path} is gone" for path in self.before if not Path(path).exists()]
        for name, listener in self.listeners.items():
            with contextlib.suppress(BlockingIOError):
                if name == "udp":
                    listener.recv(10)
                else:
                    listener.accept()[0].close()
                found.append(f"something reached the {name} listener")
        if self.bystander.poll() is not None:
            found.append(f"the bystander ended with {self.bystander.returncode}")
        found += [f"{folder} was left behind" for folder in self.temporary.iterdir()]
        found += [f"process {pid} was left behind" for pid in processes_with(self.seconds)]
        return found

    def note(self) -> None:
        """Take note of how everything is now."""
        self.before = self._digests()

    def _digests(self) -> dict[str, str]:
        found = {}
        for tree in (self.root, self.outside, self.home):
            for path in sorted(tree.rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found


def processes_with(argument: str) -> list[str]:
    """The processes with this argument on their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if argument.encode() in (process / "cmdline").read_bytes().split(b"\0"):
                found.append(process.name)
    return found


@contextlib.contextmanager
def make_world() -> Iterator[World]:
    """A fresh world in a temporary folder."""
    # As root, the bystander is somebody whom the sandbox's user might signal: itself a nobody.
    with make_stage("hostile-test", bystander=NOBODY) as stage:
        base = stage.base
        make_course(base / "course")
        for name in ("outside", "home", "tmp", "course/.course/submitted/grace/01-shop"):
            (base / name).mkdir(parents=True)
        (base / "outside").chmod(0o777)
        (base / "tmp").chmod(0o711)
        (base / "outside/canary.txt").write_text("canary", encoding="utf-8")
        (base / "outside/canary.txt").chmod(0o666)
        (base / "home/secret.txt").write_text("canary", encoding="utf-8")
        (base / "course/.course/submitted/grace/01-shop/01-shop.ipynb").write_text(
            '{"secret": 1}', encoding="utf-8"
        )
        gradebook = sqlite3.connect(base / "course/.course/gradebook.db")
        gradebook.execute("CREATE TABLE grades (student TEXT, score REAL)")
        gradebook.execute("INSERT INTO grades VALUES ('grace', 3.5)")
        gradebook.commit()
        gradebook.close()
        (base / "course/.course/gradebook.db").chmod(0o666)
        world = World(base, stage.listeners, stage.bystander)
        world.note()
        yield world
