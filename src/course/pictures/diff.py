"""What a `%%write` cell changed."""

import re
from collections.abc import Sequence

from course.pictures.theme import Html, count, el, fold, indent, join, page, prose
from course.pictures.view import View

OPEN_LINES = 40  # a diff of up to so many lines is shown at once
MOST_LINES = 400
HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(?P<line>\d+).*$")


def diff_view(
    path: str,
    diff: str = "",
    *,
    created: bool = False,
    changed: bool = True,
    lines: int = 0,
    notes: Sequence[str] = (),
    compared: str = "",
) -> View:
    """Show that a file was written: new, unchanged, or what is different (`diff` is a unified diff).

    `compared` says instead that two versions of it lie side by side: "- yours, + reference".
    """
    rows = [] if created or not changed else _rows(diff)
    what = compared or _what(rows, created=created, changed=changed, lines=lines)
    symbol = "±" if compared else "+" if created else "✎" if changed else "="
    text = [f"{symbol} {path}: {what}"]
    text += [indent("\n".join(rows[:MOST_LINES]))] if rows else []
    text += [f"Note: {note}" for note in notes]
    tone = "ok" if changed else "quiet"
    html = page(
        "diff",
        el(
            "div",
            el("span", symbol, cls=f"pfc-mark pfc-{tone}", aria_hidden="true"),
            el("code", path, cls="pfc-path"),
            el("span", what, cls="pfc-muted"),
            cls="pfc-head",
        ),
        _diff(rows),
        *(el("p", el("strong", "Note: "), prose(note), cls="pfc-box pfc-warn") for note in notes),
        label=f"{path}: {what}",
    )
    return View(html, "\n".join(text))


def _rows(diff: str) -> list[str]:
    """The lines of a unified diff; where a piece of it begins is said in words, and the file names are left out."""
    rows = diff.rstrip().splitlines()
    if len(rows) > 1 and rows[0].startswith("---") and rows[1].startswith("+++"):
        rows = rows[2:]
    return [HUNK.sub(r"line \g<line>", row) for row in rows]


def _what(rows: Sequence[str], *, created: bool, changed: bool, lines: int) -> str:
    if created:
        return f"new file, {count(lines, 'line')}"
    if not changed:
        return f"unchanged, {count(lines, 'line')}"
    added = sum(row.startswith("+") for row in rows)
    removed = sum(row.startswith("-") for row in rows)
    parts = [f"{count(added, 'line')} added" if added else "", f"{removed} removed" if added else ""]
    if not added:
        parts = [f"{count(removed, 'line')} removed"] if removed else [count(lines, "line")]
    if added and not removed:
        parts = parts[:1]
    return f"rewritten, {', '.join(parts)}"


def _diff(rows: Sequence[str]) -> Html | None:
    if not rows:
        return None
    shown = join(*(_row(row) for row in rows[:MOST_LINES]))
    block = el("pre", shown, cls="pfc-diff", tabindex=0, role="group", aria_label="What changed")
    if len(rows) <= OPEN_LINES:
        return block
    return fold(f"What changed ({count(len(rows), 'line')})", block)


def _row(row: str) -> Html:
    kind = {"+": "pfc-add", "-": "pfc-del", "l": "pfc-hunk"}.get(row[:1])
    return el("span", row or " ", cls=kind)
