"""Accounts of the machine: those of a workshop are made here, and what the instructor does is done as the instructor."""

import grp
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

from course.errors import CourseError
from course.workshop.room import BIN, LEARNERS, Room

NOBODY = 65534
FIRST_PERSON = 1_000
"""Smaller user ids are the system's."""
ADD_LEARNER = [
    "useradd",
    "--create-home",
    "--key",
    "HOME_MODE=0700",
    "--shell",
    "/bin/bash",
    "--gid",
    LEARNERS,
]
"""JupyterHub appends the name."""


def make_accounts(instructor: str, *, least: int = 0) -> pwd.struct_passwd:
    """Make the learners' group and the instructor's account, where they are missing; return the account.

    A new account's user id is `least` or more.
    """
    for program in ("useradd", "groupadd"):
        if shutil.which(program) is None:
            raise CourseError(
                f"{program} is not on this machine: install it (on Debian: apt-get install passwd)."
            )
    try:
        grp.getgrnam(LEARNERS)
    except KeyError:
        _run("groupadd", LEARNERS)
    try:
        account = pwd.getpwnam(instructor)
    except KeyError:
        _run(
            "useradd",
            "--create-home",
            "--key",
            "HOME_MODE=0700",
            *(["--key", f"UID_MIN={least}"] if least else []),
            "--shell",
            "/bin/bash",
            "--user-group",
            instructor,
        )
        account = pwd.getpwnam(instructor)
    if account.pw_uid == 0:
        raise CourseError("The instructor cannot be root: name another account with --instructor.")
    return account


def is_learner(name: str) -> bool:
    """Whether this is an account that a workshop made, or none at all yet."""
    try:
        account = pwd.getpwnam(name)
    except KeyError:
        return True
    try:
        return account.pw_uid >= FIRST_PERSON and account.pw_gid == grp.getgrnam(LEARNERS).gr_gid
    except KeyError:  # there was no workshop here yet
        return False


def refuse_closed_environment() -> None:
    """Raise CourseError when other accounts cannot run the course's Python: then no learner's server would start."""
    closed = _closed()
    why = f"{closed} is closed to them" if closed else _what_stops_nobody()
    if why:
        raise CourseError(
            f"Learners' accounts cannot run the course's Python: {why}. Have the clone and Python where everybody may "
            "read, as in /srv/course, with `UV_PYTHON_INSTALL_DIR=/opt/python uv sync --extra workshop` there."
        )


def _what_stops_nobody() -> str:
    """What happens when an account without any rights imports what a learner's server needs; empty when it can."""
    done = subprocess.run(
        [sys.executable, "-c", "import course.cli, jupyterhub.singleuser"],
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stderr.strip().splitlines() or ["it said nothing"])[-1] if done.returncode else ""


def _closed() -> Path | None:
    """The first folder on the way to Python or to the course's code that others may not enter."""
    code = Path(__file__).resolve()
    for place in (Path(sys.executable), Path(sys.executable).resolve(), code):
        for folder in reversed(place.parents):
            if not folder.stat().st_mode & 0o001:
                return folder
    return None


def is_root_for_others(room: Room) -> bool:
    """Whether this is root, and the instructor is somebody else, to whom all of the day's things belong."""
    return os.geteuid() == 0 and pwd.getpwnam(room.instructor).pw_uid != 0


def as_instructor(room: Room, *arguments: str) -> None:
    """Run one of the course's commands as the instructor, and show what it says; CourseError when it fails."""
    account = pwd.getpwnam(room.instructor)
    environment = room.environment(room.instructor) | {
        "HOME": account.pw_dir,
        "USER": account.pw_name,
        "LOGNAME": account.pw_name,
    }
    sys.stdout.flush()
    done = subprocess.run(  # noqa: S603 - our own command
        [str(BIN / "course"), *arguments],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=os.getgrouplist(account.pw_name, account.pw_gid),
        env=environment,
        cwd=account.pw_dir,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise CourseError(said[-1] if said else f"`course {' '.join(arguments)}` failed.")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise CourseError(f"{command[0]} failed: {done.stderr.strip() or 'it said nothing'}.")
