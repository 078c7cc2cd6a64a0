"""The roster: who may come in, each with a password of their own. What is on it, the hub keeps; slips are for people."""

import json
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from course.errors import CourseError
from course.workshop.passwords import SHORTEST, spoken, write_secret
from course.workshop.people import is_learner

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
"""A name that is also an account's: what the machine's `useradd` takes."""
HEADERS = ("name", "name,password")
"""First lines that a spreadsheet writes."""
LONGEST_ROSTER = 1_000_000
_SHOWN = 40
_LOOKS_LIKE = str.maketrans({"0": "o", "1": "l", "-": None})
_ABOUT_SESSIONS = ("hub.sqlite", "hub.sqlite-journal", "cookie_secret")


def read_roster(file: Path, *, instructor: str) -> dict[str, str]:
    """Return the passwords of a roster by name; an empty one is still to be made.

    Raises CourseError, in one sentence with the line's number, for the first line that will not do.
    """
    lines: dict[str, int] = {}
    alike: dict[str, str] = {}
    found: dict[str, str] = {}
    for number, line in _lines(file):
        written, comma, password = (part.strip() for part in line.partition(","))
        where = f"{file}, line {number}"
        name = written.lower()
        _refuse_name(name, written, where)
        if name in lines:
            raise CourseError(f"{where}: {name} is on line {lines[name]} already.")
        other = alike.setdefault(name.translate(_LOOKS_LIKE), name)
        if other != name:
            raise CourseError(
                f"{where}: {name} looks like {other} of line {lines[other]}; change one, so that nobody takes one for the other."
            )
        if name == instructor:
            raise CourseError(f"{where}: {name} is the instructor, who has a password already.")
        if not is_learner(name):
            raise CourseError(
                f"{where}: {name} is an account of this machine that no workshop made; choose another name."
            )
        if comma:
            _refuse_password(password, where)
        lines[name], found[name] = number, password
    if not os.access(file.parent, os.W_OK):
        raise CourseError(f"{slips_file(file)} cannot be written: {file.parent} is closed to you.")
    if not found:
        raise CourseError(f"{file} has no name in it: one a line, or `name,password`.")
    if any(found.values()) and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        raise CourseError(f"{file} has passwords in it and can be read by others: `chmod 600 {file}` first.")
    return found


def with_passwords(roster: Mapping[str, str], kept: Path) -> dict[str, str]:
    """The roster with a password for everybody: the one on it, the one of the last time, or a new one."""
    before = kept_roster(kept)
    return {name: password or before.get(name) or spoken() for name, password in roster.items()}


def kept_roster(kept: Path) -> dict[str, str]:
    """Return what the hub keeps of the last roster; nothing when there was none."""
    if not kept.is_file():
        return {}
    roster: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
    return roster


def keep(roster: Mapping[str, str], kept: Path) -> None:
    """Let the hub have this roster. When it is another one, everybody has to log in anew: old sessions open nothing."""
    if kept_roster(kept) == roster:
        return
    write_secret(kept, json.dumps(roster))
    for name in _ABOUT_SESSIONS:
        kept.with_name(name).unlink(missing_ok=True)


def slips_file(roster: Path) -> Path:
    """Where the slips of a roster are: beside it."""
    return roster.with_name(f"{roster.stem}-slips.txt")


def write_slips(roster: Mapping[str, str], file: Path, *, title: str, url: str) -> Path:
    """Write a slip for each name, to be printed and cut, beside the roster `file`; only its owner can read them."""
    slips = slips_file(file)
    text = "".join(
        f"{title}\n  Address   {url}\n  Username  {name}\n  Password  {password}\n{'- ' * 30}\n\n"
        for name, password in sorted(roster.items())
    )
    try:
        owner = file.stat()
        write_secret(slips, text, owner=(owner.st_uid, owner.st_gid))
    except OSError as error:
        raise CourseError(f"{slips} cannot be written: {error.strerror}.") from error
    return slips


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers."""
    try:
        if file.stat().st_size > LONGEST_ROSTER:
            raise CourseError(f"{file} is no roster: it has more than {LONGEST_ROSTER:,} bytes.")
        text = file.read_bytes()
    except OSError as error:
        raise CourseError(f"{file} cannot be read: {error.strerror}.") from error
    for number, raw in enumerate(text.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        try:
            line = raw.decode().strip()
        except UnicodeDecodeError as error:
            raise CourseError(f"{file}, line {number}: this is not UTF-8; save the file as UTF-8.") from error
        is_header = number == 1 and line.lower().replace(" ", "") in HEADERS
        if line and not line.startswith("#") and not is_header:
            yield number, line


def _refuse_name(name: str, written: str, where: str) -> None:
    if NAME.fullmatch(name):
        return
    for character in written:
        if not re.fullmatch(r"[A-Za-z0-9-]", character):
            called = unicodedata.name(character, f"U+{ord(character):04X}").lower()
            raise CourseError(
                f"{where}: there is a {called} in {_shown(written)}; names have the letters a to z, digits and hyphens."
            )
    if len(name) > 31:
        raise CourseError(f"{where}: {_shown(written)} has {len(name)} characters; a name has 31 at most.")
    raise CourseError(
        f"{where}: {_shown(written) or 'there is no name'}; a name begins with a letter from a to z."
    )


def _refuse_password(password: str, where: str) -> None:
    """Passwords are typed on any keyboard, and JupyterHub compares ASCII only."""
    if len(password) < SHORTEST or not password.isascii() or not password.isprintable():
        raise CourseError(
            f"{where}: a password has {SHORTEST} characters or more, all of them ASCII; leave it and the comma out, and one "
            "is made."
        )


def _shown(text: str) -> str:
    """A text of somebody else's, so that it cannot do anything to a terminal."""
    shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
