"""The first cell of a notebook."""

import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from small_course import Notebook

import course
from course.errors import CourseError
from course.progress import Place, Progress
from course.project.workspace import Workspace


def test_importing_course_loads_nothing_of_a_notebook() -> None:
    heavy = ("IPython", "fastapi", "ipywidgets", "course.notebook", "course.grading", "course.catalog")
    code = f"import sys, course; print([name for name in {heavy!r} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", course.ENGINE)
def test_every_call_is_there_and_documented(name: str) -> None:
    call = getattr(course, name)

    assert callable(call)
    assert call.__doc__


def test_course_lists_its_calls() -> None:
    assert {"begin", "check", "hint", "quiz", "map"} <= set(dir(course))
    with pytest.raises(AttributeError, match=r"it has .*begin, "):
        course.chek  # type: ignore[attr-defined]  # noqa: B018 - the mistake is the point


async def test_begin_brings_the_project_and_gives_a_plain_client(
    notebook: Notebook, workspace: Workspace, progress: Progress
) -> None:
    shown = await notebook.run("api = await course.begin(1)")

    assert shown.error is None
    assert shown.text == (
        "Chapter 1 · Split\n`my-api` has `app/` (2 files).\nAdded `app/main.py` and `app/__init__.py`."
    )
    assert "<code>app/main.py</code>" in shown.html
    api = notebook.shell.user_ns["api"]
    assert type(api) is httpx2.AsyncClient
    assert (await api.get("/health")).json() == {"status": "ok"}
    assert Path.cwd() == workspace.project
    assert sys.path[0] == str(workspace.project)
    assert progress.last_place() == Place(1, exercise=False)


async def test_an_empty_project_is_said_to_be_empty(notebook: Notebook, content: Path) -> None:
    (content / "chapters/00-start/lesson.md").write_text("# Nothing is written here\n")

    shown = await notebook.run("api = await course.begin(0)")

    assert shown.text == "Chapter 0 · Start\n`my-api` is empty."


async def test_beginning_again_changes_nothing_and_closes_the_first_client(notebook: Notebook) -> None:
    await notebook.run("api = await course.begin(1)")
    first = notebook.shell.user_ns["api"]

    shown = await notebook.run("api = await course.begin(1)")

    assert "Nothing had to change." in shown.text
    assert first.is_closed
    assert not notebook.shell.user_ns["api"].is_closed


async def test_the_first_cell_again_leaves_what_the_learner_wrote(
    notebook: Notebook, workspace: Workspace
) -> None:
    await notebook.run("api = await course.begin(1)")
    main = workspace.project / "app/main.py"
    mine = main.read_text() + "\n# mine\n"
    main.write_text(mine)

    shown = await notebook.run("api = await course.begin(1)")

    assert shown.text.splitlines()[-1] == (
        "You go on where you were: `app/main.py` as you left it. "
        "`await course.begin(1, fresh=True)` starts again."
    )
    assert main.read_text() == mine


@pytest.mark.parametrize("call", ["begin(1, fresh=True)", "begin(1, exercise=True)"])
async def test_what_is_put_aside_is_said_in_one_line_with_the_way_back(
    notebook: Notebook, workspace: Workspace, call: str
) -> None:
    await notebook.run("api = await course.begin(1)")
    mine = (workspace.project / "app/main.py").read_text() + "\n# mine\n"
    (workspace.project / "app/main.py").write_text(mine)

    shown = await notebook.run(f"api = await course.{call}")

    (backup,) = (workspace.state / "backup").iterdir()
    again = "begin(1, mine=True)" if "fresh" in call else "begin(1, exercise=True, mine=True)"
    assert shown.text.splitlines()[-1] == (
        "⚠ This notebook begins with the course's files. Your version of 1 file is safe in "
        f"`.course/backup/{backup.name}`: `app/main.py`. `await course.{again}` builds on it instead."
    )
    assert str(workspace.root) not in shown.text + shown.html
    assert (backup / "app/main.py").read_text() == mine

    shown = await notebook.run(f"api = await course.{again}")

    assert "Back again, as you wrote it: `app/main.py`." in shown.text
    assert (workspace.project / "app/main.py").read_text() == mine


async def test_going_back_removes_the_files_of_later_chapters(notebook: Notebook) -> None:
    await notebook.run("api = await course.begin(1)")
    await notebook.run('%%write app/users/service.py\nGREETING = "Hello"\n')

    shown = await notebook.run("api = await course.begin(0)")

    assert "Removed `app/main.py`, `app/users/service.py`" in shown.text
    assert "of yours" not in shown.text


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("begin(9)", "There is no chapter 9"),
        ("begin(2)", "The lesson of chapter 2, Later, is not written yet"),
        ("begin(2, exercise=True)", "The exercise of chapter 2, Later, is not written yet"),
        ("begin(0, exercise=True)", "Chapter 0 has no exercise"),
    ],
)
async def test_a_mistake_is_one_sentence(notebook: Notebook, call: str, sentence: str) -> None:
    shown = await notebook.run(f"await course.{call}")

    assert isinstance(shown.error, CourseError)
    assert shown.printed.startswith(sentence)
    assert shown.printed.count("\n") == 1
    assert "Traceback" not in shown.printed


async def test_a_sentence_stays_one_when_an_exception_group_led_to_it(notebook: Notebook) -> None:
    await notebook.run("await course.begin(0)")

    shown = await notebook.run("""
        from course.errors import CourseError
        try:
            raise ExceptionGroup("start", [OSError("no database")])
        except* OSError:
            raise CourseError("The app does not start.")
    """)

    assert "Traceback" not in shown.printed
    assert "The app does not start." in shown.printed


async def test_other_errors_keep_their_traceback(notebook: Notebook) -> None:
    await notebook.run("await course.begin(0)")

    shown = await notebook.run("1 / 0")

    assert "Traceback" in shown.printed
    assert "ZeroDivisionError" in shown.printed


async def test_a_record_that_cannot_be_kept_stops_nobody(notebook: Notebook, progress: Progress) -> None:
    progress.path.parent.mkdir(parents=True)
    progress.path.write_bytes(b"no database" * 200)

    shown = await notebook.run("api = await course.begin(1)")

    assert shown.error is None
    assert "Not recorded: .course/progress.db is damaged" in shown.text


def test_it_works_without_a_notebook(workspace: Workspace) -> None:
    code = (
        "import asyncio, course\n"
        "async def main():\n"
        "    api = await course.begin(1)\n"
        "    print((await api.get('/health')).status_code)\n"
        "    await api.aclose()\n"
        "asyncio.run(main())\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("Chapter 1 · Split\n")
    assert done.stdout.endswith("200\n")
    assert done.stderr == ""


async def test_a_response_is_shown_with_a_stable_text(notebook: Notebook) -> None:
    await notebook.run("api = await course.begin(1)")

    first = await notebook.run("await api.get('/health')")
    second = await notebook.run("await api.get('/health')")

    assert "GET /health" in first.text
    assert "200" in first.text
    assert first.text == second.text
    assert set(first.bundles[0]) == {"text/plain", "text/html"}


async def test_a_response_of_httpx_is_shown_too(notebook: Notebook) -> None:
    pytest.importorskip("httpx")
    await notebook.run("api = await course.begin(1)")

    shown = await notebook.run("""
        import httpx
        httpx.Response(204, request=httpx.Request("DELETE", "http://api/users/1"))
    """)

    assert "DELETE /users/1" in shown.text
