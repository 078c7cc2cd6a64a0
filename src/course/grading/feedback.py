"""What a graded cell shows: visible checks with their messages, of held-out ones only how many passed."""

from collections.abc import Mapping
from html import escape
from typing import Any

from course.grading.verdict import CheckResult, Outcome, TaskVerdict

_COLORS = {
    Outcome.PASS: "#1a7f37",
    Outcome.FAIL: "#b35900",
    Outcome.ERROR: "#b3261e",
    Outcome.NOT_ATTEMPTED: "#57606a",
}


def outputs(verdict: TaskVerdict, points: float) -> list[dict[str, Any]]:
    """A notebook cell's outputs for a verdict: what it says, then the score as nbgrader reads partial credit.

    `points` is the cell's maximum, which the score never exceeds.
    """
    score = max(0.0, min(verdict.earned, points))
    return [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"text/plain": as_text(verdict), "text/html": as_html(verdict)},
        },
        {
            "output_type": "execute_result",
            "execution_count": None,
            "metadata": {},
            "data": {"text/plain": f"{score:g}"},
        },
    ]


def as_text(verdict: TaskVerdict) -> str:
    """The verdict for a terminal or a screen reader; nothing of the held-out checks but their number."""
    lines = []
    for result in verdict.visible().results:
        lines.append(f"{result.outcome}: {result.title}")
        lines += [f"    {result.message}"] if result.message else []
    return "\n".join([*lines, *_rest(verdict)])


def as_html(verdict: TaskVerdict) -> str:
    """The same for the feedback page and the formgrader."""
    rows = "".join(_row(result) for result in verdict.visible().results)
    rest = "".join(f"<p>{escape(line)}</p>" for line in _rest(verdict))
    return f'<div class="course-verdict"><table>{rows}</table>{rest}</div>'


def count(results: tuple[CheckResult, ...]) -> str:
    """`2 of 3 held-out checks passed`."""
    passed = sum(result.outcome is Outcome.PASS for result in results)
    return f"{passed} of {len(results)} held-out check{'' if len(results) == 1 else 's'} passed"


def to_cells(cells: list[Any], verdicts: Mapping[str, TaskVerdict]) -> None:
    """Set the outputs of graded cells, by grade id; cells without a verdict are left alone."""
    for cell in cells:
        data = cell["metadata"].get("nbgrader", {})
        verdict = verdicts.get(data.get("grade_id"))
        if cell["cell_type"] == "code" and data.get("grade") and verdict is not None:
            cell["outputs"] = outputs(verdict, float(data["points"]))
            cell["execution_count"] = None


def _rest(verdict: TaskVerdict) -> list[str]:
    hidden = verdict.held_out().results
    attempted = any(result.outcome is not Outcome.NOT_ATTEMPTED for result in hidden)
    return [*([f"{count(hidden)}."] if attempted else []), *verdict.notes]


def _row(result: CheckResult) -> str:
    style = f'style="color: {_COLORS[result.outcome]}; font-weight: bold; white-space: nowrap"'
    message = f"<br>{escape(result.message)}" if result.message else ""
    left = 'style="text-align: left"'
    return f"<tr><td {style}>{result.outcome}</td><td {left}>{escape(result.title)}{message}</td></tr>"
