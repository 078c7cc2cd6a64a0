"""Servers in containers: the image of `workshop/Dockerfile`, what each may see of this machine, and as whom."""

import importlib.util
import os
import pwd
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.workshop.room import Room

JOVYAN = 1000
"""The user that every learner is in their container."""
SHARED = Path("/srv/workshop")
"""Where learners' containers have the published edition and the exchange: the image's environment says so."""
SETTINGS = Path("/srv/course/src/course/workshop/jupyter")
COMMAND = ["course", "start", "my-course", "--", "jupyterhub-singleuser"]
"""The image's own command. The instructor's differs."""
HOST = {
    "init": True,  # kernels leave processes behind, which somebody has to take note of
    "pids_limit": 1024,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
}


def address_for_containers(image: str) -> str:
    """Return this machine's address on the network of Docker's containers.

    Raises CourseError when the library, Docker, the image or the network is missing.
    """
    if importlib.util.find_spec("dockerspawner") is None:
        raise CourseError(
            "DockerSpawner is not in the course's environment: `uv sync --extra workshop --extra workshop-docker` brings it."
        )
    import docker

    try:
        client = docker.from_env()
        networks = client.networks.list(names=["bridge"])
    except (docker.errors.DockerException, OSError) as error:
        raise CourseError(f"Docker does not answer ({error}): is it installed, and running?") from error
    try:
        client.images.get(image)
    except docker.errors.ImageNotFound as error:
        raise CourseError(
            f"There is no image {image}: `docker build --file workshop/Dockerfile --tag {image} .` in the clone makes it."
        ) from error
    settings = [one for network in networks for one in network.attrs["IPAM"]["Config"] or ()]
    gateways = [one["Gateway"] for one in settings if "." in one.get("Gateway", "")]
    if not gateways:
        raise CourseError(
            "Docker has no bridge network, on which containers and the hub could find each other."
        )
    return str(gateways[0])


def prepare_container(spawner: Any, room: Room) -> None:  # noqa: ANN401 - JupyterHub has no types
    """Set up one person's container. The instructor's has the clone and the workshop's folder, a learner's what is theirs."""
    if spawner.user.name == room.instructor:
        _prepare_instructors(spawner, room)
        return
    home = _home(room, spawner.user.name, JOVYAN, JOVYAN)
    spawner.cmd = COMMAND
    spawner.volumes = {str(home): "/home/jovyan", str(room.exchange): str(SHARED / room.exchange.name)}
    spawner.read_only_volumes = {str(room.published): str(SHARED / room.published.name)}
    spawner.environment = {
        **spawner.environment,
        "COURSE_BOARD": room.environment(spawner.user.name)["COURSE_BOARD"],
    }
    spawner.mem_limit = room.memory_mb * 2**20 or None
    spawner.cpu_limit = room.processors or None


def _prepare_instructors(spawner: Any, room: Room) -> None:  # noqa: ANN401 - see above
    """As their account of this machine, so that no learner is the owner of what is theirs."""
    account = pwd.getpwnam(room.instructor)
    home = _home(room, room.instructor, account.pw_uid, account.pw_gid)
    names = room.hub / "passwd"
    names.write_text(f"{account.pw_name}:x:{account.pw_uid}:{account.pw_gid}::{account.pw_dir}:/bin/bash\n")
    names.chmod(0o644)
    spawner.cmd = ["course", "start", "--here", "--", "jupyterhub-singleuser"]
    spawner.volumes = {str(home): account.pw_dir, room.desk: room.desk, room.state: room.state}
    spawner.read_only_volumes = {str(names): "/etc/passwd"}
    spawner.extra_create_kwargs = {
        "user": f"{account.pw_uid}:{account.pw_gid}",
        "working_dir": room.desk,
    }
    environment = room.environment(room.instructor)
    del environment["PATH"]  # the image has its own
    environment["HOME"] = account.pw_dir
    environment["COURSE_ONE_ACCOUNT"] = "1"  # learners are one account, and submissions in it
    environment["JUPYTER_CONFIG_PATH"] = f"{SETTINGS}/instructor:{SETTINGS}/everyone"
    spawner.environment = {**spawner.environment, **environment}


def _home(room: Room, name: str, user: int, group: int) -> Path:
    """A person's folder, made when they come for the first time. The folder of all of them is root's alone."""
    room.homes.mkdir(mode=0o700, exist_ok=True)
    home = room.homes / name
    if not home.exists():
        home.mkdir(mode=0o700)
        os.chown(home, user, group)
    return home
