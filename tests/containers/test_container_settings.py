"""What the image, DockerSpawner and Kubernetes say of each other. No engine is needed."""

import json
import re
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from engine import ROOT
from wheels import read

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: uv sync --extra workshop")

from course.errors import CourseError
from course.workshop.commands import start
from course.workshop.containers import COMMAND, HOST, JOVYAN, SETTINGS, SHARED, address_for_containers
from course.workshop.room import Accounts, Room
from course.workshop.spawning import START_PAGE

DOCKERFILE = (ROOT / "workshop/Dockerfile").read_text()
NAME = "production-fastapi-course"


@pytest.fixture(scope="module")
def values() -> Any:  # noqa: ANN401 - YAML
    return yaml.safe_load((ROOT / "workshop/values.yaml").read_text())


def test_all_of_them_start_the_same_command_in_the_same_image(values: Any) -> None:  # noqa: ANN401
    (command,) = re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)
    assert json.loads(command) == COMMAND == values["singleuser"]["cmd"]
    assert values["singleuser"]["image"]["name"].rpartition("/")[2] == NAME
    assert start.__kwdefaults__["image"] == NAME
    assert f"--tag {NAME} ." in DOCKERFILE
    assert f"--tag {NAME} ." in (ROOT / "workshop/README.md").read_text()


def test_all_of_them_know_the_same_places_and_users(values: Any) -> None:  # noqa: ANN401
    assert f"COURSE_CONTENT={SHARED}/published/current" in DOCKERFILE
    assert f"COURSE_EXCHANGE={SHARED}/exchange" in DOCKERFILE
    assert f"JUPYTER_CONFIG_PATH={SETTINGS}/learner:{SETTINGS}/everyone" in DOCKERFILE
    storage = values["singleuser"]["storage"]
    mounts = {one["mountPath"]: one.get("readOnly", False) for one in storage["extraVolumeMounts"]}
    assert mounts == {f"{SHARED}/published": True, f"{SHARED}/exchange": False}
    claims = {one["name"] for one in storage["extraVolumes"]}
    assert {one["name"] for one in storage["extraVolumeMounts"]} == claims
    assert values["singleuser"]["uid"] == JOVYAN
    assert f"useradd --uid {JOVYAN} --gid {JOVYAN} --create-home --shell /bin/bash jovyan" in DOCKERFILE
    assert f"USER {JOVYAN}" in DOCKERFILE
    assert values["singleuser"]["memory"]["limit"] == "1G"
    assert values["singleuser"]["defaultUrl"] == START_PAGE
    assert values["cull"]["enabled"]


def test_the_room_of_kubernetes_is_one_that_the_commands_can_read(
    values: Any,  # noqa: ANN401
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "room.json").write_text(json.dumps(values["singleuser"]["extraFiles"]["room"]["data"]))
    monkeypatch.setenv("COURSE_WORKSHOP", str(tmp_path))
    room = Room.find()
    assert (room.published, room.exchange) == (SHARED / "published", SHARED / "exchange")
    assert room.accounts == Accounts.CONTAINER


def test_the_instructors_pod_has_what_no_learners_has(values: Any) -> None:  # noqa: ANN401
    c = SimpleNamespace(KubeSpawner=SimpleNamespace())
    exec(values["hub"]["extraConfig"]["instructor"], {"c": c})  # noqa: S102 - our own text
    mounts = values["singleuser"]["storage"]["extraVolumeMounts"]

    def pod(name: str) -> SimpleNamespace:
        spawner = SimpleNamespace(
            user=SimpleNamespace(name=name), volume_mounts=mounts, environment={}, uid=JOVYAN, cmd=COMMAND
        )
        c.KubeSpawner.pre_spawn_hook(spawner)
        return spawner

    assert (pod("ada").uid, pod("ada").volume_mounts, pod("ada").cmd) == (JOVYAN, mounts, COMMAND)
    teacher = pod("instructor")
    assert teacher.uid != JOVYAN
    assert teacher.volume_mounts == [{"name": "workshop", "mountPath": str(SHARED)}]
    assert teacher.cmd[2:] == ["--here", "--", "jupyterhub-singleuser"]
    assert teacher.environment["JUPYTER_CONFIG_PATH"] == f"{SETTINGS}/instructor:{SETTINGS}/everyone"


def test_the_image_has_the_packages_that_are_installed_here() -> None:
    """JupyterHub's version is the hub's. What Binder pins is not said twice."""
    file = ROOT / "workshop/requirements.txt"
    assert "://" not in file.read_text()
    pinned = {
        one.name: next(iter(one.specifier)).version
        for one in read(file)
        if one.marker is None or one.marker.evaluate()
    }
    assert pinned == {name: metadata.version(name) for name in pinned}, "run binder/export-requirements"
    assert "jupyterhub" in pinned
    own = [line.partition("==")[0] for line in file.read_text().splitlines() if "==" in line]
    binders = (ROOT / "binder/requirements.txt").read_text()
    assert [name for name in own if f"\n{name}==" in binders] == []


def test_the_image_has_the_courses_python_and_nothing_of_the_chapters() -> None:
    pinned = (ROOT / ".python-version").read_text().strip()
    assert f"ARG PYTHON=python:{pinned}-slim-" in DOCKERFILE
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    assert [stage.splitlines()[0] for stage in stages] == [
        "${UV} AS uv",
        "${PYTHON} AS environment",
        "environment AS types",
        "environment",
    ]
    copied = re.findall(r"^COPY (?:--from=types )?(\S+)", stages[1] + stages[3], re.MULTILINE)
    assert copied == [
        "--from=uv",
        "binder/requirements.txt",
        "workshop/requirements.txt",
        "/opt/course/var",
        "/srv/course/src",
    ]


def test_containers_have_no_more_rights_than_the_engine_gives_by_itself() -> None:
    assert HOST["cap_drop"] == ["ALL"]
    assert HOST["security_opt"] == ["no-new-privileges"]
    assert "privileged" not in HOST


def test_what_is_missing_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip(
        "dockerspawner", reason="DockerSpawner is not installed: uv sync --extra workshop-docker"
    )
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing")
    with pytest.raises(CourseError, match="Docker does not answer"):
        address_for_containers(NAME)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CourseError, match="`uv sync --extra workshop --extra workshop-docker` brings it"):
        address_for_containers(NAME)
