"""Which parts of the file system a sandbox sees."""

import os
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course.sandbox.policy import Policy

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store")

# Programs need little of /etc: the loader's cache, names of users and services, time zone, certificates. All else stays
# outside: it also holds keys and password hashes, which root would read.
_ETC = tuple(
    f"/etc/{name}"
    for name in (
        "alternatives",
        "ca-certificates",
        "group",
        "hosts",
        "ld.so.cache",
        "ld.so.conf",
        "ld.so.conf.d",
        "locale.alias",
        "localtime",
        "mime.types",
        "nsswitch.conf",
        "os-release",
        "passwd",
        "pki/tls",
        "protocols",
        "services",
        "ssl/certs",
        "ssl/openssl.cnf",
        "timezone",
    )
)
_ETC_FOR_NETWORK = ("/etc/gai.conf", "/etc/host.conf", "/etc/resolv.conf")

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


@dataclass(frozen=True)
class View:
    """The trees of a policy, as real paths, each of them existing."""

    readable: tuple[str, ...]
    writable: tuple[str, ...]
    hidden: tuple[str, ...]
    aliases: tuple[tuple[str, str], ...]
    """Symbolic links by which these trees are also known, with the real path of each."""

    def around_hidden(self) -> list[str]:
        """The readable trees, taken apart so that none contains a hidden path: for an allow-list without exceptions."""
        return [part for tree in self.readable for part in _around(tree, self.hidden)]


def view(policy: Policy) -> View:
    """What `policy` shows of this file system."""
    given = dict(everywhere())
    extra = [*policy.readable, *map(Path, _ETC_FOR_NETWORK if policy.network else ())]
    given |= _resolved(os.path.abspath(path) for path in extra)
    own = _resolved(os.path.abspath(path) for path in (policy.work, *policy.writable))
    writable = tuple(dict.fromkeys(own.values()))
    hidden = tuple(dict.fromkeys(os.path.realpath(path) for path in policy.hidden if path.exists()))
    readable = _outermost(set(given.values()) - {*writable, *hidden}, hidden)
    aliases = tuple(sorted((path, real) for path, real in (given | own).items() if path != real))
    return View(tuple(readable), writable, hidden, aliases)


@cache
def everywhere() -> dict[str, str]:
    """What every sandbox sees: each path with its real one."""
    return _resolved((*_SYSTEM, *_ETC, *python_trees()))


def _resolved(paths: Iterable[str]) -> dict[str, str]:
    return {path: os.path.realpath(path) for path in paths if os.path.exists(path)}


@cache
def python_trees() -> tuple[str, ...]:
    """Where this interpreter and its packages are, and the folder that holds this package.

    `sys.path` is not followed: in a test run or a notebook it may name the folder that holds the solutions.
    """
    import course

    executable = os.path.realpath(sys.executable)
    paths = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    paths += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    paths += [str(Path(executable).parents[1])]
    paths += [str(Path(course.__file__).resolve().parents[1])]
    # A broken prefix can be "/": showing everything would be no view at all.
    return tuple(
        dict.fromkeys(path for path in paths if os.path.isdir(path) and os.path.realpath(path) != "/")
    )


def depth(path: str) -> int:
    """How many names a path has; sorting by it puts a folder before what lies in it."""
    return len(Path(path).parts)


def inside(path: str, tree: str) -> bool:
    """Whether `path` is `tree` or lies in it."""
    return path == tree or path.startswith(tree.rstrip("/") + "/")


def _outermost(trees: Iterable[str], hidden: tuple[str, ...]) -> list[str]:
    """Without the trees that another one shows already."""
    kept: list[str] = []
    for tree in sorted(trees, key=depth):
        outer = [other for other in kept if inside(tree, other)]
        covered = any(
            not any(inside(tree, secret) and inside(secret, other) for secret in hidden) for other in outer
        )
        if not covered:
            kept.append(tree)
    return kept


def _around(tree: str, hidden: tuple[str, ...]) -> list[str]:
    if not any(inside(secret, tree) for secret in hidden):
        return [tree]
    if tree in hidden or not os.path.isdir(tree):
        return []
    parts: list[str] = []
    try:
        entries = os.scandir(tree)
    except PermissionError:
        return []
    with entries:
        for entry in entries:
            # What a link leads to is allowed by its own path, or not at all.
            if not entry.is_symlink():
                parts += _around(entry.path, hidden)
    return parts
