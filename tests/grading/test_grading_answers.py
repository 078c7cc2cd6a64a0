"""Answers: the same from a notebook and from disk, and never an exception from a notebook."""

import copy
import time
from pathlib import Path
from typing import Any

import pytest
from grading_helpers import answer, cell_of
from hypothesis import given
from hypothesis import strategies as st

from course.errors import CourseError
from course.grading.answers import from_notebook, from_project
from course.grading.exercise import Exercise
from course.grading.verdict import remarks
from course.project.checkpoints import files_at
from course.project.files import inside, write_file

ROUTER, MAIN, TOTALS = "app/orders/router.py", "app/main.py", "app/orders/totals.py"


def code(source: object) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}


def on_disk(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        write_file(folder, path, text)
    return folder


def test_the_release_is_untouched(released: dict[str, Any], exercise: Exercise) -> None:
    answers = from_notebook(released, exercise)
    assert answers.files == {}
    assert answers.untouched == {"1.1", "1.2"}
    assert answers.notes == ()


def test_a_touched_cell_is_an_answer(released: dict[str, Any], exercise: Exercise) -> None:
    cell_of(released, "answer-1-2")["source"] = [f"%%write {TOTALS}\n", "total = sum\n"]
    answers = from_notebook(released, exercise)
    assert answers.files == {TOTALS: "total = sum\n"}
    assert answers.untouched == {"1.1"}


def test_a_task_with_several_cells_is_attempted_with_one(
    released: dict[str, Any], exercise: Exercise
) -> None:
    cell_of(released, "answer-1-1-main")["source"] = f"%%write {MAIN}\nx = 1"
    answers = from_notebook(released, exercise)
    assert set(answers.files) == {MAIN}
    assert answers.untouched == {"1.2"}


def test_space_at_line_ends_is_no_answer(released: dict[str, Any], exercise: Exercise) -> None:
    for cell in released["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "  \r\n") + "\n\n"
    assert from_notebook(released, exercise).files == {}


def test_any_code_cell_may_write_and_the_last_one_wins(released: dict[str, Any], exercise: Exercise) -> None:
    starter = cell_of(released, "answer-1-2")["source"]
    released["cells"] += [
        code(f"%%write {TOTALS}\nfirst = 1"),
        code(f"\n%%write ./{TOTALS}\nlast = 1"),
        code("print('no write')"),
        code(starter),  # the starter again, at the end, does not take the answer away
        {"cell_type": "markdown", "metadata": {}, "source": f"%%write {TOTALS}\nmarkdown = 1"},
    ]
    assert from_notebook(released, exercise).files == {TOTALS: "last = 1\n"}


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("%%write", "names no file"),
        ("%%write\nx = 1", "names no file"),
        ("%%time\n%%write app/main.py\nx", "does not begin with %%write"),
        ("%%writefile app/main.py\nx", "starts with %%writefile"),
        ('%%write "app/main.py"\nx', "Write the path without quotes"),
        ("%%write my-api/app/main.py\nx", "Leave my-api/ out"),
        ("%%write ../../etc/passwd\nx", "outside the project"),
        ("%%write /etc/passwd\nx", "outside the project"),
        ("%%write app/big.py\n" + "x" * 1_000_001, "more than 1 MB"),
    ],
)
def test_what_cannot_be_taken_is_noted(exercise: Exercise, source: str, note: str) -> None:
    answers = from_notebook({"cells": [code(source)]}, exercise)
    assert answers.files == {}
    assert note in answers.notes[0]
    assert answers.notes[0].startswith("Cell 1 ")


@pytest.mark.parametrize("notebook", [None, [], {}, {"cells": None}, {"cells": {}}, "text", 7])
def test_no_notebook_at_all_is_a_note(exercise: Exercise, notebook: object) -> None:
    answers = from_notebook(notebook, exercise)
    assert answers.untouched == {"1.1", "1.2"}
    assert answers.notes == ("The submission is not a notebook: it has no cells.",)


