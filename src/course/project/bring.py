"""How `my-api` gets to the ground of a lesson or an exercise, and what becomes of the learner's own files."""

import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from course.errors import CourseError
from course.project.backup import Backup
from course.project.checkpoints import files_at, known_texts, solution_at
from course.project.databases import is_as_brought, is_data
from course.project.files import IGNORED_FOLDERS, copy_atomically, text_of, write_atomically
from course.project.ground import Ground, GroundRecord, digest
from course.project.workspace import Workspace

# What no interpreter, tool or test reads stays where it is. Everything else could make a lesson's story untrue: a test
# is collected, a module hides another, a configuration file changes what a tool finds.
DOCUMENTS = frozenset(
    {".md", ".txt", ".rst", ".pdf", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".csv", ".drawio"}
)
LEFT_BY_TOOLS = frozenset({".coverage", "coverage.xml", ".DS_Store", "Thumbs.db", "desktop.ini"})
FOLDERS_OF_TOOLS = frozenset({"htmlcov", ".vscode", ".idea"})


@dataclass(frozen=True)
class Brought:
    """What `bring` did to a project, as paths. `backup` holds whatever was replaced or put aside."""

    resumed: bool = False
    """`my-api` stood there already: what differs from the ground's beginning was left as it is."""
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    """The course's own files of other chapters."""
    put_aside: tuple[str, ...] = ()
    """The learner's files that made room."""
    data: tuple[str, ...] = ()
    """The learner's database files that made room."""
    kept: tuple[str, ...] = ()
    """The learner's files that stayed and differ from the course's."""
    restored: tuple[str, ...] = ()
    """Files that were put aside for this ground, and with `mine=True` are back."""
    backup: Path | None = None


def bring(workspace: Workspace, ground: Ground, *, mine: bool = False, fresh: bool = False) -> Brought:
    """Bring the learner's project to a ground, without losing anything that is theirs.

    From another ground, or with `fresh=True`, every file of the course gets the text that it has there. What the
    learner wrote is put aside into the backup first; `mine=True` leaves it, and brings only the rest: not the files
    that the reference solution of the exercise before made, where the learner has an answer of their own. On the ground
    that the project stands on, nothing of theirs is touched, and what is missing comes back; with `mine=True` also
    what was put aside for it.
    Raises CourseError when a file cannot be written, and when the workspace is not there.
    """
    if mine and fresh:
        raise CourseError(
            "`mine=True` builds on your files, `fresh=True` on the course's: choose one of them."
        )
    if not workspace.root.is_dir():
        raise CourseError(
            f"{workspace.root} is not there: nothing was made. Was the folder moved or renamed?"
        )
    return _Bringing(workspace, ground, mine=mine, fresh=fresh).run()


