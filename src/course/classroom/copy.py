"""The learner's copy: a folder of their own with the notebooks, kept up to date without losing their work."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.catalog import Catalog, Content, catalog, content
from course.classroom.merge import Notebook, Shipped, fingerprint, merge, shipped
from course.errors import CourseError
from course.project.backup import Backup
from course.project.cells import without_outputs
from course.project.files import write_atomically
from course.project.workspace import COPY_MARKER, STATE, Workspace

DEFAULT_FOLDER = "my-course"
NBGRADER_CONFIG = "nbgrader_config.py"
MANIFEST_FORMAT = 1


@dataclass(frozen=True)
class FileChange:
    """What an update did to one file: the course's cells it brought, and the learner's cells it left as they are."""

    path: str
    changed: int
    kept: int


@dataclass(frozen=True)
class CopyReport:
    """What `make_or_update` did. `backup` holds the files as they were before this update changed them."""

    workspace: Workspace
    in_place: bool = False
    created: bool = False
    added: tuple[str, ...] = ()
    updated: tuple[FileChange, ...] = ()
    kept: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    backup: Path | None = None

    def lines(self) -> list[str]:
        """Say it in a few short lines."""
        root = self.workspace.root
        if self.in_place:
            return [f"You work in the course's own folder: {root}"]
        if self.created:
            return [f"Made your copy of the course: {root} ({len(self.added)} files)"]
        said = [f"Your copy of the course: {root}"]
        if not (self.added or self.updated or self.kept or self.replaced or self.removed):
            return [f"{said[0]} (up to date)"]
        said += [f"  new: {path}" for path in self.added]
        for change in self.updated:
            yours = f"; {change.kept} of yours kept" if change.kept else ""
            said.append(f"  updated: {change.path} ({change.changed} cells{yours})")
        said += [f"  kept as you changed it: {path}" for path in self.kept]
        said += [f"  could not be read, replaced: {path}" for path in self.replaced]
        said += [f"  no longer part of it: {path}" for path in self.removed]
        if self.backup:
            said.append(f"  as they were before: {self.backup}")
        return said


def make_or_update(target: Path) -> CopyReport:
    """Make the learner's copy in `target`, or bring the copy that is there up to date.

    When `target` is the clone itself (on Binder or a hub) nothing is copied: people work in place.
    Raises CourseError when the folder is not a copy and not empty, lies inside the course's own files, or cannot
    be written.
    """
    source = content()
    target = target.expanduser().resolve()
    if target == source.root.resolve():
        return CopyReport(Workspace(target), in_place=True)
    refuse_unsuitable(target, source)
    files = dict(_release(source, catalog()))
    if not any(path.endswith(".ipynb") for path in files):
        raise CourseError(f"{source.root} holds no built notebooks yet: run `course build` there first.")
    created = not (target / COPY_MARKER).is_file()
    try:
        target.mkdir(parents=True, exist_ok=True)
        if created:  # first of all, so that a run which is cut short can be taken up again
            write_manifest(target, *_record_of(files))
        return _Update(target, created=created).run(files)
    except OSError as error:
        raise CourseError(
            f"{target} cannot be written ({error.strerror or error}): choose another folder, "
            "as in `course start ~/my-course`."
        ) from error


def refuse_unsuitable(target: Path, source: Content) -> None:
    """Raise CourseError when a copy must not be made in `target`."""
    elsewhere = "choose a new or empty folder, as in `course start ~/my-course`."
    if target.exists() and not target.is_dir():
        raise CourseError(f"{target} is a file: {elsewhere}")
    for parent in target.parents:
        if (parent / COPY_MARKER).is_file():
            raise CourseError(f"{target} lies inside another copy of the course ({parent}): {elsewhere}")
    root = source.root.resolve()
    if root in target.parents:
        first = root / target.relative_to(root).parts[0]
        if first != target and first.exists():
            raise CourseError(f"{target} lies inside the course's own {first.name}/ folder: {elsewhere}")
    if (target / COPY_MARKER).is_file() or not target.exists():
        return
    try:
        occupied = any(entry.name != STATE for entry in target.iterdir())
    except OSError as error:
        raise CourseError(f"{target} cannot be read ({error.strerror}): {elsewhere}") from error
    if occupied:
        raise CourseError(f"{target} is not empty and not a copy of the course: {elsewhere}")


def _record_of(files: dict[str, Notebook | str]) -> tuple[dict[str, Shipped], dict[str, str]]:
    """The record of a copy in which each of these files is as it is shipped."""
    notebooks: dict[str, Shipped] = {
        path: shipped(new) for path, new in files.items() if not isinstance(new, str)
    }
    return notebooks, {path: _digest(new) for path, new in files.items() if isinstance(new, str)}


def read_manifest(root: Path) -> dict[str, Any]:
    """Return the record of what was shipped to a copy; an empty one when it is missing or damaged.

    Without a record nothing counts as untouched, so nothing of the learner's is replaced.
    """
    try:
        manifest = json.loads((root / COPY_MARKER).read_text(encoding="utf-8"))
        notebooks, files = manifest["notebooks"], manifest["files"]
        intact = all(isinstance(cells, dict) for cells in notebooks.values()) and isinstance(files, dict)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        intact = False
    return {"notebooks": notebooks, "files": files} if intact else {"notebooks": {}, "files": {}}


def write_manifest(root: Path, notebooks: dict[str, Shipped], files: dict[str, str]) -> None:
    """Record what was shipped; CourseError when it cannot be written."""
    manifest = {"format": MANIFEST_FORMAT, "course": catalog().id, "notebooks": notebooks, "files": files}
    write_atomically(root / COPY_MARKER, json.dumps(manifest, indent=1) + "\n")


def read_notebook(path: Path) -> Notebook | None:
    """Return a notebook's JSON, or None when it cannot be read as one."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))  # some tools put a mark in front
        for cell in notebook["cells"]:
            fingerprint(cell)
            lines = cell.get("source", "")
            sound = isinstance(lines, str) or all(isinstance(line, str) for line in lines)
            if not (
                sound and isinstance(cell["cell_type"], str) and isinstance(cell.get("metadata", {}), dict)
            ):
                return None
        intact = isinstance(notebook.get("metadata", {}), dict)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return notebook if intact else None


