"""How long a project's imports take: `python -X importtime`, read as a tree and grouped for people."""

import re
import sys
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from course.errors import CourseError

from .afresh import import_afresh

STANDARD_LIBRARY = "standard library"
HOT = 1 / 3  # an own module that takes more than this share of the whole is what the picture is about
NEARLY_ALL = 0.9
WORTH_A_WORD_US = 50_000  # whoever is measured alone takes all of the time, be it next to nothing
_LINE = re.compile(r"^import time:\s+(\d+) \|\s+(\d+) \| ( *)(\S+)$")

# The statement, not importlib: only the statement is measured.
CHILD = (
    "import sys; sys.path.insert(0, sys.argv[1]); exec(f'import {sys.argv[2]}'); print(); print(*sys.modules)"
)


@dataclass(frozen=True)
class ImportedModule:
    """One line of `-X importtime`: the module's own time, that with all it brought along, and what it brought along."""

    name: str
    own_us: int
    total_us: int
    brought: tuple["ImportedModule", ...] = ()


class Origin(StrEnum):
    """Whose code it is."""

    OWN = "own"
    OTHER = "third-party"
    STANDARD = STANDARD_LIBRARY


@dataclass
class Load:
    """An own module, or all modules of one package that others wrote, with what it brought along."""

    name: str
    origin: Origin
    own_us: int = 0
    modules: int = 0
    brought: list["Load"] = field(default_factory=list)

    @property
    def total_us(self) -> int:
        """The time of this and of all it brought along."""
        return self.own_us + sum(load.total_us for load in self.brought)

    def everything(self) -> Iterator["Load"]:
        """This and all it brought along, in the order in which the imports began."""
        yield self
        for load in self.brought:
            yield from load.everything()


def read_import_times(project_root: Path, module: str = "app.main") -> Load:
    """Import a module of a project in a fresh interpreter with `-X importtime`; return what was loaded.

    Raises CourseError when the module does not import or takes longer than two minutes.
    """
    root = project_root.resolve()
    ran = import_afresh(root, module, CHILD)
    if ran.returncode:
        said = ran.stderr.strip().splitlines()[-1].split(" (/")[0] if ran.stderr.strip() else "it ended"
        hint = " `course.import_cycle()` draws the circle." if "circular" in said else ""
        raise CourseError(f"`import {module}` fails, so there is nothing to measure: {said}.{hint}")
    loaded = frozenset(ran.stdout.splitlines()[-1].split())
    found = [top for top in parse_import_times(ran.stderr, loaded) if top.name == module]
    if not found:
        raise CourseError(f"`import {module}` was not measured: it is loaded before anything is imported.")
    return group(found[-1])


def parse_import_times(output: str, loaded: Container[str]) -> tuple[ImportedModule, ...]:
    """Return what `-X importtime` printed as trees. It prints a module when it is done, after all that it brought.

    It also prints what was looked for in vain, such as a package that is optional: what is not among the `loaded`
    modules is left out, its time too.
    """
    waiting: dict[int, list[ImportedModule]] = {}
    for line in output.splitlines():
        if (found := _LINE.match(line)) is None:
            continue
        depth = len(found[3]) // 2
        brought = tuple(waiting.pop(depth + 1, ()))
        if found[4] not in loaded:
            continue
        done = ImportedModule(found[4], int(found[1]), int(found[2]), brought)
        waiting.setdefault(depth, []).append(done)
    return tuple(waiting.get(0, ()))


def group(module: ImportedModule) -> Load:
    """Return the tree as people think of it: own modules one by one, each other package as one piece.

    The empty `__init__.py` of a package counts for the module that needed it.
    """
    root = module.name.partition(".")[0]
    top = Load(module.name, _origin(module.name, root), module.own_us, 1)
    _gather(module.brought, top, root)
    return top


def heaviest(top: Load) -> Load | None:
    """Return the own module that takes more than a third of the whole time, and a twentieth of a second, by itself.

    None when none does.
    """
    own = [load for load in top.everything() if load.origin is Origin.OWN]
    worst = max(own, key=lambda load: load.own_us, default=None)
    return worst if worst is not None and worst.own_us > max(HOT * top.total_us, WORTH_A_WORD_US) else None


def _gather(modules: Sequence[ImportedModule], into: Load, root: str) -> None:
    for module in modules:
        origin = _origin(module.name, root)
        name = _name(module.name, origin)
        if origin is Origin.OWN and _is_only_the_way(module, modules, into):
            into.own_us += module.total_us
            continue
        target = into if name == into.name else next((one for one in into.brought if one.name == name), None)
        if target is None:
            target = Load(name, origin)
            into.brought.append(target)
        target.own_us += module.own_us
        target.modules += 1
        _gather(module.brought, target, root)


def _is_only_the_way(module: ImportedModule, beside: Sequence[ImportedModule], into: Load) -> bool:
    """Whether it is a package that was loaded on the way to a module inside it, and brought nothing of its own."""
    inside = f"{module.name}."
    on_the_way = into.name.startswith(inside) or any(one.name.startswith(inside) for one in beside)
    return on_the_way and all(module.name.startswith(f"{one.name}.") for one in module.brought)


def _origin(name: str, root: str) -> Origin:
    top = name.partition(".")[0]
    if top == root:
        return Origin.OWN
    return Origin.STANDARD if top in sys.stdlib_module_names or top.startswith("_") else Origin.OTHER


def _name(module: str, origin: Origin) -> str:
    if origin is Origin.OWN:
        return module
    return STANDARD_LIBRARY if origin is Origin.STANDARD else module.partition(".")[0]
