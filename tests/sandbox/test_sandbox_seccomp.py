"""The filter, run by an interpreter of its own: so it is tested for machines that the tests do not run on."""

import errno
import re
import socket
import struct
from pathlib import Path

import pytest

from course.sandbox import seccomp, syscalls
from course.sandbox.syscalls import MACHINES, number

ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOWED, KILLED = "allowed", "killed"
ACTIONS = {0x7FFF0000: ALLOWED, 0x80000000: KILLED}


def decide(
    machine: str, nr: int, *arguments: int, architecture: int | None = None, **wishes: bool
) -> str | int:
    """What the filter says of a call: allowed, killed, or an error number."""
    options = {"network": False, "shared_files": False} | wishes
    program = list(struct.iter_unpack("=HBBI", seccomp.program(machine, **options)))
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", nr, architecture or ARCHITECTURE[machine], 0, *padded)
    at = value = 0
    while True:
        code, if_so, if_not, operand = program[at]
        at += 1
        match code:
            case 0x20:
                (value,) = struct.unpack_from("=I", data, operand)
            case 0x54:
                value &= operand
            case 0x15:
                at += if_so if value == operand else if_not
            case 0x35:
                at += if_so if value >= operand else if_not
            case 0x06:
                return ACTIONS.get(operand) or int(operand & 0xFFFF)


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def nr(name: str, machine: str) -> int:
    found = number(name, machine)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "name", ["ptrace", "mount", "unshare", "setns", "bpf", "keyctl", "io_uring_setup", "process_vm_readv"]
)
def test_calls_that_are_never_needed(machine: str, name: str) -> None:
    assert decide(machine, nr(name, machine)) == errno.EPERM


def test_ordinary_calls_are_allowed(machine: str) -> None:
    ordinary = {
        "x86_64": (0, 1, 9, 39, 57, 59, 202, 231, 257, 288),
        "aarch64": (56, 57, 63, 64, 93, 172, 221, 222, 242),
    }
    for call in ordinary[
        machine
    ]:  # read, write, mmap, getpid, fork, execve, futex, exit_group, openat, accept4
        assert decide(machine, call) == ALLOWED


def test_only_unix_stream_sockets(machine: str) -> None:
    stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
    for name in ("socket", "socketpair"):
        call = nr(name, machine)
        assert decide(machine, call, socket.AF_UNIX, stream | socket.SOCK_CLOEXEC) == ALLOWED
        assert decide(machine, call, socket.AF_UNIX, datagram | socket.SOCK_CLOEXEC) == errno.EPERM
        for kind in (socket.SOCK_RAW, socket.SOCK_SEQPACKET):  # Linux makes a datagram socket of SOCK_RAW
            assert decide(machine, call, socket.AF_UNIX, kind | socket.SOCK_CLOEXEC) == errno.EPERM
        assert decide(machine, call, socket.AF_INET, stream) == errno.EAFNOSUPPORT
        assert decide(machine, call, socket.AF_INET, stream, network=True) == ALLOWED
        # The upper half of a register does not reach the kernel's int.
        assert decide(machine, call, socket.AF_INET | 1 << 40, stream) == errno.EAFNOSUPPORT
    assert decide(machine, nr("connect", machine)) == errno.EPERM
    assert decide(machine, nr("connect", machine), network=True) == ALLOWED


def test_new_processes_but_no_new_namespaces(machine: str) -> None:
    clone = nr("clone", machine)
    assert decide(machine, clone, 0x3D0F00) == ALLOWED  # what glibc passes for a thread
    for flag in (0x20000, 0x02000000, 0x10000000, 0x20000000, 0x40000000):
        assert decide(machine, clone, flag | 17) == errno.EPERM
    assert decide(machine, nr("clone3", machine)) == errno.ENOSYS


def test_limits_of_oneself_only(machine: str) -> None:
    assert decide(machine, nr("prlimit64", machine), 0) == ALLOWED
    assert decide(machine, nr("prlimit64", machine), 1234) == errno.EPERM
    assert decide(machine, nr("setpriority", machine), 0, 0) == ALLOWED
    assert decide(machine, nr("setpriority", machine), 2, 0) == errno.EPERM


def test_dying_with_the_parent_cannot_be_taken_back(machine: str) -> None:
    assert decide(machine, nr("prctl", machine), 1, 9) == ALLOWED
    assert decide(machine, nr("prctl", machine), 1, 0) == errno.EPERM
    assert decide(machine, nr("prctl", machine), 15, 0) == ALLOWED


def test_modes_of_files(machine: str) -> None:
    fchmod, openat = nr("fchmod", machine), nr("openat", machine)
    assert decide(machine, fchmod, 3, 0o644) == ALLOWED
    assert decide(machine, fchmod, 3, 0o4755) == errno.EPERM
    assert decide(machine, fchmod, 3, 0o644, shared_files=True) == 0
    assert decide(machine, openat, 0, 0, 0o101, 0o6755) == errno.EPERM
    assert decide(machine, openat, 0, 0, 0, 0o6755) == ALLOWED  # without O_CREAT it is not a mode
    assert decide(machine, openat, 0, 0, 0o1000, shared_files=True) == errno.EPERM
    assert decide(machine, openat, 0, 0, 0o1101, 0o644, shared_files=True) == ALLOWED


def test_calls_of_another_architecture(machine: str) -> None:
    assert decide(machine, 0, architecture=0x40000003) == KILLED
    assert decide("x86_64", 0x40000000 | 101) == errno.ENOSYS


HEADERS = {
    "x86_64": [Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm/unistd_64.h")],
    "aarch64": [Path("/usr/include/asm-generic/unistd.h")],
}


def test_numbers_are_those_of_the_kernel_headers(machine: str) -> None:
    header = next((path for path in HEADERS[machine] if path.exists()), None)
    if header is None:
        pytest.skip("the kernel's headers are not installed")
    told = {
        name: int(value)
        for name, value in re.findall(r"#define __NR_(?:3264_)?(\w+) (\d+)", header.read_text())
    }
    ours = {name: number(name, machine) for name in syscalls.NUMBERS}
    known = {name: value for name, value in ours.items() if value is not None and name in told}
    assert known == {name: told[name] for name in known}
    assert len(known) > 80


def test_an_unknown_machine_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course.sandbox.seccomp.machine", lambda: None)
    monkeypatch.setattr("course.sandbox.syscalls.machine", lambda: None)
    with pytest.raises(OSError, match="not known here"):
        seccomp.restrict(network=False, shared_files=True)


@pytest.mark.parametrize("option", ["SO_SNDBUF", "SO_RCVBUF"])
def test_buffers_of_sockets_keep_their_size(machine: str, option: str) -> None:
    number = nr("setsockopt", machine)
    assert decide(machine, number, 3, socket.SOL_SOCKET, getattr(socket, option)) == errno.EPERM
    assert decide(machine, number, 3, socket.SOL_SOCKET, socket.SO_KEEPALIVE) == ALLOWED
