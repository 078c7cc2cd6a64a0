"""When a sandbox ends, by itself or by force, all of it is gone."""

import os
import select
import signal
import time
from collections.abc import Callable, Iterator

import pytest
from sandbox_world import BACKENDS, IDENTITIES, World, make_world, sandboxed

from course.sandbox import NAMESPACES, Isolation, apply, run, stop


@pytest.fixture(params=IDENTITIES)
def identity(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(params=("all layers", "no namespaces", "limits only"))
def without(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return BACKENDS[request.param]


@pytest.fixture
def world(identity: str) -> Iterator[World]:
    with make_world(identity) as made:
        yield made


def leave_daemons() -> None:
    """Start processes that detach themselves in every way there is; the pipe they inherit tells that they live."""
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            if os.fork() == 0:
                time.sleep(120)
            os._exit(0)
    os.wait()


def gone(reading: int) -> bool:
    """Whether all who could write to the pipe have ended."""
    ready, _, _ = select.select([reading], [], [], 10)
    return bool(ready) and os.read(reading, 100).strip(b"x") == b"" and os.read(reading, 1) == b""


def test_daemons_end_with_it(world: World, identity: str, without: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    ran = sandboxed(world.policy(without, keep_fds=(writing,)), leave_daemons, identity=identity)
    os.close(writing)
    assert ran.status == 0
    assert gone(reading)
    os.close(reading)


def test_daemons_end_when_time_is_over(world: World, identity: str, without: tuple[str, ...]) -> None:
    def hang() -> None:
        leave_daemons()
        time.sleep(120)

    reading, writing = os.pipe()
    ran = sandboxed(world.policy(without, keep_fds=(writing,)), hang, identity=identity, timeout=0.5)
    os.close(writing)
    assert ran.status == -signal.SIGKILL
    assert gone(reading)
    os.close(reading)


def start(world: World, without: tuple[str, ...], function: Callable[[], object]) -> tuple[int, int]:
    """Start a sandbox the way a runner does, and return its keeper and a pipe that tells whether it lives."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            apply(world.policy(without, keep_fds=(writing,)))
            os.write(writing, b"x")
            function()
        finally:
            os._exit(0)
    os.close(writing)
    assert os.read(reading, 1) == b"x"
    return pid, reading


def test_a_runner_stops_it(without: tuple[str, ...]) -> None:
    with make_world(IDENTITIES[0]) as world:

        def hang() -> None:
            leave_daemons()
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(120)

        keeper, reading = start(world, without, hang)
        assert stop(keeper) == -signal.SIGKILL
        assert gone(reading)
        os.close(reading)


def test_killing_the_keeper_is_enough(world: World) -> None:
    """With a process namespace of its own nothing is left behind even then."""

    def hang() -> None:
        leave_daemons()
        time.sleep(120)

    keeper, reading = start(world, (), hang)
    os.kill(keeper, signal.SIGKILL)
    os.waitpid(keeper, 0)
    assert gone(reading)
    os.close(reading)


def test_it_ends_when_its_starter_is_killed(world: World, without: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:

            def hang(_: Isolation) -> int:
                os.write(writing, b"x")
                leave_daemons()
                time.sleep(120)
                return 0

            run(world.policy(without, keep_fds=(writing,)), hang)
        finally:
            os._exit(1)
    os.close(writing)
    assert os.read(reading, 1) == b"x"
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert gone(reading)
    os.close(reading)


def test_the_first_process_sees_no_others(world: World, identity: str) -> None:
    ran = sandboxed(
        world.policy(),
        lambda: [os.getpid(), sorted(p for p in os.listdir("/proc") if p.isdigit())],
        identity=identity,
    )
    assert NAMESPACES in ran.isolation.layers
    assert ran.said == [1, ["1"]]
