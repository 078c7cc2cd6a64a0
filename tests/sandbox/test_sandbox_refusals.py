"""No attempt to get out succeeds, with all layers, and with each layer alone for what it is there for."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sandbox_probes import PROBES, Probe, attempt_all, shared_memory
from sandbox_world import BACKENDS, IDENTITIES, Ran, World, make_world, sandboxed

from course.grading.sandbox import LAYERS, LIMITS

CASES = [(identity, backend) for identity in IDENTITIES for backend in BACKENDS]


@dataclass
class Scene:
    """One sandbox in which every attempt was made."""

    world: World
    backend: str
    ran: Ran


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]}, {case[1]}")
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    identity, backend = request.param
    with make_world(identity) as world:
        world.extra["parent"] = os.getpid()
        ran = sandboxed(world.policy(BACKENDS[backend]), lambda: attempt_all(world), identity=identity)
        yield Scene(world, backend, ran)
        shared_memory(world).unlink(missing_ok=True)


def test_every_layer_that_was_asked_for_is_in_force(scene: Scene) -> None:
    wanted = [layer for layer in LAYERS if layer not in BACKENDS[scene.backend]]
    assert scene.ran.status == 0
    assert list(scene.ran.isolation.layers) == wanted, scene.ran.isolation.explain()


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_an_attempt_is_refused(scene: Scene, probe: Probe) -> None:
    in_force = {*scene.ran.isolation.layers, LIMITS}
    if not probe.stopped_by & in_force:
        pytest.skip(f"only {', '.join(sorted(probe.stopped_by))} would stop it, and none is in force")
    assert scene.ran.said[probe.name].startswith("refused"), scene.ran.said[probe.name]


def test_the_world_is_as_before(scene: Scene) -> None:
    """What the attempts report is not the only witness."""
    if scene.backend in ("seccomp alone", "limits only"):
        pytest.skip("nothing protects the files here, and the report says so")
    world = scene.world
    assert world.bystander.poll() is None
    assert list(world.outside.iterdir()) == []
    assert not shared_memory(world).exists()
    assert (world.secret / "canary").read_text() == "canary secret/canary"
    if scene.ran.isolation.layers != ("landlock", "limits"):  # which cannot keep anyone from this
        assert (world.secret / "canary").stat().st_mode & 0o777 == 0o666
    assert (world.shown / "open.txt").read_text() == "canary shown/open.txt"
    for silent in (world.listener, world.abstract):
        with pytest.raises(BlockingIOError):
            silent.accept()


def test_the_work_folder_can_be_removed_by_its_maker(scene: Scene) -> None:
    if scene.world.work.exists():
        shutil.rmtree(scene.world.work)
    assert not scene.world.work.exists()
