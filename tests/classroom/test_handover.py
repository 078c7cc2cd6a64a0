"""`course start … -- COMMAND`: the folder is prepared, then the command takes the place of this process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from toy_course import ToyCourse

SHOW = (
    "import json, os, sys; "
    "print(json.dumps([sys.argv[1:], os.getcwd(), os.getpid(), dict(os.environ)]), file=sys.stderr)"
)


def start(
    toy: ToyCourse, *arguments: str, **environment: str
) -> "tuple[int, subprocess.Popen[str], str, str]":
    process = subprocess.Popen(
        [sys.executable, "-m", "course.cli", "start", *arguments],
        cwd=toy.root,
        env={name: value for name, value in os.environ.items() if name != "COURSE_WORKSPACE"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    out, err = process.communicate(timeout=60)
    return process.returncode, process, out, err


def test_the_command_stands_in_the_prepared_folder_and_knows_the_course(
    toy: ToyCourse, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    code, process, out, err = start(
        toy, str(copy), "--", sys.executable, "-c", SHOW, "--port=1", "--", "a b", JUPYTER_CONFIG_PATH="hub"
    )
    assert code == 0, err
    assert out.startswith(f"Made your copy of the course: {copy}")
    arguments, folder, pid, environment = json.loads(err)
    assert arguments == ["--port=1", "--", "a b"]
    assert folder == str(copy)
    assert pid == process.pid  # it became the command, so the hub that watches it watches the server
    assert environment["COURSE_WORKSPACE"] == str(copy)
    hub, ours = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert hub == "hub"  # before the course's: what a hub sets, holds
    assert Path(ours).is_dir()
    assert environment["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


def test_it_works_in_the_clone_too(toy: ToyCourse) -> None:
    code, _, out, err = start(toy, "--here", "--", sys.executable, "-c", SHOW)
    assert code == 0, err
    assert out == f"You work in the course's own folder: {toy.root}\n"
    assert json.loads(err)[1] == str(toy.root)


def test_nobody_is_kept_out_by_a_folder_that_cannot_be_prepared(toy: ToyCourse, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, _, out, err = start(toy, str(tmp_path / "file"), "--", "echo", "the server")
    assert (code, out) == (0, "the server\n")
    assert err == (
        f"The course could not be prepared: {tmp_path / 'file'} is a file: choose a new or empty folder, "
        "as in `course start ~/my-course`.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["copy", "--"], "No command follows --"),
        (["copy", "--", "no-such-command"], "no-such-command cannot be run: No such file"),
        (["copy", "--port", "9000", "--", "echo"], "give it to the command after --"),
        (["copy", "--here", "--", "echo"], "--here works in the clone"),
    ],
)
def test_what_is_typed_wrong_is_one_sentence(toy: ToyCourse, arguments: list[str], says: str) -> None:
    code, _, _, err = start(toy, *arguments)
    assert code == 2
    assert says in err
    assert err.count("\n") == 1