def test_many_notes_are_cut(exercise: Exercise) -> None:
    answers = from_notebook({"cells": [7] * 100}, exercise)
    assert len(answers.notes) < 12


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
CELLS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"cell_type": st.just("code") | JSON, "source": st.text().map("%%write {}".format) | JSON,
                      "metadata": JSON},
    ) | JSON,
    max_size=5,
)  # fmt: skip


@given(cells=CELLS)
def test_no_notebook_raises(cells: list[Any]) -> None:
    exercise = Exercise.load(1)
    answers = from_notebook({"cells": cells}, exercise)
    assert answers.untouched <= {"1.1", "1.2"}


# The same from disk


def states(exercise: Exercise) -> dict[str, dict[str, str]]:
    reference = dict(exercise.reference)
    starters = {path: text for path, text in exercise.starters.values()}
    return {
        "nothing": {},
        "starters written": starters,
        "solved": reference,
        "one task solved": starters | {TOTALS: reference[TOTALS]},
        "half a task": starters | {MAIN: reference[MAIN]},
        "a file of their own": reference | {"app/orders/rules.py": "LIMIT = 3\n"},
        "the file the exercise starts with": starters | {MAIN: files_at(1, exercise=True)[MAIN]},
    }


@pytest.mark.parametrize(
    "state",
    [
        "nothing",
        "starters written",
        "solved",
        "one task solved",
        "half a task",
        "a file of their own",
        "the file the exercise starts with",
    ],
)
def test_notebook_and_disk_agree(
    state: str, exercise: Exercise, released: dict[str, Any], tmp_path: Path
) -> None:
    files = states(exercise)[state]
    notebook = copy.deepcopy(released)
    notebook["cells"] += [code(f"%%write {path}\n{text}") for path, text in files.items()]
    project = on_disk(tmp_path, files_at(1, exercise=True) | files)
    assert from_project(project, exercise, files) == from_notebook(notebook, exercise)


def test_an_empty_project_is_untouched(exercise: Exercise, tmp_path: Path) -> None:
    assert from_project(tmp_path, exercise).untouched == {"1.1", "1.2"}
    assert from_project(tmp_path / "none", exercise).files == {}


@pytest.mark.parametrize("path", ["app/users/service.py", "app/orders/extra.py"])
def test_what_no_cell_writes_counts_no_more_than_in_the_grade_and_is_said(
    exercise: Exercise, tmp_path: Path, path: str
) -> None:
    files = files_at(1, exercise=True) | exercise.reference | {path: "NAMES = []\n"}
    project = on_disk(tmp_path, files)
    answers = from_project(project, exercise)
    assert path not in answers.files
    assert f"Not handed in, so not checked: `{path}`." in answers.notes[0]
    assert from_project(project, exercise, {path}).files[path] == "NAMES = []\n"


def test_files_outside_the_packages_are_nobodys_answer(exercise: Exercise, tmp_path: Path) -> None:
    files = files_at(1, exercise=True) | {
        "notes.txt": "mine",
        "app/__init__.py": "",
        "app/new/__init__.py": "",
    }
    assert from_project(on_disk(tmp_path, files), exercise).files == {}


def test_answering_in_the_cells_is_the_reference(released: dict[str, Any], exercise: Exercise) -> None:
    answer(released, exercise)
    assert from_notebook(released, exercise).files == exercise.reference


def test_remarks_are_few_and_short_whatever_they_are_about() -> None:
    found = remarks(f"{number} {'x' * 100_000}" for number in range(500))
    assert len(found) == 13
    assert all(len(remark) <= 240 for remark in found)
    assert found[-1] == "… and 488 more remarks like these."
    assert remarks(["a\u202eb", "a\u202eb"]) == ["a\ufffdb"]


@pytest.mark.parametrize(
    "path", ["app/" * 120_000 + "x.py", "a" * 241, "app/" + "ü" * 120, "/".join("x" * 20)]
)
def test_a_long_path_is_refused_before_anything_looks_for_it(path: str, tmp_path: Path) -> None:
    started = time.process_time()
    with pytest.raises(CourseError, match="A path in my-api has at most 240 characters and 16 parts"):
        inside(tmp_path, path)
    assert time.process_time() - started < 0.1
