"""The grader's process: pytest over the checks, with the learner's code at arm's length in its children."""

import os
import sys
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio.plugin

from course.grading.channel import Channel
from course.grading.children import AppChild, ToolChild
from course.grading.isolation import Terms, weakest
from course.grading.place import Place
from course.grading.plugin import Plugin
from course.sandbox import IsolationError, hide_memory

_INI = """\
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
python_files = *.py
"""


def run(channel: Channel, place: Place, terms: Terms, output: int, *, projects: Collection[str]) -> None:
    """Start the children, then read what they must not see (checks, seed), run the checks and report each.

    The children are forked first, so that no check is in the memory they inherit; `projects` has one for each name.
    """
    tools = ToolChild(place, terms, output)
    apps = {name: AppChild(place.of(name), terms, output) for name in projects}
    hide_memory()
    channel.send({"event": "started", "children": [tools.pid, *(app.pid for app in apps.values())]})
    job: dict[str, Any] = channel.receive()
    os.environ["COURSE_CONTENT"] = job[
        "content"
    ]  # what checks read of the course: ours, not the warm parent's
    try:
        used = [app.isolation() for app in apps.values()]
    except IsolationError as error:
        channel.send({"event": "problem", "reason": str(error), "held_out": False, "refused": True})
        return
    channel.send({"event": "isolation", "isolation": weakest(used)})

    held_out = _plain(Path(job["held_out"]), place) if job["held_out"] else None
    files = [_plain(Path(job["checks"]), place), *([held_out] if held_out else [])]
    plugin = Plugin(
        report=channel.send,
        apps=apps,
        tools=tools,
        project_root=place.files,
        check_files=files,
        held_out_file=held_out,
        tasks=frozenset(job["tasks"]),
        only=None if job["only"] is None else frozenset(job["only"]),
        untouched=frozenset(job["untouched"]),
        seed=job["seed"],
        limits=terms.limits,
    )
    sys.path[:0] = list(dict.fromkeys(str(file.parent) for file in files))  # held_out.py may import checks.py
    ini = place.grader / "pytest.ini"
    ini.write_text(_INI, encoding="utf-8")
    pytest.main(
        [
            *(str(file) for file in files),
            f"--config-file={ini}",
            f"--rootdir={place.grader}",
            "--noconftest",
            "--import-mode=importlib",
            "--assert=plain",
            "--capture=no",
            "--continue-on-collection-errors",
            *(f"-pno:{name}" for name in ("cacheprovider", "terminal", "warnings", "doctest", "unittest")),
        ],
        plugins=[
            plugin,
            pytest_asyncio.plugin,
        ],  # by name, pytest would read every installed package's entry points
    )
    if tools.used:
        channel.send({"event": "isolation", "isolation": weakest([*used, tools.used])})
    channel.send({"event": "done"})


def _plain(file: Path, place: Place) -> Path:
    """The same file by a path without brackets: pytest takes those for a test's parameters."""
    if "[" not in str(file):
        return file
    folder = place.grader / f"folder-{sha256(str(file.parent).encode()).hexdigest()[:8]}"
    if not folder.is_symlink():
        folder.symlink_to(file.parent)
    return folder / file.name
