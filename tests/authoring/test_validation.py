"""The pytest plugin that validates lessons, run on a notebook of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from course.project.notebooks import normalize, to_text


def _cell(number: int, source: str, shown: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": f"c{number}",
        "metadata": {},
        "source": source,
        "execution_count": number,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": f"{shown}\n"}],
    }


def test_outputs_are_compared_times_are_not_and_nothing_is_left_behind(tmp_path: Path) -> None:
    cells = [
        _cell(
            1,
            "import os, time\nprint(os.environ['COURSE_WORKSPACE'], 'COLUMNS' in os.environ)",
            ":temporary: False",
        ),
        _cell(2, "print(time.perf_counter(), 'ms')", "3.2 ms"),
        _cell(3, "import tempfile\n_ = tempfile.mkdtemp()\nprint('new')", "old"),
    ]
    notebook = normalize({"cells": cells}, derived_from="notebooks/a.md")
    (tmp_path / "a.ipynb").write_text(to_text(notebook), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_default_fixture_loop_scope = function\n", encoding="utf-8"
    )
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "course.authoring.validation",
            "-p",
            "no:cacheprovider",
            "-rA",
            "a.ipynb",
        ],
        cwd=tmp_path,
        env=os.environ | {"COLUMNS": "40", "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 2 passed" in run.stdout, run.stdout + run.stderr
    assert "FAILED a.ipynb::Cell 2" in run.stdout
    assert [path.name for path in temporary.iterdir() if path.name.startswith(("course-", "tmp"))] == []
