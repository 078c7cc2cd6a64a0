"""Namespaces (namespaces(7)): a network, processes, mounts and IPC objects of the sandbox's own.

They are entered in two steps. The keeper makes the process namespace, and if need be the user namespace that gives it
the right to; its child, the first process in there, makes the others, so that the keeper itself still sees the system.
"""

import errno
import os

from course.sandbox.policy import IsolationError


def separate_processes_as_root() -> bool:
    """Give the next child a process namespace, with root's own rights; False when this process does not have them."""
    if os.geteuid() != 0:
        return False
    try:
        _unshare(os.CLONE_NEWPID)
    except OSError as error:
        if error.errno == errno.EPERM:  # a container's root
            return False
        raise
    return True


def separate_processes_as_user() -> None:
    """Give the next child a process namespace by way of a user namespace, which needs no rights where it is allowed.

    OSError where it is not, IsolationError where it breaks off halfway. The calling process must have one thread. It
    keeps its user and group.
    """
    user, group = os.geteuid(), os.getegid()
    _unshare(os.CLONE_NEWUSER | os.CLONE_NEWPID)
    # user_namespaces(7): a plain user may map itself, and its group once setgroups(2) is given up.
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        try:
            with open(f"/proc/self/{name}", "wb", buffering=0) as file:
                file.write(text.encode())
        except OSError as error:  # this process is nobody now, and there is no way back
            raise IsolationError(f"The sandbox did not start: /proc/self/{name}: {error.strerror}.") from None


def separate_all_else(*, network: bool) -> None:
    """Leave the other namespaces of the system; OSError where that is not allowed."""
    flags = os.CLONE_NEWNS | os.CLONE_NEWIPC | os.CLONE_NEWUTS
    _unshare(flags if network else flags | os.CLONE_NEWNET)


def counts_processes_apart() -> bool:
    """Whether this kernel counts the processes of a user namespace apart from the user's others (Linux 5.14)."""
    release = os.uname().release.split(".")
    return (int(release[0]), int(release[1].split("-")[0])) >= (5, 14)


def _unshare(flags: int) -> None:
    try:
        os.unshare(flags)
    except OSError as error:
        raise OSError(error.errno, f"unshare: {error.strerror}") from None
