"""A seccomp filter (seccomp(2)): system calls that no web application needs are refused."""

import ctypes
import errno
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from course.sandbox.syscalls import call, machine, number

# linux/prctl.h, linux/socket.h, linux/sched.h, asm/ioctls.h, linux/stat.h, linux/fcntl.h
_PR_SET_PDEATHSIG = 1
_SIGKILL = 9
_AF_UNIX = 1
_SOCK_STREAM, _SOCK_TYPE = 1, 0xF
_SOL_SOCKET, _SO_SNDBUF, _SO_RCVBUF, _SO_SNDBUFFORCE, _SO_RCVBUFFORCE = 1, 7, 8, 32, 33
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_SETUID_OR_SETGID = 0o6000
_CREATES = 0o100 | 0o20000000  # O_CREAT, and the bit that tells O_TMPFILE from O_DIRECTORY
_O_TRUNC, _O_ACCMODE, _O_RDONLY = 0o1000, 0o3, 0
_PRIO_USER = 2

_ALL = 0xFFFFFFFF


@dataclass(frozen=True)
class When:
    """A condition on the lower 32 bits of an argument: `argument & mask` equals `value`, or does not."""

    argument: int
    value: int
    mask: int = _ALL
    equal: bool = True


@dataclass(frozen=True)
class Rule:
    """Refuse a call with `error` when all conditions hold."""

    call: str
    error: int = errno.EPERM
    when: tuple[When, ...] = ()


def _not(argument: int, value: int, mask: int = _ALL) -> When:
    return When(argument, value, mask, equal=False)


# Leaving the sandbox, looking into other processes, configuring the machine, and parts of the kernel that are known
# for their holes.
_NEVER = (
    "mount umount2 pivot_root chroot open_tree open_tree_attr move_mount fsopen fsconfig fsmount fspick mount_setattr "
    "unshare setns name_to_handle_at open_by_handle_at quotactl quotactl_fd fanotify_init "
    "ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp pidfd_getfd perf_event_open "
    "bpf userfaultfd io_uring_setup io_uring_enter io_uring_register add_key request_key keyctl lookup_dcookie "
    "init_module finit_module create_module delete_module kexec_load kexec_file_load reboot swapon swapoff acct syslog "
    "sethostname setdomainname settimeofday clock_settime clock_adjtime adjtimex vhangup nfsservctl uselib _sysctl "
    "iopl ioperm modify_ldt migrate_pages move_pages"
).split()

_RULES = (
    *(Rule(name) for name in _NEVER),
    # Memory that no resource limit counts.
    *(
        Rule(name, errno.ENOSYS)
        for name in (
            *("memfd_create", "memfd_secret", "shmget", "semget", "msgget", "mq_open", "mq_unlink"),
            *("vmsplice", "io_setup"),
        )
    ),
    # clone3's flags lie in memory, where a filter cannot look: without it, glibc uses clone.
    Rule("clone3", errno.ENOSYS),
    Rule("clone", when=(_not(0, 0, _NEW_NAMESPACES),)),
    # Other processes of the same user: their limits and priorities (process 0 is the caller).
    *(
        Rule(name, when=(_not(0, 0),))
        for name in (
            "prlimit64",
            "sched_setaffinity",
            "sched_setattr",
            "sched_setparam",
            "sched_setscheduler",
        )
    ),
    *(Rule(name, when=(_not(1, 0),)) for name in ("setpriority", "ioprio_set")),
    Rule("setpriority", when=(When(0, _PRIO_USER),)),
    # A process may ask to die with its parent, and not take that back.
    Rule("prctl", when=(When(0, _PR_SET_PDEATHSIG), _not(1, _SIGKILL))),
    # Typing into the terminal that the grader was started from.
    *(Rule("ioctl", when=(When(1, request),)) for request in (_TIOCSTI, _TIOCLINUX)),
    # Programs that would run with the rights of their owner, left behind for others to start.
    *(
        Rule(name, when=(_not(mode, 0, _SETUID_OR_SETGID),))
        for name, mode in (
            ("chmod", 1),
            ("fchmod", 1),
            ("fchmodat", 2),
            ("fchmodat2", 2),
            ("creat", 1),
            ("mknod", 1),
            ("mknodat", 2),
        )
    ),
    *(
        Rule(name, when=(_not(flags, 0, _CREATES), _not(flags + 1, 0, _SETUID_OR_SETGID)))
        for name, flags in (("open", 1), ("openat", 2))
    ),
    Rule("openat2", errno.ENOSYS),  # its mode lies in memory too
)

