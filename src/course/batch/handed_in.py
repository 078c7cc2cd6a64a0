"""What lies in nbgrader's submitted folder: whose it is, which exercise it answers, and what is neither.

nbgrader's own shape is `submitted/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb`. Learning platforms, browsers and people make
others; the obvious ones are understood, and everything else is named. Nothing is passed over.
"""

import os
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from course.batch.names import Assignments
from course.grading.submission import content_of
from course.grading.verdict import printable

PAPERWORK = ("timestamp.txt", "submission_secret.txt")
"""What `nbgrader submit` adds to a submission."""

_NOBODY = {"__MACOSX", "Thumbs.db", "desktop.ini", "lost+found", "__pycache__"}
"""What systems leave behind, beside everything whose name begins with a dot."""
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
_MOST_ENTRIES = 2_000
"""So many entries of a folder are looked at."""
_MOST_DEPTH = 3
_LONGEST_NAME = 128
"""What nbgrader's gradebook keeps of a name."""
_LONGEST_PAPER = 1_000
NO_PAPER = "?"
"""Stands for paperwork that is a link, a pipe, a folder, too large or no text."""
_NAMED = 3


@dataclass(frozen=True)
class Submission:
    """What is graded of one learner for one assignment."""

    student: str
    assignment: str
    folder: Path
    """Where nbgrader's paperwork lies, if there is any."""
    notebook: Path
    """What is taken for the answer."""
    problem: str = ""
    """Why there is nothing to take: then the notebook is not there."""
    remarks: tuple[str, ...] = ()
    """What lies beside it and is not looked at."""

    def content(self) -> tuple[str, str]:
        """The notebook's text, and why it cannot be read when it cannot."""
        return ("", self.problem) if self.problem else content_of(self.notebook)

    def paper(self, name: str) -> str | None:
        """What nbgrader's paperwork of this name says; None when there is none, and "?" when it can be no paperwork."""
        return _small_text(self.folder / name)


@dataclass(frozen=True)
class Stray:
    """Something that is not graded: its place below the submitted folder, and why."""

    place: str
    reason: str
    student: str = ""
    assignment: str = ""


@dataclass
class HandedIn:
    """All that lies in a submitted folder."""

    submissions: list[Submission] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    alike: list[Stray] = field(default_factory=list)
    """Learners whose names look the same."""


@dataclass(frozen=True)
class _Candidate:
    """What may be a learner's answer to an assignment."""

    folder: Path
    notebook: Path
    own_name: bool
    problem: str = ""
    remarks: tuple[str, ...] = ()


def handed_in(base: Path, assignments: Assignments, *, excluded: Iterable[str] = ()) -> HandedIn:
    """Look through a submitted folder. `excluded` names learners who are left out. Never raises, follows no link."""
    found = HandedIn()
    left_out = set(excluded)
    names: dict[str, list[str]] = defaultdict(list)
    entries, problem = _entries(base) if os.path.lexists(base) else ([], "")
    if problem:
        found.strays.append(Stray("submitted", problem))
    for entry in entries:
        student = entry.name.strip()
        reason = _no_learner(entry, student)
        if not reason and student in names[_looks(student)]:
            reason = "but for the blanks around it, another folder has the same name"
        if reason:
            found.strays.append(Stray(shown(entry.name), reason))
        elif student not in left_out:
            names[_looks(student)].append(student)
            _look_through(Path(entry.path), student, assignments, found)
    for alike in (group for group in names.values() if len(group) > 1):
        spelled = " and ".join(ascii(name) for name in alike)
        found.alike.append(Stray("", f"these names look alike: {spelled}; are they one person?", alike[0]))
    return found


def shown(name: str) -> str:
    """A name that others chose, in one line that steers nothing and is not long."""
    text = one_line(name) or ascii(name)
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"


def one_line(text: str) -> str:
    """What others wrote, or a message about it, in one line that steers no terminal."""
    return " ".join(printable(text).split())


def _no_learner(entry: "os.DirEntry[str]", student: str) -> str:
    """Why an entry of the submitted folder is nobody's folder, or nothing."""
    if entry.is_symlink():
        return "it is a link: links are not followed"
    if not entry.is_dir():
        if entry.name.lower().endswith(_ARCHIVES):
            return "it is an archive: unpack it into a folder of the learner's"
        return "it is no learner's folder: put it into one"
    if not _is_text(entry.name):
        return f"nbgrader cannot take this folder's name ({ascii(entry.name)[:200]}): rename it"
    if not student or len(student) > _LONGEST_NAME:
        return f"this folder's name is empty or longer than {_LONGEST_NAME} characters: rename it"
    return ""


