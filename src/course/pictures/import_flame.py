"""Import times as a flame chart: what brought what along, and who takes the time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from course.pictures.import_times import NEARLY_ALL, STANDARD_LIBRARY, Load, Origin, heaviest
from course.pictures.theme import Html, count, el, page, title_line
from course.pictures.view import View

WIDTH, ROW, GAP, TOP = 880.0, 26.0, 3.0, 2.0
CHARACTER = 7.0  # width of one character of 11.5 px code
NARROW = 15.0  # boxes less wide become one with their neighbors
HOT_SHARE = 3.0  # how many times as wide as all the rest a hot module is when times are not drawn
MOST_BARS = 7
MOST_NAMES = 6
CSS = """& figure{margin:0}
& svg text{font-family:var(--code);font-size:11.5px;fill:var(--ink)}
& .pfc-own rect{fill:color-mix(in srgb,var(--info) 24%,var(--card));stroke:var(--info);stroke-width:1.4}
& .pfc-own text{font-weight:700}
& .pfc-other rect{fill:color-mix(in srgb,var(--ink) 13%,var(--card));stroke:color-mix(in srgb,var(--ink) 45%,transparent)}
& .pfc-std rect{fill:var(--card);stroke:color-mix(in srgb,var(--ink) 45%,transparent);stroke-dasharray:4 3}
& .pfc-hot rect{fill:color-mix(in srgb,var(--bad) 22%,var(--card));stroke:var(--bad);stroke-width:2.2}
& .pfc-hot text{font-weight:700;fill:var(--bad)}
& .pfc-legend{display:flex;flex-wrap:wrap;gap:2px 16px;margin:8px 0 0;color:var(--quiet);font-size:12px}
& .pfc-legend svg{display:inline-block;vertical-align:-2px;margin-right:5px}
& .pfc-bars td,& .pfc-bars th{border-top:0;padding-top:2px;padding-bottom:2px;vertical-align:middle}
& .pfc-bars svg{min-width:220px}"""
STYLES = {Origin.OWN: "pfc-own", Origin.OTHER: "pfc-other", Origin.STANDARD: "pfc-std"}

type Width = Callable[[Load], float]


def import_flame_view(top: Load, *, measured: bool = False) -> View:
    """Show what an import brought along, top down, in the order of loading.

    With `measured` widths are times, and the heaviest are listed with theirs: that is another picture each time.
    Without, widths are numbers of modules, and only an own module that takes more than a third of the time is
    drawn by it: the same picture for the same code. The text twin is the same for both, and says nothing that a busy machine
    changes.
    """
    hot = heaviest(top)
    title = f"What `import {top.name}` loads"
    summary = _summary(top, hot)
    width: Width = _by_time if measured else _by_modules(hot)
    scale = "Width: measured time." if measured else "Width: number of modules. Run the cell to see times."
    if hot is not None and not measured:
        scale = "Width: number of modules, except for the marked one. Run the cell to see times."
    lines = list(_lines(top))
    drawing = _draw(top, hot, width, measured=measured)
    html = page(
        "flame",
        el(
            "figure",
            title_line(title.replace("`", ""), summary, name="figcaption"),
            el("div", drawing, cls="pfc-scroll", tabindex=0, role="group", aria_label="Flame chart"),
            _legend(hot, scale),
            _bars(top, hot) if measured else None,
            _words(lines),
            cls="pfc-card pfc-plain",
        ),
        css=CSS,
        label=title.replace("`", ""),
    )
    text = [f"{title.replace('`', '')}: {summary}.", *(f"  {line}" for line in lines)]
    return View(html, "\n".join(text))


def _summary(top: Load, hot: Load | None) -> str:
    loads = list(top.everything())
    own = sum(load.modules for load in loads if load.origin is Origin.OWN)
    packages = {load.name for load in loads if load.origin is Origin.OTHER}
    said = f"{count(own, 'module')} of its own, {count(len(packages), 'package')} of others"
    if hot is None:
        return f"{said}; no own module takes long"
    share = "nearly all" if hot.own_us > NEARLY_ALL * top.total_us else "more than a third"
    return f"{said}; ⚠ {hot.name} by itself takes {share} of the time"


def _lines(top: Load, depth: int = 0) -> Iterator[str]:
    """The tree in words. Of packages of others only their names: how they are made inside is not our subject."""
    brought = [load for load in top.brought if load.origin is not Origin.STANDARD]
    if top.origin is Origin.OTHER:
        names = list(dict.fromkeys(load.name for one in brought for load in one.everything()))
        names = [name for name in names if name not in (top.name, Origin.STANDARD)]
        more = [f"{len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else []
        tail = f", brings {', '.join([*names[:MOST_NAMES], *more])}" if names else ""
        yield f"{'  ' * depth}{top.name} (third-party){tail}"
        return
    yield f"{'  ' * depth}{top.name}"
    for load in brought:
        yield from _lines(load, depth + 1)


def _by_time(load: Load) -> float:
    return float(load.own_us)


def _by_modules(hot: Load | None) -> Width:
    def width(load: Load) -> float:
        return 0.0 if load is hot else float(load.modules)

    return width


@dataclass(frozen=True)
class _Box:
    name: str
    cls: str
    x: float
    width: float
    row: int


def _draw(top: Load, hot: Load | None, width: Width, *, measured: bool) -> Html:
    weights = _weights(top, hot, width, measured=measured)
    scale = (WIDTH - 2) / (weights[id(top)] or 1)
    boxes = list(_boxes([top], hot, weights, scale, 1.0, 0, whole_us=top.total_us if measured else 0))
    height = TOP * 2 + (max(box.row for box in boxes) + 1) * (ROW + GAP)
    return el(
        "svg",
        *(_box(box) for box in boxes),
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        width=f"{WIDTH:g}",
        height=f"{height:g}",
        style=f"min-width:{0.72 * WIDTH:.0f}px",
        role="img",
        aria_label=f"Flame chart of import {top.name}",
    )


def _weights(top: Load, hot: Load | None, width: Width, *, measured: bool) -> dict[int, float]:
    """The width of each piece with all that it brought along."""
    weights: dict[int, float] = {}
    rest = sum(width(load) for load in top.everything()) or 1.0

    def weigh(load: Load) -> float:
        own = HOT_SHARE * rest if load is hot and not measured else width(load)
        weights[id(load)] = own + sum(weigh(one) for one in load.brought)
        return weights[id(load)]

    weigh(top)
    return weights


def _boxes(
    loads: Sequence[Load],
    hot: Load | None,
    weights: dict[int, float],
    scale: float,
    x: float,
    row: int,
    *,
    whole_us: int,
) -> Iterator[_Box]:
    """Boxes side by side, each above what it brought; narrow neighbors of one kind as one box with their number."""
    narrow: list[tuple[Load, float, float]] = []
    for load in loads:
        wide = weights[id(load)] * scale
        if wide < NARROW:
            if narrow and narrow[-1][0].origin is not load.origin:
                yield from _merged(narrow, row)
                narrow = []
            narrow.append((load, x, wide))
        else:
            yield from _merged(narrow, row)
            narrow = []
            cls = "pfc-hot" if load is hot else STYLES[load.origin]
            said = f"⚠\ufe0e {load.name}" if load is hot else load.name
            if whole_us:
                said = f"{said} {_time(load.total_us)}"
            yield _Box(said, cls, x, wide, row)
            yield from _boxes(load.brought, hot, weights, scale, x, row + 1, whole_us=whole_us)
        x += wide
    yield from _merged(narrow, row)


def _merged(narrow: Sequence[tuple[Load, float, float]], row: int) -> Iterator[_Box]:
    if not narrow:
        return
    wide = sum(width for _, _, width in narrow)
    modules = sum(one.modules for load, _, _ in narrow for one in load.everything())
    if wide >= 2:
        name = narrow[0][0].name if len(narrow) == 1 else f"{modules} modules"
        yield _Box(name, STYLES[narrow[0][0].origin], narrow[0][1], wide, row)


def _box(box: _Box) -> Html:
    y = TOP + box.row * (ROW + GAP)
    room = int((box.width - 10) / CHARACTER)
    said = _cut(box.name, room)
    shape = el(
        "rect",
        x=f"{box.x + 0.7:.1f}",
        y=f"{y:g}",
        width=f"{max(box.width - 1.4, 0.6):.1f}",
        height=f"{ROW:g}",
        rx=3,
    )
    text = el("text", said, x=f"{box.x + 6:.1f}", y=f"{y + 17:g}") if said else None
    return el("g", shape, text, cls=box.cls)


def _cut(name: str, room: int) -> str:
    """As much of a label as there is room for; nothing rather than a syllable."""
    if len(name) <= room:
        return name
    if name.startswith(STANDARD_LIBRARY):
        return "stdlib" if room >= len("stdlib") else ""
    short = name.partition(" ")[0] if not name.startswith("⚠") else name
    if len(short) <= room:
        return short
    return f"{short[: room - 1]}…" if room >= 5 else ""


def _legend(hot: Load | None, scale: str) -> Html:
    kinds = [
        ("pfc-own", "your modules"),
        ("pfc-other", "packages of others"),
        ("pfc-std", "standard library"),
    ]
    if hot is not None:
        kinds.insert(0, ("pfc-hot", "⚠\ufe0e your module that takes more than a third by itself"))
    signs = [
        el(
            "span",
            el(
                "svg",
                el("g", el("rect", x=1, y=1, width=16, height=10, rx=2), cls=cls),
                width=18,
                height=12,
                role="img",
                aria_label="key",
            ),
            said,
        )
        for cls, said in kinds
    ]
    return el("div", *signs, el("span", scale), cls="pfc-legend")


def _bars(top: Load, hot: Load | None) -> Html:
    """Who takes the time by themselves, the heaviest first."""
    times: dict[str, tuple[str, int]] = {}
    for load in top.everything():
        cls = "pfc-hot" if load is hot else STYLES[load.origin]
        times[load.name] = (cls, times.get(load.name, ("", 0))[1] + load.own_us)
    order = sorted(times.items(), key=lambda item: -item[1][1])[:MOST_BARS]
    most = max(1, order[0][1][1])
    rows = [
        el(
            "tr",
            el("th", el("code", name), scope="row"),
            el("td", _time(own), cls="pfc-num"),
            el("td", _bar(cls, own / most, name)),
        )
        for name, (cls, own) in order
    ]
    return el("table", el("tbody", *rows), cls="pfc-bars", aria_label="Time without what it brings along")


def _bar(cls: str, share: float, name: str) -> Html:
    shape = el("rect", x=1, y=1, width=f"{max(1.0, 258 * share):.1f}", height=11, rx=2)
    return el("svg", el("g", shape, cls=cls), width=260, height=13, role="img", aria_label=f"share of {name}")


def _words(lines: Sequence[str]) -> Html:
    pre = el("pre", "\n".join(lines), tabindex=0)
    return el("details", el("summary", "The same in words"), pre)


def _time(us: int) -> str:
    """A time as people say it: `1.4 s`, `270 ms`, `< 1 ms`."""
    if us >= 1_000_000:
        return f"{us / 1_000_000:.1f} s"
    return f"{us / 1000:.0f} ms" if us >= 1000 else "< 1 ms"
