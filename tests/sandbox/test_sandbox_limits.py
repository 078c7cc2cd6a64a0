"""What a sandbox uses is bounded, with whatever layers there are."""

import contextlib
import mmap
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sandbox_world import BACKENDS, IDENTITIES, World, make_world, sandboxed

from course.sandbox import NAMESPACES, Limits, watch
from course.sandbox.limits import descriptors_for

MEGABYTE = 1024 * 1024


@pytest.fixture(params=IDENTITIES)
def identity(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(params=("all layers", "no namespaces", "limits only"))
def without(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return BACKENDS[request.param]


def test_memory(identity: str, without: tuple[str, ...]) -> None:
    def allocate() -> dict[str, str]:
        ended = {}
        # Zeroed memory that nobody touches: it costs the machine nothing even where it is granted.
        attempts: dict[str, Callable[[], object]] = {
            "private": lambda: bytearray(2 << 30),
            "shared": lambda: mmap.mmap(-1, 4 << 30),
        }
        for name, attempt in attempts.items():
            try:
                attempt()
            except (MemoryError, OSError) as error:
                ended[name] = type(error).__name__
            else:
                ended[name] = "granted"
        return ended

    with make_world(identity) as world:
        ran = sandboxed(world.policy(without), allocate, identity=identity)
    assert "granted" not in ran.said.values(), ran.said


@pytest.mark.parametrize("crowd", [0, 50], ids=["few open", "many open"])
def test_file_size_and_open_files(identity: str, without: tuple[str, ...], crowd: int) -> None:
    """Descriptors that the process outside holds take nothing away from the sandbox."""
    with make_world(identity) as world, contextlib.ExitStack() as stack:
        for _ in range(crowd):
            stack.enter_context(open(os.devnull, "rb"))
        policy = world.policy(without, limits=Limits(file_bytes=MEGABYTE, open_files=32))

        def write() -> list[int]:
            with contextlib.suppress(OSError), open(world.work / "large", "wb", buffering=0) as file:
                for _ in range(8):
                    file.write(bytes(MEGABYTE // 2))
            opened: list[int] = []
            with contextlib.suppress(OSError):
                for _ in range(64):
                    opened.append(os.open(os.devnull, os.O_RDONLY))
            for descriptor in opened:  # looking at a file may open something
                os.close(descriptor)
            return [(world.work / "large").stat().st_size, len(opened)]

        size, opened = sandboxed(policy, write, identity=identity).said
    assert size == MEGABYTE
    assert opened == 33  # one more than granted: the sandbox's own report was open at first


def test_descriptors_are_numbered_around_those_that_are_taken() -> None:
    assert descriptors_for(4, ()) == 4
    assert descriptors_for(4, (0, 1, 2)) == 7
    assert descriptors_for(4, (2, 0, 1, 900)) == 7  # nobody gets as far as 900
    assert descriptors_for(4, range(100)) == 104


def test_a_fork_bomb(identity: str, without: tuple[str, ...]) -> None:
    """A loop that would end by itself, against a limit that it meets first."""
    with make_world(identity) as world:
        policy = world.policy(without, limits=Limits(processes=12))

        def bomb() -> int:
            children = []
            with contextlib.suppress(OSError):
                for _ in range(40):
                    if (pid := os.fork()) == 0:
                        time.sleep(5)
                        os._exit(0)
                    children.append(pid)
            for pid in children:
                os.kill(pid, signal.SIGKILL)
            return len(children)

        ran = sandboxed(policy, bomb, identity=identity)
    if "processes" in ran.isolation.missing:
        assert identity == "root"
        pytest.skip(ran.isolation.missing["processes"])
    if NAMESPACES in ran.isolation.layers:
        assert ran.said < 12
    else:
        assert ran.said < 40 or identity == "plain user"  # who shares the count with the processes outside


def test_processor_time(identity: str) -> None:
    def burn() -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            pass

    without = () if identity == "root" else BACKENDS["limits only"]
    with make_world(identity) as world:
        ran = sandboxed(world.policy(without, limits=Limits(cpu_seconds=1)), burn, identity=identity)
    assert ran.status == -signal.SIGXCPU


def test_wall_time() -> None:
    with make_world(IDENTITIES[0]) as world:
        ran = sandboxed(world.policy(), lambda: time.sleep(60), identity=IDENTITIES[0], timeout=0.3)
    assert ran.status == -signal.SIGKILL


def test_many_threads_still_fit(identity: str, without: tuple[str, ...]) -> None:
    """The address space leaves room for what threads reserve: anyio alone may start 40 of them."""

    def start() -> int:
        stop = threading.Event()
        threads = [threading.Thread(target=lambda: (bytearray(100_000), stop.wait())) for _ in range(60)]
        for thread in threads:
            thread.start()
        stop.set()
        for thread in threads:
            thread.join()
        return len(threads)

    with make_world(identity) as world:
        assert sandboxed(world.policy(without, limits=Limits()), start, identity=identity).said == 60


def test_how_it_ends(world: World) -> None:
    """Exit codes and signals come through."""

    def leave() -> None:
        os._exit(41)

    def crash() -> None:
        signal.signal(signal.SIGSEGV, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGSEGV)

    assert sandboxed(world.policy(), leave, identity=IDENTITIES[0]).status == 41
    assert sandboxed(world.policy((NAMESPACES,)), crash, identity=IDENTITIES[0]).status == -signal.SIGSEGV


@pytest.fixture
def world() -> Iterator[World]:
    with make_world(IDENTITIES[0]) as made:
        yield made


@pytest.mark.parametrize("deleted", [False, True], ids=["many files", "deleted files"])
def test_disk(identity: str, deleted: bool) -> None:
    """Files that are small enough one by one, written slowly and not for long."""
    without = () if identity == "root" else BACKENDS["limits only"]
    with make_world(identity) as world:

        def fill() -> None:
            kept = []
            for number in range(100):
                path = world.work / str(number)
                kept.append(path.open("wb", buffering=0))
                kept[-1].write(bytes(MEGABYTE))
                if deleted:
                    path.unlink()
                time.sleep(0.05)

        limits = Limits(file_bytes=2 * MEGABYTE, disk_bytes=4 * MEGABYTE)
        ran = sandboxed(world.policy(without, limits=limits), fill, identity=identity)
        assert ran.status == -signal.SIGXFSZ


def test_memory_of_all_processes_together(identity: str) -> None:
    without = () if identity == "root" else BACKENDS["limits only"]

    def share_out() -> None:
        for _ in range(4):
            if os.fork() == 0:
                block = bytes([1]) * (40 * MEGABYTE)
                time.sleep(10)
                os._exit(len(block) & 0)
        time.sleep(10)

    with make_world(identity) as world:
        limits = Limits(memory_bytes=512 * MEGABYTE, total_memory_bytes=200 * MEGABYTE)
        began = time.monotonic()
        ran = sandboxed(world.policy(without, limits=limits), share_out, identity=identity)
    assert ran.status == -signal.SIGKILL
    assert time.monotonic() - began < 10


def map_and_delete(work: Path) -> None:
    """Files that have no name and no descriptor any more, only a place in memory."""
    kept = []
    for number in range(8):
        path = work / str(number)
        path.write_bytes(bytes(MEGABYTE))
        with path.open("rb") as file:
            kept.append(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        path.unlink()
    time.sleep(10)


def hide_in_locked_folders(work: Path) -> None:
    for number in range(8):
        folder = work / f"folder{number}"
        folder.mkdir()
        (folder / "file").write_bytes(bytes(MEGABYTE))
        folder.chmod(0o300)
    while True:
        time.sleep(0.05)
        for number in range(8):
            (work / f"folder{number}").chmod(0o300)


def go_too_deep(work: Path) -> None:
    """A path that is longer than any call takes."""
    os.chdir(work)
    for _ in range(60):
        os.mkdir("d" * 100)
        os.chdir("d" * 100)
    time.sleep(10)


@pytest.mark.parametrize("hide", [map_and_delete, hide_in_locked_folders, go_too_deep])
def test_disk_that_cannot_be_seen(identity: str, hide: Callable[[Path], None]) -> None:
    without = () if identity == "root" else BACKENDS["limits only"]
    with make_world(identity) as world:
        limits = Limits(file_bytes=2 * MEGABYTE, disk_bytes=4 * MEGABYTE)
        ran = sandboxed(
            world.policy(without, limits=limits), lambda: hide(world.work), identity=identity, timeout=30
        )
    assert ran.status == -signal.SIGXFSZ


def test_sockets(identity: str) -> None:
    """Each holds memory that is counted nowhere."""
    without = () if identity == "root" else BACKENDS["limits only"]

    def open_many() -> None:
        kept = [socket.socketpair() for _ in range(40)]
        time.sleep(10)
        assert kept

    with make_world(identity) as world:
        limits = Limits(sockets=64)
        ran = sandboxed(world.policy(without, limits=limits), open_many, identity=identity, timeout=30)
    assert ran.status == -signal.SIGKILL


def test_memory_is_looked_at_before_a_disk_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    def walk(*_: object) -> int:
        raise AssertionError("the disk was walked first")

    monkeypatch.setattr(watch, "_disk", walk)
    assert watch.overused(os.getpid(), Limits(total_memory_bytes=1), ()) == signal.SIGKILL
