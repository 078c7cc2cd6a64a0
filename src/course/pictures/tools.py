"""What ruff, mypy, the import contracts and pytest said about `my-api`."""

from collections.abc import Sequence
from typing import Protocol

from course.pictures.theme import Html, count, el, fold, indent, page, sign, table, text_table, title_line
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
    verdict = _verdict(results, failed)
    symbol, word, tone = _face(not failed and bool(results))
    text = [f"{symbol} {word}  {title}: {verdict}", ""]
    text.append(
        indent(text_table([(*_face(result.passed)[:2], result.tool, result.summary) for result in results]))
    )
    for result in failed:
        if result.output.strip():
            text += ["", f"{result.tool}:", indent(_cut(result.output))]
    html = page(
        "tools",
        el(
            "div",
            title_line(title, verdict, outcome=(symbol, word, tone)),
            el(
                "div",
                table(("Tool", "Verdict", "Summary"), (_row(result) for result in results), title),
                cls="pfc-scroll",
            )
            if results
            else None,
            *(_output(result) for result in [*failed, *(r for r in results if r.passed)]),
            cls=f"pfc-card pfc-{tone}",
        ),
        label=f"{title}: {word}",
    )
    return View(html, "\n".join(text).rstrip())


def _face(passed: bool) -> tuple[str, str, str]:
    return ("✓", "PASS", "ok") if passed else ("✗", "FAIL", "bad")


def _verdict(results: Sequence[ToolOutcome], failed: Sequence[ToolOutcome]) -> str:
    if not results:
        return "no tool had anything to look at"
    return f"{len(results) - len(failed)} of {count(len(results), 'tool')} satisfied"


def _row(result: ToolOutcome) -> Html:
    symbol, word, tone = _face(result.passed)
    return el(
        "tr",
        el("th", el("code", result.tool), scope="row"),
        el("td", sign(symbol, "", tone), " ", word),
        el("td", result.summary),
    )


def _output(result: ToolOutcome) -> Html | None:
    if not result.output.strip():
        return None
    return fold(
        f"Output of {result.tool}", el("pre", result.output.strip("\n"), tabindex=0), opened=not result.passed
    )


def _cut(output: str) -> str:
    lines = output.strip("\n").splitlines()
    if len(lines) <= OUTPUT_LINES_IN_TEXT:
        return "\n".join(lines)
    more = count(len(lines) - OUTPUT_LINES_IN_TEXT, "more line")
    return "\n".join([*lines[:OUTPUT_LINES_IN_TEXT], f"… {more}"])
