"""Whatever a learner hands in becomes a notebook that nbgrader can grade."""

import json
from typing import Any

import nbformat
import pytest
from grading_helpers import cell_of

from course.grading import submission

GRADE_IDS = ["answer-1-1", "answer-1-1-main", "check-1-1", "answer-1-2", "check-1-2"]


def read(notebook: object, release: dict[str, Any]) -> dict[str, Any]:
    text = notebook if isinstance(notebook, str) else json.dumps(notebook)
    found = submission.read(text, release)
    nbformat.validate(found)
    return found


def ids(notebook: dict[str, Any]) -> list[str]:
    return [cell["metadata"]["nbgrader"]["grade_id"] for cell in notebook["cells"] if cell["metadata"]]


def copy_of(notebook: dict[str, Any]) -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(json.dumps(notebook))
    return copied


def test_a_sound_submission_keeps_its_cells(released: dict[str, Any]) -> None:
    found = read(released, released)
    assert ["".join(cell["source"]) for cell in found["cells"]] == [
        "".join(cell["source"]) for cell in released["cells"]
    ]
    assert ids(found) == GRADE_IDS
    assert submission.PROBLEM not in found["metadata"]


def test_outputs_go(released: dict[str, Any]) -> None:
    submitted = copy_of(released)
    cell_of(submitted, "check-1-1")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "5"}]
    assert all(not cell.get("outputs") for cell in read(submitted, released)["cells"])


def tampered(released: dict[str, Any], how: str) -> dict[str, Any]:
    submitted = copy_of(released)
    cells = submitted["cells"]
    match how:
        case "grade off":
            cell_of(submitted, "check-1-1")["metadata"]["nbgrader"]["grade"] = False
        case "points up":
            cell_of(submitted, "check-1-1")["metadata"]["nbgrader"]["points"] = 100
        case "metadata stripped":
            for cell in cells:
                cell["metadata"] = {}
        case "renamed":
            cell_of(submitted, "check-1-1")["metadata"]["nbgrader"]["grade_id"] = "mine"
        case "copied":
            cells += [copy_of(cell_of(submitted, "check-1-1")), copy_of(cell_of(submitted, "answer-1-1"))]
        case "deleted":
            submitted["cells"] = cells[:2]
        case "turned to markdown":
            for cell in cells:
                cell["cell_type"] = "markdown"
        case "extra graded cell":
            extra = copy_of(cell_of(submitted, "check-1-1"))
            extra["metadata"]["nbgrader"]["grade_id"] = "check-9-9"
            cells.append(extra)
        case "odd cells":
            cells += [7, None, {"cell_type": "song", "source": 5, "metadata": 6, "outputs": 7}, {}]
        case "odd metadata":
            submitted["metadata"] = [1]
            cells[0]["metadata"] = {"nbgrader": {"grade_id": ["x"]}}
        case "reordered":
            cells.reverse()
        case "lone surrogate":
            cells[0]["source"] = "\ud800"
    return submitted


@pytest.mark.parametrize(
    "how",
    [
        "grade off",
        "points up",
        "metadata stripped",
        "renamed",
        "copied",
        "deleted",
        "turned to markdown",
        "extra graded cell",
        "odd cells",
        "odd metadata",
        "reordered",
        "lone surrogate",
    ],
)
def test_tampering_does_not_change_what_is_graded(how: str, released: dict[str, Any]) -> None:
    found = read(tampered(released, how), released)
    assert sorted(ids(found)) == sorted(GRADE_IDS)
    for grade_id in GRADE_IDS:
        mine, original = cell_of(found, grade_id), cell_of(released, grade_id)
        assert mine["metadata"]["nbgrader"] == original["metadata"]["nbgrader"]
        assert mine["cell_type"] == "code"
    json.dumps(found).encode()


def test_missing_cells_come_back_where_they_were(released: dict[str, Any]) -> None:
    submitted = copy_of(released)
    submitted["cells"].remove(cell_of(submitted, "answer-1-1-main"))
    assert ids(read(submitted, released)) == GRADE_IDS


def test_an_answer_whose_metadata_is_gone_is_still_there(released: dict[str, Any]) -> None:
    submitted = copy_of(released)
    answer = cell_of(submitted, "answer-1-2")
    answer |= {"metadata": {}, "source": "%%write app/orders/totals.py\ntotal = sum"}
    sources = ["".join(cell["source"]) for cell in read(submitted, released)["cells"]]
    assert "%%write app/orders/totals.py\ntotal = sum" in sources


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"cells": 5}', "{}", "[" * 100_000])
def test_no_notebook_is_the_release_with_a_reason(text: str, released: dict[str, Any]) -> None:
    found = read(text, released)
    assert ids(found) == GRADE_IDS
    assert found["metadata"][submission.PROBLEM].startswith("The submitted file is not a notebook: it ")
    again = submission.read(json.dumps(found), released, again=True)
    assert again == found  # the reason survives nbgrader's second pass
    submitted = found | {"metadata": {submission.PROBLEM: "\x1b[2Jas a learner wrote it"}}
    assert submission.PROBLEM not in read(submitted, released)["metadata"]  # nobody else can give one
