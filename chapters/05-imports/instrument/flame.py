"""Import times as a flame chart: what brought what along, and who takes the time."""

from collections.abc import Callable, Iterator

from course.pictures.chart import Bar, Bars, Flame, Nest
from course.pictures.frame import Words, picture
from course.pictures.lanes import Mark
from course.pictures.theme import Bit, count
from course.pictures.view import View

from .times import NEARLY_ALL, Load, Origin, heaviest

HOT_SHARE = 3.0  # how many times as wide as all the rest a hot module is when times are not drawn
MOST_BARS = 7
MOST_NAMES = 6
FACES = {Origin.OWN: ("frame", "info"), Origin.OTHER: ("frame", "quiet"), Origin.STANDARD: ("dash", "quiet")}
KINDS = {Origin.OWN: "your module", Origin.OTHER: "third-party", Origin.STANDARD: "standard library"}
LEGEND = (
    (Mark(0, 1, "frame", "info", "your modules"), "your modules"),
    (Mark(0, 1, "frame", "quiet", "packages of others"), "packages of others"),
    (Mark(0, 1, "dash", "quiet", "standard library"), "standard library"),
)
HOT = (
    Mark(0, 1, "frame", "bad", "marked", strong=True),
    "⚠\ufe0e your module that takes more than a third by itself",
)

type Width = Callable[[Load], float]


def import_flame_view(top: Load, *, before: Load | None = None, measured: bool = False) -> View:
    """Show what an import brought along, top down, in the order of loading.

    With `measured` widths are times, and the heaviest are listed with theirs: that is another picture each time.
    Without, widths are numbers of modules, and only an own module that takes more than a third of the time is
    drawn by it: the same picture for the same code. The text twin is the same for both, and says nothing that a busy
    machine changes. `before` is an import of the same module that was slower: the two stand on one scale.
    """
    hot = heaviest(top)
    scale = "Width: measured time." if measured else "Width: number of modules. Run the cell to see times."
    if hot is not None and not measured:
        scale = "Width: number of modules, except for the marked one. Run the cell to see times."
    flame = Flame(_nest(top, hot, measured=measured), "Flame chart", (HOT, *LEGEND) if hot else LEGEND, scale)
    return picture(
        "flame",
        f"What `import {top.name}` loads",
        _compared(before, top, measured=measured) if before else None,
        flame,
        _bars(top, hot) if measured else None,
        Words(list(_lines(top))),
        note=_summary(top, hot),
    )


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


def _nest(top: Load, hot: Load | None, *, measured: bool) -> Nest:
    """The tree as bars in bars, with measured times or without."""
    rest = sum(load.modules for load in top.everything() if load is not hot) or 1

    def nested(load: Load) -> Nest:
        form, tone = ("frame", "bad") if load is hot else FACES[load.origin]
        width = float(load.own_us if measured else HOT_SHARE * rest if load is hot else load.modules)
        name = f"⚠\ufe0e {load.name}" if load is hot else load.name
        said = f"{load.name}: {KINDS[load.origin]}, {count(load.modules, 'module')}"
        if measured:
            name = f"{name} {_time(load.total_us)}"
            said += f", {_time(load.own_us)} by itself, {_time(load.total_us)} with what it brings"
        return Nest(name, width, form, tone, said, [nested(one) for one in load.brought], hot=load is hot)

    return nested(top)


def _compared(before: Load, now: Load, *, measured: bool) -> Bars:
    """Your own modules in both imports, on one scale: without times, in kind, as the flame chart is drawn.

    What others wrote takes the same time in both, give or take what the machine does at that moment.
    """
    bars = []
    for name, load, face in (
        ("yours, before", before, ("frame", "bad")),
        ("yours, now", now, ("frame", "info")),
    ):
        hot = heaviest(load)
        own = [one for one in load.everything() if one.origin is Origin.OWN]
        rest = sum(one.modules for one in load.everything() if one is not hot) or 1
        widths = [HOT_SHARE * rest if one is hot else one.modules for one in own]
        times = sum(one.own_us for one in own)
        amount = _time(times) if measured else ""
        length = float(times) if measured else float(sum(widths))
        bars.append(
            Bar(name, amount, length, *face, tip=f"{name}: your modules by themselves {amount}".strip())
        )
    return Bars(bars, "Your modules before and now, on one scale", silent=True)


def _bars(top: Load, hot: Load | None) -> Bars:
    """Who takes the time by themselves, the heaviest first."""
    times: dict[str, tuple[tuple[str, str], int]] = {}
    for load in top.everything():
        face = ("frame", "bad") if load is hot else FACES[load.origin]
        times[load.name] = (face, times.get(load.name, (face, 0))[1] + load.own_us)
    order = sorted(times.items(), key=lambda item: -item[1][1])[:MOST_BARS]
    bars = [
        Bar(
            Bit(name, "code"),
            f"{_time(own)} alone",
            own,
            *face,
            tip=f"{name}: {_time(own)} without what it brings along",
        )
        for name, (face, own) in order
    ]
    return Bars(bars, "Time without what it brings along", silent=True)


def _time(us: int) -> str:
    """A time as people say it: `1.4 s`, `270 ms`, `< 1 ms`."""
    if us >= 1_000_000:
        return f"{us / 1_000_000:.1f} s"
    return f"{us / 1000:.0f} ms" if us >= 1000 else "< 1 ms"
