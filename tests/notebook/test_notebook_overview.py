"""The course map, the import graph and the environment's verdict."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from small_course import RIGHT, Notebook

from course.notebook import environment
from course.notebook.environment import requirements
from course.progress import Kind, Progress
from course.project.workspace import Workspace


async def test_the_map_of_a_newcomer(notebook: Notebook) -> None:
    shown = await notebook.run("course.map()")

    assert shown.error is None
    for title in ("Start", "Split", "Later"):
        assert title in shown.text
    assert 'href="01-split.ipynb"' in shown.html
    assert 'href="../exercises/01-split/01-split.ipynb"' in shown.html
    assert "02-later" not in shown.html
    assert shown.text == (await notebook.run("course.map()")).text


async def test_the_map_shows_state_score_and_where_to_go_on(notebook: Notebook, progress: Progress) -> None:
    await notebook.run("api = await course.begin(0)")
    progress.record(Kind.CHECKPOINT, chapter=0, outcome="PASS")
    await notebook.run("api = await course.begin(1, exercise=True)")

    begun = await notebook.run("course.map()")
    assert "01 Split, task 1.1" in begun.text
    await notebook.run(RIGHT)
    await notebook.run('await course.check("1.1")')
    passed = await notebook.run("course.map()")

    assert re.search(r"Start.*done", begun.text)
    assert re.search(r"Split.*in progress", begun.text)
    assert re.search(r"Split.*done", passed.text)
    assert "1.5" in passed.text


async def test_the_place_to_go_on_moves_with_the_work(notebook: Notebook, progress: Progress) -> None:
    async def link() -> str:
        return (await notebook.run("course.map()")).text

    await notebook.run("api = await course.begin(0)")
    assert "00 Start" in await link()
    progress.record(Kind.CHECKPOINT, chapter=0, outcome="PASS")
    assert "01 Split" in await link()
    await notebook.run("api = await course.begin(1)")
    assert "01 Split, task" not in await link()
    progress.record(Kind.CHECKPOINT, chapter=1, outcome="PASS")
    assert "01 Split, task 1.1" in await link()


async def test_a_chapter_that_is_gone_does_not_break_the_map(notebook: Notebook, progress: Progress) -> None:
    progress.record(Kind.BEGIN, chapter=77, item="lesson")

    shown = await notebook.run("course.map()")

    assert shown.error is None
    assert "Split" in shown.text


async def test_a_broken_exercise_does_not_break_the_map(notebook: Notebook, content: Path) -> None:
    (content / "exercises/01-split/01-split.ipynb").write_text("{}")

    shown = await notebook.run("course.map()")

    assert shown.error is None
    assert "Split" in shown.text


async def test_a_good_environment_says_so_without_versions(notebook: Notebook, workspace: Workspace) -> None:
    await notebook.run("api = await course.begin(0)")

    shown = await notebook.run("await course.environment()")

    assert shown.error is None
    assert all(requirement.good for requirement in requirements())
    assert str(workspace.root) not in shown.text + shown.html
    assert metadata.version("fastapi") not in shown.text


async def test_a_package_that_does_not_fit_says_how_to_fix_it(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["fastapi>=99", "no-such-package", "uvicorn; sys_platform == 'plan9'", "httpx2"]
    monkeypatch.setattr(environment.metadata, "requires", lambda _: asked)

    bad = {r.what: r for r in requirements() if not r.good and r.what not in ("Tools", "my-api")}

    assert set(bad) == {"fastapi", "no-such-package"}
    assert bad["fastapi"].needed == ">=99"
    assert bad["no-such-package"].found == "not installed"
    assert all("python3 run.py start" in requirement.fix for requirement in bad.values())


def test_another_kernel_is_told_first(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "DISTRIBUTION", "not-the-course")

    first = next(requirements())

    assert (first.what, first.good) == ("Kernel", False)
    assert "Choose the kernel" in first.fix


def test_a_project_that_cannot_be_made_is_not_writable(workspace: Workspace) -> None:
    workspace.root.rmdir()
    workspace.root.write_text("a file is in the way")

    (project,) = [requirement for requirement in requirements() if requirement.what == "my-api"]

    assert not project.good
    assert "not writable" in project.found
