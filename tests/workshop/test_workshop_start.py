"""`course workshop start`: what is missing is one sentence; and a room in which all learners are one account."""

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from machine import machine, why_not
from person import Person
from room_process import COURSE, SLUG, names, started, wait_for

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: uv sync --extra workshop")

from course.errors import CourseError
from course.workshop import people
from course.workshop.passwords import passwords

NOBODY = 65534
as_root = pytest.mark.skipif(bool(why_not()), reason=why_not() or "as root")


def course(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "course.cli", "workshop", *arguments],
        env={name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["start", "--address", "127.0.0.1", "--port", "TAKEN"], "Nothing can listen on 127.0.0.1, port"),
        (["status"], "There is no workshop on this machine yet: `course workshop start` begins one."),
        (["open", "1"], "There is no workshop on this machine yet"),
        (["close"], "There is no workshop on this machine yet"),
    ],
)
def test_what_is_missing_is_one_sentence(arguments: list[str], says: str, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        accounts = ["--accounts", "room" if os.geteuid() == 0 else "one"] if arguments[0] == "start" else []
        ran = course(
            *(port if one == "TAKEN" else one for one in arguments), *accounts, COURSE_WORKSHOP=str(tmp_path)
        )
    assert ran.returncode == 2
    assert ran.stderr.startswith(says)
    assert ran.stderr.count("\n") == 1


def test_without_jupyterhub_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from course.workshop import setup

    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CourseError, match="`uv sync --extra workshop` brings it"):
        setup.refuse_missing_programs()


def test_a_proxy_on_the_path_is_used_before_the_one_in_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from course.workshop.setup import proxy_command

    beside = Path(sys.executable).parent
    monkeypatch.setenv("PATH", str(beside))
    assert proxy_command()[1:] == ["-P", "-m", "course.workshop.proxy"]
    other = tmp_path / "configurable-http-proxy"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{beside}")
    assert proxy_command() == [str(other)]


@as_root
def test_a_python_that_others_cannot_run_is_named_with_the_folder_that_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "closed" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (tmp_path / "closed").chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(CourseError, match=r"cannot run the course's Python: \S+ is closed to them"):
        people.refuse_closed_environment()


def test_passwords_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    kept = tmp_path / "passwords.json"
    learners, instructor = passwords(None, kept)
    assert len(learners) >= 8
    assert len(instructor) >= 32
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert passwords(None, kept) == (learners, instructor)


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [
        ("a-password\n" + "x" * 32, 0o644, "can be read by others"),
        ("short\n" + "x" * 32, 0o600, "must have two lines"),
        ("a-password\nshort", 0o600, "must have two lines"),
        ("a-password", 0o600, "must have two lines"),
    ],
)
def test_a_password_file_that_will_not_do(tmp_path: Path, text: str, mode: int, says: str) -> None:
    given = tmp_path / "given"
    given.write_text(text)
    given.chmod(mode)
    with pytest.raises(CourseError, match=says):
        passwords(given, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_password_file_of_two_lines(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_text("a-password\n" + "x" * 32 + "\n")
    given.chmod(0o600)
    assert passwords(given, tmp_path / "kept") == ("a-password", "x" * 32)
    assert passwords(None, tmp_path / "kept") == ("a-password", "x" * 32)


@as_root
def test_one_account_for_all_is_refused_or_said_loudly(tmp_path: Path) -> None:
    """As somebody who is not root: people are not kept apart, but have their names."""
    assert "leave `--accounts one` out" in course("start", "--accounts", "one").stderr
    with machine() as place:
        for folder in (place.base, *place.clone.rglob("*"), place.clone):
            os.chown(folder, NOBODY, NOBODY)
        drop = [
            "setpriv",
            f"--reuid={NOBODY}",
            f"--regid={NOBODY}",
            "--clear-groups",
            "env",
            f"HOME={place.base}",
            "LOGNAME=nobody",
        ]
        environment = {"COURSE_CONTENT": str(place.clone)}
        refused = subprocess.run(
            place.command(*drop, sys.executable, "-P", "-m", "course.cli", "workshop", "start"),
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert refused.returncode == 2
        assert refused.stderr.startswith("Only root can give each learner an account of their own")

        log = tmp_path / "log"
        with started(place, log, "--accounts", "one", "--open", "1", before=drop) as room:
            assert "EVERYBODY IS ONE ACCOUNT HERE (nobody)" in log.read_text()
            learners, instructor = json.loads((place.state / "hub/passwords.json").read_text())
            with Person(room.url, "ada") as ada, Person(room.url, "nobody") as teacher:
                for person, password in ((ada, learners), (teacher, instructor)):
                    assert person.log_in(password).status_code == 200
                for person in (ada, teacher):
                    person.wait_for_server()
                wait_for(lambda: f"{SLUG}.ipynb" in names(ada, f"exercises/{SLUG}"), 30)
                sent = ada.post("assignments/submit", data={"course_id": COURSE, "assignment_id": SLUG})
                assert sent.json()["success"], sent.text
                teacher.run(f"!nbgrader collect {SLUG}")
                assert "1 handed in, 1 collected" in teacher.run("!course workshop status")
                assert (place.clone / f".course/submitted/ada/{SLUG}").is_dir()
