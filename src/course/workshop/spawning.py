"""How a person's server starts: the course prepares their folder, then JupyterHub's own server takes its place."""

from typing import Any

from course.catalog import catalog
from course.workshop.room import BIN, Accounts, Room

FOLDER = "~/my-course"
START_PAGE = f"/lab/tree/notebooks/{catalog().chapters[0].slug}.ipynb"


def prepare(spawner: Any) -> None:  # noqa: ANN401 - JupyterHub has no types
    """JupyterHub's pre_spawn_hook: the instructor works in the clone, a learner in a copy of their own."""
    room = Room.find()
    if room.accounts == Accounts.CONTAINER:
        from course.workshop.containers import prepare_container  # needs the extra workshop-docker

        prepare_container(spawner, room)
        return
    name = spawner.user.name
    where = "--here" if name == room.instructor else FOLDER
    spawner.cmd = [str(BIN / "course"), "start", where, "--", str(BIN / "jupyterhub-singleuser")]
    spawner.environment = {**spawner.environment, **room.environment(name)}
    if name != room.instructor:  # who grades the room needs more
        spawner.mem_limit = room.memory_mb * 2**20 or None
        spawner.cpu_limit = room.processors or None
