"""What ruff, mypy, the import contracts and pytest said about `my-api`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from course.pictures.frame import picture
from course.pictures.table import Group, Row, Table
from course.pictures.theme import Bit, Html, count, el, fold, indent
from course.pictures.view import View

OUTPUT_LINES_IN_TEXT = 30


class ToolOutcome(Protocol):
    """What `project.tools.ToolResult` has."""

    @property
    def tool(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def summary(self) -> str: ...
    @property
    def output(self) -> str: ...


def tools_view(results: Sequence[ToolOutcome], title: str = "Checkpoint") -> View:
    """Show each tool's verdict; the output of those that failed is open, that of the others folded."""
    failed = [result for result in results if not result.passed]
    rows = [Row((*_cells(result), Bit(result.tool, "code"), result.summary)) for result in results]
    table = Table(("", "Verdict", "Tool", "Summary"), [Group(rows)], title, head=2, headed=False)
    printed = (
        _Output(result) for result in (*failed, *(r for r in results if r.passed)) if result.output.strip()
    )
    outcome = _face(not failed and bool(results))
    return picture(
        "tools", title, table if results else None, *printed, note=_verdict(results, failed), outcome=outcome
    )


def _face(passed: bool) -> tuple[str, str, str]:
    return ("✓", "PASS", "ok") if passed else ("✗", "FAIL", "bad")


def _cells(result: ToolOutcome) -> tuple[Bit, str]:
    symbol, word, tone = _face(result.passed)
    return Bit("", "muted", tone, symbol), word


def _verdict(results: Sequence[ToolOutcome], failed: Sequence[ToolOutcome]) -> str:
    if not results:
        return "no tool had anything to look at"
    return f"{len(results) - len(failed)} of {count(len(results), 'tool')} satisfied"


@dataclass(frozen=True)
class _Output:
    """What a tool printed; in the text only when it failed."""

    result: ToolOutcome

    def html(self) -> Html:
        printed = el("pre", self.result.output.strip("\n"), tabindex=0)
        return fold(f"Output of {self.result.tool}", printed, opened=not self.result.passed)

    def said(self) -> str:
        return "" if self.result.passed else f"{self.result.tool}:\n{indent(_cut(self.result.output))}"


def _cut(output: str) -> str:
    lines = output.strip("\n").splitlines()
    if len(lines) <= OUTPUT_LINES_IN_TEXT:
        return "\n".join(lines)
    more = count(len(lines) - OUTPUT_LINES_IN_TEXT, "more line")
    return "\n".join([*lines[:OUTPUT_LINES_IN_TEXT], f"… {more}"])
