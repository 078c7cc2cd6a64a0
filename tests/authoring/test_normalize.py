"""Normalized notebooks: nothing that changes by itself, and nothing lost that does not."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.errors import CourseError
from course.project.cells import without_outputs
from course.project.notebooks import (
    WIDGET_VIEW,
    from_text,
    machine_traces,
    normalize,
    to_text,
)
from course.project.sanitize import SANITIZE_FILE, patterns, sanitize

TEXT = st.text(alphabet="ab 01.\nms=:", max_size=20)


def stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def display(data: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


def result(text: str, count: int = 7) -> dict[str, Any]:
    return {
        "output_type": "execute_result",
        "data": {"text/plain": text},
        "metadata": {},
        "execution_count": count,
    }


def notebook(*outputs: dict[str, Any], count: int | None = 7, **metadata: object) -> dict[str, Any]:
    cell = {
        "cell_type": "code",
        "id": "c1",
        "source": "x",
        "metadata": metadata,
        "outputs": list(outputs),
        "execution_count": count,
    }
    return {"cells": [cell], "metadata": {"widgets": {"state": 1}}, "nbformat": 4, "nbformat_minor": 5}


def normal(*outputs: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = normalize(notebook(*outputs), derived_from="n.md")["cells"][0]["outputs"]
    return found


OUTPUTS = st.lists(
    st.one_of(
        st.builds(stream, st.sampled_from(["stdout", "stderr"]), TEXT),
        st.builds(display, st.dictionaries(st.sampled_from(["text/plain", "text/html", WIDGET_VIEW]), TEXT)),
        st.builds(result, TEXT),
    ),
    max_size=6,
)


@settings(deadline=None)  # a busy machine is no failure
@given(OUTPUTS)
def test_normalizing_twice_is_normalizing_once(outputs: list[dict[str, Any]]) -> None:
    once = normalize(notebook(*outputs), derived_from="n.md")
    assert normalize(once, derived_from="n.md") == once
    assert from_text(to_text(once)) == once
    assert to_text(from_text(to_text(once))) == to_text(once)


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.lists(
        st.tuples(st.sampled_from(["stdout", "stderr"]), st.text(alphabet="ab\n", max_size=4)), max_size=8
    )
)
def test_how_a_stream_arrived_does_not_matter(parts: list[tuple[str, str]]) -> None:
    found = {output["name"]: output["text"] for output in normal(*(stream(*part) for part in parts))}
    for name in ("stdout", "stderr"):
        assert found.get(name, "") == "".join(text for stream_name, text in parts if stream_name == name)


def test_a_picture_between_prints_stays_between_them() -> None:
    kinds = [
        o["output_type"]
        for o in normal(stream("stdout", "a"), display({"text/plain": "p"}), stream("stdout", "b"))
    ]
    assert kinds == ["stream", "display_data", "stream"]


def test_a_widget_leaves_its_html_and_text() -> None:
    data = {WIDGET_VIEW: {"model_id": "0a1b"}, "text/html": "<p>Quiz</p>", "text/plain": "Quiz"}
    assert normal(display(data))[0]["data"] == {"text/html": "<p>Quiz</p>", "text/plain": "Quiz"}
    assert normal(display({WIDGET_VIEW: {"model_id": "0a1b"}})) == []


def test_what_runners_and_editors_leave_behind_goes() -> None:
    executed = notebook(
        result("1"),
        execution={"iopub.execute_input": "2026-01-01"},
        collapsed=True,
        tags=["t"],
        nbgrader={"grade": False},
    )
    stored = normalize(executed, derived_from="n.md")
    assert stored["cells"][0]["metadata"] == {"tags": ["t"], "nbgrader": {"grade": False}}
    assert stored["cells"][0]["execution_count"] == stored["cells"][0]["outputs"][0]["execution_count"] == 1
    assert stored["metadata"].keys() == {"course", "kernelspec", "language_info"}
    assert "version" not in stored["metadata"]["language_info"]


def test_a_folded_source_stays_folded() -> None:
    folded = notebook(jupyter={"source_hidden": True, "outputs_hidden": True})
    open_ = notebook(jupyter={"source_hidden": False})
    kept = [normalize(one, derived_from="n.md")["cells"][0]["metadata"] for one in (folded, open_)]
    assert kept == [{"jupyter": {"source_hidden": True}}, {}]


def test_an_error_keeps_its_own_cell_only() -> None:
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "no",
        "traceback": [
            "ValueError  Traceback (most recent call last)",
            "\x1b[36mCell\x1b[39m In[1], line 1",
            "\x1b[36mFile \x1b[39m/opt/lib/x.py:3, in f()",
            "ValueError: no",
        ],
    }
    kept = normal(error)[0]["traceback"]
    assert [part[:10] for part in kept] == ["ValueError", "\x1b[36mCell\x1b"[:10], "ValueError"]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("200 OK in 12.3 ms", "200 OK in ... ms"),
        ("<span>0,8&nbsp;ms</span>", "<span>...&nbsp;ms</span>"),
        ('<b title="took &lt; 1 ms">&lt; 1 ms</b>', '<b title="took ... ms">... ms</b>'),
        ("4 \u00b5s", "... \u00b5s"),
        ("3 passed in 0.12s", "3 passed in ... s"),
        ("http://127.0.0.1:43121/docs", "http://127.0.0.1:.../docs"),
        ("3 items, 12 msgs, 5 s timeout, port 8000", "3 items, 12 msgs, 5 s timeout, port 8000"),
        ("version 2.14.3 and v1.0ms", "version 2.14.3 and v1.0ms"),
    ],
)
def test_times_and_ports_are_replaced_and_nothing_else(text: str, stored: str) -> None:
    assert sanitize(text) == stored


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(alphabet="0123456789.,:ms \u00b5inlocalhost127&bp;", max_size=40))
def test_a_replacement_does_not_match_again(text: str) -> None:
    assert sanitize(sanitize(text)) == sanitize(text)


def test_nbval_reads_the_same_patterns() -> None:
    from nbval.plugin import get_sanitize_patterns

    theirs = get_sanitize_patterns(SANITIZE_FILE.read_text(encoding="ascii"))
    assert theirs == [(pattern.pattern, replacement) for pattern, replacement in patterns()]
    assert len(theirs) == 3


@pytest.mark.parametrize(
    "text",
    [
        f"wrote {tempfile.gettempdir()}/course-x1/my-api/app.py",
        "at <app.User object at 0x7f3a12b4c5d0>",
        "File '/srv/course/notebooks/x.py'",
        "\x1b[32m/srv/course/\x1b[39mnotebooks",
    ],
)
def test_what_shows_this_machine_is_found(text: str) -> None:
    assert machine_traces(notebook(stream("stdout", text)), [Path("/srv/course")])
    assert machine_traces(notebook(display({"text/html": text})), [Path("/srv/course")])


def test_what_is_the_same_everywhere_is_no_trace() -> None:
    text = "GET /api/v1/users, app/users/models.py, /srv/courses/x, color 0xffffff"
    assert machine_traces(notebook(stream("stdout", text)), [Path("/srv/course")]) == []


def test_without_outputs_is_as_never_run() -> None:
    cell = without_outputs(notebook(result("1")))["cells"][0]
    assert (cell["outputs"], cell["execution_count"]) == ([], None)


def test_an_invalid_notebook_is_refused() -> None:
    broken = normalize(notebook(), derived_from="notebooks/n.md")
    broken["cells"][0]["id"] = "no id"
    with pytest.raises(CourseError, match=r"notebooks/n\.md does not give a valid notebook"):
        to_text(broken)


def test_text_that_is_no_notebook_is_refused() -> None:
    with pytest.raises(ValueError, match="not a notebook"):
        from_text("# no JSON")
    assert json.loads(to_text(normalize(notebook(), derived_from="n.md")))["nbformat"] == 4
