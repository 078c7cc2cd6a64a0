"""What has to be there before the hub starts: programs, accounts, folders that are open or closed to others."""

import getpass
import importlib.util
import os
import shutil
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from course.catalog import content
from course.classroom.copy import DEFAULT_FOLDER
from course.errors import CourseError
from course.project import type_cache
from course.project.workspace import PROJECT, STATE
from course.workshop.people import make_accounts, refuse_closed_environment
from course.workshop.room import Accounts, Room

DESK = "course"
"""The instructor's clone, in their home folder."""
FOR_LEARNERS = {"src", ".venv"}
"""All that learners' accounts need of the clone; what they read of the course is published to them."""
NOT_COPIED = (".venv", STATE, PROJECT, DEFAULT_FOLDER, "__pycache__", "*.pyc", ".*_cache")

type Say = Callable[[str], None]


def set_up(
    state: Path,
    *,
    instructor: str | None,
    accounts: Accounts,
    address: str,
    port: int,
    idle_minutes: int,
    memory_mb: int,
    processors: float,
    image: str = "",
    say: Say,
) -> Room:
    """Make what a workshop needs, or find it there; return where things are.

    Raises CourseError, in one sentence, for whatever is missing, before anything is made.
    """
    refuse_missing_programs()
    refuse_taken(address, port)
    least, inside = 0, "127.0.0.1"
    if accounts is Accounts.CONTAINER:
        from course.workshop.containers import JOVYAN, address_for_containers

        least, inside = JOVYAN + 1, address_for_containers(image)
    if accounts is Accounts.ONE:
        name, desk = getpass.getuser(), content().root
        if instructor not in (None, name):
            raise CourseError(f"With one account for all, the instructor is {name}: leave --instructor out.")
    else:
        refuse_closed_environment()
        name, desk = _instructors_place(instructor, say, least=least)
    room = Room(
        state=str(state),
        desk=str(desk),
        instructor=name,
        accounts=accounts,
        address=address,
        port=port,
        hub_port=free_port(),
        proxy_port=free_port(),
        board_port=free_port(),
        idle_minutes=idle_minutes,
        memory_mb=memory_mb,
        processors=processors,
        image=image,
        inside=inside,
    )
    _make_folders(room)
    room.write()
    _read_libraries(say)
    return room


def refuse_missing_programs() -> None:
    """Raise CourseError when JupyterHub is not installed here."""
    missing = [
        name for name in ("jupyterhub", "jupyterhub_idle_culler") if importlib.util.find_spec(name) is None
    ]
    if missing or not proxy_command():
        raise CourseError(
            "JupyterHub is not in the course's environment: `uv sync --extra workshop` brings it."
        )


def proxy_command() -> list[str]:
    """Return the command of the proxy: npm's or Debian's where it is on PATH, else the one in Python; empty without any."""
    import sys

    found = shutil.which("configurable-http-proxy")
    beside = Path(sys.executable).parent
    if found and Path(found).parent != beside:
        return [found]
    if importlib.util.find_spec("configurable_http_proxy") is None:
        return []
    return [sys.executable, "-P", "-m", "course.workshop.proxy"]


def refuse_taken(address: str, port: int) -> None:
    """Raise CourseError when nobody can listen there."""
    with closing(socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except (OSError, OverflowError) as error:
            raise CourseError(
                f"Nothing can listen on {address}, port {port} ({error}): choose another."
            ) from error


def free_port() -> int:
    """Return a port of the loopback address that nobody uses."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def instructors_name(given: str | None) -> str:
    """Return whose account the instructor's is: the one given, the owner of the clone, or `instructor`."""
    import pwd

    owner = content().root.stat().st_uid
    try:
        return given or (pwd.getpwuid(owner).pw_name if owner else "instructor")
    except KeyError as error:
        raise CourseError(
            f"The clone's owner, {owner}, is no account of this machine: name one with --instructor."
        ) from error


def _instructors_place(instructor: str | None, say: Say, *, least: int) -> tuple[str, Path]:
    """The instructor's account, with a user id of `least` or more, and clone. The clone here is closed to everybody else."""
    clone = content().root
    owner = clone.stat().st_uid
    account = make_accounts(instructors_name(instructor), least=least)
    if account.pw_uid < least:
        raise CourseError(
            f"{account.pw_name} has the user id {account.pw_uid}, and learners in containers have {least - 1}: name "
            "another account with --instructor, or one that is not there yet."
        )
    closed = [path for path in clone.iterdir() if path.name not in FOR_LEARNERS and _close(path)]
    if closed:
        say(
            f"Closed to other accounts: {len(closed)} files and folders of {clone}, chapters/ and .git among them."
        )
    if account.pw_uid == owner:
        return account.pw_name, clone
    desk = Path(account.pw_dir, DESK)
    if not desk.exists():
        shutil.copytree(clone, desk, symlinks=True, ignore=shutil.ignore_patterns(*NOT_COPIED))
        for folder, _, files in os.walk(desk):
            for path in (folder, *(os.path.join(folder, name) for name in files)):
                os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
        desk.chmod(0o700)
        say(f"Made the instructor's clone: {desk}")
    return account.pw_name, desk


def _close(path: Path) -> bool:
    """Take away what others may do; return whether there was something."""
    if path.is_symlink() or not (mode := path.stat().st_mode) & 0o007:
        return False
    path.chmod(mode & 0o770)
    return True


def _make_folders(room: Room) -> None:
    import pwd

    try:
        for folder, mode in (
            (room.root, 0o755),
            (room.hub, 0o700),
            (room.board, 0o700),
            (room.published, 0o755),
            # As nbgrader wants it, but nobody may take another's entry away.
            (room.exchange, 0o1777),
        ):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(mode)
    except OSError as error:
        raise CourseError(
            f"{room.root} cannot be made ({error.strerror}): choose another with --state."
        ) from error
    if os.geteuid() == 0:
        account = pwd.getpwnam(room.instructor)
        for folder in (room.published, room.exchange, room.board):
            os.chown(folder, account.pw_uid, account.pw_gid)


def _read_libraries(say: Say) -> None:
    """Let mypy read the libraries now: learners could not keep what it finds, and would wait for it again and again."""
    kept = list(type_cache.home().glob("mypy*"))
    if len(kept) >= len(type_cache.CONFIGURATIONS) or not os.access(type_cache.home().parent.parent, os.W_OK):
        return
    say("Reading the libraries' types, once for this environment: a minute.")
    type_cache.read_libraries()
