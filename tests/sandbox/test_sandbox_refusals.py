"""No attempt to get out succeeds, with all layers, and with each layer alone for what it is there for."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from sandbox_probes import PROBES, Probe, attempt_all, shared_memory
from sandbox_world import BACKENDS, IDENTITIES, Ran, World, make_world, sandboxed

from course.sandbox import LANDLOCK, LAYERS, NAMESPACES, SECCOMP

CASES = [(identity, backend) for identity in IDENTITIES for backend in BACKENDS]


def layers_in(backend: str) -> set[str]:
    """The layers that a test leaves in."""
    return {*LAYERS} - {*BACKENDS[backend]}


@dataclass
class Scene:
    """One sandbox in which every attempt was made."""

    world: World
    backend: str
    ran: Ran


@pytest.fixture(scope="module")
def scenes() -> Iterator[Callable[[str, str], Scene]]:
    """Scenes by identity and backend, each made once: a sandbox serves all its tests."""
    with contextlib.ExitStack() as stack:

        @cache
        def make(identity: str, backend: str) -> Scene:
            world = stack.enter_context(make_world(identity))
            stack.callback(shared_memory(world).unlink, missing_ok=True)
            world.extra["parent"] = os.getpid()
            policy = world.policy(BACKENDS[backend])
            return Scene(world, backend, sandboxed(policy, lambda: attempt_all(world), identity=identity))

        yield make


@pytest.fixture(params=CASES, ids=", ".join)
def scene(request: pytest.FixtureRequest, scenes: Callable[[str, str], Scene]) -> Scene:
    return scenes(*request.param)


def test_every_layer_that_was_asked_for_is_in_force(scene: Scene) -> None:
    assert scene.ran.status == 0
    assert set(scene.ran.isolation.layers) == layers_in(scene.backend), scene.ran.isolation.explain()


@pytest.mark.parametrize(
    ("scene", "probe"),
    [(case, probe) for case in CASES for probe in PROBES if probe.stopped_by & layers_in(case[1])],
    indirect=["scene"],
    ids=lambda value: value.name if isinstance(value, Probe) else ", ".join(value),
)
def test_an_attempt_is_refused(scene: Scene, probe: Probe) -> None:
    assert scene.ran.said[probe.name].startswith("refused"), scene.ran.said[probe.name]


@pytest.mark.parametrize(
    "scene",
    [case for case in CASES if NAMESPACES in layers_in(case[1]) or {LANDLOCK, SECCOMP} <= layers_in(case[1])],
    indirect=True,
    ids=", ".join,
)
def test_the_world_is_as_before(scene: Scene) -> None:
    """What the attempts report is not the only witness."""
    world = scene.world
    assert world.bystander.poll() is None
    assert list(world.outside.iterdir()) == []
    assert not shared_memory(world).exists()
    assert (world.secret / "canary").read_text() == "canary secret/canary"
    assert (world.secret / "canary").stat().st_mode & 0o777 == 0o666
    assert (world.shown / "open.txt").read_text() == "canary shown/open.txt"
    for silent in (world.listener, world.abstract):
        with pytest.raises(BlockingIOError):
            silent.accept()


@pytest.mark.parametrize("identity", IDENTITIES)
def test_the_work_folder_can_be_removed_by_its_maker(identity: str) -> None:
    with make_world(identity) as world:
        sandboxed(world.policy(), lambda: (world.work / "mine").write_text("x"), identity=identity)
        assert (world.work / "mine").exists()
        shutil.rmtree(world.work)
