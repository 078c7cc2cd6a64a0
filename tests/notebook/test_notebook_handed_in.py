"""What is checked is what is handed in; where it is not, the check says which cell it is."""

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest
import small_course
from small_course import RIGHT, STARTER, WRONG, Notebook

from course.catalog import content
from course.grading.answers import from_notebook
from course.grading.exercise import Exercise
from course.grading.runner import grade
from course.progress import Progress
from course.project.workspace import Workspace

CHECK = 'await course.check("1.1")'
ANSWER = 1  # the answer cell's place in the exercise's notebook


@pytest.fixture
async def exercise(notebook: Notebook) -> Notebook:
    await notebook.run("api = await course.begin(1, exercise=True)")
    return notebook


@pytest.fixture
def saved(workspace: Workspace) -> Path:
    """Where the learner's notebook is saved."""
    path = workspace.root / "exercises/01-split/01-split.ipynb"
    path.parent.mkdir(parents=True)
    return path


def document(*answers: str, extra: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The exercise's notebook with these answers: the first in its cell, the others below, one cell each."""
    book = small_course.exercise_notebook()
    cell = book["cells"][ANSWER]
    cells = []
    for number, answer in enumerate(answers):
        cells.append(copy.deepcopy(cell) | {"source": answer} | ({} if number == 0 else {"metadata": {}}))
    book["cells"][ANSWER : ANSWER + 1] = cells
    book["cells"] += extra or []
    return book


def save(path: Path, book: dict[str, Any]) -> None:
    path.write_text(json.dumps(book), encoding="utf-8")


def code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


async def test_what_is_saved_as_it_was_run_needs_no_word(exercise: Notebook, saved: Path) -> None:
    await exercise.run(RIGHT)
    save(saved, document(RIGHT + "\n\n"))

    shown = await exercise.run(CHECK)

    assert "PASS" in shown.text
    assert "saved" not in shown.text
    assert "handed in" not in shown.text
    assert "cell 2" not in shown.text.lower()


async def test_a_copy_below_counts_and_is_named(exercise: Notebook, saved: Path) -> None:
    await exercise.run(WRONG)
    await exercise.run(RIGHT)
    save(saved, document(RIGHT, WRONG))

    assert (
        "The notebook hands in another text of `app/main.py` than my-api has: cell 3 stands below cell 2, and the last "
        "one counts. Delete it, or run it and check again."
    ) in (await exercise.run(CHECK)).text


async def test_an_answer_cell_that_was_deleted_is_missed(exercise: Notebook, saved: Path) -> None:
    await exercise.run(RIGHT)
    save(saved, document())

    assert (
        "No cell of the saved notebook writes `app/main.py`, so your text would not be handed in"
        in (await exercise.run(CHECK)).text
    )


@pytest.mark.parametrize(("answer", "says"), [(RIGHT, ""), (WRONG, "hands in another text of `app/main.py`")])
async def test_an_answer_cell_made_markdown_is_read_as_the_grader_reads_it(
    exercise: Notebook, saved: Path, answer: str, says: str
) -> None:
    await exercise.run(RIGHT)
    book = document(answer)
    book["cells"][ANSWER] |= {"cell_type": "markdown"}
    save(saved, book)

    shown = await exercise.run(CHECK)

    assert says in shown.text
    assert bool(says) == ("hands in" in shown.text)


async def test_edited_and_not_run(exercise: Notebook, saved: Path) -> None:
    await exercise.run(RIGHT)
    save(saved, document(WRONG))

    assert "run cell 2, save the notebook (Ctrl+S) and check again" in (await exercise.run(CHECK)).text


async def test_run_and_not_saved(exercise: Notebook, saved: Path) -> None:
    save(saved, document(WRONG))
    os.utime(saved, (0, 0))
    await exercise.run(RIGHT)

    assert (
        "Not saved yet: save the notebook (Ctrl+S) before you hand it in. It has another text of `app/main.py`."
        in (await exercise.run(CHECK)).text
    )


async def test_written_in_a_cell_and_never_run(exercise: Notebook, saved: Path) -> None:
    save(saved, document(RIGHT))

    shown = await exercise.run(CHECK)

    assert "NOT ATTEMPTED" in shown.text
    assert "cell 2 hands in a text that my-api does not have. Run it, then this cell." in shown.text


@pytest.mark.parametrize(("edited", "named"), [(False, False), (True, True)])
async def test_a_cell_below_that_came_like_this_and_was_never_run_needs_no_word(
    exercise: Notebook, saved: Path, edited: bool, named: bool
) -> None:
    """The last cells of an exercise write its tests, and its first tasks are checked before anybody runs them."""
    given = "%%write tests/test_greet.py\nimport app.main\n"
    save(content().root / "exercises/01-split/01-split.ipynb", document(STARTER, extra=[code(given)]))
    await exercise.run(RIGHT)
    save(saved, document(RIGHT, extra=[code(given + "# mine\n" * edited)]))

    assert ("tests/test_greet.py" in (await exercise.run(CHECK)).text) is named


async def test_gaps_in_the_notebook_and_an_answer_on_disk(
    exercise: Notebook, saved: Path, workspace: Workspace
) -> None:
    save(saved, document(STARTER))
    (workspace.project / "app/main.py").write_text(RIGHT.partition("\n")[2])

    assert (
        "Cell 2 of the saved notebook has the gaps of `app/main.py` still" in (await exercise.run(CHECK)).text
    )


async def test_a_notebook_that_cannot_be_graded_is_named(exercise: Notebook, saved: Path) -> None:
    await exercise.run(RIGHT)
    save(saved, {})

    assert "As it is saved, the notebook cannot be graded." in (await exercise.run(CHECK)).text


async def test_the_notebook_that_runs_is_the_one_that_counts(
    exercise: Notebook, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = tmp_path / "fetched/01-split/01-split.ipynb"
    fetched.parent.mkdir(parents=True)
    await exercise.run(RIGHT)
    save(fetched, document(RIGHT))
    save(saved, document(WRONG))
    monkeypatch.setenv("JPY_SESSION_NAME", str(fetched))

    assert "hands in another" not in (await exercise.run(CHECK)).text


@pytest.mark.parametrize("above", ["%%time", "%%timeit -n1 -r1"])
async def test_a_magic_above_write_is_refused_at_once(
    exercise: Notebook, workspace: Workspace, above: str
) -> None:
    before = (workspace.project / "app/main.py").read_text()

    shown = await exercise.run(f"{above}\n{RIGHT}")

    assert "`%%write` has to be the first line of its cell" in shown.printed
    assert (workspace.project / "app/main.py").read_text() == before


async def test_empty_lines_above_write_are_no_matter(exercise: Notebook, saved: Path) -> None:
    assert (await exercise.run(f"\n\n{RIGHT}")).error is None
    save(saved, document(f"\n\n{RIGHT}"))

    shown = await exercise.run(CHECK)

    assert "PASS" in shown.text
    assert "saved" not in shown.text


STATES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "right": ([RIGHT], document(RIGHT)),
    "wrong": ([WRONG], document(WRONG)),
    "starter": ([STARTER], document(STARTER)),
    "starter over right": ([RIGHT, STARTER], document(RIGHT, STARTER)),
    "wrong below right": ([WRONG, RIGHT], document(RIGHT, WRONG)),
    "right below wrong": ([WRONG, RIGHT], document(WRONG, RIGHT)),
    "deleted": ([RIGHT], document()),
    "an own file": (
        [
            "%%write app/words.py\nHELLO = 'Hello '\n",
            RIGHT.replace('"Hello "', "__import__('app.words').words.HELLO"),
        ],
        document(
            RIGHT.replace('"Hello "', "__import__('app.words').words.HELLO"),
            "%%write app/words.py\nHELLO = 'Hello '\n",
        ),
    ),
    "a lesson's file": (["%%write app/users/service.py\nGREETING = 1\n", RIGHT], document(RIGHT)),
    "an own file that no cell writes": (
        [
            "%%write app/words.py\nHELLO = 'Hello '\n",
            RIGHT.replace('"Hello "', "__import__('app.words').words.HELLO"),
        ],
        document(RIGHT.replace('"Hello "', "__import__('app.words').words.HELLO")),
    ),
}


@pytest.mark.parametrize("state", STATES)
async def test_check_and_grade_say_the_same_or_the_check_names_the_cell(
    exercise: Notebook, saved: Path, progress: Progress, state: str
) -> None:
    cells, book = STATES[state]
    for cell in cells:
        await exercise.run(cell)
    save(saved, book)

    shown = await exercise.run(CHECK)

    task = Exercise.load(1)
    graded = grade(task, from_notebook(book, task), held_out=True).task("1.1").visible()
    checked = progress.events("check")[-1]
    same = (checked.outcome, checked.points) == (graded.outcome, graded.earned)
    named = any(words in shown.text for words in ("hands in", "handed in", "Handed in"))
    assert same or named, shown.text
    assert not (state in ("right", "wrong", "starter", "right below wrong", "an own file") and named), (
        shown.text
    )
