"""A root file system out of what this machine has: a shell, its tools, and the Python that runs the tests.

It stands in for the official Python image, which no test can fetch.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

PROGRAMS = (
    *"bash sh env cat cp mv rm ls ln mkdir chmod chown touch id head sleep stat tr cut sort wc find grep sed".split(),
    *"groupadd useradd".split(),
)
FOR_WHEELS = [
    f"lib{name}"
    for name in "gcc_s.so.1 stdc++.so.6 c.so.6 m.so.6 rt.so.1 dl.so.2 pthread.so.0 util.so.1 resolv.so.2 z.so.1".split()
]
"""What wheels for Linux expect of every system, and Debian has (PEP 600)."""
DATA = ("/etc/ssl/certs/ca-certificates.crt", "/etc/login.defs", "/usr/share/zoneinfo/UTC")
LIBRARY = re.compile(r"(?:=> )?(/\S+) \(0x")
NOT_OF_PYTHON = shutil.ignore_patterns("site-packages", "test", "tests", "idlelib", "*.a", "__pycache__")


def make_root(place: Path) -> Path:
    """Make one in this folder, with Python in `/usr/local` as the official image has it."""
    for name in ("tmp", "var/tmp"):
        (place / name).mkdir(parents=True)
        (place / name).chmod(0o1777)
    for name in (
        "etc",
        "home",
        "proc",
        "sys",
        "dev",
        "root",
        "run",
        "usr/bin",
        "usr/sbin",
        "usr/lib",
        "usr/lib64",
    ):
        (place / name).mkdir(parents=True, exist_ok=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        (place / name).symlink_to(f"usr/{name}")
    (place / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n")
    (place / "etc/group").write_text("root:x:0:\nnogroup:x:65534:\n")
    (place / "etc/nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")
    python = _python(place / "usr/local")
    programs = [
        Path(found)
        for name in PROGRAMS
        if (found := shutil.which(name, path="/usr/bin:/usr/sbin:/bin:/sbin"))
    ]
    for program in programs:
        _copy(program, place / "usr/bin" / program.name)
    extensions = (place / "usr/local/lib").rglob("*.so")
    for library in (*_libraries([*programs, python, *extensions]), *_known(FOR_WHEELS)):
        if not library.is_relative_to(sys.base_prefix):
            _copy(
                library,
                place / "usr" / library.relative_to("/usr" if library.is_relative_to("/usr") else "/"),
            )
    for path in map(Path, DATA):
        if path.is_file():
            _copy(path, place / path.relative_to("/"))
    (place / "etc/ld.so.conf").write_text("/usr/local/lib\n")
    subprocess.run(["ldconfig", "-r", str(place)], check=True)
    return place


def _python(prefix: Path) -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    base = Path(sys.base_prefix)
    shutil.copytree(base / "lib" / version, prefix / "lib" / version, symlinks=True, ignore=NOT_OF_PYTHON)
    (prefix / "lib" / version / "site-packages").mkdir()
    for library in (base / "lib").glob("libpython*.so*"):
        _copy(library, prefix / "lib" / library.name)
    program = (base / "bin" / version).resolve()
    _copy(program, prefix / "bin" / version)
    for name in ("python3", "python"):
        (prefix / "bin" / name).symlink_to(version)
    return program


def _libraries(files: Iterable[Path]) -> Iterator[Path]:
    """The shared libraries that these need, by the paths at which the loader looks for them."""
    said = subprocess.run(
        ["ldd", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"LC_ALL": "C"},
    ).stdout
    for found in sorted(set(LIBRARY.findall(said))):
        yield Path(found)


def _known(names: Iterable[str]) -> Iterator[Path]:
    """Where the loader finds these libraries."""
    listed = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    for name in names:
        if found := re.search(rf"^\s*{re.escape(name)} .*=> (/\S+)$", listed, re.MULTILINE):
            yield Path(found[1])


def _copy(source: Path, target: Path) -> None:
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
