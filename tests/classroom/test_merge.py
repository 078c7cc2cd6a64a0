"""Whatever the learner and the authors did to a notebook: what is the learner's stays."""

import uuid
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.classroom.merge import fingerprint, merge, shipped
from course.project.cells import source_of, without_outputs

Cell = dict[str, Any]
Notebook = dict[str, Any]

SOURCES = st.text(alphabet="ab\n é\u2028", max_size=4)
IDS = st.sampled_from([f"c{number}" for number in range(7)])


def code(identity: str, source: str, **more: object) -> Cell:
    return {
        "cell_type": "code",
        "id": identity,
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    } | more


def book(cells: list[Cell]) -> Notebook:
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def sources(notebook: Notebook) -> list[str]:
    return [source_of(cell) for cell in notebook["cells"]]


def ids(notebook: Notebook) -> list[str]:
    return [cell["id"] for cell in notebook["cells"]]


RELEASES = st.lists(st.tuples(IDS, SOURCES), max_size=7, unique_by=lambda cell: cell[0]).map(
    lambda cells: book([code(identity, source) for identity, source in cells])
)


@st.composite
def learner_notebooks(draw: st.DrawFn, release: Notebook) -> Notebook:
    """What a learner can make of a release: edit, delete, move, add and copy cells; lose ids in another editor."""
    cells: list[Cell] = []
    for cell in draw(st.permutations(release["cells"]) | st.just(release["cells"])):
        action = draw(
            st.sampled_from(["leave", "leave", "run", "edit", "delete", "lose id", "lines", "copy"])
        )
        mine = deepcopy(cell)
        if action == "delete":
            continue
        if action == "run":
            mine |= {"execution_count": 3, "outputs": [{"output_type": "stream", "text": "ran"}]}
        if action == "edit":
            mine["source"] = draw(SOURCES)
        if action == "lose id":
            del mine["id"]
        if action == "lines":
            mine["source"] = mine["source"].splitlines(keepends=True)
        cells += [mine, deepcopy(mine)] if action == "copy" else [mine]
        if draw(st.booleans()):
            cells.append(code(draw(st.sampled_from(["mine1", "mine2", "c1"])), draw(SOURCES)))
    return book(cells)


@st.composite
def updates(draw: st.DrawFn) -> tuple[Notebook, Notebook, Notebook]:
    base = draw(RELEASES)
    return base, draw(learner_notebooks(base)), draw(RELEASES)


@given(updates())
def test_nothing_of_the_learners_is_ever_lost(update: tuple[Notebook, Notebook, Notebook]) -> None:
    base, mine, theirs = update
    record = shipped(base)
    merged = merge(record, deepcopy(mine), theirs).notebook
    left = sources(merged)
    for cell in mine["cells"]:
        if fingerprint(cell) not in record.values():
            assert source_of(cell) in left
            left.remove(source_of(cell))


@given(updates())
def test_every_cell_of_the_release_is_there_once_and_in_order(
    update: tuple[Notebook, Notebook, Notebook],
) -> None:
    base, _, theirs = update
    merged = merge(shipped(base), deepcopy(base), theirs).notebook
    assert merged == theirs


@given(updates())
def test_updating_again_changes_nothing(update: tuple[Notebook, Notebook, Notebook]) -> None:
    base, mine, theirs = update
    once = merge(shipped(base), mine, theirs).notebook
    twice = merge(shipped(theirs), deepcopy(once), theirs)
    assert twice.changed == 0
    assert sources(twice.notebook) == sources(once)


@given(updates())
def test_without_a_record_everything_counts_as_the_learners(
    update: tuple[Notebook, Notebook, Notebook],
) -> None:
    _, mine, theirs = update
    left = sources(merge({}, deepcopy(mine), theirs).notebook)
    for source in sources(mine):
        assert source in left


def test_an_untouched_cell_takes_the_new_text_and_an_edited_one_stays() -> None:
    base = book([code("a", "one"), code("b", "two")])
    mine = book([code("a", "one"), code("b", "TWO, mine")])
    merged = merge(shipped(base), mine, book([code("a", "uno"), code("b", "dos")]))
    assert sources(merged.notebook) == ["uno", "TWO, mine"]
    assert (merged.changed, merged.kept) == (1, 1)


def test_added_cells_stay_behind_the_cell_they_follow() -> None:
    base = book([code("a", "one"), code("b", "two")])
    mine = book([code("m0", "first"), code("a", "one"), code("m1", "mine"), code("b", "two")])
    theirs = book([code("a", "uno"), code("new", "new"), code("b", "two")])
    assert ids(merge(shipped(base), mine, theirs).notebook) == ["m0", "a", "m1", "new", "b"]


