"""The installed packages as wheels again, and an index of them on this machine: a build needs no network."""

import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement


def pack(requirements: Path, place: Path) -> None:
    """Pack what this file of requirements names, as it is installed here.

    Raises PackageNotFoundError when something is not installed.
    """
    for one in read(requirements):
        if one.marker is None or one.marker.evaluate():
            pack_one(distribution(one.name), place)


def pack_one(package: Distribution, place: Path) -> Path:
    """Pack one installed package. Scripts that only call a function are left to the installer, as in any wheel."""
    (information,) = {file.parts[0] for file in package.files or () if file.parts[0].endswith(".dist-info")}
    stem = information.removesuffix(".dist-info")
    tags = [
        line.removeprefix("Tag: ")
        for line in (package.read_text("WHEEL") or "").splitlines()
        if line.startswith("Tag: ")
    ]
    made = {point.name for point in package.entry_points if point.group in ("console_scripts", "gui_scripts")}
    wheel = place / f"{stem}-{_one_tag(tags)}.whl"
    record = []
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_STORED) as packed:
        for file in package.files or ():
            path = Path(str(package.locate_file(file))).resolve()
            if (
                file.suffix == ".pyc"
                or not path.is_file()
                or (path.parent.name == "bin" and path.name in made)
            ):
                continue
            if str(file).startswith(f"{information}/") and file.name in _WRITTEN_BY_INSTALLERS:
                continue
            inside = _inside(str(file), path, stem)
            data = path.read_bytes()
            record.append(
                f"{inside},,"
            )  # uv looks at no digest, and to make them would take as long as all the rest
            entry = zipfile.ZipInfo(inside)
            entry.external_attr = (0o100000 | path.stat().st_mode & 0o777) << 16
            packed.writestr(entry, data)
        own = f"{information}/RECORD"
        packed.writestr(own, "\n".join([*record, f"{own},,", ""]))
    return wheel


_WRITTEN_BY_INSTALLERS = {
    "RECORD",
    "INSTALLER",
    "REQUESTED",
    "direct_url.json",
    "uv_cache.json",
    "uv_build.json",
}


def _inside(file: str, path: Path, stem: str) -> str:
    """Where in the wheel a file lies: what is not in site-packages is a script, or data below the environment."""
    if not file.startswith(".."):
        return file
    below = path.relative_to(Path(sys.prefix).resolve())
    if below.parts[0] == "bin":
        return f"{stem}.data/scripts/{below.relative_to('bin')}"
    return f"{stem}.data/data/{below}"


def _one_tag(tags: list[str]) -> str:
    """`cp312-cp312-a.b` for the tags `cp312-cp312-a` and `cp312-cp312-b`."""
    parts = [sorted(set(part)) for part in zip(*(tag.split("-") for tag in tags), strict=True)]
    return "-".join(".".join(part) for part in parts)


def read(requirements: Path) -> Iterator[Requirement]:
    """What a file of requirements asks for, with those of the files that it names."""
    for line in requirements.read_text().splitlines():
        if line.startswith("-r "):
            yield from read(requirements.parent / line.removeprefix("-r "))
        elif line and not line.startswith("#"):
            yield Requirement(line)


class _Answer(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """uv hangs up when it has read enough of a wheel."""


@contextmanager
def index(place: Path) -> Iterator[str]:
    """Serve a folder of wheels on the loopback address; the address."""
    with _Server(("127.0.0.1", 0), partial(_Answer, directory=str(place))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
