"""Source to notebook and back."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.errors import CourseError
from course.project.myst import (
    canonical,
    cell_ids,
    read_source,
    skip_slow_import,
    source_lines,
    to_notebook,
    write_source,
)

skip_slow_import()
import jupytext  # noqa: E402 - after skip_slow_import, which saves more than a second

WORDS = st.text(alphabet="abcxyz .,:%#-+=()\"'é…{}", max_size=12)
CODE_LINES = st.one_of(
    WORDS.map(str.rstrip),
    st.sampled_from(["", "```", "````python", "    ```", "---", ":tags: [x]", "+++", "%%write a"]),
)
CODE = st.lists(CODE_LINES, max_size=6).map("\n".join).filter(lambda text: text == text.rstrip("\n"))
SCALARS = st.one_of(st.booleans(), st.integers(0, 9), st.text(alphabet="ab 1:#{}[]'\"\n-…", max_size=8))
METADATA = st.dictionaries(
    st.sampled_from(["nbgrader", "other", "other-key"]),
    st.one_of(
        SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(st.sampled_from("abc"), SCALARS, max_size=3)
    ),
    max_size=2,
)
PARAGRAPH = (
    st.text(alphabet="abc .*`", min_size=1, max_size=20)
    .filter(lambda t: re.search("[abc]", t))
    .map(str.strip)
)


def code(source: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": metadata or {},
        "source": source,
        "execution_count": None,
        "outputs": [],
    }


def markdown(source: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": metadata or {}, "source": source}


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.lists(
        st.one_of(
            st.builds(code, CODE, METADATA),
            st.builds(markdown, PARAGRAPH.filter(lambda t: not t.startswith(("`", "*"))), METADATA),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_jupytext_reads_what_is_written(cells: list[dict[str, Any]]) -> None:
    read = jupytext.reads(write_source(cells), fmt="md:myst")
    assert [(c["cell_type"], c["source"], c["metadata"]) for c in read["cells"]] == [
        (c["cell_type"], c["source"], c["metadata"]) for c in cells
    ]


def test_what_jupyterlab_saves_comes_back_to_the_canonical_text(small_course: Path) -> None:
    for source in small_course.rglob("0*.md"):
        ours = source.read_text(encoding="utf-8")
        assert canonical(source) == ours
        source.write_text(jupytext.writes(jupytext.read(source), fmt="md:myst"), encoding="utf-8")
        assert "jupytext_version" in source.read_text(encoding="utf-8")
        assert canonical(source) == ours


def test_an_id_is_the_grade_id_or_depends_on_the_cell_alone() -> None:
    graded = code("x", {"nbgrader": {"grade_id": "answer-1-1"}})
    first = cell_ids([markdown("a"), graded, code("a"), code("a")], "x.md")
    moved = cell_ids([code("new"), code("a"), graded, markdown("a"), code("a")], "x.md")
    assert first == [moved[3], "answer-1-1", moved[1], moved[4]]
    assert len(set(moved)) == 5
    assert all(re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", cell_id) for cell_id in moved)


def test_two_cells_with_one_grade_id_are_refused() -> None:
    graded = code("x", {"nbgrader": {"grade_id": "answer-1-1"}})
    with pytest.raises(CourseError, match="two cells have the grade_id 'answer-1-1'"):
        cell_ids([graded, graded], "x.md")


def test_a_grade_id_that_is_no_cell_id_is_refused() -> None:
    with pytest.raises(CourseError, match=r"x\.md: the grade_id 'answer 1\.1'"):
        cell_ids([code("x", {"nbgrader": {"grade_id": "answer 1.1"}})], "x.md")


def test_a_notebook_says_what_it_comes_from_and_is_not_paired(small_course: Path) -> None:
    notebook = to_notebook(
        small_course / "chapters/00-start/lesson.md", derived_from="chapters/00-start/lesson.md"
    )
    assert notebook["metadata"]["course"] == {"derived_from": "chapters/00-start/lesson.md"}
    assert "jupytext" not in notebook["metadata"]


def test_front_matter_that_the_course_does_not_know_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "x.md"
    source.write_text("---\ntitle: Mine\n---\n\ntext\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"x\.md: the front matter holds title"):
        canonical(source)


@pytest.mark.parametrize("options", [":tags: [a", "---\ntags: [a\n---"])
def test_options_that_are_no_yaml_are_refused(tmp_path: Path, options: str) -> None:
    source = tmp_path / "x.md"
    source.write_text(
        write_source([]) + f"\n```{{code-cell}} ipython3\n{options}\n\n1\n```\n", encoding="utf-8"
    )
    with pytest.raises(CourseError, match=r"x\.md is not MyST Markdown: .*line"):
        read_source(source)


def test_metadata_of_the_wrong_type_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "x.md"
    source.write_text(write_source([code("1", {"tags": False})]), encoding="utf-8")
    with pytest.raises(
        CourseError, match=r"x\.md does not give a valid notebook: False is not of type 'array'"
    ):
        read_source(source)


def test_each_cell_knows_its_line(small_course: Path) -> None:
    source = small_course / "chapters/01-add/exercise.md"
    lines = source.read_text(encoding="utf-8").splitlines()
    shown = [lines[line - 1] for line in source_lines(source)]
    assert shown == [
        "# Exercise",
        "## Task 1.1",
        *["```{code-cell} ipython3"] * 3,
        "[The map](../../notebooks/00-start.ipynb)",
    ]
