"""nbgrader's Autograde, fed with what was taken in: it never reads, searches or copies a learner's folder itself.

Each submission is written down anew as nbgrader expects it (`STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb` and nbgrader's two
small files), whatever its shape was, in a folder of the grader's own. So names, links, pipes, patterns and thousands of
folders reach nothing.
"""

import fnmatch
import glob
import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbgrader.converters.base
import nbgrader.utils
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

from course.batch.handed_in import NO_PAPER, PAPERWORK, HandedIn, Submission, handed_in
from course.batch.names import Assignments
from course.catalog import catalog, content
from course.errors import CourseError
from course.grading import submission
from course.project.workspace import STATE

TIMESTAMP, SECRET = PAPERWORK
_APPS = ("nbgrader.apps.autogradeapp", "nbgrader.apps.api")
"""The modules of nbgrader that make an Autograde: its command, and what Formgrader calls."""


class CourseAutograde(Autograde):  # type: ignore[misc] # nbgrader has no types
    """Autogrades what lies in the submitted folder, in whatever shape."""

    exclude_overwriting: dict[str, list[str]]

    def start(self) -> None:
        """Take the submissions in, then go on as nbgrader does; the folder that they were taken into goes again."""
        submitted: str = self.coursedir.submitted_directory
        kept: dict[str, list[str]] = self.exclude_overwriting
        state = Path(self.coursedir.root, STATE)
        state.mkdir(parents=True, exist_ok=True)
        self._staged = Path(tempfile.mkdtemp(dir=state, prefix="staged-"))
        try:
            super().start()
        finally:
            self.coursedir.submitted_directory, self.exclude_overwriting = submitted, kept
            shutil.rmtree(self._staged, ignore_errors=True)

    def init_notebooks(self) -> None:
        """Find the submissions that are asked for; NbGraderException when there is none."""
        assignment = self.coursedir.assignment_id
        if not _is_exercise(assignment):
            super().init_notebooks()
            return
        self.assignments = {}
        self.notebooks: list[str] = []
        for found in self.wanted():
            place = stage(found, self._staged)
            self.assignments[str(place)] = [str(place / f"{assignment}.ipynb")]
        if not self.assignments:
            said = f"There is no submission of {assignment} by {self.coursedir.student_id!r} in the submitted folder."
            self.log.error(said)
            raise NbGraderException(said)
        self.coursedir.submitted_directory = self._staged.relative_to(self.coursedir.root).as_posix()
        # What is released beside the notebook is the same for all: nobody needs a copy of it.
        self.exclude_overwriting = {assignment: _released(assignment)}

    def wanted(self) -> Iterator[Submission]:
        """The submissions that nbgrader's settings name; what else lies there is logged."""
        course = self.coursedir
        found = look_through(course)
        for stray in (*found.strays, *found.alike):
            self.log.warning("%s: %s", stray.place or stray.student, stray.reason)
        for one in found.submissions:
            named = one.student == course.student_id or fnmatch.fnmatchcase(one.student, course.student_id)
            if one.assignment == course.assignment_id and named:
                yield one


def look_through(course: Any) -> HandedIn:  # noqa: ANN401 - nbgrader's CourseDirectory
    """All that lies in the submitted folder of an nbgrader course."""
    base = Path(course.root, course.submitted_directory)
    excluded = filter(None, course.student_id_exclude.split(","))
    return handed_in(base, Assignments.of_the_course(), excluded=excluded)


def stage(found: Submission, place: Path) -> Path:
    """Write a submission down for nbgrader, below `place`, and return its folder.

    `release_feedback` needs both small files of everybody, or stops: who handed in without has no date, and a secret that
    nobody knows.
    """
    folder = place / found.student / found.assignment
    folder.mkdir(parents=True)
    chapter = catalog().by_slug(found.assignment)
    release = json.loads(content().exercise_notebook(chapter).read_text(encoding="utf-8"))
    text, problem = found.content()
    notebook = submission.read(text, release, problem)
    (folder / f"{found.assignment}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    secret = found.paper(SECRET)
    (folder / TIMESTAMP).write_text(date_of(found), encoding="utf-8")
    (folder / SECRET).write_text(
        secret if secret and secret != NO_PAPER else secrets.token_hex(64), encoding="utf-8"
    )
    return folder


def date_of(found: Submission) -> str:
    """When a submission was handed in, as its timestamp.txt says; empty where that says nothing nbgrader can read."""
    text = found.paper(TIMESTAMP) or ""
    try:
        return text if nbgrader.utils.parse_utc(text) is not None else ""
    except Exception:  # whatever nbgrader's parser stumbles over is no date
        return ""


def date_remark(found: Submission) -> str:
    """What is wrong with a timestamp.txt, or nothing: it decides about lateness, never about answers."""
    text = found.paper(TIMESTAMP)
    if not text or date_of(found):
        return ""
    said = "is no text file of a line" if text == NO_PAPER else f"says {text[:40]!r}"
    return f"Its timestamp.txt {said}, which is no date: it counts as handed in on time."


def take_over() -> None:
    """Have nbgrader's own commands and Formgrader autograde with this class, and search no folder by patterns."""
    nbgrader.utils.find_all_files = find_all_files
    nbgrader.converters.base.find_all_files = find_all_files
    nbgrader.converters.base.glob = SimpleNamespace(glob=matching)
    for name in _APPS:
        if (module := sys.modules.get(name)) is not None:
            module.Autograde = CourseAutograde  # type: ignore[attr-defined]  # re-exported there


def matching(pattern: str) -> list[str]:
    """The paths that match; what exists under this very name is no pattern, such as a folder `[2026] course`."""
    known, rest = pattern, ""
    while known and not os.path.lexists(known):
        known, _, last = known.rpartition("/")
        rest = f"/{last}{rest}"
    return glob.glob(glob.escape(known) + rest)


def find_all_files(path: str, exclude: list[str] | None = None) -> list[str]:
    """nbgrader's search, in one walk: it compares names, asks the disk for no patterns, and follows no link."""

    def wanted(name: str) -> bool:
        return not any(fnmatch.fnmatchcase(name, pattern) for pattern in exclude or ())

    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if wanted(name)]
        found += [
            os.path.join(folder, name)
            for name in names
            if wanted(name) and not os.path.islink(os.path.join(folder, name))
        ]
    return found


def _is_exercise(assignment: str) -> bool:
    try:
        return catalog().by_slug(assignment).has_exercise
    except CourseError:
        return False


def _released(assignment: str) -> list[str]:
    folder = content().solution(catalog().by_slug(assignment))
    return [os.path.relpath(path, folder) for path in find_all_files(str(folder), ["*.ipynb"])]
