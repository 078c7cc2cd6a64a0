"""What a lesson weighs: folded cells and folded text are not read, so they weigh nothing."""

from pathlib import Path

from course.authoring.weight import Weight, weigh
from course.project.myst import write_source


def cell(source: str, *, kind: str = "code", folded: bool = False) -> dict[str, object]:
    metadata = {"jupyter": {"source_hidden": True}} if folded else {}
    return {"cell_type": kind, "metadata": metadata, "source": source}


def test_only_what_is_read_is_weighed(tmp_path: Path) -> None:
    lesson = tmp_path / "lesson.md"
    lesson.write_text(
        write_source(
            [
                cell("# A title\n\nIt's [a link](https://example.com/a-b) and `code`.", kind="markdown"),
                cell("%%write app/a.py\nx = 1\n\ny = 2"),
                cell("%%write app/b.py\nx = 1", folded=True),
                cell("print(1)"),
                cell("Two words.\n<details>\nnot these ones\n</details>", kind="markdown"),
                cell("%%write app/c.py\nx = 1"),
            ]
        ),
        encoding="utf-8",
    )
    assert weigh(lesson) == Weight(words=9, code=6, idea=4, writes=2)


def test_what_is_too_much_says_so() -> None:
    assert str(Weight(1600, 10, 41, 3)) == (
        "1600 words of prose (over 1500), 10 visible lines of code, 41 of them in one go (over 40), "
        "3 files written in a row"
    )
