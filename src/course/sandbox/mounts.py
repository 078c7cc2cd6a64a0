"""A root folder of the sandbox's own: what the policy shows, read-only but for its own folder, and nothing else."""

import contextlib
import os
import struct
from collections.abc import Iterator

from course.sandbox.syscalls import call, mount
from course.sandbox.trees import DEVICES, View, depth, inside

# linux/mount.h
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 1, 2, 4, 8, 1 << 14, 1 << 18
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID, _MOUNT_ATTR_NODEV = 1, 2, 4
_OPEN_TREE_CLONE, _MOVE_MOUNT_F_EMPTY_PATH = 1, 4
_MNT_DETACH = 2
# linux/fcntl.h
_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000

_EMPTY = "mode=0755,size=64k"
_SHARED_MEMORY = "mode=1777,size=16m"  # what multiprocessing's locks need
_ROOT = "mode=0755,size=1m"


def enter_new_root(view: View) -> dict[str, str]:
    """Replace the root folder, in a mount namespace of this process's own, by what `view` shows.

    Returns what could not be provided, with the reason. OSError when it cannot be done at all; then nothing has changed.
    """
    mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    stage = view.writable[
        0
    ]  # a place to build at: it is out of sight only while its own tree is copied aside
    clones: dict[str, int] = {}
    mask = os.umask(0o022)
    try:
        for path in (*view.readable, *view.writable, *filter(os.path.exists, DEVICES)):
            with contextlib.suppress(
                PermissionError
            ):  # what this user cannot reach, the sandbox cannot either
                clones[path] = _clone(path)
        mount("tmpfs", stage, "tmpfs", _MS_NOSUID | _MS_NODEV, _ROOT)
        try:
            os.chdir(stage)
            missing = _furnish(view, clones)
            call("pivot_root", b".", b".")  # pivot_root(2): the old root is now stacked over the new one
        except OSError:
            os.chdir("/")
            call("umount2", os.fsencode(stage), _MNT_DETACH)
            raise
        call("umount2", b".", _MNT_DETACH)
        os.chdir("/")
        _restrict("/", _MOUNT_ATTR_RDONLY, recursive=False)
    finally:
        os.umask(mask)
        for descriptor in clones.values():
            os.close(descriptor)
    return missing


def _furnish(view: View, clones: dict[str, int]) -> dict[str, str]:
    """Put everything in its place below the working directory, outer folders first."""
    for alias, path in view.aliases:
        _link(alias, path)
    secrets = set(_visible_secrets(view))
    masks = []
    for path in sorted({*clones, *secrets} - set(DEVICES), key=depth):
        if path in secrets:
            masks.append(_mask(path))
            continue
        attributes = _MOUNT_ATTR_NOSUID | _MOUNT_ATTR_NODEV
        if path not in view.writable:
            attributes |= _MOUNT_ATTR_RDONLY
        _restrict(clones[path], attributes)
        _place(clones[path], path)
    for device in DEVICES:
        if device in clones:
            _place(clones[device], device)
    for folder in ("./tmp", "./dev/shm", "./proc"):
        os.makedirs(folder, exist_ok=True)
    mount("tmpfs", "./dev/shm", "tmpfs", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, _SHARED_MEMORY)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink(f"/proc/self/fd{target}", f"./dev/{name}")
    for folder in masks:
        _restrict(folder, _MOUNT_ATTR_RDONLY, recursive=False)
    try:
        mount("proc", "./proc", "proc", _MS_RDONLY | _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    except OSError as error:  # a container that masks parts of its own /proc
        return {"/proc": f"empty: {error.strerror}"}
    return {}


def _visible_secrets(view: View) -> Iterator[str]:
    for secret in view.hidden:
        if any(inside(secret, tree) for tree in (*view.readable, *view.writable)):
            yield secret


def _mask(path: str) -> str:
    """Put an empty folder or file over a hidden path, and return the mount to make read-only."""
    target = "." + path
    if os.path.isdir(target):
        mount("tmpfs", target, "tmpfs", _MS_NOSUID | _MS_NODEV, _EMPTY)
        return target
    os.close(os.open("./.hidden", os.O_CREAT | os.O_WRONLY, 0))
    empty = _clone("./.hidden")
    try:
        _place(empty, path)
    finally:
        os.close(empty)
        os.unlink("./.hidden")
    return target


def _clone(path: str) -> int:
    """A detached copy of the tree at `path`, with all that is mounted in it (open_tree(2)); OSError when out of reach."""
    flags = _OPEN_TREE_CLONE | os.O_CLOEXEC | _AT_RECURSIVE
    return call("open_tree", _AT_FDCWD, os.fsencode(path), flags)


def _place(clone: int, path: str) -> None:
    """Attach a detached tree below the working directory (move_mount(2))."""
    target = "." + path
    if not os.path.lexists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.isdir(f"/proc/self/fd/{clone}"):
            os.mkdir(target)
        else:
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    call("move_mount", clone, b"", _AT_FDCWD, os.fsencode(target), _MOVE_MOUNT_F_EMPTY_PATH)


def _restrict(where: str | int, attributes: int, *, recursive: bool = True) -> None:
    """Set mount attributes on a tree, given by its path or by the descriptor of a detached one (mount_setattr(2))."""
    folder, path = (where, b"") if isinstance(where, int) else (_AT_FDCWD, os.fsencode(where))
    flags = (_AT_RECURSIVE if recursive else 0) | (_AT_EMPTY_PATH if isinstance(where, int) else 0)
    wanted = struct.pack("=QQQQ", attributes, 0, 0, 0)  # set, clear, propagation, user namespace
    call("mount_setattr", folder, path, flags, wanted, len(wanted))


def _link(alias: str, path: str) -> None:
    target = "." + alias
    if not os.path.lexists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(path, target)
