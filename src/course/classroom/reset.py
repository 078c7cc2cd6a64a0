"""Start a chapter again. What was there is kept in the backup folder."""

from dataclasses import dataclass
from pathlib import Path

from course.catalog import Chapter, catalog, content
from course.classroom.copy import read_manifest, release_of, write_manifest, write_notebook
from course.classroom.merge import Notebook, shipped
from course.errors import CourseError
from course.project.backup import Backup
from course.project.bring import Brought, bring
from course.project.ground import Ground
from course.project.workspace import COPY_MARKER, Workspace


@dataclass(frozen=True)
class ResetReport:
    """What a reset did. `notebook` is the exercise that is as released again; `backup` holds the one from before."""

    chapter: Chapter
    brought: Brought
    notebook: Path | None = None
    backup: Path | None = None

    def lines(self) -> list[str]:
        """Say it in a few short lines."""
        done = self.brought
        touched = sum(map(len, (done.added, done.updated, done.removed, done.put_aside)))
        said = [f"my-api is where chapter {self.chapter.number} begins ({touched} files changed)."]
        if self.notebook:
            said.append(f"{self.notebook.name} is as it was released.")
        folders = dict.fromkeys(str(folder) for folder in (done.backup, self.backup) if folder)
        said += [f"What was there before: {folder}" for folder in folders]
        return said


def reset(workspace: Workspace, chapter: int) -> ResetReport:
    """Bring `my-api` to the start of a chapter and its exercise notebook to the release.

    Raises CourseError when the course has no such chapter yet, or a file cannot be written.
    """
    asked = catalog().chapter(chapter)
    where = content()
    if not where.is_written(asked):
        raise CourseError(f"Chapter {chapter}, {asked.title}, is not written yet: there is nothing to reset.")
    path = where.name(where.exercise_notebook(asked))
    original = _original(workspace, asked, path)
    brought = bring(workspace, Ground(chapter), fresh=True)
    if original is None:
        return ResetReport(asked, brought)
    place = workspace.root / path
    backup = Backup(workspace.state)
    if place.is_file():
        backup.keep(place, path)
    write_notebook(place, original)
    if (workspace.root / COPY_MARKER).is_file():
        record = read_manifest(workspace.root)
        record["notebooks"][path] = shipped(original)
        write_manifest(workspace.root, record["notebooks"], record["files"])
    return ResetReport(asked, brought, place, backup.folder)


def _original(workspace: Workspace, chapter: Chapter, path: str) -> Notebook | None:
    if workspace.root != content().root:
        released = release_of(path)
        return released if isinstance(released, dict) else None
    from course.classroom.originals import as_released, original_exercise

    text = original_exercise(chapter).get(path)
    return as_released(text) if text is not None else None
