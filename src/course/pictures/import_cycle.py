"""A circle of imports: where it begins, who waits for whom, and which name was asked for too early."""

from collections.abc import Iterator, Sequence

from course.pictures.import_order import Circle, ImportOrder, Step
from course.pictures.theme import Html, count, el, join, page, prose, title_line
from course.pictures.view import View

WIDTH, BOX, GAP, LEFT, RIGHT = 860.0, 44.0, 24.0, 2.0, 176.0
CSS = """& figure{margin:0}
& svg text{font-family:var(--code);font-size:12px;fill:var(--ink)}
& svg .pfc-name{font-weight:700;font-size:13px}
& svg .pfc-small{font-size:11.5px;fill:var(--quiet)}
& .pfc-way rect{fill:var(--tint);stroke:color-mix(in srgb,var(--ink) 35%,transparent)}
& .pfc-round rect{fill:color-mix(in srgb,var(--bad) 9%,var(--card));stroke:var(--bad);stroke-width:1.8}
& .pfc-line{fill:none;stroke:color-mix(in srgb,var(--ink) 62%,var(--card));stroke-width:1.5}
& .pfc-tip{fill:color-mix(in srgb,var(--ink) 62%,var(--card))}
& .pfc-back .pfc-line{stroke:var(--bad);stroke-width:2.4;stroke-dasharray:7 4}
& .pfc-back .pfc-tip{fill:var(--bad)}
& svg .pfc-back text{fill:var(--bad);font-weight:700}
& .pfc-order{display:flex;flex-wrap:wrap;gap:5px 7px;list-style:none;margin:8px 0 0;padding:0}
& .pfc-order li{margin:0;padding:1px 8px;border:1px solid color-mix(in srgb,var(--ok) 60%,transparent);border-radius:4px;background:color-mix(in srgb,var(--ok) 8%,transparent)}"""


def import_cycle_view(order: ImportOrder) -> View:
    """Show the circle that stops an import, the circles that do not, or the order in which the modules finish."""
    title = f"How `import {order.target}` goes"
    lines = list(_lines(order))
    summary = _summary(order)
    circle = order.circle
    html = page(
        "cycle",
        el(
            "figure",
            title_line(title.replace("`", ""), summary, name="figcaption"),
            el(
                "div",
                _draw(circle, summary),
                cls="pfc-scroll",
                tabindex=0,
                role="group",
                aria_label="Drawing",
            )
            if circle
            else None,
            el("p", prose(_verdict(circle)), cls="pfc-box pfc-bad") if circle else None,
            *(el("p", prose(line), cls="pfc-box pfc-warn") for line in _hidden(order)),
            _chips(order) if not circle else None,
            _words(lines),
            cls="pfc-card pfc-plain",
        ),
        css=CSS,
        label=title.replace("`", ""),
    )
    return View(html, "\n".join([f"{title.replace('`', '')}: {summary}", *(f"  {line}" for line in lines)]))


def _summary(order: ImportOrder) -> str:
    if order.circle is not None:
        return f"it stops in a circle of {count(len(order.circle.round), 'module')}"
    finished = count(len(order.finished), "module")
    if order.hidden:
        return f"{finished} finish, and yet there is a circle"
    return f"no circle, each of {finished} finishes before the one that needs it"


def _lines(order: ImportOrder) -> Iterator[str]:
    circle = order.circle
    if circle is None:
        yield from _hidden(order)
        for start in range(0, len(order.finished), 5):
            row = enumerate(order.finished[start : start + 5], start + 1)
            yield "  ".join(f"{number} {_short(module)}" for number, module in row)
        return
    for step in circle.way:
        yield f"{_short(step.module)}, {_at(step)}"
    for number, step in enumerate(circle.round):
        mark = "┌→" if number == 0 else "└─" if step is circle.round[-1] else "│ "
        yield f"{mark} {_short(step.module)}, {_at(step)}"
    yield _verdict(circle)


def _hidden(order: ImportOrder) -> Iterator[str]:
    for circle in order.hidden:
        names = " → ".join(f"`{_short(name)}`" for name in (*circle, circle[0]))
        yield f"⚠ A circle in the files: {names}. It does not stop this import; the arrows are there all the same."


def _verdict(circle: Circle) -> str:
    first, last = circle.round[0], circle.round[-1]
    if not circle.wanted:
        return f"✗ `{_short(last.module)}` asks `{_short(first.module)}` for something that is not there yet."
    where = f"defined in line {circle.defined_at}" if circle.defined_at else "not defined there"
    return (
        f"✗ `{_short(last.module)}` asks for `{circle.wanted}`. In `{_short(first.module)}` it is {where}, "
        f"and Python waits there in line {first.line}."
    )


