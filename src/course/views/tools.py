"""What ruff, mypy, the import contracts and pytest said about `my-api`."""

from collections.abc import Sequence
from typing import Protocol

from course.views.theme import el, page, text_table
from course.views.view import View


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
    """Show each tool's verdict; the output of those that failed is open."""
    text = text_table([("PASS" if r.passed else "FAIL", r.tool, r.summary) for r in results])
    return View(page("tools", el("pre", text)), text)
