"""Landlock (landlock(7)): an allow-list of files that any process can put on itself, no rights needed."""

import errno
import os
import struct
from collections.abc import Iterable

from course.sandbox.syscalls import call, number
from course.sandbox.trees import DEVICES, View

# linux/landlock.h
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_FIRST_RIGHTS = (1 << 13) - 1
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_LATER_RIGHTS = ((2, 1 << 13), (3, _TRUNCATE), (5, _IOCTL_DEV), (9, 1 << 16))
"""Rights by the interface version that brought them: refer, truncate, ioctl on devices, reaching unix sockets."""
_BIND_AND_CONNECT_TCP = 0b11
_SCOPE_ABSTRACT_UNIX_AND_SIGNALS = 0b11

_READ = _EXECUTE | _READ_FILE | _READ_DIR
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

_PROC = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu")


def version() -> int:
    """The version of Landlock's interface here. OSError where there is none."""
    number("landlock_create_ruleset")  # on a machine that is not known, the reason is another one
    try:
        return call("landlock_create_ruleset", None, 0, _CREATE_RULESET_VERSION)
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EOPNOTSUPP):
            raise OSError(error.errno, "this kernel has no Landlock, or it is switched off") from None
        raise


def restrict(view: View, *, network: bool, own_root: bool) -> dict[str, str]:
    """Allow this process, and all that it starts, only what `view` shows.

    `own_root` tells that /proc and /dev/shm are the sandbox's own. Needs no_new_privs. Returns what this version of Landlock
    cannot restrict, with the reason; OSError where there is no Landlock.
    """
    abi = version()
    handled = _FIRST_RIGHTS
    for since, right in _LATER_RIGHTS:
        handled |= right if abi >= since else 0
    attributes = struct.pack("=Q", handled)
    if abi >= 4:
        attributes += struct.pack("=Q", 0 if network else _BIND_AND_CONNECT_TCP)
    if abi >= 6:
        attributes += struct.pack("=Q", _SCOPE_ABSTRACT_UNIX_AND_SIGNALS)
    ruleset = call("landlock_create_ruleset", attributes, len(attributes), 0)
    try:
        _allow(ruleset, view.around_hidden(), _READ & handled)
        _allow(ruleset, [*_PROC, "/proc" if own_root else "/proc/self"], _READ & handled)
        _allow(ruleset, view.writable, handled & ~(_MAKE_CHAR | _MAKE_BLOCK))
        _allow(ruleset, DEVICES, (_READ_FILE | _WRITE_FILE | _IOCTL_DEV) & handled)
        if own_root:
            _allow(ruleset, ["/dev/shm"], handled & ~(_MAKE_CHAR | _MAKE_BLOCK))  # noqa: S108
        call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)
    return {} if abi >= 6 else {"signals": f"not kept inside by version {abi} of Landlock"}


def _allow(ruleset: int, paths: Iterable[str], rights: int) -> None:
    for path in paths:
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # not there, or out of this user's reach: nothing to allow
        try:
            usable = rights if os.path.isdir(path) else rights & _FOR_FILES
            call("landlock_add_rule", ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", usable, descriptor), 0)
        finally:
            os.close(descriptor)
