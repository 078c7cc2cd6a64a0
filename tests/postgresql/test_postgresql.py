"""`await course.postgres()`: a server of the kernel's own, empty each time, and gone with the kernel, however that ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

import course
from course import postgresql
from course.postgresql import ours, places, server

ROWS = """
import asyncio, os, signal, sys
import asyncpg
import course

async def main():
    for number in range(2):
        url = await course.postgres()
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
    print(url.partition("host=")[2], flush=True)
    sys.stdin.readline()

asyncio.run(main())
"""


def kernel(**options: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-c", ROWS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )


def folder_of(process: "subprocess.Popen[str]") -> Path:
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    assert (folder / ".s.PGSQL.5432").exists()
    return folder


def servers_in(folder: Path) -> list[int]:
    return [one.pid for one in psutil.process_iter(["cmdline"]) if str(folder) in (one.info["cmdline"] or [])]


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


needs_postgresql = pytest.mark.skipif(not postgresql.is_installed(), reason="no PostgreSQL is installed")


@needs_postgresql
@pytest.mark.parametrize("sign", [None, signal.SIGKILL, signal.SIGTERM], ids=["ends", "killed", "terminated"])
def test_nothing_is_left_of_a_kernel(sign: signal.Signals | None) -> None:
    process = kernel()
    folder = folder_of(process)
    assert servers_in(folder)
    if sign is None:
        process.communicate("\n")
    else:
        os.killpg(process.pid, sign)
        process.communicate()
    wait_until(lambda: not folder.exists() and not servers_in(folder))


@needs_postgresql
def test_an_interrupted_cell_leaves_the_server_alone() -> None:
    """Jupyter interrupts a kernel's whole process group, and SIGINT is PostgreSQL's word for "stop"."""
    process = kernel()
    folder = folder_of(process)
    (keeper,) = [one for one in psutil.Process(process.pid).children() if str(folder) in one.cmdline()]
    assert os.getpgid(keeper.pid) != os.getpgid(process.pid)
    process.communicate("\n")


@needs_postgresql
def test_two_kernels_have_two_servers() -> None:
    first, second = kernel(), kernel()
    folders = {folder_of(first), folder_of(second)}
    assert len(folders) == 2
    first.communicate("\n")
    second.communicate("\n")
    wait_until(lambda: not any(folder.exists() for folder in folders))


@needs_postgresql
@pytest.mark.skipif(os.geteuid() != 0, reason="becoming a plain user takes root")
def test_a_plain_user_has_one_too() -> None:
    try:
        process = kernel(user="nobody", group="nogroup", extra_groups=[], cwd="/")
    except PermissionError:
        pytest.skip("a plain user does not get to this Python")
    folder = folder_of(process)
    assert folder.stat().st_uid != 0
    process.communicate("\n")
    wait_until(lambda: not folder.exists())


@needs_postgresql
def test_a_server_whose_keeper_was_killed_is_ended_by_the_next_start() -> None:
    process = kernel()
    folder = folder_of(process)
    os.kill(int((folder / "keeper").read_text()), signal.SIGKILL)
    process.communicate("\n")
    server.remove_stale()
    wait_until(lambda: not folder.exists() and not servers_in(folder))


async def test_without_one_a_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(places, "find_spec", lambda _: None)
    monkeypatch.setattr(places, "_given", [])
    assert await course.postgres() is None
    assert "`course start --postgresql`" in capsys.readouterr().out


async def test_it_can_be_switched_off(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(places.SWITCH, "off")
    assert await course.postgres() is None
    assert "switched off" in capsys.readouterr().out


@needs_postgresql
async def test_a_given_server_gives_an_empty_database_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    own = await ours.empty_database()
    monkeypatch.setenv(places.URL, own)
    monkeypatch.setattr(places, "_given", [])
    monkeypatch.setattr(ours, "_on_the_given", [])
    assert postgresql.keep_given() == own
    assert places.URL not in os.environ
    url = await course.postgres()
    assert url is not None
    assert url != own
    assert url == await course.postgres()
