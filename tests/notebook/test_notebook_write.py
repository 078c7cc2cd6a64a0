"""`%%write PATH`."""

import pytest
from small_course import Notebook

from course.errors import CourseError
from course.progress import Progress
from course.project.ground import digest
from course.project.workspace import Workspace


@pytest.fixture
async def begun(notebook: Notebook) -> Notebook:
    await notebook.run("api = await course.begin(1)")
    return notebook


async def test_a_cell_is_a_file(begun: Notebook, workspace: Workspace, progress: Progress) -> None:
    shown = await begun.run('%%write app/users/schemas.py\nNAME = "a"\n\n\n')

    assert shown.error is None
    assert (workspace.project / "app/users/schemas.py").read_text() == 'NAME = "a"\n'
    assert (workspace.project / "app/users/__init__.py").exists()
    assert "app/users/schemas.py" in shown.text
    assert progress.written() == {"app/users/schemas.py": digest('NAME = "a"\n')}


async def test_a_rewrite_shows_what_changed(begun: Notebook) -> None:
    await begun.run('%%write app/users/schemas.py\nNAME = "before"\nREST = 1\n')

    shown = await begun.run('%%write app/users/schemas.py\nNAME = "after"\nREST = 1\n')
    again = await begun.run('%%write app/users/schemas.py\nNAME = "after"\nREST = 1\n')

    assert '-NAME = "before"' in shown.text
    assert '+NAME = "after"' in shown.text
    assert "before" not in again.text


async def test_the_next_request_meets_the_new_code(begun: Notebook) -> None:
    await begun.run("before = (await api.get('/health')).json()")

    await begun.run("""
        %%write app/main.py
        from fastapi import FastAPI

        app = FastAPI()


        @app.get("/health")
        async def health() -> dict[str, str]:
            return {"status": "better"}
    """)
    await begun.run("after = (await api.get('/health')).json()")

    names = begun.shell.user_ns
    assert (names["before"], names["after"]) == ({"status": "ok"}, {"status": "better"})


async def test_names_that_hold_old_code_are_named(begun: Notebook) -> None:
    await begun.run("%%write app/users/models.py\nclass User:\n    pass\n")
    await begun.run("from app.users.models import User\nada, own = User(), 1")

    shown = await begun.run("%%write app/users/models.py\nclass User:\n    name: str\n")

    assert "`User`, `ada` still hold the old code: run the cell that sets them again." in shown.text.replace(
        "\n", " "
    )


@pytest.mark.parametrize("path", ["../outside.py", "/outside.py", "", "app/a.py app/b.py"])
async def test_a_path_that_is_none_is_one_sentence(begun: Notebook, path: str) -> None:
    shown = await begun.run(f"%%write {path}\nX = 1\n")

    assert isinstance(shown.error, CourseError)
    assert "Traceback" not in shown.printed
    assert len(shown.printed.strip().splitlines()) == 1


async def test_python_that_does_not_parse_leaves_the_old_file(begun: Notebook, workspace: Workspace) -> None:
    await begun.run("%%write app/users/service.py\nX = 1\n")

    shown = await begun.run("%%write app/users/service.py\nX = 1\ndef broken(:\n    pass\n")

    assert isinstance(shown.error, CourseError)
    first, line, caret = shown.printed.rstrip().splitlines()
    assert first.startswith("app/users/service.py was not written, the old file stays: line 2")
    assert line.strip() == "def broken(:"
    assert caret.strip() == "^"
    assert line[caret.index("^")] == ":"
    assert (workspace.project / "app/users/service.py").read_text() == "X = 1\n"


async def test_an_instructors_cell_writes_the_reference(begun: Notebook, workspace: Workspace) -> None:
    await begun.run("""
        %%write app/users/service.py
        def one() -> int:
            # TODO: return one
            ### BEGIN SOLUTION
            return 1
            ### END SOLUTION
    """)

    assert (workspace.project / "app/users/service.py").read_text() == "def one() -> int:\n    return 1\n"


async def test_a_write_is_kept_when_it_cannot_be_recorded(
    begun: Notebook, workspace: Workspace, progress: Progress
) -> None:
    progress.path.write_bytes(b"no database" * 200)

    shown = await begun.run("%%write app/users/service.py\nX = 1\n")

    assert shown.error is None
    assert "Not recorded" in shown.text
    assert (workspace.project / "app/users/service.py").exists()