def _is_text(name: str) -> bool:
    """Whether a file's name is text, on one line: not bytes of another encoding, no control characters."""
    return all(unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp") for character in name)


def _looks(name: str) -> str:
    """What two names share that look the same: composed or not, in whatever case, whatever the blanks."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def _entries(folder: Path) -> tuple[list["os.DirEntry[str]"], str]:
    """A folder's entries by name, without those that are nobody's, and what is wrong with it."""
    try:
        with os.scandir(folder) as entries:
            found = list(islice(entries, _MOST_ENTRIES + 1))
    except OSError as error:
        return [], f"it cannot be read: {error.strerror}"
    wanted = [one for one in found if not (one.name.startswith(".") or one.name in _NOBODY)]
    problem = f"it holds more than {_MOST_ENTRIES} files and folders" if len(found) > _MOST_ENTRIES else ""
    return sorted(wanted[:_MOST_ENTRIES], key=lambda one: one.name), problem


def _look_through(folder: Path, student: str, assignments: Assignments, found: HandedIn) -> None:
    """Sort what lies in a learner's folder into submissions and strays."""
    entries, problem = _entries(folder)
    candidates: dict[str, list[_Candidate]] = defaultdict(list)

    def stray(name: str, reason: str, assignment: str = "") -> None:
        place = "/".join(filter(None, (shown(student), shown(name) if name else "")))
        found.strays.append(Stray(place, reason, student, assignment))

    for entry in entries:
        path = Path(entry.path)
        if (
            entry.is_dir()
        ):  # a link to a folder is looked at no further: what is read there says that it is one
            slug = assignments.named(entry.name)
            if slug:
                candidates[slug].append(_of_folder(path, slug, assignments, own_name=entry.name == slug))
                continue
            reason = "it is no assignment's name, and it is a link" if entry.is_symlink() else ""
            notebooks = [] if reason else list(_notebooks(path))
            for notebook in notebooks:
                if slug := assignments.of_notebook(notebook):
                    candidates[slug].append(_Candidate(notebook.parent, notebook, own_name=False))
                else:
                    place = notebook.relative_to(folder).as_posix()
                    stray(place, "it says of no exercise of this course that it answers it")
            if not notebooks:
                stray(entry.name, reason or "it is no assignment's name, and no notebook is in it")
        elif entry.name.lower().endswith(".ipynb"):
            if slug := assignments.of_notebook(path):
                candidates[slug].append(_Candidate(folder, path, own_name=False))
            else:
                stray(entry.name, "it says of no exercise of this course that it answers it")
        elif entry.name.lower().endswith(_ARCHIVES):
            stray(entry.name, "it is an archive: unpack it")
        elif entry.name not in PAPERWORK:
            stray(entry.name, "it belongs to no assignment")
    if problem or not entries:
        stray("", problem or "nothing is handed in: the folder is empty")
    for slug, offered in candidates.items():
        first, *others = sorted(offered, key=lambda one: (bool(one.problem), not one.own_name))
        found.submissions.append(
            Submission(student, slug, first.folder, first.notebook, first.problem, first.remarks)
        )
        for other in others:
            place = (other.folder if other.problem else other.notebook).relative_to(folder).as_posix()
            taken = first.notebook.relative_to(folder).as_posix()
            stray(place, f"it is not looked at: {shown(taken)} is taken for the answer", slug)


def _of_folder(folder: Path, slug: str, assignments: Assignments, *, own_name: bool) -> _Candidate:
    """The answer in an assignment's folder: the notebook of its name, or else the only one there is."""
    expected = folder / f"{slug}.ipynb"
    if os.path.lexists(expected) or folder.is_symlink():
        return _Candidate(folder, expected, own_name, remarks=_beside(folder, expected, assignments))
    entries, problem = _entries(folder)
    here = [Path(one.path) for one in entries if one.name.lower().endswith(".ipynb")]
    notebooks = here or list(_notebooks(folder))
    fitting = [one for one in notebooks if assignments.named(one.stem) == slug] or notebooks
    if len(fitting) > 1:
        fitting = [one for one in fitting if assignments.of_text(one) == slug] or fitting
    if len(fitting) == 1:
        notebook = fitting[0]
        return _Candidate(folder, notebook, own_name, remarks=_beside(folder, notebook, assignments))
    why = f": the folder cannot be used, {problem}" if problem else ""
    if fitting:
        why = f"; there are {_some([one.relative_to(folder).as_posix() for one in fitting])}, and none has its name"
    return _Candidate(folder, expected, own_name, f"There is no {expected.name} in the submission{why}.")


def _beside(folder: Path, notebook: Path, assignments: Assignments) -> tuple[str, ...]:
    """A remark on what lies beside the answer, but for what the release or nbgrader put there."""
    if folder.is_symlink():
        return ()
    entries, problem = _entries(folder)
    expected = {*PAPERWORK, *assignments.released, notebook.relative_to(folder).parts[0]}
    names = [one.name for one in entries if one.name not in expected]
    remarks = [f"Not looked at, only the notebook is graded: {_some(names)}."] if names else []
    return (*remarks, *([f"The folder was not read to its end: {problem}."] if problem else []))


def _small_text(path: Path) -> str | None:
    """A small regular file's text; nobody's pipe is waited for, and no link followed."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError:
        return NO_PAPER
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LONGEST_PAPER:
            return NO_PAPER
        try:
            return file.read(_LONGEST_PAPER).decode("utf-8-sig").strip()
        except (OSError, UnicodeDecodeError):
            return NO_PAPER


def _some(names: list[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(map(shown, names[:_NAMED])) + (f" and {rest} more" if rest > 0 else "")


def _notebooks(folder: Path) -> Iterator[Path]:
    """The notebooks in a folder and the folders in it, a few levels and not many entries deep."""
    seen = 0
    waiting = [(folder, 1)]
    while waiting:
        here, depth = waiting.pop()
        for entry in _entries(here)[0]:
            seen += 1
            if seen > _MOST_ENTRIES:
                return
            if entry.name.lower().endswith(".ipynb"):
                yield Path(entry.path)
            elif entry.is_dir(follow_symlinks=False) and depth < _MOST_DEPTH:
                waiting.append((Path(entry.path), depth + 1))