def write_notebook(path: Path, notebook: Notebook) -> None:
    """Write a notebook the way Jupyter does; CourseError when it cannot be written."""
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which only escaped JSON can hold
        text = json.dumps(notebook, indent=1, sort_keys=True) + "\n"
    write_atomically(path, text)


def release_of(path: str) -> Notebook | str | None:
    """Return one file as learners get it (a notebook as JSON, anything else as text); None when it is not shipped."""
    return dict(_release(content(), catalog())).get(path)


def _release(source: Content, course: Catalog) -> Iterator[tuple[str, Notebook | str]]:
    """Everything learners get, by path in their copy."""
    for chapter in course.chapters:
        lesson = source.lesson_notebook(chapter)
        if lesson.is_file():
            yield _shipped_path(lesson, source), _built(lesson)
        exercise = source.exercise_notebook(chapter)
        if exercise.is_file():  # checks and hints stay in the clone, where the engine reads them
            yield _shipped_path(exercise, source), _built(exercise)
    yield NBGRADER_CONFIG, (source.root / NBGRADER_CONFIG).read_text(encoding="utf-8")


def _shipped_path(file: Path, source: Content) -> str:
    return file.relative_to(source.root).as_posix()


def _built(path: Path) -> Notebook:
    notebook = read_notebook(path)
    if notebook is None:
        raise CourseError(f"{path} is not a notebook: run `course build` in the course's folder.")
    return without_outputs(notebook)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class _Update:
    """One run over a copy: compares three versions of each file and writes what has to change."""

    def __init__(self, root: Path, *, created: bool) -> None:
        self.root = root
        self.created = created
        self.base = read_manifest(root)
        self.backup = Backup(root / STATE)
        self.added: list[str] = []
        self.updated: list[FileChange] = []
        self.kept: list[str] = []
        self.replaced: list[str] = []
        self.removed: list[str] = []

    def run(self, files: dict[str, Notebook | str]) -> CopyReport:
        notebooks: dict[str, Shipped] = dict(self.base["notebooks"])
        texts: dict[str, str] = dict(self.base["files"])
        for path, new in files.items():
            if isinstance(new, str):
                self._text(path, new)
                texts[path] = _digest(new)
            else:
                self._notebook(path, new)
                notebooks[path] = shipped(new)
        for path in texts.keys() - files.keys():
            self._no_longer_shipped(path)
            del texts[path]
        # The record comes last: an update that is cut short is done again, and finds its own text untouched.
        write_manifest(self.root, notebooks, texts)
        return CopyReport(
            Workspace(self.root),
            created=self.created,
            added=tuple(self.added),
            updated=tuple(self.updated),
            kept=tuple(self.kept),
            replaced=tuple(self.replaced),
            removed=tuple(sorted(self.removed)),
            backup=self.backup.folder,
        )

    def _text(self, path: str, new: str) -> None:
        place = self.root / path
        if not place.exists():
            self.added.append(path)
        else:
            old = place.read_bytes()
            if old == new.encode():
                return
            if hashlib.sha256(old).hexdigest() != self.base["files"].get(path):
                self.kept.append(path)
                return
            self.updated.append(FileChange(path, 0, 0))
        write_atomically(place, new)

    def _no_longer_shipped(self, path: str) -> None:
        """Take away a file that learners got once, unless they changed it."""
        place = self.root / path
        if ".." in place.parts or place.is_symlink() or not place.is_file():
            return
        if hashlib.sha256(place.read_bytes()).hexdigest() == self.base["files"][path]:
            place.unlink()
            self.removed.append(path)

    def _notebook(self, path: str, new: Notebook) -> None:
        place = self.root / path
        if not os.path.lexists(place):
            write_notebook(place, new)
            self.added.append(path)
            return
        mine = read_notebook(place)
        if mine is None:
            self.backup.keep(place, path)
            write_notebook(place, new)
            self.replaced.append(path)
            return
        merged = merge(self.base["notebooks"].get(path, {}), mine, new)
        if merged.changed == 0:
            return
        self.backup.keep(place, path)
        write_notebook(place, merged.notebook)
        self.updated.append(FileChange(path, merged.changed, merged.kept))
