from pathlib import Path

import pytest

from course.errors import CourseError
from course.project.sources import code_cells, split_write, without_markers, written_files


def test_code_cells_reads_options_in_both_forms(tmp_path: Path) -> None:
    source = tmp_path / "a.md"
    source.write_text(
        "```{code-cell} ipython3\n---\ntags: [x]\n---\na = 1\n```\n\ntext\n\n"
        "````{code-cell} ipython3\n:nbgrader: {grade_id: answer-1-1}\n\nb = '''\n```\n'''\n````\n"
    )
    first, second = code_cells(source)
    assert (first.source, first.metadata, first.line) == ("a = 1", {"tags": ["x"]}, 1)
    assert second.source == "b = '''\n```\n'''"
    assert second.grade_id == "answer-1-1"


def test_a_cell_inside_another_fence_is_text(tmp_path: Path) -> None:
    source = tmp_path / "a.md"
    source.write_text("~~~~\n```{code-cell}\nno\n```\n~~~~\n```{code-cell}\nyes\n```\n")
    assert [cell.source for cell in code_cells(source)] == ["yes"]


def test_an_open_cell_is_one_clear_sentence(tmp_path: Path) -> None:
    source = tmp_path / "a.md"
    source.write_text("text\n```{code-cell} ipython3\na = 1\n")
    with pytest.raises(CourseError, match=r"a\.md, line 2: this code cell is never closed\."):
        code_cells(source)


def test_options_that_are_not_yaml_name_the_line(tmp_path: Path) -> None:
    source = tmp_path / "a.md"
    source.write_text("```{code-cell} ipython3\n:tags: [x\na = 1\n```\n")
    with pytest.raises(CourseError, match=r"a\.md, line 1: the cell's options are not YAML"):
        code_cells(source)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%%write app/a.py\nx = 1\n\n", ("app/a.py", "x = 1\n")),
        ("%%write app/__init__.py", ("app/__init__.py", "")),
        ("%%write\nx = 1", None),
        ("%%write a b\nx = 1", None),
        ("x = 1", None),
    ],
)
def test_split_write(cell: str, expected: tuple[str, str] | None) -> None:
    assert split_write(cell) == expected


def test_markers_and_their_todo_go_and_other_comments_stay() -> None:
    text = "# keep\nx = 1  # TODO later\n# TODO: a\n# TODO: b\n### BEGIN SOLUTION\ny = 2\n### END SOLUTION\n# TODO: stays\n"
    assert without_markers(text) == "# keep\nx = 1  # TODO later\ny = 2\n# TODO: stays\n"


def test_written_files_are_the_reference(small_course: Path) -> None:
    (file,) = written_files(small_course / "chapters/01-split/exercise.md")
    assert (file.path, file.grade_id) == ("app/orders/service.py", "answer-1-1")
    assert file.content == "def total(prices: list[int]) -> int:\n    return sum(prices)\n"
