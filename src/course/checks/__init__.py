"""The kit that check files use: what is asked of a learner's project again and again, and how a failure reads.

from course.checks import Api, expect, task

@task("1.1", points=1)
async def test_placing_an_order(api: Api, rng: random.Random) -> None:
    \"\"\"Placing an order answers 201 with the customer's name.\"\"\"
    order = await api.post("/api/v1/orders", json={...})
    expect(order, 201, why="the route has no status code of its own", look_at="app/orders/router.py")
"""

from course.checks.before import Sent, expect_as_before, odd_requests
from course.checks.shop import Customer, Shop
from course.checks.state import State, expect_unchanged, snapshot
from course.grading.channel import Json
from course.grading.checking import Api, Import, Probe, ProjectFiles, ToolOutput, task
from course.grading.database import Database, Migrate
from course.grading.failures import (
    AppCrashed,
    CheckFailed,
    as_before,
    brief,
    expect,
    fail,
    status_of,
    wrong,
)
from course.grading.launch import Launch
from course.grading.roles import Answer, Call, Role, hangs, raises
from course.grading.world import NeverAnswers, Record, Visit, World

__all__ = [
    "Answer",
    "Api",
    "AppCrashed",
    "Call",
    "CheckFailed",
    "Customer",
    "Database",
    "Import",
    "Json",
    "Launch",
    "Migrate",
    "NeverAnswers",
    "Probe",
    "ProjectFiles",
    "Record",
    "Role",
    "Sent",
    "Shop",
    "State",
    "ToolOutput",
    "Visit",
    "World",
    "as_before",
    "brief",
    "expect",
    "expect_as_before",
    "expect_unchanged",
    "fail",
    "hangs",
    "odd_requests",
    "raises",
    "snapshot",
    "status_of",
    "task",
    "wrong",
]