# A server listens and accepts. Reaching out, even over a unix socket, is how one leaves a sandbox without a network:
# the session bus or a container engine's socket would run anything for their user. Other types than streams send without
# a connection: a datagram socket, which Linux also makes of SOCK_RAW (unix(7)).
_NO_NETWORK = (
    Rule("socket", errno.EAFNOSUPPORT, (_not(0, _AF_UNIX),)),
    Rule("socket", errno.EPERM, (_not(1, _SOCK_STREAM, _SOCK_TYPE),)),
    Rule("socketpair", errno.EAFNOSUPPORT, (_not(0, _AF_UNIX),)),
    Rule("socketpair", errno.EPERM, (_not(1, _SOCK_STREAM, _SOCK_TYPE),)),
    Rule("connect"),
    # The buffers of sockets are memory that no limit counts: they keep the size that the system gives them.
    *(
        Rule("setsockopt", when=(When(1, _SOL_SOCKET), When(2, option)))
        for option in (_SO_SNDBUF, _SO_RCVBUF, _SO_SNDBUFFORCE, _SO_RCVBUFFORCE)
    ),
)

# Where the file system is the system's own, Landlock keeps other files from being opened, but not from being changed by
# their path. What programs do to their own files without caring for the outcome seems to succeed (uvicorn sets the mode
# of its socket).
_SHARED_FILES = (
    *(Rule(name, 0) for name in ("chmod", "fchmod", "fchmodat", "fchmodat2")),
    *(Rule(name, 0) for name in ("chown", "lchown", "fchown", "fchownat")),
    *(Rule(name, 0) for name in ("utime", "utimes", "futimesat", "utimensat")),
    *(Rule(name, errno.ENOTSUP) for name in ("setxattr", "lsetxattr", "fsetxattr", "setxattrat")),
    *(Rule(name, errno.ENOTSUP) for name in ("removexattr", "lremovexattr", "fremovexattr", "removexattrat")),
    *(Rule(name) for name in ("truncate", "file_setattr")),
    *(
        Rule(name, when=(When(flags, _O_TRUNC | _O_RDONLY, _O_TRUNC | _O_ACCMODE),))
        for name, flags in (("open", 1), ("openat", 2))
    ),
)

# linux/audit.h
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000
# linux/seccomp.h
_SET_MODE_FILTER = 1
_RET_KILL_PROCESS, _RET_ERRNO, _RET_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_OFFSET_NUMBER, _OFFSET_ARCHITECTURE, _OFFSET_ARGUMENTS = 0, 4, 16  # struct seccomp_data
# linux/bpf_common.h
_LOAD, _AND, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06


def restrict(*, network: bool, shared_files: bool) -> None:
    """Put the filter on this process and all that it starts. Needs no_new_privs.

    `shared_files` tells that this process sees the system's own file system, where it must not change other files.
    OSError where the kernel has no filters or the machine's calls are not known.
    """
    machine_name = machine()
    if machine_name is None:
        number("seccomp")  # raises, and says why
        return
    code = program(machine_name, network=network, shared_files=shared_files)
    buffer = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: the number of instructions, and where they are.
    header = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    call("seccomp", _SET_MODE_FILTER, 0, header)


@cache
def program(machine_name: str, *, network: bool, shared_files: bool) -> bytes:
    """The filter as a program of the kernel's packet filter, for a machine of `syscalls.MACHINES`."""
    rules = _RULES + (() if network else _NO_NETWORK) + (_SHARED_FILES if shared_files else ())
    # Another architecture's calls have other numbers: a process that makes them is ended.
    parts = [
        _statement(_LOAD, _OFFSET_ARCHITECTURE),
        _jump(_JUMP_EQUAL, _ARCHITECTURES[machine_name], if_not=0, if_so=1),
        _statement(_RETURN, _RET_KILL_PROCESS),
        _statement(_LOAD, _OFFSET_NUMBER),
    ]
    if machine_name == "x86_64":
        parts += [
            _jump(_JUMP_GREATER_EQUAL, _X32_BIT, if_not=1),
            _statement(_RETURN, _RET_ERRNO | errno.ENOSYS),
        ]
    for rule in rules:
        nr = number(rule.call, machine_name)
        if nr is not None:
            parts += _refusal(nr, rule)
    return b"".join([*parts, _statement(_RETURN, _RET_ALLOW)])


def _refusal(nr: int, rule: Rule) -> Iterator[bytes]:
    """Compare the call's number, then each condition; the number is loaded again at the end, for the next rule."""
    body: list[bytes] = [_statement(_RETURN, _RET_ERRNO | rule.error)]
    for condition in reversed(rule.when):
        checks = [_statement(_LOAD, _OFFSET_ARGUMENTS + 8 * condition.argument)]
        if condition.mask != _ALL:
            checks.append(_statement(_AND, condition.mask))
        skip = len(body)
        checks.append(
            _jump(_JUMP_EQUAL, condition.value, if_not=skip)
            if condition.equal
            else _jump(_JUMP_EQUAL, condition.value, if_so=skip)
        )
        body = checks + body
    yield _jump(_JUMP_EQUAL, nr, if_not=len(body))
    yield from body
    if rule.when:
        yield _statement(_LOAD, _OFFSET_NUMBER)


def _statement(code: int, operand: int) -> bytes:
    return struct.pack("=HBBI", code, 0, 0, operand)


def _jump(code: int, operand: int, *, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_so, if_not, operand)
