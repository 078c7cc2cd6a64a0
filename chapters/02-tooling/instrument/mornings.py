"""`course.week(…)`: six mornings of a script that reports what the tills took, in one process, as a job runs them."""

import inspect
import json
import logging
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from course.errors import CourseError
from course.notebook.session import my_api
from course.pictures.frame import Note, picture
from course.pictures.table import Group, Row, Table
from course.pictures.theme import Bit
from course.pictures.view import View


@dataclass(frozen=True)
class Morning:
    """What came in on a morning, in cents, and what the shop expects of the report."""

    name: str
    cents: tuple[int, ...]
    wanted: tuple[str, ...]
    says_its_zone: bool = False


@dataclass(frozen=True)
class Report:
    """What a script made of a morning: its lines, what it logged, or how it crashed."""

    lines: tuple[str, ...] = ()
    logged: tuple[str, ...] = ()
    crash: str = ""


MORNINGS = (
    Morning("Mon, one order", (900,), ("order 1: 13.90", "total 13.90")),
    Morning("Tue, one order", (450,), ("order 2: 9.40", "total 9.40")),
    Morning("Wed, ten notebooks", (4500,), ("order 3: 45.00", "total 45.00")),
    Morning("Thu, no orders", (), ("no sales",)),
    Morning("Fri, a free sample", (0,), ("no sales",)),
    Morning("Sat, the new till", (900,), ("order 6: 13.90", "total 13.90"), says_its_zone=True),
)


def week(script: str) -> View:
    """Run a script of `my-api` on six mornings, and show what it reported.

    The script is read afresh, then stays up all week. It has `read_orders(path)` and `write_report(orders)`, with or
    without `now`. Raises CourseError for a script that is not there.
    """
    file = my_api() / script
    if not file.is_file():
        raise CourseError(f"There is no {script} in my-api.")
    module = _fresh(file)
    return week_view(MORNINGS, [_report(module, day, morning) for day, morning in enumerate(MORNINGS, 1)])


def week_view(mornings: Sequence[Morning], reports: Sequence[Report]) -> View:
    """Show each morning and its report, marked where it is not what the shop expects."""
    right = [report.lines == morning.wanted for morning, report in zip(mornings, reports, strict=True)]
    rows = [_row(*row) for row in zip(mornings, reports, right, strict=True)]
    table = Table(["morning", "came in", "", "what it reported"], [Group(rows)], "six mornings")
    logged = [
        f"log, {m.name[:3]}: {line}" for m, r in zip(mornings, reports, strict=True) for line in r.logged
    ]
    note = f"{sum(right)} of {len(right)} reports are right"
    return picture(
        "week", "A week at the tills", table, Note("; ".join(logged)) if logged else None, note=note
    )


def _row(morning: Morning, report: Report, right: bool) -> Row:
    came = " and ".join(f"{cents / 100:.2f}" for cents in morning.cents) or "nothing"
    came += " with its zone" if morning.says_its_zone else ""
    said = report.crash or ", ".join(report.lines)
    wanted = "as the shop expects" if right else f"expected: {', '.join(morning.wanted)}"
    mark = Bit("", "tile", "ok" if right else "bad", "✓" if right else "✗", tip=wanted)
    return Row((morning.name, came, mark, said), lit="" if right else "bad")


def _fresh(file: Path) -> ModuleType:
    spec = spec_from_file_location(f"week_of_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise CourseError(f"{file.name} is no Python file.")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _report(module: ModuleType, day: int, morning: Morning) -> Report:
    now = datetime.now(UTC)
    time = now - timedelta(hours=1)
    placed = (time if morning.says_its_zone else time.replace(tzinfo=None)).isoformat()
    rows = [{"id": day, "total_cents": cents, "placed_at": placed} for cents in morning.cents]
    more = {"now": now} if "now" in inspect.signature(module.write_report).parameters else {}
    heard = _Heard()
    log = logging.getLogger(module.__name__)
    log.addHandler(heard)
    log.propagate = False
    try:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            file = Path(folder) / "orders.json"
            file.write_text(json.dumps(rows), encoding="utf-8")
            lines = module.write_report(module.read_orders(file), **more)
    except Exception as error:
        return Report(logged=tuple(heard.lines), crash=f"{type(error).__name__}: {error}")
    finally:
        log.removeHandler(heard)
    return Report(tuple(lines), tuple(heard.lines))


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
