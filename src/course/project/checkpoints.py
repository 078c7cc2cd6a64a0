"""The state of `my-api` at each chapter, read straight from the sources, and how a learner's project gets there."""

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.catalog import Chapter, Content, catalog, content, readable
from course.errors import CourseError
from course.project.backup import Backup
from course.project.files import package_files, read_tree, write_atomically
from course.project.sources import written_files
from course.project.workspace import Workspace

BROUGHT_FILE = "brought.json"

type _Written = list[tuple[str, str]]
type _Step = Callable[[Content, Chapter], dict[str, str] | _Written]


@dataclass(frozen=True)
class Brought:
    """What `bring` did to a project, as paths. `backup` holds whatever was replaced or set aside."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    backup: Path | None = None


def files_at(chapter: int, *, exercise: bool = False) -> dict[str, str]:
    """Return the project, path to text, as `begin(chapter)` brings it: all earlier chapters and what this one is given.

    With `exercise=True` the files of the chapter's lesson come on top, and what its exercise is given.
    """
    if not exercise:
        return _files(chapter, ())
    return _files(chapter, (_lesson, _given_exercise))


def files_after_lesson(chapter: int) -> dict[str, str]:
    """Return the project as the chapter's lesson leaves it."""
    return _files(chapter, (_lesson,))


def files_after(chapter: int) -> dict[str, str]:
    """Return checkpoint(chapter): the project with the chapter's lesson and reference solution in it."""
    return _files(chapter, (_lesson, _given_exercise, _solution))


def bring(workspace: Workspace, chapter: int, *, exercise: bool = False, replace: bool = False) -> Brought:
    """Bring the learner's project to the start of a chapter, without losing anything that is theirs.

    Missing files appear. A file that holds what some checkpoint wrote is brought to this one's text; one that
    belongs to other chapters only is moved to the backup folder. So is an exercise's reference answer that a later
    chapter brought: whoever skipped the exercise gets it unsolved. A file that the learner changed is kept and
    named, unless `replace=True`: then the reference takes its place and the learner's goes to the backup folder.
    Raises CourseError when a file cannot be written.
    """
    project = workspace.project
    target = files_at(chapter, exercise=exercise)
    ours = _known_texts(chapter if exercise else None)
    present = read_tree(project)
    backup = Backup(workspace.state)
    brought = _BroughtTexts(workspace.state / BROUGHT_FILE)
    added, updated, kept, set_aside = [], [], [], []

    for path, text in target.items():
        if path not in present:
            backup.take(project / path, path)  # something unreadable may be in the way
            added.append(path)
        elif present[path] == text:
            continue
        elif present[path] in ours.get(path, ()):
            updated.append(path)
        elif replace or brought.wrote(path, present[path]):
            backup.take(project / path, path)
            updated.append(path)
        else:
            kept.append(path)
            continue
        write_atomically(project / path, text)
        brought.note(path, text)
    brought.save()

    foreign = {
        path
        for path in present.keys() - target.keys()
        if present[path] in ours.get(path, ()) or brought.wrote(path, present[path])
    }
    staying = present.keys() - foreign
    for path in foreign:
        if not _is_needed_marker(path, staying):
            backup.take(project / path, path)
            set_aside.append(path)
    _remove_empty_folders(project, set_aside)
    return Brought(
        added=tuple(sorted(added)),
        updated=tuple(sorted(updated)),
        kept=tuple(sorted(kept)),
        set_aside=tuple(sorted(set_aside)),
        backup=backup.folder,
    )


def _files(chapter: int, steps: Sequence[_Step]) -> dict[str, str]:
    """All earlier chapters in full, what this one is given, and these further steps of it, later ones on top."""
    files: dict[str, str] = {}
    where = content()
    for earlier in catalog().chapters:
        if earlier.number > chapter:
            break
        for step in (
            _given,
            *(steps if earlier.number == chapter else (_lesson, _given_exercise, _solution)),
        ):
            try:
                files |= step(where, earlier)
            except _HiddenError as error:
                raise CourseError(
                    f"my-api at chapter {chapter} is built on {error}, which is not on this machine or may not be read: "
                    "get the course's sources anew, or ask who set them up."
                ) from None
    return files | dict.fromkeys(package_files(list(files)) - files.keys(), "")


class _HiddenError(Exception):
    """A source that the project needs cannot be read here; its text names the source."""


def _given(where: Content, chapter: Chapter) -> dict[str, str]:
    return _tree(where, where.given(chapter))


def _given_exercise(where: Content, chapter: Chapter) -> dict[str, str]:
    return _tree(where, where.given_exercise(chapter))


def _lesson(where: Content, chapter: Chapter) -> _Written:
    return _needed(where, where.lesson_source(chapter), where.lesson_notebook(chapter))


def _solution(where: Content, chapter: Chapter) -> _Written:
    built = (where.exercise_notebook(chapter), where.solution_notebook(chapter))
    return _needed(where, where.exercise_source(chapter), *built)


def _tree(where: Content, folder: Path) -> dict[str, str]:
    """All files of a folder that the course gives, if there is one; _HiddenError when one of them cannot be read."""
    if not os.path.lexists(folder):
        return {}
    for path in (folder, *folder.rglob("*")):
        if not readable(path):
            raise _HiddenError(where.name(path))
    return read_tree(folder)


def _needed(where: Content, source: Path, *built: Path) -> _Written:
    """What a source writes. Not written yet is nothing; _HiddenError when only what is built from it is there."""
    if not readable(source) and any(map(os.path.lexists, (source, *built))):
        raise _HiddenError(where.name(source))
    return _written(source)


def _written(source: Path) -> _Written:
    return [(file.path, file.content) for file in written_files(source)] if readable(source) else []


def _known_texts(exercise_of: int | None) -> dict[str, set[str]]:
    """Every text that the course ever gives a path, in any chapter, intermediate steps of a lesson included.

    In an exercise its own solution does not count: a learner whose answer equals the reference wrote it themselves.
    """
    known: dict[str, set[str]] = {}
    where = content()
    for chapter in catalog().chapters:
        sources: list[Iterable[tuple[str, str]]] = [
            read_tree(folder).items() for folder in (where.given(chapter), where.given_exercise(chapter))
        ]
        sources.append(_written(where.lesson_source(chapter)))
        if chapter.number != exercise_of:
            sources.append(_written(where.exercise_source(chapter)))
        for path, text in (pair for source in sources for pair in source):
            known.setdefault(path, set()).add(text)
    for marker in package_files(list(known)):
        known.setdefault(marker, set()).add("")
    return known


def _is_needed_marker(path: str, staying: Collection[str]) -> bool:
    """Whether this is the `__init__.py` of a folder in which files stay."""
    folder, _, name = path.rpartition("/")
    return name == "__init__.py" and any(other.startswith(f"{folder}/") for other in staying)


def _remove_empty_folders(project: Path, moved: list[str]) -> None:
    for path in moved:
        folder = (project / path).parent
        while folder != project and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


class _BroughtTexts:
    """Which text of a file came from `bring`, by its hash: an answer that the course wrote is not the learner's."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            known = {}  # the first time, or damaged: then every answer counts as the learner's
        self._hashes: dict[str, str] = known if isinstance(known, dict) else {}

    def note(self, path: str, text: str) -> None:
        self._hashes[path] = _hash(text)

    def wrote(self, path: str, text: str) -> bool:
        return self._hashes.get(path) == _hash(text)

    def save(self) -> None:
        write_atomically(self._file, json.dumps(self._hashes, indent=1, sort_keys=True))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