def _at(step: Step) -> str:
    code = f"{step.code}…)" if step.code.endswith("(") else step.code
    return f"line {step.line} of {step.lines}: {code}"


def _short(module: str) -> str:
    return module.partition(".")[2] or module


def _draw(circle: Circle, label: str) -> Html:
    steps = [*circle.way, *circle.round]
    tops = [4 + number * (BOX + GAP) for number in range(len(steps))]
    height = tops[-1] + BOX + 8
    first = len(circle.way)
    boxes = [
        _box(step, top, "pfc-round" if number >= first else "pfc-way")
        for number, (step, top) in enumerate(zip(steps, tops, strict=True))
    ]
    arrows = [_down(top + BOX, top + BOX + GAP) for top in tops[:-1]]
    return el(
        "svg",
        *boxes,
        *arrows,
        _back(circle, tops[-1], tops[first]),
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        width=f"{WIDTH:g}",
        height=f"{height:g}",
        style=f"min-width:{0.72 * WIDTH:.0f}px",
        role="img",
        aria_label=label,
    )


def _box(step: Step, top: float, cls: str) -> Html:
    wide = WIDTH - LEFT - RIGHT
    return el(
        "g",
        el("rect", x=f"{LEFT:g}", y=f"{top:g}", width=f"{wide:g}", height=f"{BOX:g}", rx=6),
        el("text", _short(step.module), x=f"{LEFT + 12:g}", y=f"{top + 18:g}", cls="pfc-name"),
        el("text", _fit(_at(step)), x=f"{LEFT + 12:g}", y=f"{top + 35:g}", cls="pfc-small"),
        el(
            "text",
            "waits, half done",
            x=f"{LEFT + wide - 12:g}",
            y=f"{top + 18:g}",
            text_anchor="end",
            cls="pfc-small",
        ),
        cls=cls,
    )


def _fit(code: str) -> str:
    room = int((WIDTH - LEFT - RIGHT - 24) / 7.0)
    return code if len(code) <= room else f"{code[: room - 1]}…"


def _down(start: float, end: float) -> Html:
    x = LEFT + 60
    line = el("path", d=f"M{x:g} {start:g}L{x:g} {end - 7:g}", cls="pfc-line")
    return join(
        line,
        el("polygon", points=f"{x:g},{end:g} {x - 5:g},{end - 9:g} {x + 5:g},{end - 9:g}", cls="pfc-tip"),
    )


def _back(circle: Circle, start: float, end: float) -> Html:
    """The arrow that closes the circle, with the name that it asks for."""
    x, y1, y2 = WIDTH - RIGHT, start + BOX / 2, end + BOX / 2
    out = x + 26
    path = (
        f"M{x:g} {y1:g}L{out - 8:g} {y1:g}Q{out:g} {y1:g} {out:g} {y1 - 8:g}"
        f"L{out:g} {y2 + 8:g}Q{out:g} {y2:g} {out - 8:g} {y2:g}L{x + 8:g} {y2:g}"
    )
    tip = el("polygon", points=f"{x:g},{y2:g} {x + 10:g},{y2 - 5.5:g} {x + 10:g},{y2 + 5.5:g}", cls="pfc-tip")
    middle = (y1 + y2) / 2
    said: Sequence[str] = ["asks for", _name(circle.wanted) or "a name"]
    if circle.defined_at:
        said = [*said, f"line {circle.defined_at}:", "not run yet"]
    texts = [
        el("text", line, x=f"{out + 8:g}", y=f"{middle + 5 + 15 * (number - len(said) / 2):g}")
        for number, line in enumerate(said)
    ]
    return el("g", el("path", d=path, cls="pfc-line"), tip, *texts, cls="pfc-back")


def _name(wanted: str) -> str:
    room = int((RIGHT - 36) / 7.3)
    return wanted if len(wanted) <= room else f"{wanted[: room - 1]}…"


def _chips(order: ImportOrder) -> Html:
    chips = [
        el("li", f"{number} ", el("code", _short(module))) for number, module in enumerate(order.finished, 1)
    ]
    return el("ol", *chips, cls="pfc-order")


def _words(lines: Sequence[str]) -> Html:
    return el("details", el("summary", "The same in words"), el("pre", "\n".join(lines), tabindex=0))
