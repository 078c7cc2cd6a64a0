"""Attempts to get out of a sandbox, each with the layers that must stop it. Only ever called inside one."""

import contextlib
import ctypes
import errno
import os
import resource
import signal
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox_world import World

from course.sandbox import LANDLOCK, LIMITS, NAMESPACES, SECCOMP
from course.sandbox.syscalls import call, mount

ALWAYS = frozenset({LIMITS})
FILES = frozenset({NAMESPACES, LANDLOCK})
NETWORK = frozenset({NAMESPACES, SECCOMP})
PROCESSES = frozenset({NAMESPACES, LANDLOCK})
CALLS = frozenset({SECCOMP})


@dataclass(frozen=True)
class Probe:
    """An attempt: it raises OSError when it is refused, and returns what it got otherwise."""

    name: str
    attempt: Callable[[World], object]
    stopped_by: frozenset[str]


PROBES: list[Probe] = []


def probe(stopped_by: frozenset[str]) -> Callable[[Callable[[World], object]], Callable[[World], object]]:
    """Register an attempt that any one of these layers must stop."""

    def register(attempt: Callable[[World], object]) -> Callable[[World], object]:
        PROBES.append(Probe(attempt.__name__, attempt, stopped_by))
        return attempt

    return register


def attempt_all(world: World) -> dict[str, str]:
    """Make every attempt, and say how each ended: `refused: …` or `did it: …`."""
    ended = {}
    for each in PROBES:
        try:
            got = each.attempt(world)
        except OSError as error:
            ended[each.name] = f"refused: {error}"
        else:
            ended[each.name] = f"did it: {got!r}"
    with contextlib.suppress(OSError):
        (world.secret / "canary").chmod(0)  # it may seem to succeed: what counts is the file
    with contextlib.suppress(OSError):
        shared_memory(world).write_text("the sandbox may have one of its own")
    return ended


def shared_memory(world: World) -> Path:
    """A file that the machine must not get to see."""
    return Path("/dev/shm") / world.base.name  # noqa: S108 - the place is the point


# Reading


@probe(FILES)
def read_a_hidden_file(world: World) -> object:
    return (world.secret / "canary").read_text()


@probe(FILES)
def list_a_hidden_folder(world: World) -> object:
    return os.listdir(world.secret)


@probe(FILES)
def read_a_hidden_file_in_a_readable_folder(world: World) -> object:
    return (world.shown / "hidden.txt").read_text()


@probe(FILES)
def read_in_a_hidden_folder_in_a_readable_folder(world: World) -> object:
    return (world.shown / "private/canary").read_text()


@probe(FILES)
def list_the_home_folder(world: World) -> object:
    names = os.listdir(Path.home())
    if len(names) <= 1:
        raise PermissionError(f"nothing to see but the way to Python: {names}")
    return len(names)


@probe(FILES)
def read_the_password_hashes(world: World) -> object:
    return len(Path("/etc/shadow").read_text())


@probe(FILES)
def follow_a_symbolic_link(world: World) -> object:
    link = world.work / "link"
    link.unlink(missing_ok=True)
    link.symlink_to(world.secret / "canary")
    return link.read_text()


@probe(FILES)
def go_up_from_the_work_folder(world: World) -> object:
    return open("../secret/canary", encoding="utf-8").read()


@probe(FILES)
def make_a_hard_link(world: World) -> object:
    os.link(world.secret / "canary", world.work / "hard")
    return (world.work / "hard").read_text()


@probe(FILES)
def read_by_the_root_of_the_own_process(world: World) -> object:
    return Path(f"/proc/self/root{world.secret}/canary").read_text()


@probe(ALWAYS)
def read_through_a_leaked_descriptor(world: World) -> object:
    return os.open("canary", os.O_RDONLY, dir_fd=world.leaked)


@probe(FILES)
def read_the_environment_of_the_bystander(world: World) -> object:
    return len(Path(f"/proc/{world.bystander.pid}/environ").read_bytes())


@probe(FILES)
def open_the_memory_of_the_bystander(world: World) -> object:
    with open(f"/proc/{world.bystander.pid}/mem", "rb"):
        return "opened"


