"""A circle of imports: where it begins, who waits for whom, and which name was asked for too early."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from course.pictures.frame import Folded, Note, Part, Words, picture
from course.pictures.steps import Back, Steps
from course.pictures.steps import Step as Box
from course.pictures.theme import Bit, count
from course.pictures.view import View

from .order import Circle, ImportOrder, Step


def import_cycle_view(order: ImportOrder) -> View:
    """Show the circle that stops an import, or those that do not; a line is enough where there is none."""
    title = f"How `import {order.target}` goes"
    if order.circle is not None:
        summary = f"it stops in a circle of {count(len(order.circle.round), 'module')}"
        verdict = Note(_verdict(order.circle), "bad", silent=True)
        return picture(
            "cycle", title, _stopped(order.circle), verdict, Words(list(_lines(order.circle))), note=summary
        )
    finished = count(len(order.finished), "module")
    order_of_all = Folded("In which order", Words(list(_order(order)), "", ""), silent=True)
    if not order.hidden:
        summary = f"no circle, each of {finished} finishes before the one that needs it"
        return picture("cycle", title, order_of_all, note=summary, outcome=("✓", "NO CIRCLE", "ok"))
    circles = [part for hidden in order.hidden for part in _hidden(hidden)]
    return picture(
        "cycle", title, *circles, order_of_all, note=f"{finished} finish, and yet there is a circle"
    )


def _stopped(circle: Circle) -> Steps:
    boxes = [
        Box(_short(step.module), "waits, half done", [(0, Bit(_at(step), "code"))], tone)
        for tone, steps in (("quiet", circle.way), ("bad", circle.round))
        for step in steps
    ]
    said = ["asks for", circle.wanted or "a name"]
    if circle.defined_at:
        said += [f"line {circle.defined_at}:", "not run yet"]
    return Steps([[box] for box in boxes], Back(len(circle.way), said), silent=True)


def _hidden(circle: Sequence[Step]) -> Iterator[Part]:
    """A circle among the files: drawn, and the way that Python does not go is dashed."""
    names = " → ".join(f"`{_short(step.module)}`" for step in (*circle, circle[0]))
    yield Note(
        f"⚠ A circle in the files: {names}. It does not stop this import; the arrows are there all the same.",
        "warn",
    )
    boxes = [[Box(_short(step.module), "", [(0, Bit(_at(step), "code"))], "warn")] for step in circle]
    late = circle[-1].late
    said = ["not followed:", *wrap(late, 18)] if late else ["followed, and nothing", "is asked for too early"]
    yield Steps(boxes, Back(0, said, "warn", dashed=bool(late)), silent=True)
    yield Words(
        [f"{_short(step.module)}, {_at(step)}{f' ({step.late})' if step.late else ''}" for step in circle]
    )


def _lines(circle: Circle) -> Iterator[str]:
    for step in circle.way:
        yield f"{_short(step.module)}, {_at(step)}"
    for number, step in enumerate(circle.round):
        mark = "┌→" if number == 0 else "└─" if step is circle.round[-1] else "│ "
        yield f"{mark} {_short(step.module)}, {_at(step)}"
    yield _verdict(circle)


def _order(order: ImportOrder) -> Iterator[str]:
    for start in range(0, len(order.finished), 5):
        row = enumerate(order.finished[start : start + 5], start + 1)
        yield "  ".join(f"{number} {_short(module)}" for number, module in row)


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
