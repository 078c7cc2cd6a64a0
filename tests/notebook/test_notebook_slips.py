"""A name that another cell makes: which one, instead of a traceback."""

import json
from pathlib import Path

import pytest
from small_course import Notebook

CELLS = [
    "%%write app/main.py\nbefore = 1\n",
    "from collections import Counter\n\nasync def race(users) -> Counter[str]: ...",
    "first, before = await course.measure(api), 2\nx == before",
    "typed: dict[str, int] = {}",
]


@pytest.fixture
async def begun(notebook: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """A kernel that has run the first cell of a notebook with these cells, and nothing else."""
    book = tmp_path / "saved.ipynb"
    cells = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in CELLS]
    book.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "lost = 1"}, *cells]}))
    monkeypatch.setenv("JPY_SESSION_NAME", str(book))
    await notebook.run("api = await course.begin(1)")
    return notebook


@pytest.mark.parametrize(
    ("cell", "made_by"),
    [
        ("print(before)", "first, before = await course.measure(api), 2"),
        ("await race(1)", "async def race(users) -> Counter[str]: ..."),
        ("Counter()", "from collections import Counter"),
        ("typed", "typed: dict[str, int] = {}"),
    ],
)
async def test_it_is_said_which_cell_makes_the_name(begun: Notebook, cell: str, made_by: str) -> None:
    shown = await begun.run(cell)
    assert f"this kernel has not run the cell with `{made_by}`" in shown.printed


@pytest.mark.parametrize("cell", ["lost", "users", "nobody"])
async def test_a_name_that_no_cell_makes_is_pythons_own_error(begun: Notebook, cell: str) -> None:
    shown = await begun.run(cell)
    assert "this kernel has not run" not in shown.printed


async def test_what_a_file_of_the_learner_stumbles_over_is_its_own(begun: Notebook) -> None:
    await begun.run("%%write app/users/odd.py\ndef ask() -> int:\n    return before\n")
    shown = await begun.run("from app.users.odd import ask\nask()")
    assert "this kernel has not run" not in shown.printed