@probe(FILES)
def read_the_environment_of_the_parent(world: World) -> object:
    return len(Path(f"/proc/{world.extra['parent']}/environ").read_bytes())


@probe(FILES)
def open_the_memory_of_the_parent(world: World) -> object:
    with open(f"/proc/{world.extra['parent']}/mem", "rb"):
        return "opened"


# Writing


@probe(FILES)
def write_outside(world: World) -> object:
    return (world.outside / "written").write_text("x")


@probe(FILES)
def make_a_folder_outside(world: World) -> None:
    (world.outside / "made").mkdir()


@probe(FILES)
def write_to_a_readable_file(world: World) -> object:
    return (world.shown / "open.txt").write_text("changed")


@probe(FILES)
def delete_a_readable_file(world: World) -> None:
    (world.shown / "open.txt").unlink()


@probe(FILES)
def empty_a_hidden_file(world: World) -> None:
    os.truncate(world.secret / "canary", 0)


@probe(FILES)
def move_the_own_folder_away(world: World) -> object:
    return world.work.rename(world.outside / "work")


# Network


@probe(NETWORK | {LANDLOCK})
def connect_to_a_local_server(world: World) -> None:
    with socket.socket() as client:
        client.connect(world.listener.getsockname())


@probe(NETWORK)
def send_a_datagram(world: World) -> object:
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        return client.sendto(b"x", world.datagrams.getsockname())


@probe(NETWORK | {LANDLOCK})
def connect_to_an_abstract_socket(world: World) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(world.abstract_name)


@probe(NETWORK)
def connect_to_a_named_socket(world: World) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(world.base / "named.sock"))


@probe(CALLS)
def make_a_raw_socket_of_the_kernel(world: World) -> object:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW):
        return "made"


@probe(CALLS)
def make_an_internet_socket(world: World) -> object:
    with socket.socket(socket.AF_INET6):
        return "made"


# Other processes


@probe(PROCESSES)
def signal_the_bystander(world: World) -> None:
    os.kill(world.bystander.pid, signal.SIGCONT)


@probe(NETWORK)
def change_the_limits_of_the_bystander(world: World) -> object:
    return resource.prlimit(world.bystander.pid, resource.RLIMIT_CORE, (0, 0))


@probe(NETWORK)
def pin_the_bystander(world: World) -> None:
    os.sched_setaffinity(world.bystander.pid, os.sched_getaffinity(0))


@probe(NETWORK | {LANDLOCK})
def trace_the_bystander(world: World) -> object:
    attach_without_stopping = 0x4206  # PTRACE_SEIZE, linux/ptrace.h; it ends with this process
    return call("ptrace", attach_without_stopping, world.bystander.pid, 0, 0)


@probe(NETWORK | {LANDLOCK})
def read_the_memory_of_the_bystander(world: World) -> object:
    here = ctypes.create_string_buffer(8)
    local = struct.pack("PN", ctypes.addressof(here), 8)  # struct iovec
    remote = struct.pack("PN", 1, 8)
    try:
        return call("process_vm_readv", world.bystander.pid, local, 1, remote, 1, 0)
    except OSError as error:
        if error.errno == errno.EFAULT:  # it may, only not at this address
            return "may read"
        raise


# The machine


@probe(ALWAYS)
def mount_something(world: World) -> None:
    mount("tmpfs", str(world.work), "tmpfs", 0, "size=4k")


@probe(ALWAYS)
def change_the_root_folder(world: World) -> None:
    os.chroot(world.work)


@probe(ALWAYS)
def make_a_device(world: World) -> None:
    os.mknod(world.work / "null", 0o020666, os.makedev(1, 3))


@probe(ALWAYS)
def leave_a_namespace(world: World) -> None:
    os.unshare(os.CLONE_NEWUTS)


@probe(CALLS)
def make_a_user_namespace(world: World) -> None:
    os.unshare(os.CLONE_NEWUSER)


@probe(CALLS)
def make_a_program_that_runs_as_its_owner(world: World) -> None:
    (world.work / "tool").write_text("x")
    (world.work / "tool").chmod(0o4755)


@probe(CALLS)
def outlive_the_parent(world: World) -> object:
    if ctypes.CDLL(None, use_errno=True).prctl(1, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "PR_SET_PDEATHSIG")
    return "no longer tied to it"
