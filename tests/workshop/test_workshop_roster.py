"""The roster of a room: what is read, what is refused with its line, what is kept and from whom. No hub."""

import asyncio
import socket
import stat
from pathlib import Path

import pytest

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: uv sync --extra workshop")

from test_workshop_start import as_root, course

from course.errors import CourseError
from course.workshop.authenticators import RosterAuthenticator
from course.workshop.roster import keep, read_roster, with_passwords, write_slips

TEACHER = "teacher-of-this-room"


def roster(folder: Path, text: str | bytes, mode: int = 0o600) -> Path:
    file = folder / "class.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(mode)
    return file


def test_a_roster_is_names_with_or_without_a_password(tmp_path: Path) -> None:
    text = "\ufeffName,Password\r\nAda\r\n\r\n# late\r\nbob-2, correct horse, battery\r\n  cy\n"
    assert read_roster(roster(tmp_path, text), instructor=TEACHER) == {
        "ada": "",
        "bob-2": "correct horse, battery",
        "cy": "",
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ada\nbob\nAda\n", "line 3: ada is on line 1 already."),
        ("ada\nb0b\nbob\n", "line 3: bob looks like b0b of line 2"),
        ("ada1\nada-1\n", "line 2: ada-1 looks like ada1 of line 1"),
        ("ada\nJosé\n", "line 2: there is a latin small letter e with acute in José"),
        ("ada\nаnn\n", "line 2: there is a cyrillic small letter a in"),  # noqa: RUF001 - that is the point
        ("ada\nbob;a-password\n", "line 2: there is a semicolon in"),
        ("ada\nAda Lovelace\n", "line 2: there is a space in"),
        ("../x\n", "line 1: there is a full stop in"),
        ("ada\n\x1b[31mred\n", "line 2: there is a u+001b in \N{REPLACEMENT CHARACTER}[31mred"),
        ("1st\n", "line 1: 1st; a name begins with a letter"),
        ("-rf\n", "line 1: -rf; a name begins with a letter"),
        (",a-password\n", "line 1: there is no name; a name begins with a letter"),
        ("a" * 32 + "\n", "line 1: a+ has 32 characters; a name has 31 at most"),
        ("ada,\n", "line 1: a password has 8 characters or more"),
        ("ada,short\n", "line 1: a password has 8 characters or more"),
        ("ada,pässwörter\n", "line 1: a password has 8 characters or more, all of them ASCII"),
        (f"ada\n{TEACHER}\n", f"line 2: {TEACHER} is the instructor"),
        ("ada\nroot\n", "line 2: root is an account of this machine that no workshop made"),
        (b"ada\nbob\xff\n", "line 2: this is not UTF-8"),
        ("# nobody\n\n", "has no name in it"),
    ],
)
def test_the_first_line_that_will_not_do_is_named(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(CourseError, match=says.replace("[", r"\[").replace("u+", r"u\+")) as told:
        read_roster(roster(tmp_path, text), instructor=TEACHER)
    assert "\n" not in str(told.value)
    assert "a-password" not in str(told.value).replace("bob;a-password", "")
    assert [path.name for path in tmp_path.iterdir()] == ["class.csv"]


def test_passwords_on_a_roster_that_others_can_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="can be read by others: `chmod 600"):
        read_roster(roster(tmp_path, "ada,a-password\n", 0o644), instructor=TEACHER)
    assert read_roster(roster(tmp_path, "ada\n", 0o644), instructor=TEACHER) == {"ada": ""}


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_roster_that_cannot_be_read_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(CourseError, match="cannot be read: "):
        read_roster(tmp_path / name, instructor=TEACHER)


def test_passwords_are_made_once_kept_for_the_hub_and_written_on_slips(tmp_path: Path) -> None:
    kept = tmp_path / "roster.json"
    file = roster(tmp_path, "ada\nbob,bobs-password\n")
    people = with_passwords(read_roster(file, instructor=TEACHER), kept)
    assert people["bob"] == "bobs-password"
    assert len(people["ada"]) >= 16
    keep(people, kept)
    slips = write_slips(people, file, title="The course", url="http://192.0.2.1:8000")
    assert slips.name == "class-slips.txt"
    for text in ("http://192.0.2.1:8000", "Username  ada\n", f"Password  {people['ada']}\n", "bobs-password"):
        assert text in slips.read_text()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (kept, slips)} == {0o600}

    file = roster(tmp_path, "bob\nada\ncy\n")
    again = with_passwords(read_roster(file, instructor=TEACHER), kept)
    assert {name: again[name] for name in people} == people
    assert len({again["cy"], *people.values()}) == 3


def test_another_roster_ends_the_sessions_of_the_one_before(tmp_path: Path) -> None:
    kept, sessions = tmp_path / "roster.json", tmp_path / "hub.sqlite"
    keep({"ada": "a-password"}, kept)
    sessions.touch()
    keep({"ada": "a-password"}, kept)
    assert sessions.exists()
    keep({"ada": "another-password"}, kept)
    assert not sessions.exists()


@as_root
def test_a_bad_roster_is_one_sentence_and_nothing_is_made(tmp_path: Path) -> None:
    file = roster(tmp_path, "ada\nada\n")
    with socket.socket() as other:  # a port that is taken: whatever happens, nothing starts on this machine
        other.bind(("127.0.0.1", 0))
        other.listen()
        always = ["--state", str(tmp_path / "state"), "--address", "127.0.0.1"]
        always += ["--port", str(other.getsockname()[1]), "--roster", str(file)]
        for arguments, says in (
            ([], f"{file}, line 2: ada is on line 1 already.\n"),
            (["--accounts", "pam"], "A roster is for `--accounts room`"),
        ):
            ran = course("start", *always, *arguments)
            assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
            assert ran.stderr.startswith(says)
    assert [path.name for path in tmp_path.iterdir()] == ["class.csv"]


def test_only_ones_own_password_opens() -> None:
    door = RosterAuthenticator(
        roster={"ada": "adas-password", "bob": "bobs-password", "root": "roots-password"},
        user_password="the-rooms-password",
        admin_users={TEACHER},
        admin_password="x" * 32,
        allow_all=True,
    )

    def enters(name: str, password: str) -> bool:
        asked = door.get_authenticated_user(None, {"username": name, "password": password})
        return asyncio.run(asked) is not None

    assert enters("ada", "adas-password")
    assert enters("Ada", "adas-password")
    assert enters(TEACHER, "x" * 32)
    for name, password in (
        ("ada", "bobs-password"),
        ("ada", "the-rooms-password"),
        ("ada", ""),
        ("ada", "pässwörter"),
        ("dora", "the-rooms-password"),
        ("dora", ""),
        ("root", "roots-password"),
        (TEACHER, "adas-password"),
        ("ada", "x" * 32),
    ):
        assert not enters(name, password), (name, password)
