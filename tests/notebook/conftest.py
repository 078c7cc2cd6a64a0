"""A small course, an empty workspace, and a real IPython shell to work in."""

import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import small_course
from IPython.core.interactiveshell import InteractiveShell
from small_course import Notebook
from small_courses import make_course
from traitlets.config import Config

from course.notebook import session
from course.progress import Progress
from course.project.imports import forget_app
from course.project.workspace import Workspace


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sources of a course of three chapters, two of them written."""
    files = {
        "chapters/00-start/lesson.md": small_course.LESSON_0,
        "chapters/01-split/lesson.md": small_course.LESSON_1,
        "chapters/01-split/quiz.toml": small_course.QUIZ_1,
        "chapters/01-split/exercise.md": small_course.SOLUTION_1,
        "chapters/01-split/checks.py": small_course.CHECKS,
        "chapters/01-split/held_out.py": small_course.HELD_OUT,
        "chapters/01-split/hints.toml": small_course.HINTS,
        "chapters/01-split/right/one_constant.md": small_course.RIGHT_CARD,
        "exercises/01-split/01-split.ipynb": json.dumps(small_course.exercise_notebook()),
    }
    root = make_course(tmp_path / "clone", small_course.PARTS, files)
    monkeypatch.setenv("COURSE_CONTENT", str(root))
    return root


@pytest.fixture
async def workspace(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Workspace]:
    """An empty workspace that the process leaves as it found it."""
    place = Workspace(tmp_path / "work")
    place.root.mkdir()
    monkeypatch.setenv("COURSE_WORKSPACE", str(place.root))
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(session, "_session", None)
    monkeypatch.chdir(tmp_path)
    yield place
    if (begun := session.current()) is not None:
        await begun.client.aclose()
    forget_app()


@pytest.fixture
def progress(workspace: Workspace) -> Progress:
    return Progress(workspace.state / "progress.db")


@pytest.fixture(scope="session")
def shell() -> Iterator[InteractiveShell]:
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config, colors="nocolor")
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
async def notebook(shell: InteractiveShell, workspace: Workspace) -> Notebook:
    """A notebook in which `course` is imported and nothing else was done."""
    shell.reset(new_session=False)
    shell.user_ns["api"] = None
    notebook = Notebook(shell)
    shown = await notebook.run("import course")
    assert shown.error is None
    return notebook
