"""The kernel's calls that Python has no function for: one door to them, and their numbers.

Numbers are from the kernel's own tables: arch/x86/entry/syscalls/syscall_64.tbl, and for aarch64
include/uapi/asm-generic/unistd.h. From 424 on they are equal on both.
"""

import ctypes
import errno
import os
import platform
import sys
from collections.abc import Mapping
from functools import cache

MACHINES = ("x86_64", "aarch64")

NUMBERS: Mapping[str, tuple[int | None, int | None]] = {
    "_sysctl": (156, None),
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "chmod": (90, None),
    "chown": (92, None),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "clone": (56, 220),
    "connect": (42, 203),
    "creat": (85, None),
    "create_module": (174, None),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "finit_module": (313, 273),
    "fremovexattr": (199, 16),
    "fsetxattr": (190, 7),
    "futimesat": (261, None),
    "init_module": (175, 105),
    "io_setup": (206, 0),
    "ioctl": (16, 29),
    "ioperm": (173, None),
    "iopl": (172, None),
    "ioprio_set": (251, 30),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lchown": (94, None),
    "lookup_dcookie": (212, 18),
    "lremovexattr": (198, 15),
    "lsetxattr": (189, 6),
    "memfd_create": (319, 279),
    "migrate_pages": (256, 238),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "modify_ldt": (154, None),
    "mount": (165, 40),
    "move_pages": (279, 239),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "msgget": (68, 186),
    "name_to_handle_at": (303, 264),
    "nfsservctl": (180, 42),
    "open": (2, None),
    "open_by_handle_at": (304, 265),
    "openat": (257, 56),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pivot_root": (155, 41),
    "prctl": (157, 167),
    "prlimit64": (302, 261),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "removexattr": (197, 14),
    "request_key": (249, 218),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "seccomp": (317, 277),
    "semget": (64, 190),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "setpriority": (141, 140),
    "settimeofday": (164, 170),
    "setsockopt": (54, 208),
    "setxattr": (188, 5),
    "shmget": (29, 194),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "truncate": (76, 45),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "uselib": (134, None),
    "userfaultfd": (323, 282),
    "utime": (132, None),
    "utimensat": (280, 88),
    "utimes": (235, None),
    "vhangup": (153, 58),
    "vmsplice": (278, 75),
} | {
    name: (number, number)
    for name, number in {
        "io_uring_setup": 425,
        "io_uring_enter": 426,
        "io_uring_register": 427,
        "open_tree": 428,
        "move_mount": 429,
        "fsopen": 430,
        "fsconfig": 431,
        "fsmount": 432,
        "fspick": 433,
        "clone3": 435,
        "openat2": 437,
        "pidfd_getfd": 438,
        "process_madvise": 440,
        "mount_setattr": 442,
        "quotactl_fd": 443,
        "landlock_create_ruleset": 444,
        "landlock_add_rule": 445,
        "landlock_restrict_self": 446,
        "memfd_secret": 447,
        "process_mrelease": 448,
        "fchmodat2": 452,
        "setxattrat": 463,
        "removexattrat": 466,
        "open_tree_attr": 467,
        "file_setattr": 469,
    }.items()
}


@cache
def machine() -> str | None:
    """The machine whose numbers hold for this process, or None for one that is not known here."""
    if (
        sys.platform != "linux" or sys.maxsize < 2**32
    ):  # a 32-bit process on a 64-bit kernel has other numbers
        return None
    name = platform.machine()
    return name if name in MACHINES else None


def number(name: str, on: str | None = None) -> int | None:
    """The number of a call on a machine (this one by default); None where the machine does not have it.

    OSError (ENOSYS) on a machine whose table is not known.
    """
    on = on or machine()
    if on is None:
        raise OSError(
            errno.ENOSYS, f"the system calls of {sys.platform} on {platform.machine()} are not known here"
        )
    return NUMBERS[name][MACHINES.index(on)]


def call(name: str, *arguments: int | bytes | None) -> int:
    """Make a system call; OSError when the kernel refuses it.

    Pass integers, bytes for strings and structures, and None for a null pointer.
    """
    nr = number(name)
    if nr is None:
        raise OSError(errno.ENOSYS, f"{name}: {os.strerror(errno.ENOSYS)}")
    # syscall(2) takes longs: ctypes would pass a Python int as a C int, and leave the upper half undefined.
    values = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    return _check(name, _libc().syscall(ctypes.c_long(nr), *values))


def prctl(option: int, value: int = 0) -> None:
    """prctl(2) with one argument; OSError when the kernel refuses it."""
    zero = ctypes.c_ulong(0)
    _check("prctl", _libc().prctl(option, ctypes.c_ulong(value), zero, zero, zero))


def capset(header: bytes, sets: bytes) -> None:
    """capset(2); OSError when the kernel refuses it."""
    _check("capset", _libc().capset(header, sets))


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """mount(2)."""
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, data)]
    call("mount", texts[0], texts[1], texts[2], flags, texts[3])


@cache
def _libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library


def _check(name: str, result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result
