"""Two notebooks, one my-api: what is asked on another ground is answered with one sentence, and counts nothing."""

from collections.abc import Awaitable, Callable

import pytest
from small_course import RIGHT, Notebook, Shown

from course.errors import CourseError
from course.progress import Kind, Progress
from course.project.bring import bring
from course.project.files import read_tree
from course.project.ground import Ground
from course.project.workspace import Workspace

type Elsewhere = Callable[[Ground], Awaitable[None]]


def is_one_sentence(shown: Shown, sentence: str) -> None:
    assert isinstance(shown.error, CourseError)
    assert sentence in shown.printed
    assert "Traceback" not in shown.printed
    assert shown.bundles == []


ASKED = [
    'await course.check("1.1")',
    "await course.checkpoint(1)",
    "await api.get('/health')",
    "course.explore(api)",
    "%%write app/main.py\nX = 1\n",
]


@pytest.mark.parametrize("asked", ASKED)
async def test_when_another_notebook_began_another_ground_nothing_answers(
    notebook: Notebook, workspace: Workspace, progress: Progress, asked: str
) -> None:
    await notebook.run("api = await course.begin(1, exercise=True)")
    bring(workspace, Ground(0))  # in another kernel
    before = read_tree(workspace.project)

    is_one_sentence(
        await notebook.run(asked),
        "my-api is in chapter 0 now: run the first cell again (`await course.begin(1, exercise=True)`).",
    )

    assert read_tree(workspace.project) == before
    assert {event.kind for event in progress.events()} == {Kind.BEGIN}


@pytest.mark.parametrize("asked", ASKED)
async def test_back_on_the_ground_everything_answers_again(
    notebook: Notebook, workspace: Workspace, asked: str
) -> None:
    await notebook.run("api = await course.begin(1, exercise=True)")
    bring(workspace, Ground(0))
    await notebook.run("api = await course.begin(1, exercise=True)")

    assert (await notebook.run(asked)).error is None


async def test_another_notebook_on_the_same_ground_is_no_matter(
    notebook: Notebook, workspace: Workspace
) -> None:
    await notebook.run("api = await course.begin(1, exercise=True)")
    await notebook.run(RIGHT)
    bring(workspace, Ground(1, exercise=True))

    assert "PASS" in (await notebook.run('await course.check("1.1")')).text


async def test_a_lesson_does_not_check_its_exercise(notebook: Notebook, progress: Progress) -> None:
    await notebook.run("api = await course.begin(1)")

    is_one_sentence(
        await notebook.run('await course.check("1.1")'),
        "my-api is in chapter 1 now: begin exercise 1 first (`await course.begin(1, exercise=True)`).",
    )

    assert progress.events(Kind.CHECK) == ()


async def test_a_check_needs_no_session_where_the_ground_is_right(
    notebook: Notebook, workspace: Workspace
) -> None:
    bring(workspace, Ground(1, exercise=True))

    assert "NOT ATTEMPTED" in (await notebook.run('await course.check("1.1")')).text


async def test_before_any_begin_a_check_says_what_to_run(notebook: Notebook) -> None:
    is_one_sentence(
        await notebook.run('await course.check("1.1")'),
        "my-api is not there",
    )


@pytest.mark.parametrize(
    "asked", ["%%write app/main.py\nX = 1\n", 'await course.check("1.1")', "await course.begin(1)"]
)
async def test_a_folder_that_was_moved_is_noticed_and_not_made_again(
    notebook: Notebook, workspace: Workspace, asked: str
) -> None:
    await notebook.run("api = await course.begin(1, exercise=True)")
    workspace.root.rename(workspace.root.with_name("moved"))

    is_one_sentence(await notebook.run(asked), "is not there any more: was it moved or renamed?")

    assert not workspace.root.exists()


@pytest.mark.parametrize(
    "asked", ["%%write app/main.py\nX = 1\n", 'await course.check("1.1")', "await api.get('/health')"]
)
async def test_a_project_that_was_moved_is_noticed_and_comes_back_whole(
    notebook: Notebook, workspace: Workspace, asked: str
) -> None:
    await notebook.run("api = await course.begin(1, exercise=True)")
    workspace.project.rename(workspace.project.with_name("my-api-old"))

    is_one_sentence(
        await notebook.run(asked),
        "my-api is not there any more: run the first cell again, and the course brings its files.",
    )

    assert not workspace.project.exists()
    assert (await notebook.run("api = await course.begin(1, exercise=True)")).error is None
    assert (workspace.project / "app/main.py").is_file()
