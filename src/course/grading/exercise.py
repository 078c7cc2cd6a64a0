"""An exercise as typed data, read from what the course ships: no kernel, no nbformat, nothing executed."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from course.catalog import Chapter, catalog, content, readable
from course.catalog.questions import read_hints
from course.errors import CourseError
from course.grading.declared import Settings, read_checks, read_settings
from course.project.cells import nbgrader_of, source_of
from course.project.checkpoints import files_at
from course.project.sources import split_write, starter_files, written_files

PROBES = "probes"
"""The folder beside checks.py with what must run in the learner's process."""

AS_GIVEN = "as_given"
"""The fixture, and the project, of the app that the exercise starts with."""

_GRADE_ID = re.compile(r"^(?P<kind>check|answer)-(?P<chapter>\d+)-(?P<task>\d+)(?:-.+)?$")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


@dataclass(frozen=True)
class TaskSpec:
    """One task of an exercise: `1.1`, what it is worth with its held-out checks, and what it is called."""

    id: str
    points: float
    title: str


@dataclass(frozen=True)
class HeldOut:
    """How many held-out checks a task has, and what they are worth. All a learner is told of them."""

    count: int = 0
    points: float = 0.0


@dataclass(frozen=True)
class Exercise:
    """One exercise. What cannot be read on this machine (solution, held-out checks) is empty or None."""

    chapter: Chapter
    tasks: tuple[TaskSpec, ...]
    starters: Mapping[str, tuple[str, str]]
    """The released answer cells: grade id -> (path, text)."""
    reference: Mapping[str, str] = field(default_factory=dict)
    """The files of the reference solution: path -> text."""
    check_file: Path | None = None
    held_out_file: Path | None = None
    held_out: Mapping[str, HeldOut] = field(default_factory=dict)
    """Per task, what the held-out checks are worth."""
    played: tuple[str, ...] = ()
    """Files of the ground whose functions the grader plays while it asks the app."""
    each_task_alone: bool = False
    """Whether each task is judged with the reference's version of the other tasks' files."""
    fixtures: frozenset[str] = frozenset()
    """What the checks ask for, by name."""
    whole: frozenset[str] = frozenset()
    """The checks whose promise is about all files: never put apart from the other tasks' answers."""
    also_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Files that a task's answers go into besides those that its own cells write."""
    hint_lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, chapter: int) -> Self:
        """Read a chapter's exercise; CourseError when it has none, or when its release cannot be read."""
        found = catalog().chapter(chapter)
        sources = content()
        notebook = sources.exercise_notebook(found)
        if not readable(notebook):
            if not found.has_exercise:
                raise CourseError(f"Chapter {chapter} has no exercise.")
            raise CourseError(f"The exercise of chapter {chapter} is not released yet: run `course build`.")
        cells = _cells(notebook)
        folders = (sources.folder(found), sources.exercise(found))
        held_out = _readable(sources.folder(found) / "held_out.py")
        checks = _first(folders, "checks.py")
        visible, hidden = map(_settings, (checks, held_out))
        return cls(
            chapter=found,
            tasks=tuple(_tasks(cells)),
            starters=_starters(sources.exercise_source(found), cells),
            reference=_reference(sources.exercise_source(found)),
            check_file=checks,
            held_out_file=held_out,
            held_out=_count(held_out) if held_out else {},
            played=visible.played,
            each_task_alone=visible.each_task_alone,
            fixtures=visible.fixtures | hidden.fixtures,
            whole=visible.whole | hidden.whole,
            also_of=visible.also_of,
            hint_lists=read_hints(hints) if (hints := _first(folders, "hints.toml")) else {},
        )

    @cached_property
    def ground(self) -> Mapping[str, str]:
        """The project that the exercise starts from, path -> text: read once, however often a grading run asks."""
        return files_at(self.chapter.number, exercise=True)

    @property
    def asks_mypy(self) -> bool:
        """Whether its checks ask mypy, which is quick when it knows the libraries."""
        return self.check_file is not None and "mypy" in self.check_file.read_text(encoding="utf-8")

    @property
    def probe_files(self) -> tuple[Path, ...]:
        """The probes beside the check files, sorted."""
        folders = {file.parent / PROBES for file in (self.check_file, self.held_out_file) if file}
        return tuple(sorted(file for folder in folders for file in folder.glob("*.py")))

    def hints(self, task: str) -> tuple[str, ...]:
        """The hints of a task, from a nudge to nearly the answer; none when it has none."""
        return tuple(self.hint_lists.get(task, ()))

    def task(self, task: str) -> TaskSpec:
        """Return one task; CourseError when the exercise has no such task."""
        for spec in self.tasks:
            if spec.id == task:
                return spec
        known = ", ".join(spec.id for spec in self.tasks)
        raise CourseError(f"Exercise {self.chapter.number} has no task {task}: its tasks are {known}.")

    def starter_paths(self, task: str) -> frozenset[str]:
        """The files that a task's answer cells write."""
        return frozenset(path for grade_id, (path, _) in self.starters.items() if task_of(grade_id) == task)


