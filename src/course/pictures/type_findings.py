"""What mypy says of a file, under the lines it speaks of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from course.pictures.theme import Html, count, el, indent, join, page, sign, title_line
from course.pictures.view import View

CONTEXT_LINES = 1
GAP = "⋯"


@dataclass(frozen=True)
class TypeFinding:
    """One message: its line (from 1), what it is about (columns from 0, `end` excluded, None: to the line's end)."""

    line: int
    start: int
    end: int | None
    message: str
    code: str = ""
    is_note: bool = False


@dataclass(frozen=True)
class TypedFile:
    """A file, or a piece of code, as mypy read it, and what it said."""

    path: str
    source: str
    findings: tuple[TypeFinding, ...] = ()

    @property
    def errors(self) -> int:
        return sum(not finding.is_note for finding in self.findings)


def type_findings_view(files: Sequence[TypedFile], *, elsewhere: int = 0, whole: bool = True) -> View:
    """Show each message under its line. `elsewhere` counts errors in files that are not shown.

    A file without messages is named, its code left out; one with messages is shown with the lines around them, a piece
    of code whole. `whole` says that `files` is all that was checked.
    """
    errors = sum(file.errors for file in files)
    symbol, word, tone = (
        ("✗", count(errors, "finding").upper(), "bad") if errors else ("✓", "NO FINDINGS", "ok")
    )
    note = _scope(files, elsewhere, whole)
    spoken_of = [file for file in files if file.findings]
    silent = [] if whole and not errors and len(files) > 1 else [file for file in files if not file.findings]

    text = [f"{symbol} {word}  mypy --strict{f': {note}' if note else ''}"]
    for file in spoken_of:
        text += ["", file.path, *(indent(line) for line in _text_lines(file))]
    if silent and spoken_of:
        text += ["", *(f"{file.path}: nothing to say" for file in silent)]

    head = title_line("mypy --strict", note, outcome=(symbol, word, tone))
    bodies = [
        join(
            el("p", el("code", file.path)),
            el("div", el("div", *_html_lines(file), cls="pfc-lines"), cls="pfc-listing", tabindex=0),
        )
        for file in spoken_of
    ]
    rest = (
        [el("p", el("code", f.path), ": nothing to say", cls="pfc-muted") for f in silent]
        if spoken_of
        else []
    )
    html = page(
        "types",
        el("div", head, *bodies, *rest, cls=f"pfc-card pfc-{tone}"),
        css=CSS,
        label=f"mypy --strict: {word.lower()}",
    )
    return View(html, "\n".join(line.rstrip() for line in "\n".join(text).splitlines()))


def _scope(files: Sequence[TypedFile], elsewhere: int, whole: bool) -> str:
    named = [file.path for file in files]
    if elsewhere:
        return f"{count(elsewhere, 'more finding')} in other files"
    if any(file.findings for file in files):
        return ""
    return f"all of app, {count(len(files), 'file')}" if whole and len(files) > 1 else ", ".join(named)


def _rows(file: TypedFile) -> Iterator[tuple[int, str, list[TypeFinding]] | None]:
    """Lines to show with what is said under each; None where lines are left out between two that are shown."""
    lines = file.source.splitlines()
    said: dict[int, list[TypeFinding]] = {}
    for finding in sorted(file.findings, key=lambda finding: (finding.line, finding.start)):
        said.setdefault(finding.line, []).append(finding)
    is_piece = not file.path.endswith(".py")
    shown = {
        number
        for number in range(1, len(lines) + 1)
        if is_piece or number in said or (lines[number - 1].strip() and _is_near(number, said))
    }
    last = 0
    for number in sorted(shown):
        if last and number > last + 1:
            yield None
        yield number, lines[number - 1], said.get(number, [])
        last = number


def _is_near(number: int, said: Iterable[int]) -> bool:
    return any(abs(number - line) <= CONTEXT_LINES for line in said)


def _span(line: str, finding: TypeFinding) -> tuple[int, int]:
    end = len(line) if finding.end is None else min(finding.end, len(line))
    return finding.start, max(end, finding.start + 1)


def _text_lines(file: TypedFile) -> Iterator[str]:
    width = len(str(len(file.source.splitlines())))
    for row in _rows(file):
        if row is None:
            yield f"{GAP:>{width}}"
            continue
        number, line, findings = row
        yield f"{number:>{width}}  {line}".rstrip()
        for finding in findings:
            start, end = _span(line, finding)
            yield f"{'':{width}}  {' ' * start}{'^' * (end - start)}"
            yield f"{'':{width}}  {_kind(finding)}: {finding.message}{_code(finding)}"


def _html_lines(file: TypedFile) -> Iterator[Html]:
    for row in _rows(file):
        if row is None:
            yield el("div", el("span", GAP, cls="pfc-no", aria_hidden="true"), cls="pfc-row pfc-gap")
            continue
        number, line, findings = row
        hit = " pfc-hit" if any(not finding.is_note for finding in findings) else ""
        yield el(
            "div",
            el("span", str(number), cls="pfc-no"),
            el("code", _marked(line, findings), cls="pfc-src"),
            cls=f"pfc-row{hit}",
        )
        for finding in findings:
            start, _ = _span(line, finding)
            tone, symbol = ("info", "i") if finding.is_note else ("bad", "✗")
            yield el(
                "div",
                el("span", cls="pfc-no"),
                el(
                    "span",
                    el(
                        "span",
                        sign(symbol, "", tone),
                        " ",
                        el("strong", _kind(finding)),
                        cls=f"pfc-{tone} pfc-tone",
                    ),
                    f" {finding.message}",
                    el("code", _code(finding), cls="pfc-muted"),
                    cls=f"pfc-said pfc-{tone}",
                    style=f"margin-left:{start}ch",
                ),
                cls="pfc-row",
            )


def _marked(line: str, findings: Sequence[TypeFinding]) -> Html:
    """The line with what the first message is about underlined."""
    if not findings:
        return join(line or " ")
    start, end = _span(line, findings[0])
    tone = "info" if findings[0].is_note else "bad"
    return join(line[:start], el("span", line[start:end], cls=f"pfc-under pfc-{tone}"), line[end:])


def _kind(finding: TypeFinding) -> str:
    return "note" if finding.is_note else "error"


def _code(finding: TypeFinding) -> str:
    return f"  [{finding.code}]" if finding.code and not finding.is_note else ""


CSS = """
& .pfc-listing{background:var(--tint);border-radius:4px;margin:4px 0 0;padding:7px 0;overflow-x:auto}
& .pfc-lines{width:max-content;min-width:100%}
& .pfc-row{display:flex;align-items:baseline;padding:0 12px 0 0;font-family:var(--code);font-size:12px;line-height:1.6}
& .pfc-hit{background:color-mix(in srgb,var(--bad) 9%,transparent)}
& .pfc-no{flex:none;width:3.6em;padding-right:1.2em;text-align:right;color:var(--quiet);user-select:none}
& .pfc-listing code{background:none;padding:0}
& .pfc-src{white-space:pre}
& .pfc-under{text-decoration:underline wavy var(--tone);text-decoration-skip-ink:none;text-underline-offset:3px}
& .pfc-said{border-left:2px solid var(--tone);padding:0 8px;margin-top:1px;margin-bottom:4px;max-width:76ch;background:color-mix(in srgb,var(--tone) 8%,var(--card));border-radius:0 4px 4px 0}
"""
