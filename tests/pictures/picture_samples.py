"""One of each picture, with names that try to be markup."""

from collections.abc import Iterator

import httpx2

from course.catalog.questions import Option
from course.grading.verdict import CheckResult, Outcome, TaskVerdict, Verdict
from course.pictures.boxes import Area, Arrow, Boxes, Node, Word
from course.pictures.chart import Bar, Bars, Flame, Nest
from course.pictures.course_map import ChapterState, MapRow, Resume, course_map_view
from course.pictures.diff import diff_view
from course.pictures.environment import Requirement, environment_view
from course.pictures.explorer import Operation, explorer_view
from course.pictures.frame import Folded, Items, Note, Words, picture
from course.pictures.lanes import Lane, Lanes, Mark, Panel
from course.pictures.listing import CodeLine, Listing, Remark
from course.pictures.listing import Mark as Underline
from course.pictures.quiz import quiz_view
from course.pictures.response import response_view
from course.pictures.routing import Box
from course.pictures.rules import EVIL
from course.pictures.steps import Back, Step, Steps
from course.pictures.table import Column, Group, Row, Table
from course.pictures.theme import Bit
from course.pictures.tools import tools_view
from course.pictures.verdict import task_verdict_view, verdict_view
from course.pictures.view import View
from course.project.tools import ToolResult


def response(
    status: int = 200, method: str = "GET", path: str = "/api/v1/users", **content: object
) -> httpx2.Response:
    """A response as a client would return it."""
    request = httpx2.Request(method, f"http://api{path}")
    return httpx2.Response(status, request=request, **content)  # type: ignore[arg-type]


def check(
    outcome: Outcome,
    *,
    title: str = "It works.",
    points: float = 1,
    held_out: bool = False,
    message: str = "",
    detail: str = "",
) -> CheckResult:
    """One check of task 1.1."""
    return CheckResult("test_it", title, "1.1", points, outcome, held_out, message, detail)


def every_view() -> Iterator[tuple[str, View]]:
    """Return the name and one instance of each picture."""
    yield (
        "response",
        response_view(response(422, json={EVIL: [EVIL, {"a": 1}]}, headers={"location": "/<x>"})),
    )
    yield "text response", response_view(response(500, text=EVIL))
    failing = check(Outcome.FAIL, title=EVIL, message=EVIL, detail=EVIL)
    task = TaskVerdict(
        "1.1", (check(Outcome.PASS), failing, check(Outcome.ERROR, held_out=True, points=2)), (EVIL,)
    )
    todo = TaskVerdict("1.2", (check(Outcome.NOT_ATTEMPTED, title=EVIL),), (EVIL,))
    yield "task", task_verdict_view(task, title=EVIL, next_step=EVIL)
    yield "task to do", task_verdict_view(todo, title=EVIL, held_out_count=2, held_out_points=1.5)
    yield "verdict", verdict_view(Verdict(1, (task, todo), 7, "none"), title=EVIL)
    tools = (ToolResult("ruff", True, "clean"), ToolResult(EVIL, False, EVIL, EVIL))
    yield "tools", tools_view(tools, EVIL)
    yield "diff", diff_view(EVIL, f"--- a\n+++ b\n@@ -1 +1 @@\n-{EVIL}\n+x", notes=[EVIL], lines=1)
    rows = (
        MapRow("Start", 0, "Welcome", 15, ChapterState.DONE, lesson="00.ipynb"),
        MapRow(EVIL, 1, EVIL, 40, ChapterState.STARTED, 6.5, 10, EVIL, EVIL, 35),
        MapRow(EVIL, 2, "Tools", 40, written=False),
    )
    yield "map", course_map_view(rows, Resume(EVIL, EVIL), title=EVIL)
    yield (
        "quiz",
        quiz_view(EVIL, [Option(text=EVIL, why=EVIL, right=True), Option(text="b", why=EVIL)], label=EVIL),
    )
    yield "explorer", explorer_view([Operation("GET", EVIL, EVIL)], title=EVIL)
    needs = (Requirement("Python", "3.12", "3.12", True), Requirement(EVIL, EVIL, EVIL, False, EVIL))
    yield "environment", environment_view(needs, EVIL)
    yield "table", picture("x", EVIL, matrix(), note=EVIL, outcome=("✗", EVIL, "bad"))
    marks = [
        Mark(0, 1, "solid", "bad", EVIL, EVIL),
        Mark(1, 1, "dot", "ok", EVIL),
        Mark(0, 2, "line", "ok", EVIL, row=1, rows=2),
    ]
    lanes = Lanes(
        [Panel(EVIL, EVIL, [Lane(EVIL, marks, after=EVIL)], 2, [(0, "0"), (2, EVIL)])],
        EVIL,
        [(marks[0], EVIL)],
        EVIL,
    )
    yield "lanes", picture("x", EVIL, lanes, Words([EVIL]))
    listing = Listing(
        [
            CodeLine(
                1,
                EVIL,
                [Underline(0, 4, "bad", EVIL, filled=True)],
                [Remark(2, 4, "bad", "✗", EVIL, EVIL, EVIL)],
                "bad",
            ),
            None,
            CodeLine(9, "x"),
        ],
        EVIL,
    )
    step = Step(
        EVIL,
        EVIL,
        [(0, EVIL), (1, Bit(EVIL, "code"))],
        "bad",
        1,
        dashed=True,
        part=Listing([CodeLine(0, EVIL)]),
    )
    yield (
        "listing",
        picture(
            "x", EVIL, listing, Note(EVIL, "bad"), Items([EVIL], ("✓", "ok")), Folded(EVIL, Items([EVIL]))
        ),
    )
    yield "steps", picture("x", EVIL, Steps([[step, step], [step]], Back(0, [EVIL, EVIL]), forks=True))
    nest = Nest(
        EVIL,
        1,
        "frame",
        "ok",
        EVIL,
        [Nest(EVIL, 0.001, "dash", "ok", EVIL), Nest(EVIL, 5, "frame", "bad", EVIL, hot=True)],
    )
    yield (
        "chart",
        picture(
            "x", EVIL, Flame(nest, EVIL), Bars([Bar(EVIL, EVIL, 3), Bar(Bit(EVIL, "code"), "", 0)], EVIL)
        ),
    )
    nodes = [
        Node(Box(0, 0, 80, 30), [EVIL], EVIL),
        Node(Box(0, 90, 80, 30), [EVIL, EVIL], EVIL, "bad", listed=True, alarm=True),
    ]
    arrows = [
        Arrow(((40, 30), (40, 60), (60, 60), (60, 90)), EVIL, "bad", "short", 1, EVIL),
        Arrow(((40, 30), (50, 90)), EVIL, curved=True),
    ]
    boxes = Boxes(
        200, 150, EVIL, nodes, [Area(Box(0, 0, 200, 150), EVIL)], arrows, [Word(9, 9, EVIL, right=True)]
    )
    yield "boxes", picture("x", EVIL, boxes)


def matrix() -> Table:
    """A table with one of each way to set a cell."""
    forms = ("", "code", "muted", "strong", "badge", "chip", "ring", "tile", "below")
    cells = tuple(Bit(EVIL, form, "bad", "✗", EVIL) for form in forms)
    rows = [Row((EVIL, cells, EVIL), lit="warn"), Row((EVIL, "", "2"), quiet=True)]
    return Table(
        [EVIL, Column("b", divided=True), Column("c", numeric=True)], [Group(rows, EVIL)], EVIL, caption=EVIL
    )
