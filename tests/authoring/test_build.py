"""Building a small course."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from course.authoring.build import build
from course.errors import CourseError
from course.project.myst import source_lines

BUILT = [
    "README.md",
    "exercises/01-add/01-add.ipynb",
    "exercises/01-add/checks.py",
    "exercises/01-add/hints.toml",
    "notebooks/00-start.ipynb",
    "notebooks/01-add.ipynb",
    "solutions/01-add/01-add.ipynb",
    "solutions/01-add/checks.py",
    "solutions/01-add/hints.toml",
]


def names(paths: tuple[Path, ...], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in paths]


def snapshot(root: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return found


def shown(cell: dict[str, Any]) -> str:
    return "".join(
        "".join(output.get("text", output.get("data", {}).get("text/plain", "")))
        for output in cell["outputs"]
    )


def test_building_twice_changes_nothing(small_course: Path) -> None:
    assert names(build(), small_course) == BUILT
    before = snapshot(small_course)
    assert build() == ()
    assert snapshot(small_course) == before  # not even written again: the times of change are the same
    assert build(run=False) == ()
    assert snapshot(small_course) == before
    assert str(small_course).encode() not in b"".join(text for text, _ in before.values())


def test_a_lesson_runs_in_an_empty_workspace_and_its_times_are_replaced(small_course: Path) -> None:
    build([0])
    code = [cell for cell in cells(small_course / "notebooks/00-start.ipynb") if cell["cell_type"] == "code"]
    assert shown(code[0]) == ":temporary:\n"
    assert shown(code[1]) == "... ms\n{'b': 1, 'a': 2}"
    assert code[2]["outputs"][0]["ename"] == "ZeroDivisionError"
    assert not (small_course / "notebooks/01-add.ipynb").exists()


def test_learners_get_the_notebook_the_checks_and_the_hints_and_no_solution(small_course: Path) -> None:
    build(run=False)
    released = small_course / "exercises/01-add"
    assert sorted(path.name for path in released.iterdir()) == ["01-add.ipynb", "checks.py", "hints.toml"]
    by_id = {cell["id"]: cell for cell in cells(released / "01-add.ipynb")}
    assert "".join(by_id["answer-1-1"]["source"]) == (
        "%%write app/orders.py\ndef total(prices: list[int]) -> int:\n    # TODO: add them up\n    ..."
    )
    assert by_id["check-1-1"]["metadata"]["nbgrader"]["points"] == 10
    assert by_id["check-1-1"]["metadata"]["editable"] is False
    instructors = (small_course / "solutions/01-add/01-add.ipynb").read_text(encoding="utf-8")
    assert "return sum(prices)" in instructors
    for name in ("checks.py", "hints.toml"):
        text = (released / name).read_text(encoding="utf-8")
        source = f"chapters/01-add/{name}"
        assert text == (
            f"# Derived from {source} by `course build`: change it there.\n"
            + (small_course / source).read_text(encoding="utf-8")
        )


def test_the_gradebook_of_the_instructor_is_left_alone(small_course: Path) -> None:
    gradebook = small_course / ".course/gradebook.db"
    gradebook.parent.mkdir()
    gradebook.write_text("not even a database", encoding="utf-8")
    build([1], run=False)
    assert gradebook.read_text(encoding="utf-8") == "not even a database"


def test_the_readme_lists_the_chapters(small_course: Path) -> None:
    build(run=False)
    readme = (small_course / "README.md").read_text(encoding="utf-8")
    assert readme.startswith("# Small\n")
    assert readme.endswith("<!-- /chapters -->\n\nText.\n")
    assert (
        "| [01 Add](notebooks/01-add.ipynb) | add | 10 min | [20 min](exercises/01-add/01-add.ipynb) |"
        in readme
    )
    assert "| 02 Later | in preparation | 10 min | 20 min |" in readme


def test_a_readme_with_half_a_pair_of_markers_is_refused(small_course: Path) -> None:
    (small_course / "README.md").write_text("<!-- chapters -->\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"README\.md: the table of chapters needs"):
        build([0], run=False)


def test_a_cell_that_fails_is_named_with_its_line(small_course: Path) -> None:
    lesson = small_course / "chapters/00-start/lesson.md"
    lesson.write_text(
        lesson.read_text(encoding="utf-8") + "\n```{code-cell} ipython3\nNOWHERE\n```\n", encoding="utf-8"
    )
    line = source_lines(lesson)[-1]
    with pytest.raises(CourseError) as raised:
        build([0])
    message = f"00-start/lesson.md, line {line}: cell 5 failed: NameError: name 'NOWHERE' is not defined."
    assert str(raised.value) == message
    assert not (small_course / "notebooks/00-start.ipynb").exists()


def test_a_cell_that_takes_the_kernel_down_is_named(small_course: Path) -> None:
    lesson = small_course / "chapters/00-start/lesson.md"
    lesson.write_text(
        lesson.read_text(encoding="utf-8") + "\n```{code-cell} ipython3\nimport os\n\nos._exit(1)\n```\n",
        encoding="utf-8",
    )
    with pytest.raises(CourseError, match=r"00-start/lesson\.md, line \d+: cell 5 failed: the kernel died\."):
        build([0])


def test_an_output_that_shows_this_machine_is_refused(small_course: Path) -> None:
    lesson = small_course / "chapters/00-start/lesson.md"
    lesson.write_text(
        lesson.read_text(encoding="utf-8") + "\n```{code-cell} ipython3\nos.getcwd()\n```\n", encoding="utf-8"
    )
    with pytest.raises(CourseError) as raised:
        build([0])
    assert f"00-start/lesson.md, line {source_lines(lesson)[-1]}: the cell's output shows" in str(
        raised.value
    )


def test_without_running_a_changed_cell_loses_its_outputs_and_others_keep_theirs(small_course: Path) -> None:
    build([0])
    lesson = small_course / "chapters/00-start/lesson.md"
    lesson.write_text(lesson.read_text(encoding="utf-8").replace("1 / 0", "2 / 0"), encoding="utf-8")
    assert names(build([0], run=False), small_course) == ["notebooks/00-start.ipynb"]
    code = [cell for cell in cells(small_course / "notebooks/00-start.ipynb") if cell["cell_type"] == "code"]
    assert [bool(cell["outputs"]) for cell in code] == [True, True, False]
    assert [cell["execution_count"] for cell in code] == [1, 2, None]


def test_a_source_that_jupyterlab_saved_is_brought_back(small_course: Path) -> None:
    lesson = small_course / "chapters/00-start/lesson.md"
    ours = lesson.read_text(encoding="utf-8")
    theirs = ours.replace("format_name: myst\n", "format_name: myst\n    format_version: 0.13\n")
    lesson.write_text(
        theirs.replace(":tags: [raises-exception]", "---\ntags: [raises-exception]\n---"), encoding="utf-8"
    )
    build([0], run=False)
    assert lesson.read_text(encoding="utf-8") == ours


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("### END SOLUTION", "", "no end solution statement found"),
        ("grade_id: check-1-1", "grade_id: answer-1-1", "two cells have the grade_id 'answer-1-1'"),
        ("points: 10, ", "", "metadata may be corrupted"),
    ],
)
def test_a_solution_that_nbgrader_cannot_release_is_refused(
    small_course: Path, old: str, new: str, message: str
) -> None:
    solution = small_course / "chapters/01-add/exercise.md"
    solution.write_text(solution.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(CourseError, match=f"01-add.*{message}"):
        build([1], run=False)


def test_an_exercise_without_hints_is_refused(small_course: Path) -> None:
    (small_course / "chapters/01-add/hints.toml").unlink()
    with pytest.raises(CourseError, match=r"chapters/01-add/hints\.toml is missing"):
        build([1], run=False)


@pytest.mark.parametrize(
    ("chapter", "message"), [(2, "Chapter 2 is not written yet"), (9, "There is no chapter 9")]
)
def test_a_chapter_that_is_not_there_is_refused(small_course: Path, chapter: int, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        build([chapter])


def test_the_working_folder_stays(small_course: Path) -> None:
    before = os.getcwd()
    build([1], run=False)
    assert os.getcwd() == before
