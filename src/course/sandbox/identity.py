"""Who the sandboxed process is: another user when started as root, and never one with capabilities."""

import contextlib
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from course.sandbox.family import show_own_proc
from course.sandbox.policy import Policy
from course.sandbox.syscalls import capset, prctl

_NOBODY = 65534
_FIRST_TRANSIENT, _TRANSIENT = 61184, 4096
"""The range that systemd sets aside for users that exist only while a service runs (UIDS-GIDS.md, DynamicUser=)."""

_PR_CAPBSET_DROP = 24  # linux/prctl.h, like the next one
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522  # linux/capability.h
_LAST_CAPABILITY = 63  # more than any kernel has


def become_other(policy: Policy, needed: Iterable[str], *, seed: int) -> tuple[int | None, str]:
    """As root, hand the writable trees to another user and become it.

    `needed` are the trees that it must be able to reach; sandboxes with different seeds get different
    users. Returns the new user's id, or None with the reason why this process is still root.
    """
    with contextlib.suppress(PermissionError):  # forbidden in a user namespace, where groups mean nothing
        os.setgroups([])
    candidates = [policy.user] if policy.user else [_FIRST_TRANSIENT + seed % _TRANSIENT, _NOBODY]
    own = (policy.work, *policy.writable)
    reason = ""
    for user in candidates:
        reason = _unreachable(user, needed, own)
        if not reason:
            break
    else:
        return None, reason
    for tree in own:
        _hand_over(tree, user)
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    show_own_proc()
    return user, ""


def drop_capabilities() -> None:
    """Give up every capability of this process, for good: a program that it starts gets none back either."""
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            prctl(_PR_CAPBSET_DROP, capability)
        except OSError:  # past the last one; or a plain user, who has none to lose
            break
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    capset(header, bytes(24))
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def _unreachable(user: int, readable: Iterable[str], own: Iterable[Path]) -> str:
    """Why a user cannot read these trees, or get to those that will be its own; nothing when it can."""
    try:
        os.setegid(user)
        os.seteuid(user)
    except OSError as error:  # not every container maps every user
        return f"user {user} cannot be used: {error.strerror}"
    try:
        for path in readable:
            mode = os.R_OK | os.X_OK if os.path.isdir(path) else os.R_OK
            if not os.access(path, mode, effective_ids=True):
                return f"user {user} could not read {path}"
        for tree in own:
            if not os.access(tree.resolve().parent, os.X_OK, effective_ids=True):
                return f"user {user} could not get to {tree}"
    finally:
        os.seteuid(0)
        os.setegid(0)
    return ""


def _hand_over(tree: Path, user: int) -> None:
    os.chown(tree, user, user)
    for _, folders, files, folder_fd in os.fwalk(tree):
        for name in (*folders, *files):
            with contextlib.suppress(FileNotFoundError):
                os.chown(name, user, user, dir_fd=folder_fd, follow_symlinks=False)
