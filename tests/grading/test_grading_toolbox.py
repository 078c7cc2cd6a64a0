"""What a tool says reaches a check whole, or the check is told that it does not: a part may lack the errors."""

import dataclasses
from pathlib import Path

import pytest

from course.grading import toolbox
from course.grading.answers import Answers
from course.grading.exercise import Exercise
from course.grading.runner import grade
from course.grading.verdict import Outcome

CHECKS = '''
"""Checks that look for errors in what mypy says."""

from course.grading.checking import ProjectFiles, fail, task


@task("1.2", points=1)
def test_mypy_has_no_objection(project: ProjectFiles) -> None:
    """mypy has no objection."""
    said = project.mypy("--strict", "--config-file=", "app/orders/totals.py")
    if ": error:" in said.output:
        fail("There is an error.")
'''


def run_python(code: str, folder: Path) -> toolbox.Message:
    """`python -m timeit` stands for a tool: it runs what it is given."""
    return toolbox._command({"command": ["timeit", "-n1", "-r1", code]}, folder, folder)


def test_a_tool_that_is_killed_says_nothing(tmp_path: Path) -> None:
    assert run_python("import os; os.kill(os.getpid(), 9)", tmp_path) == {"ended": "was killed by SIGKILL"}


def test_a_tool_that_says_too_much_says_nothing(tmp_path: Path) -> None:
    said = run_python(f"print('x' * {toolbox.MAX_OUTPUT})", tmp_path)
    assert said == {"ended": "said more than 200 kB: look at its output yourself"}
    assert run_python(f"print('x' * {toolbox.MAX_OUTPUT // 2})", tmp_path)["passed"]


@pytest.mark.parametrize(("notes", "outcome"), [(700, Outcome.FAIL), (5_000, Outcome.ERROR)])
def test_an_error_behind_many_notes_is_seen(
    notes: int, outcome: Outcome, exercise: Exercise, tmp_path: Path
) -> None:
    checks = tmp_path / "checks.py"
    checks.write_text(CHECKS, encoding="utf-8")
    asking = dataclasses.replace(exercise, check_file=checks, held_out_file=None)
    lines = ["def total(prices: list[int]) -> int:", *["    reveal_type(prices)"] * notes, "    return ''\n"]
    verdict = grade(
        asking, Answers({"app/orders/totals.py": "\n".join(lines)}), held_out=False, tasks=["1.2"]
    )
    (result,) = verdict.task("1.2").results
    assert result.outcome is outcome, result.message


def test_where_mypy_reads_no_settings_it_loads_no_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It then runs in the process that answers the grader: submitted code has no business there."""
    project, home = tmp_path / "my-api", tmp_path / "tools"
    (project / "app").mkdir(parents=True)
    home.mkdir()
    (project / "app/plugin.py").write_text("raise SystemExit('submitted code runs')\n", encoding="utf-8")
    (project / "app/totals.py").write_text("TOTAL: int = 'none'\n", encoding="utf-8")
    (project / "pyproject.toml").write_text("[tool.mypy]\nplugins = ['app.plugin']\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)  # it changes the folder and the environment: its caller is a fork otherwise
    monkeypatch.setenv("MYPY_CACHE_DIR", "")

    options = ["--strict", "--config-file=", "--no-error-summary", "app/totals.py"]
    said = toolbox._command({"command": ["mypy", *options]}, project, home)

    assert said["passed"] is False
    assert said["output"].startswith("app/totals.py:1: error: Incompatible types")