def test_a_rewritten_cell_with_a_new_id_takes_the_place_of_the_old_one() -> None:
    base = book([code("a", "one"), code("old", "two"), code("c", "three")])
    theirs = book([code("a", "one"), code("new", "two!"), code("c", "three")])
    untouched = book([code("a", "one"), code("old", "two"), code("m", "mine"), code("c", "three")])
    assert ids(merge(shipped(base), untouched, theirs).notebook) == ["a", "new", "m", "c"]
    edited = book([code("a", "one"), code("old", "two, mine"), code("m", "mine"), code("c", "three")])
    assert ids(merge(shipped(base), edited, theirs).notebook) == ["a", "new", "old", "m", "c"]


def test_a_deleted_cell_comes_back_in_its_place() -> None:
    base = book([code("a", "one"), code("b", "two"), code("c", "three")])
    mine = book([code("a", "one"), code("c", "three")])
    assert ids(merge(shipped(base), mine, base).notebook) == ["a", "b", "c"]


def test_outputs_stay_with_unchanged_text_and_go_with_changed_text() -> None:
    ran = {"execution_count": 1, "outputs": [{"output_type": "stream", "text": "hi"}]}
    base = book([code("a", "one"), code("b", "two")])
    mine = book([code("a", "one", **ran), code("b", "two", **ran)])
    first, second = merge(shipped(base), mine, book([code("a", "one"), code("b", "dos")])).notebook["cells"]
    assert first["outputs"] == ran["outputs"]
    assert second["outputs"] == []


def test_the_metadata_that_nbgrader_reads_is_the_courses_also_on_an_edited_cell() -> None:
    graded = {"nbgrader": {"grade_id": "answer-1-1", "points": 1}}
    base = book([code("answer-1-1", "...", metadata=graded)])
    mine = book([code("answer-1-1", "my answer", metadata={**graded, "tags": ["x"]})])
    new = {"nbgrader": {"grade_id": "answer-1-1", "points": 2}}
    theirs = book([code("answer-1-1", "...", metadata=new)])
    (cell,) = merge(shipped(base), mine, theirs).notebook["cells"]
    assert cell["source"] == "my answer"
    assert cell["metadata"] == {"nbgrader": new["nbgrader"], "tags": ["x"]}


def test_an_answer_is_known_by_its_grade_id_when_an_editor_changed_the_cell_ids() -> None:
    graded = {"nbgrader": {"grade_id": "answer-1-1"}}
    base = book([code("answer-1-1", "...", metadata=graded)])
    mine = book([code("x7", "my answer", metadata=graded)])
    merged = merge(shipped(base), mine, base).notebook
    assert sources(merged) == ["my answer"]


def test_an_image_pasted_into_a_cell_counts_as_an_edit() -> None:
    text = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "look"}
    mine = book([{**text, "attachments": {"x.png": {"image/png": "00"}}}])
    merged = merge(shipped(book([text])), mine, book([{**text, "source": "see"}])).notebook
    assert merged["cells"][0]["attachments"]


def test_learners_get_notebooks_that_have_not_run() -> None:
    ran = code("a", "1", execution_count=4, outputs=[{}], metadata={"execution": {"x": 1}})
    (clean,) = without_outputs(book([ran]))["cells"]
    assert clean["outputs"] == []
    assert clean["execution_count"] is None
    assert clean["metadata"] == {}


TEXTS = ["import course", "# Title", "x = 1", "x = 1", "await course.check()", "text"]


@pytest.mark.parametrize(
    "tool",
    [
        lambda notebook: book([cell | {"id": str(n)} for n, cell in enumerate(notebook["cells"])]),
        lambda notebook: book([cell | {"id": uuid.uuid4().hex[:8]} for cell in notebook["cells"]]),
        lambda notebook: book([{k: v for k, v in cell.items() if k != "id"} for cell in notebook["cells"]]),
        lambda notebook: book([cell | {"id": "same"} for cell in notebook["cells"]]),
        lambda notebook: book([cell | {"id": None} for cell in notebook["cells"]]),
    ],
    ids=["numbers", "random", "none", "all the same", "null"],
)
def test_whatever_a_tool_does_to_the_ids_no_cell_is_doubled(tool: Callable[[Notebook], Notebook]) -> None:
    release = book([code(f"c{n}", text) for n, text in enumerate(TEXTS)])
    mine = tool(release)

    same = merge(shipped(release), mine, release)

    assert (sources(same.notebook), same.changed) == (TEXTS, 0)
    assert merge({}, mine, release).changed == 0  # the record is damaged, too


@pytest.mark.parametrize("edited", range(len(TEXTS)))
def test_an_edited_cell_is_known_by_its_place_when_all_ids_are_new(edited: int) -> None:
    release = book([code(f"c{n}", text) for n, text in enumerate(TEXTS)])
    news = book([code(f"c{n}", text + "!") for n, text in enumerate(TEXTS)])
    mine = book([cell | {"id": f"new-{n}"} for n, cell in enumerate(deepcopy(release)["cells"])])
    mine["cells"][edited]["source"] = "my own answer"

    merged = merge(shipped(release), mine, news)

    assert sources(merged.notebook) == [
        "my own answer" if n == edited else text + "!" for n, text in enumerate(TEXTS)
    ]
