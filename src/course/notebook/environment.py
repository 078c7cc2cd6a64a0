"""`await course.environment()`: whether this machine has what the course needs, and how to fix what it has not."""

import asyncio
import os
import shutil
import socket
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement as Dependency
from packaging.specifiers import SpecifierSet

from course.errors import CourseError
from course.notebook.session import refuse_missing, workspace
from course.pictures.environment import Requirement, environment_view
from course.pictures.view import View, with_sheet

DISTRIBUTION = "production-fastapi-course"
TOOLS = ("ruff", "mypy", "pytest", "lint-imports")
INSTALL = "Close JupyterLab, then start the course again: `python3 run.py start` in the course's folder."


async def environment() -> View:
    """Return what the course needs with a verdict each: Python, packages, kernel, tools, a port, a writable my-api."""
    found = await asyncio.to_thread(lambda: list(requirements()))
    return with_sheet(environment_view(found, "Your environment"))


def requirements() -> Iterator[Requirement]:
    """Check everything, in the order in which it is to be fixed. What is good says no version: it is stable."""
    kernel = _kernel()
    if kernel.good:
        yield _python()
        yield from _packages()
    yield kernel
    yield _tools()
    yield _port()
    yield _project()


def _python() -> Requirement:
    needed = metadata.metadata(DISTRIBUTION)["Requires-Python"]
    version = ".".join(str(part) for part in sys.version_info[:3])
    good = SpecifierSet(needed).contains(version, prereleases=True)
    return Requirement("Python", "fits" if good else version, needed, good, "" if good else INSTALL)


def _packages() -> Iterator[Requirement]:
    """One row for all packages when they fit, else one for each that does not."""
    misfits = False
    for line in metadata.requires(DISTRIBUTION) or ():
        dependency = Dependency(line)
        if dependency.marker is not None and not dependency.marker.evaluate():
            continue
        try:
            version = metadata.version(dependency.name)
        except metadata.PackageNotFoundError:
            version = ""
        if not version or not dependency.specifier.contains(version, prereleases=True):
            misfits = True
            needed = str(dependency.specifier) or "any version"
            yield Requirement(dependency.name, version or "not installed", needed, good=False, fix=INSTALL)
    if not misfits:
        yield Requirement("Packages", "all fit", "what pyproject.toml asks for", good=True)


def _kernel() -> Requirement:
    """Whether this kernel runs in the environment that the course is installed in."""
    try:
        place = Path(str(metadata.distribution(DISTRIBUTION).locate_file(""))).resolve()
        good = place.is_relative_to(Path(sys.prefix).resolve())
    except metadata.PackageNotFoundError:
        good = False
    fix = "Choose the kernel `Python 3 (ipykernel)`: click the kernel's name, top right."
    found = "the course's" if good else "another one"
    return Requirement("Kernel", found, "the course's environment", good, "" if good else fix)


def _tools() -> Requirement:
    """Whether `!ruff check app` runs the ruff of this environment."""
    scripts = Path(sysconfig.get_path("scripts")).resolve()
    missing = [
        tool
        for tool in TOOLS
        if (found := shutil.which(tool)) is None or Path(found).parent.resolve() != scripts
    ]
    fix = "Run `await course.begin(0)`: it puts the course's tools first on PATH."
    return Requirement(
        "Tools",
        "found" if not missing else f"not the course's: {', '.join(missing)}",
        ", ".join(TOOLS),
        not missing,
        fix if missing else "",
    )


def _port() -> Requirement:
    try:
        with socket.create_server(("127.0.0.1", 0)):
            good = True
    except OSError:
        good = False
    fix = "Allow Python to open ports on 127.0.0.1 (firewall, sandbox): only live servers need it."
    return Requirement(
        "Port",
        "can be opened" if good else "refused",
        "a port on 127.0.0.1",
        good,
        "" if good else fix,
        optional=True,
    )


def _project() -> Requirement:
    try:
        place = workspace()
        refuse_missing(place)
        project = place.project if place.project.is_dir() else place.root
        with tempfile.TemporaryFile(dir=project):
            good = os.access(project, os.W_OK)
        fix = ""
    except CourseError as error:
        good, fix = False, str(error)
    except OSError as error:
        good, fix = (
            False,
            f"It is not writable ({error.strerror}): move the course's folder to one that is yours.",
        )
    return Requirement("my-api", "writable" if good else "not writable", "a folder you can write", good, fix)
