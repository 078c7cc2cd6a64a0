"""`course workshop start` as a process, and what tests ask the room for."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import httpx2
import psutil
from machine import Machine
from person import Person

SLUG = "01-project-structure"
COURSE = "production-fastapi"


class started:  # noqa: N801 - a context manager
    """`course workshop start` on that machine, until the hub answers; at the end all of it has to be gone."""

    def __init__(self, place: Machine, log: Path, *more: str, before: Sequence[str] = ()) -> None:
        self.log = log
        self.port = free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
        command = [sys.executable, "-P", "-m", "course.cli", "workshop", "start", "--state", str(place.state)]
        with log.open("w") as out:
            self.process = subprocess.Popen(
                place.command(*before, *command, "--address", "127.0.0.1", "--port", str(self.port), *more),
                env=environment | {"COURSE_CONTENT": str(place.clone)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        wait_for(
            self._answers, 300, self.log.read_text
        )  # an environment that is new has its types read first
        return self

    def __exit__(self, *_: object) -> None:
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(120)
            _, left = psutil.wait_procs(family, timeout=30)
            assert [one.cmdline() for one in left] == [], "something outlived the hub"
        finally:
            for one in [*family, psutil.Process()][:-1]:
                if one.is_running():
                    one.kill()
            if self.process.poll() is None:
                self.process.kill()

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return httpx2.get(f"{self.url}/hub/login").status_code == 200
        except httpx2.TransportError:
            return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(condition: Callable[[], object], seconds: float, said: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, said()
        time.sleep(0.1)


def names(person: Person, folder: str) -> set[str]:
    answer = person.get(f"api/contents/{folder}")
    return {entry["name"] for entry in answer.json()["content"]} if answer.status_code == 200 else set()
