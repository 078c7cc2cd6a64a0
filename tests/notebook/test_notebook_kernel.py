"""The same calls in a real kernel, as JupyterLab and nbclient run them."""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from small_course import RIGHT, STARTER

from course.classroom.launch import prepare_environment
from course.project.myst import skip_slow_import
from course.project.workspace import TEMPORARY, Workspace

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
BROKEN = "%%write app/main.py\ndef broken(:\n    pass\n"
CELLS = (
    "import course\napi = await course.begin(1, exercise=True)",
    'response = await api.get("/health")\nresponse',
    BROKEN,
    STARTER,
    'await course.check("1.1")',
    RIGHT,
    'await course.check("1.1")',
    'course.hint("1.1")',
    'course.solution("1.1")',
    'course.quiz("01-layers")',
    "course.explore(api)",
    "course.map()",
    "await course.environment()",
    "await course.begin(9)",
    "!pwd | xargs basename",
)


def executed(
    content: Path, monkeypatch: pytest.MonkeyPatch, cells: Sequence[str] = CELLS
) -> list[list[dict[str, Any]]]:
    """Run the cells in a new kernel with an empty workspace; return the outputs of each."""
    skip_slow_import()
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("COURSE_WORKSPACE", TEMPORARY)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    client = NotebookClient(
        notebook, timeout=60, kernel_name="python3", allow_errors=True, store_widget_state=False
    )
    client.execute(env=dict(os.environ))
    return [[dict(output) for output in cell["outputs"]] for cell in notebook.cells]


def texts(outputs: list[dict[str, Any]]) -> str:
    """What the outputs of a cell say as text."""
    return "\n".join(
        output.get("data", {}).get("text/plain")
        or output.get("text")
        or "\n".join(output.get("traceback", []))
        for output in outputs
    )


def test_a_whole_notebook_in_a_kernel(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = executed(content, monkeypatch)
    second = executed(content, monkeypatch)

    said = [texts(outputs) for outputs in first]
    assert said == [texts(outputs) for outputs in second], "the text of every output is the same in every run"
    assert not any(str(content.parent) in text or "/tmp" in text for text in said)  # noqa: S108 - a name to look for
    begun, response, broken, _starter, untouched, _right, passed, hint, solution, quiz, explorer, *rest = (
        first
    )
    assert "Exercise 1 · Split" in texts(begun)
    assert "200" in texts(response)
    assert broken[0]["output_type"] == "error"
    assert broken[0]["traceback"][0].startswith("app/main.py was not written, the old file stays")
    assert "NOT ATTEMPTED" in texts(untouched)
    assert untouched[-1]["data"]["text/plain"] == "0.0"
    assert passed[-1]["data"] == {"text/plain": "1.5", "text/html": "1.5 of 2 points"}
    assert texts(hint).startswith("Hint 1 of 3")
    assert "The reference for task 1.1" in texts(solution)
    for outputs in (quiz, explorer):
        assert {WIDGET_VIEW, "text/html", "text/plain"} == set(outputs[0]["data"])
    course_map, environment, mistake, place = rest
    assert "01 Split" in texts(course_map)
    assert "Python" in texts(environment)
    assert texts(mistake) == "There is no chapter 9: the course has chapters 0 to 2."
    assert texts(place).strip() == "my-api"


BEFORE_THE_FIRST_CELL = {
    "%%write app/main.py\nX = 1": "Run the first cell of this notebook first",
    'await course.check("1.1")': "my-api has not been brought to exercise 1 yet: run the first cell",
    "await course.checkpoint(1)": "Run the first cell of this notebook first",
    'await api.get("/health")': "`api` is not known yet: this kernel has run nothing of this notebook.",
}
AFTER_IT = {
    "import course\napi = await course.begin(1, exercise=True)": "Exercise 1 · Split",
    f"%%time\n{RIGHT}": "`%%write` has to be the first line of its cell",
    f"%%capture out\n{RIGHT}": "`%%write` has to be the first line of its cell",
    "import asyncio\nasyncio.run(asyncio.sleep(0))": "write `await …` instead of `asyncio.run(…)`",
    "no_such_name": "NameError: name 'no_such_name' is not defined",
}


def test_a_kernel_of_the_course_knows_it_before_the_first_cell_whatever_else_is_called_python3(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other/kernels/python3/kernel.json"
    other.parent.mkdir(parents=True)
    other.write_text(json.dumps({"argv": ["/bin/false", "{connection_file}"], "display_name": "Python 3"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "other"))
    prepare_environment(Workspace(tmp_path))
    wanted = BEFORE_THE_FIRST_CELL | AFTER_IT

    for (cell, says), outputs in zip(
        wanted.items(), executed(content, monkeypatch, list(wanted)), strict=True
    ):
        said = re.sub(r"\x1b\[[\d;]*m", "", texts(outputs))
        assert says in said, cell
        assert ("Traceback" in said) == (cell == "no_such_name"), cell
