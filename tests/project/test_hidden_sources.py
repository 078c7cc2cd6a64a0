"""A clone in which this user may not read everything: what needs it says so in a sentence, everything else works."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = """\
import asyncio, contextlib, io, json, sys
import course
from course.errors import CourseError

def said(call):
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            result = call()
            if asyncio.iscoroutine(result):
                result = asyncio.run(result)
    except CourseError as error:
        return "CourseError: " + str(error)
    return "ok"

async def begin_and_look(chapter, **kinds):
    await course.begin(chapter, **kinds)

print(json.dumps({
    "map": said(course.map),
    "begin 1": said(lambda: begin_and_look(1)),
    "begin 1, exercise": said(lambda: begin_and_look(1, exercise=True)),
    "check 1": said(lambda: course.check("1.1")),
    "begin 2": said(lambda: begin_and_look(2)),
}))
"""


def without_rights_of_root(command: list[str]) -> list[str]:
    """Root may read everything; without two of its capabilities it is a user like others."""
    if os.geteuid() != 0:
        return command
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root may read everything here, and setpriv (util-linux) is not there to change that")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search", "--", *command]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of the real course, as far as these calls need it."""
    root = Path(__file__).parents[2]
    place = tmp_path / "clone"
    for name in ("chapters", "exercises", "notebooks", "solutions"):
        shutil.copytree(root / name, place / name)
    shutil.copy(root / "course.toml", place)
    return place


def calls(clone: Path) -> dict[str, str]:
    environment = os.environ | {"COURSE_CONTENT": str(clone), "COURSE_WORKSPACE": ":temporary:"}
    done = subprocess.run(
        without_rights_of_root([sys.executable, "-c", SCRIPT]),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def lock(path: Path) -> None:
    path.chmod(0)


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


FIRST = "chapters/01-project-structure"


@pytest.mark.parametrize("hide", [lock, remove])
def test_what_instructors_hide(hide: Callable[[Path], None], clone: Path) -> None:
    """The solution, the held-out checks and the cards of chapter 1, and the built solutions of all."""
    for name in ("exercise.md", "held_out.py", "right", "wrong"):
        hide(clone / FIRST / name)
    hide(clone / "solutions")
    try:
        found = calls(clone)
    finally:
        for path in (clone / FIRST).iterdir():
            path.chmod(0o755)
    works = {"map", "begin 1", "begin 1, exercise", "check 1"}
    assert {name for name, said in found.items() if said == "ok"} == works, found
    assert found["begin 2"] == (
        f"CourseError: my-api at chapter 2 is built on {FIRST}/exercise.md, which is not on this machine or may not be read: "
        "get the course's sources anew, or ask who set them up."
    )


@pytest.mark.parametrize("hide", [lock, remove])
def test_a_lesson_that_is_hidden(hide: Callable[[Path], None], clone: Path) -> None:
    hide(clone / FIRST / "lesson.md")
    found = calls(clone)
    assert found["map"] == found["begin 1"] == "ok"
    for name in ("begin 1, exercise", "begin 2"):
        assert found[name].startswith(
            f"CourseError: my-api at chapter {name[6]} is built on {FIRST}/lesson.md, which"
        ), found


def test_a_chapter_that_is_hidden_as_a_whole(clone: Path) -> None:
    lock(clone / FIRST)
    try:
        found = calls(clone)
    finally:
        (clone / FIRST).chmod(0o755)
    sentence = "CourseError: 01-project-structure/chapter.toml may not be read by this user: the course needs it of every chapter."
    assert set(found.values()) == {sentence}


def test_given_files_that_are_hidden(clone: Path) -> None:
    given = next(path for path in sorted((clone / FIRST / "given").rglob("*")) if path.is_file())
    lock(given)
    found = calls(clone)
    assert found["map"] == "ok"
    assert found["begin 1"].startswith(
        f"CourseError: my-api at chapter 1 is built on {given.relative_to(clone)}, which"
    )
