"""Which folder a command means."""

import os
from pathlib import Path

from course.catalog import content
from course.classroom.copy import DEFAULT_FOLDER
from course.project.workspace import COPY_MARKER, PROJECT, Workspace


def default_target() -> Path:
    """Return where `course start` makes a copy when no folder is named.

    Inside a copy that copy, whatever the current folder; else `my-course` in the clone.
    """
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / COPY_MARKER).is_file():
            return folder
    return content().root / DEFAULT_FOLDER


def learners_workspace() -> Workspace:
    """Return the workspace that a command run in the current folder is about; CourseError when there is none.

    In the clone that is the copy which `course start` makes there, unless somebody already works in place.
    """
    found = Workspace.find()
    usual = found.root / DEFAULT_FOLDER
    in_clone = found.root == content().root
    if in_clone and not (found.root / PROJECT).is_dir() and (usual / COPY_MARKER).is_file():
        return Workspace(usual)
    return found


def enter(workspace: Workspace) -> None:
    """Make this the workspace of this process and of those it starts."""
    os.environ["COURSE_WORKSPACE"] = str(workspace.root)
