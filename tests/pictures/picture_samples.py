"""One of each picture, with names that try to be markup."""

from collections.abc import Iterator

import httpx2

from course.catalog.questions import Option
from course.grading.verdict import CheckResult, Outcome, TaskVerdict, Verdict
from course.pictures.contracts import ContractResult, ImportStep, contracts_view
from course.pictures.course_map import ChapterState, MapRow, Resume, course_map_view
from course.pictures.diff import diff_view
from course.pictures.environment import Requirement, environment_view
from course.pictures.explorer import Operation, explorer_view
from course.pictures.import_graph import ImportEdge, ImportGraph, import_graph_view
from course.pictures.monolith import monolith_view
from course.pictures.naming import NamingAudit, naming_view
from course.pictures.naming_rules import JudgedName, Name
from course.pictures.naming_rules import Kind as NameKind
from course.pictures.naming_rules import Verdict as NameVerdict
from course.pictures.outline import read_outline
from course.pictures.quiz import quiz_view
from course.pictures.response import response_view
from course.pictures.timeline import timeline_view
from course.pictures.timeline_data import Kind, Lane, Piece, Timeline
from course.pictures.tools import tools_view
from course.pictures.verdict import task_verdict_view, verdict_view
from course.pictures.view import View
from course.project.tools import ToolResult

EVIL = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


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


def graph(*imports: str) -> ImportGraph:
    """An import graph from lines such as `users.router -> users.service, users.schemas`."""
    edges = [
        ImportEdge(f"app.{importer.strip()}", f"app.{imported.strip()}", (number,))
        for number, (importer, _, targets) in enumerate((line.partition("->") for line in imports), 1)
        for imported in targets.split(",")
    ]
    modules = {end for edge in edges for end in (edge.importer, edge.imported)}
    packages = {"app", *(name.rpartition(".")[0] for name in modules if name.count(".") > 1)}
    edges.sort(key=lambda edge: (edge.importer, edge.imported))
    return ImportGraph("app", tuple(sorted(modules | packages)), tuple(edges), frozenset(packages))


TIDY = (
    "main -> users.router, auth.router, orders.router, core.config",
    "users.router -> users.service, users.schemas",
    "users.service -> users.repository, users.models, users.schemas, core.security",
    "users.repository -> users.models",
    "auth.router -> auth.service, auth.schemas",
    "auth.service -> users.service, core.security, auth.schemas",
    "orders.router -> orders.service, orders.schemas",
    "orders.service -> orders.repository, orders.models, orders.schemas, users.service",
    "orders.repository -> orders.models",
)
MESSY = (
    "main -> users.router, orders.router",
    "users.router -> users.service, users.schemas, orders.service",
    "users.service -> users.repository, users.models, orders.service",
    "users.repository -> users.models, users.schemas",
    "orders.router -> orders.service, orders.repository",
    "orders.service -> orders.repository, orders.models, users.service, core.helpers, main",
    "orders.repository -> orders.models, users.models, orders.service",
    "core.helpers -> users.models",
)
MONOLITH = """
from fastapi import FastAPI, status

app = FastAPI()
users = {}

def find_user(email): return users.get(email)

class UserCreate: ...

@app.post("/api/v1/users", status_code=status.HTTP_201_CREATED)
async def create_user(data: UserCreate): return users

@app.post("/api/v1/auth/login")
async def login(email: str): return find_user(email), status.HTTP_401_UNAUTHORIZED

status = "new"

@app.get("/api/v1/orders/{order_id}")
async def get_order(order_id: int): return status

def idle(): ...
"""


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
    yield "imports", import_graph_view(graph(*TIDY), EVIL)
    yield "messy imports", import_graph_view(graph(*MESSY), EVIL)
    yield "monolith", monolith_view(read_outline(MONOLITH, EVIL), EVIL)
    yield (
        "quiz",
        quiz_view(EVIL, [Option(text=EVIL, why=EVIL, right=True), Option(text="b", why=EVIL)], label=EVIL),
    )
    yield "explorer", explorer_view([Operation("GET", EVIL, EVIL)], title=EVIL)
    broken = ContractResult(EVIL, False, ((ImportStep(EVIL, "b", (1, 2)),),), (EVIL,), EVIL)
    yield "contracts", contracts_view([ContractResult("Layers", True), broken], EVIL)
    needs = (Requirement("Python", "3.12", "3.12", True), Requirement(EVIL, EVIL, EVIL, False, EVIL))
    yield "environment", environment_view(needs, EVIL)
    names = (
        JudgedName(Name(NameKind.PATH, EVIL, (EVIL,)), NameVerdict.BROKEN, (EVIL,), EVIL, True),
        JudgedName(Name(NameKind.PARAMETER, EVIL), NameVerdict.OLD, (EVIL,)),
        JudgedName(Name(NameKind.SCHEMA, EVIL), NameVerdict.FINE),
    )
    yield "names", naming_view(NamingAudit(names, 3, (EVIL,)), EVIL, EVIL)
    steps = (Piece(Kind.LOOP, 0, 0.2), Piece(Kind.THREAD, 0.2, 0.5))
    lanes = (Lane(EVIL, 0, 0.5, steps), Lane("2", 0, 0.4, (Piece(Kind.LOOP, 0.2, 0.4),)))
    yield "timeline", timeline_view([(EVIL, Timeline(EVIL, lanes, (0.0, 0.45)))])