def task_of(grade_id: str) -> str | None:
    """The task a cell belongs to: `answer-1-2-router` and `check-1-2` are of task `1.2`."""
    match = _GRADE_ID.match(grade_id)
    return f"{match['chapter']}.{match['task']}" if match else None


def _cells(notebook: Path) -> list[dict[str, Any]]:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(f"{notebook.name} is not a readable notebook: run `course build`.") from error
    return [cell for cell in cells if isinstance(cell, dict)]


def _tasks(cells: list[dict[str, Any]]) -> Iterator[TaskSpec]:
    headings: list[str] = []
    for cell in cells:
        if cell.get("cell_type") == "markdown":
            headings += _HEADING.findall(source_of(cell))
        data = nbgrader_of(cell)
        task = task_of(str(data.get("grade_id", "")))
        if data.get("grade") and not data.get("solution") and task:
            yield TaskSpec(task, float(data.get("points", 0)), _title(task, headings))


def _title(task: str, headings: list[str]) -> str:
    """The last heading that names the task, without its number: `Task 1.1 · Move the schemas`."""
    numbered = re.compile(
        rf"^(?:(?:Task|Exercise)\s+)?{re.escape(task)}(?![\d.]*\d)[\s.:·\u2013\u2014-]*", re.IGNORECASE
    )
    for heading in reversed(headings):
        if match := numbered.match(heading):
            return re.sub(r"\s*\(\d+(?:\.\d+)? points?\)$", "", heading[match.end() :]) or f"Task {task}"
    return headings[-1] if headings else f"Task {task}"


def _starters(source: Path, cells: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """From the source where it can be read: who works in the clone itself has answers in the released notebook."""
    if _readable(source):
        return {file.grade_id: (file.path, file.content) for file in starter_files(source) if file.grade_id}
    starters = {}
    for cell in cells:
        data = nbgrader_of(cell)
        written = split_write(source_of(cell)) if cell.get("cell_type") == "code" else None
        if data.get("solution") and written:
            starters[str(data.get("grade_id"))] = written
    return starters


def _reference(source: Path) -> dict[str, str]:
    if not _readable(source):
        return {}
    return {file.path: file.content for file in written_files(source)}


def _count(held_out: Path) -> dict[str, HeldOut]:
    """Count the held-out checks; what is wrong with their file, the run itself will say."""
    found: dict[str, HeldOut] = {}
    checks, _ = read_checks(held_out.read_text(encoding="utf-8"))
    for check in checks:
        old = found.get(check.task, HeldOut())
        found[check.task] = HeldOut(old.count + 1, old.points + check.points)
    return found


def _settings(checks: Path | None) -> Settings:
    return read_settings(checks.read_text(encoding="utf-8")) if checks else Settings()


def _first(folders: tuple[Path, ...], name: str) -> Path | None:
    return next((folder / name for folder in folders if _readable(folder / name)), None)


def _readable(path: Path) -> Path | None:
    return path if readable(path) and not path.is_dir() else None