@dataclass
class _Bringing:
    """One run: compares what is there with what belongs there, file by file."""

    workspace: Workspace
    ground: Ground
    mine: bool
    fresh: bool
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    put_aside: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.project = self.workspace.project
        self.record = GroundRecord.read(self.workspace)
        self.backup = Backup(self.workspace.state)
        self.target = files_at(self.ground.chapter, exercise=self.ground.exercise)
        self.resumed = self.record.whole and self.record.ground == self.ground and not self.fresh
        self.theirs = self.mine or (self.resumed and self.record.mine)
        before = self.record.ground
        # What is as the reference in an exercise, and was not brought, the learner wrote there.
        self.known = known_texts(except_solution_of=before.chapter if before and before.exercise else None)
        self.hashes: dict[str, str] = {}

    def run(self) -> Brought:
        if not self.resumed:
            GroundRecord(self.ground, whole=False, hashes=self.record.hashes).write(self.workspace)
        present = _everything(self.project)
        if not self.resumed:
            self._make_room(present)
        elif self.mine:
            self._restore(present)
            present = _everything(self.project)
        spare = self._answered_otherwise(present) if self.theirs else frozenset()
        for path, text in self.target.items():
            if path not in spare:
                self._bring(path, text, present)
            elif path in present:
                (self.project / path).unlink()
                self.removed.append(path)
        _remove_empty_folders(self.project, [path for path in self.removed if path in spare])
        if self.resumed:
            self.kept += [
                path
                for path in present.keys() - self.target.keys()
                if _could_matter(path, self.known) and not is_data(path)
            ]
        done = self._done()
        if not self.resumed or done != self.record:
            done.write(self.workspace)
        return Brought(
            self.resumed,
            added=tuple(sorted(self.added)),
            updated=tuple(sorted(self.updated)),
            removed=tuple(sorted(self.removed)),
            put_aside=tuple(sorted(self.put_aside)),
            data=tuple(sorted(self.data)),
            kept=tuple(sorted(self.kept)),
            restored=tuple(sorted(self.restored)),
            backup=self.backup.folder,
        )

    def _done(self) -> GroundRecord:
        done = GroundRecord(self.ground, whole=True, hashes=self.hashes, mine=self.theirs)
        aside = sorted([*self.put_aside, *self.data])
        if aside and self.backup.folder is not None:
            folder = self.backup.folder.relative_to(self.workspace.root).as_posix()
            return replace(done, aside=tuple(aside), backup=folder)
        if self.resumed and not self.mine:
            return replace(done, aside=self.record.aside, backup=self.record.backup)
        return done

    def _answered_otherwise(self, present: Mapping[str, str | None]) -> frozenset[str]:
        """The files that only the reference solution of the exercise before has, when the learner has solved it otherwise."""
        written, only = solution_at(self.ground.chapter - 1) if self.ground.chapter else ({}, frozenset())
        own = (
            path for path in written if (text := present.get(path)) and not self._is_the_courses(path, text)
        )
        if not any(own):
            return frozenset()
        theirs = {path for path, text in present.items() if not self.record.brought(path, text)}
        staying = theirs | (self.target.keys() - only)
        return frozenset(path for path in only - staying if not _is_needed_marker(path, staying))

    def _restore(self, present: Mapping[str, str | None]) -> None:
        """Take back what was put aside for this ground, where nothing was written in the meantime."""
        folder = self.workspace.root / self.record.backup
        for path in self.record.aside:
            place = self.project / path
            there = os.path.lexists(place)
            if (folder / path).is_symlink() or not (folder / path).is_file():
                continue
            if there and not self.record.brought(path, present.get(path)):
                continue
            copy_atomically(folder / path, place)
            self.restored.append(path)

    def _make_room(self, present: dict[str, str | None]) -> None:
        """Take away what does not belong here: the course's own files, and the learner's that could matter."""
        leaving = []
        for path in sorted(present.keys() - self.target.keys()):
            if self._is_the_courses(path, present[path]):
                leaving.append(path)
                self.removed.append(path)
            elif not _could_matter(path, self.known):
                continue
            elif self.mine:
                self.kept.append(path)
            elif is_data(path) and is_as_brought(self.workspace, path):
                (self.project / path).unlink()
            elif is_data(path):
                leaving.append(path)
                self.data.append(path)
            else:
                leaving.append(path)
                self.put_aside.append(path)
        staying = present.keys() - set(leaving)
        for path in [path for path in leaving if _is_needed_marker(path, staying)]:
            leaving.remove(path)
            self.removed.remove(path)
        for path in leaving:
            if self.record.brought(path, present[path]):
                (self.project / path).unlink()
            else:
                self.backup.take(self.project / path, path)
        _remove_empty_folders(self.project, leaving)

    def _bring(self, path: str, text: str, present: dict[str, str | None]) -> None:
        place = self.project / path
        mine = present.get(path)
        if path in present and mine == text:
            if self.record.brought(path, text):
                self.hashes[path] = digest(text)  # otherwise the learner wrote the same: it is theirs
            return
        if path not in present:
            self._clear_the_way(path)
            self.added.append(path)
        elif self.record.brought(path, mine):
            self.updated.append(path)
        elif self.resumed or (self.mine and not self._is_the_courses(path, mine)):
            self.kept.append(path)
            return
        else:
            (self.updated if self._is_the_courses(path, mine) else self.put_aside).append(path)
            self.backup.take(place, path)
        write_atomically(place, text)
        self.hashes[path] = digest(text)

    def _is_the_courses(self, path: str, text: str | None) -> bool:
        return self.record.brought(path, text) or text in self.known.get(path, ())

    def _clear_the_way(self, path: str) -> None:
        """Put aside a folder in the place of a file, or a file or link in the place of a folder."""
        pure = PurePosixPath(path)
        folders = [str(folder) for folder in pure.parents if folder.parts]
        for way in reversed(folders):
            place = self.project / way
            if place.is_symlink() or (place.exists() and not place.is_dir()):
                self.backup.take(place, way)
                self.put_aside.append(way)
        if (self.project / path).is_dir():
            self.backup.take(self.project / path, path)
            self.put_aside.append(path)


def _everything(project: Path) -> dict[str, str | None]:
    """Every file of the project by path, links included; None for what cannot be read as text."""
    found: dict[str, str | None] = {}
    for folder, folders, names in os.walk(project):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        folders[:] = [name for name in folders if name not in IGNORED_FOLDERS]
        for name in (*links, *names):
            file = Path(folder, name)
            found[file.relative_to(project).as_posix()] = None if file.is_symlink() else text_of(file)
    return found


def _could_matter(path: str, known: Collection[str]) -> bool:
    """Whether a file could change what the course's files do, and so has to leave with its ground."""
    pure = PurePosixPath(path)
    if path in known:
        return True
    if pure.name in LEFT_BY_TOOLS or FOLDERS_OF_TOOLS.intersection(pure.parts):
        return False
    return pure.suffix.lower() not in DOCUMENTS


def _is_needed_marker(path: str, staying: Collection[str]) -> bool:
    """Whether this is the `__init__.py` of a folder in which Python files stay."""
    folder, _, name = path.rpartition("/")
    return name == "__init__.py" and any(
        other.startswith(f"{folder}/") and other.endswith(".py") for other in staying
    )


def _remove_empty_folders(project: Path, moved: list[str]) -> None:
    """Remove the folders that became empty, with Python's caches in them: an empty folder can be imported."""
    for path in moved:
        folder = (project / path).parent
        while folder != project and folder.is_dir():
            rest = [child.name for child in folder.iterdir()]
            if rest == ["__pycache__"]:
                shutil.rmtree(folder / "__pycache__", ignore_errors=True)
            elif rest:
                break
            try:
                folder.rmdir()
            except OSError:
                break
            folder = folder.parent
