"""Isolation of the processes that run a learner's code, in layers (Linux: all of them; elsewhere: limits).

In a freshly forked process, before it imports a learner's module:

    isolation = apply(Policy(work=folder, hidden=(solutions, gradebook), keep_fds=(channel,)))
    isolation.describe()  # "namespaces, landlock, seccomp, limits", or "limits only"

| layer | what it does | what it needs |
|---|---|---|
| namespaces | a root folder with nothing but what the policy shows; no network; no other processes | root, or user namespaces |
| landlock | an allow-list of files, by path; signals and abstract sockets stay inside | Linux 5.13, better 6.12 |
| seccomp | no sockets but unix ones, no connections, no calls that look into or out of the sandbox | x86-64 or aarch64 |
| limits | processor time, memory, processes, file size, open files; another user when started as root | POSIX |

A keeper process outside watches what all processes use together, and ends with the sandbox, taking all of it along.
It looks a few times a second: memory and disk may overshoot for that long. Under Landlock alone, names and sizes of
other files can be seen, not their content.
"""

from course.sandbox.confine import apply, prepare, run, survey
from course.sandbox.family import adopt_orphans, die_with_parent, end_descendants, hide_memory
from course.sandbox.keeper import stop, wait
from course.sandbox.policy import (
    LANDLOCK,
    LAYERS,
    LIMITS,
    MEGABYTE,
    NAMESPACES,
    SECCOMP,
    Isolation,
    IsolationError,
    Limits,
    Policy,
)

__all__ = [
    "LANDLOCK",
    "LAYERS",
    "LIMITS",
    "MEGABYTE",
    "NAMESPACES",
    "SECCOMP",
    "Isolation",
    "IsolationError",
    "Limits",
    "Policy",
    "adopt_orphans",
    "apply",
    "die_with_parent",
    "end_descendants",
    "hide_memory",
    "prepare",
    "run",
    "stop",
    "survey",
    "wait",
]
