"""What `!ruff`, `!mypy` and `!pytest` find when a notebook calls them."""

import os
import shutil
import sys
from pathlib import Path

from small_course import Notebook

from course.project.workspace import Workspace


async def test_the_tools_at_a_prompt_are_the_courses(notebook: Notebook) -> None:
    await notebook.run("api = await course.begin(0)")

    assert Path(shutil.which("ruff") or "").parent == Path(sys.executable).parent
    before = os.environ["PATH"]
    await notebook.run("api = await course.begin(0)")
    assert os.environ["PATH"] == before


async def test_mypys_cache_is_the_one_for_what_is_configured_now(
    notebook: Notebook, workspace: Workspace
) -> None:
    await notebook.run("await course.begin(1)")
    plain = os.environ["MYPY_CACHE_DIR"]
    settings = workspace.project / "pyproject.toml"

    settings.write_text('[tool.mypy]\nplugins = ["pydantic.mypy"]\n')
    await notebook.run("pass")
    with_plugin = os.environ["MYPY_CACHE_DIR"]
    settings.unlink()
    await notebook.run("pass")

    assert (Path(plain).name, Path(with_plugin).name) == ("mypy", "mypy-pydantic")
    assert os.environ["MYPY_CACHE_DIR"] == plain
    assert Path(plain).parent == workspace.state / "cache"
