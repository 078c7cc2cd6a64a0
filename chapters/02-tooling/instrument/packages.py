"""`course.brought_by(…)`: which packages an installer brings for a list of requirements, and along which way."""

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement

from course.pictures.frame import picture
from course.pictures.table import Group, Row, Table
from course.pictures.theme import Bit
from course.pictures.view import View


def brought_by(requirements: Sequence[str], wanted: Sequence[str]) -> View:
    """Follow what these requirements require, as an installer does, and show how each wanted package gets there.

    Reads the lists that the installed packages carry; a package that is not installed brings only itself.
    """
    return ways_view(ways_from(requirements), wanted)


def ways_view(ways: Mapping[str, Sequence[str]], wanted: Sequence[str]) -> View:
    """Show the way to each wanted package; those without one are brought by nobody."""
    rows = [_row(name, ways.get(_normal(name), ())) for name in wanted]
    missing = sum(_normal(name) not in ways for name in wanted)
    note = f"{len(wanted) - missing} of {len(wanted)} come along" if len(wanted) > 1 else ""
    table = Table(["package", "", "brought by"], [Group(rows)], "who brings what")
    return picture("packages", "What an installer brings", table, note=note)


def ways_from(requirements: Sequence[str]) -> dict[str, list[str]]:
    """Return the shortest way to every package that is brought: its name → the names from the list down to it."""
    ways: dict[str, list[str]] = {}
    waiting = [(Requirement(one), list[str]()) for one in requirements]
    seen = set()
    for one, way in waiting:  # it grows while we walk it: breadth first
        key = (_normal(one.name), frozenset(one.extras))
        if key in seen:
            continue
        seen.add(key)
        here = [*way, one.name + (f"[{','.join(sorted(one.extras))}]" if one.extras else "")]
        ways.setdefault(key[0], here)
        waiting += [(need, here) for need in map(Requirement, _needs(one.name)) if _applies(need, one.extras)]
    return ways


def _needs(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:
        return []


def _applies(need: Requirement, extras: set[str]) -> bool:
    return need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in {"", *extras})


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _row(name: str, way: Sequence[str]) -> Row:
    mark = Bit(
        "", "tile", "ok" if way else "bad", "✓" if way else "✗", tip="comes along" if way else "is missing"
    )
    said = " → ".join(way[:-1]) or "the list itself" if way else "nobody"
    return Row((name, mark, said), lit="" if way else "bad")
