# Derived from chapters/07-async-await/checks.py by `course build`: change it there.
"""Exercise 7, the checks that learners see; held_out.py puts the same promises to other moments.

Nothing here is judged by a clock: suppliers count how many of them are asked at the same time, and take turns of the
event loop instead of seconds. Limits in seconds only end what hangs.
"""

import random
import re
from typing import Any

from course.grading.checking import Probe, fail, task

type Json = Any
"""What an answer holds."""

USERS, ORDERS, BOARDS = "/api/v1/users", "/api/v1/orders", "/api/v1/dashboards"
SERVICE, PATIENCE, FAN_OUT = (f"app/dashboards/{name}.py" for name in ("service", "patience", "fan_out"))

# What probes start with: suppliers that count, a client of the app, and ways to ask, to wait and to leave.
KIT = """
import asyncio
import logging
import threading
import time
import traceback
import httpx2
from app.dashboards import fan_out, patience, suppliers
from app.main import app

patience.PATIENCE_SECONDS = 60
transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
api = httpx2.AsyncClient(transport=transport, base_url="http://probe/api/v1")
sleep = time.sleep


def sleep_in_a_thread(seconds):
    if threading.current_thread() is threading.main_thread():
        raise RuntimeError("time.sleep holds the event loop, and with it every customer")
    sleep(seconds)


time.sleep = sleep_in_a_thread


class Log(logging.Handler):  # the last net answers 500 and logs why: a message without it would not help
    def __init__(self):
        super().__init__()
        self.lines, self.crash = [], ""

    def emit(self, record):
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.lines.append(record.getMessage() + " " + trace)
        error, group = record.exc_info[1] if record.exc_info else None, ""
        while isinstance(error, BaseExceptionGroup):
            error, group = error.exceptions[0], "ExceptionGroup of "
        if error is not None and record.levelno >= logging.ERROR:
            own = [f for f in traceback.extract_tb(error.__traceback__) if "/app/" in f.filename]
            said = group + " ".join((type(error).__name__ + ": " + str(error)).split())[:170].rstrip(".")
            where = f" in app/{own[-1].filename.rpartition('/app/')[2]}, line {own[-1].lineno}" if own else ""
            self.crash = said + where


log = Log()
logging.getLogger().addHandler(log)
logging.disable(logging.NOTSET)


class Supplier:
    def __init__(self, name, answer, turns=60, seconds=0, hangs=False, raises=None):
        self.answer, self.hangs, self.raises, self.seconds = answer, hangs, raises, seconds
        self.turns = turns if callable(turns) else lambda user_id: turns
        self.now = self.most = self.started = 0
        setattr(suppliers, name, self)

    async def __call__(self, user_id):
        self.started += 1
        self.now += 1
        self.most = max(self.most, self.now)
        Supplier.together = max(Supplier.together, self.now and sum(one.now for one in Supplier.watched))
        try:
            for _ in range(self.turns(user_id)):
                await asyncio.sleep(0)
            if self.seconds:
                await asyncio.sleep(self.seconds)
            if self.hangs:
                await asyncio.Event().wait()
            if self.raises is not None:
                raise self.raises
            return self.answer(user_id)
        finally:
            self.now -= 1


Supplier.together, Supplier.watched = 0, []


def both(notes=None, tips=None):
    a = Supplier("fetch_notifications", lambda user_id: [f"note {user_id}"], **(notes or {}))
    b = Supplier("fetch_recommendations", lambda user_id: [user_id % 3 + 1], **(tips or {}))
    Supplier.watched = [a, b]
    return a, b


async def register(count):
    ids = []
    for number in range(count):
        user = {"email": f"board{number}@example.com", "full_name": f"Customer {number}", "password": "correct horse"}
        ids.append((await api.post("/users", json=user)).json()["id"])
    return ids


async def turns(count=60):
    for _ in range(count):
        await asyncio.sleep(0)


async def ask(path):
    log.lines, log.crash = [], ""
    task = asyncio.create_task(api.get(path))
    done, _ = await asyncio.wait({task}, timeout=6)
    if not done:
        task.cancel()
        return {"status": None, "body": None}
    answer = task.result()
    found = {"status": answer.status_code, "crash": log.crash}
    try:
        return found | {"body": answer.json()}
    except ValueError:
        return found | {"body": answer.text}


async def leave(path, supplier):
    task = asyncio.create_task(api.get(path))
    for _ in range(3000):
        if supplier.now:
            break
        await asyncio.sleep(0.001)
    await turns()
    before = supplier.started
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=3)
    await turns()
    ended = "hangs" if not done else "is cancelled" if task.cancelled() else "goes on"
    return {"ended": ended, "asked": before, "more": supplier.started - before}
"""


@task("7.1", points=1)
async def test_both_suppliers_are_asked_at_once(probe: Probe) -> None:
    """While one supplier is waited for, the other is too."""
    found = await probe(f"""{KIT}
[user] = await register(1)
notes, tips = both()
answer = await ask(f"/dashboards/{{user}}")
result = answer | {{"together": Supplier.together, "started": [notes.started, tips.started]}}
""")
    answered(found, f"GET {BOARDS}/1", SERVICE)
    if found["started"] != [1, 1]:
        fail(
            f"For one dashboard the suppliers were asked {found['started'][0]} and {found['started'][1]} times; expected "
            f"once each. Call both as `suppliers.fetch_…` in {SERVICE}."
        )
    if found["together"] != 2:
        fail(
            f"For one dashboard at most {found['together']} supplier was asked at a time; expected both. Something is "
            f"awaited before the second question is on its way: make both tasks first, in {SERVICE}."
        )


@task("7.1", points=1)
async def test_the_answer_is_as_before(probe: Probe, rng: random.Random) -> None:
    """Each part of a dashboard is in its place, what is None is named, and an unknown customer is a 404."""
    name, number = rng.choice(["Ada", "Grace", "Joan"]), rng.randrange(2, 5)
    found = await probe(f"""{KIT}
user = {{"email": "one@example.com", "full_name": {name!r}, "password": "correct horse"}}
user_id = (await api.post("/users", json=user)).json()["id"]
order = {{"user_id": user_id, "items": [{{"product_id": 2, "quantity": 1}}]}}
placed = [(await api.post("/orders", json=order)).json()["id"] for _ in range({number})]
both(notes={{"turns": {rng.randrange(1, 40)}}}, tips={{"turns": {rng.randrange(1, 40)}}})
result = await ask(f"/dashboards/{{user_id}}")
result["expected"] = {{
    "user_id": user_id, "full_name": {name!r}, "order_ids": placed, "notifications": [f"note {{user_id}}"],
    "recommendations": [user_id % 3 + 1], "missing": [],
}}
""")
    answered(found, f"GET {BOARDS}/1", SERVICE)
    for part, wanted in found["expected"].items():
        came = found["body"].get(part)
        if came != wanted:
            fail(
                f"GET {BOARDS}/1 came back with {part}={came!r}; expected {wanted!r}. Look at what "
                f"{SERVICE} puts into the answer."
            )
    empty, name = rng.choice([("notes", "notifications"), ("tips", "recommendations")])
    nobody = rng.randrange(500, 900)
    found = await probe(f"""{KIT}
[user] = await register(1)
notes, tips = both()
{empty}.answer = lambda user_id: []
nothing = await ask(f"/dashboards/{{user}}")
{empty}.answer = lambda user_id: None
null = await ask(f"/dashboards/{{user}}")
result = {{"nothing": nothing, "null": null, "unknown": await ask("/dashboards/{nobody}")}}
""")
    for case, part, missing in (("nothing", [], []), ("null", None, [name])):
        answered(found[case], f"GET {BOARDS}/1", SERVICE)
        body = found[case]["body"]
        if body[name] != part or body["missing"] != missing:
            what = "an empty list" if case == "nothing" else "None"
            fail(
                f"GET {BOARDS}/1 with {what} as its {name} came back with {name}={body[name]!r} and missing={body['missing']}; expected "
                f"{part!r} and missing={missing}. A part that is None is missing, under the name it has in the answer: look at `parts` "
                f"in {SERVICE}."
            )
    if found["unknown"]["status"] != 404:
        fail(
            f"GET {BOARDS}/{nobody} came back {status(found['unknown'])}; expected 404. Nobody has this id, and the error that says "
            f"so has to leave {SERVICE} as it is: a TaskGroup would wrap it."
        )


@task("7.2", points=1)
async def test_a_supplier_that_is_down_costs_its_part(probe: Probe, rng: random.Random) -> None:
    """A supplier that cannot be reached is null and named in `missing`, the rest is there, and the log knows why."""
    error = rng.choice(["ConnectionError", "ConnectionRefusedError", "ConnectionResetError"])
    down, name = rng.choice([("notes", "notifications"), ("tips", "recommendations")])
    found = await probe(f"""{KIT}
[user] = await register(1)
both({down}={{"raises": {error}("10.0.0.9 is down")}})
result = await ask(f"/dashboards/{{user}}")
result["log"] = log.lines
""")
    lost(found, [name], f"with {error} from the {name}")
    lines = [line for line in found["log"] if names(line, name)]
    if not any(error in line or "10.0.0.9 is down" in line for line in lines):
        said = f"only {found['log'][0].splitlines()[0][:80]!r}" if found["log"] else "nothing"
        fail(
            f"The {name} failed with {error}('10.0.0.9 is down'), and the log says {said}; expected a line that names the part and "
            f"has the error, or nobody ever repairs it. Look at where {PATIENCE} returns None."
        )


@task("7.2", points=1)
async def test_a_supplier_that_hangs_is_given_up(probe: Probe, rng: random.Random) -> None:
    """A supplier that takes longer than PATIENCE_SECONDS is missing, its coroutine is cancelled, and the log knows why."""
    down, name = rng.choice([("notes", "notifications"), ("tips", "recommendations")])
    found = await probe(f"""{KIT}
[user] = await register(1)
notes, tips = both(notes={{"turns": 0}}, tips={{"turns": 0}})  # who answers is never late, however busy the machine
{down}.hangs = True
patience.PATIENCE_SECONDS = 0.05
result = await ask(f"/dashboards/{{user}}")
await turns()
result["running"], result["log"] = notes.now + tips.now, log.lines
patience.PATIENCE_SECONDS = 60
both({down}={{"raises": OSError("REASON")}})
await ask(f"/dashboards/{{user}}")
result["other"] = log.lines
""")
    lost(found, [name], f"with {name} that never come and PATIENCE_SECONDS = 0.05")
    if found["running"]:
        fail(
            f"GET {BOARDS}/1 answered without {name}, but the question to the supplier is still running; expected it to be "
            f"cancelled. Look at what {PATIENCE} does with `answer` when its patience ends."
        )
    said = [line for line in found["log"] if names(line, name)]
    unsaid = [line.replace("REASON", "") for line in found["other"]]
    if said and all(line in unsaid for line in said):
        fail(
            f"The {name} never came, and the log says {said[0].strip()!r}; expected the error too. `str(TimeoutError())` is empty: "
            f"`%r`, or exc_info=True, shows its name. Look at what {PATIENCE} logs."
        )


@task("7.2", points=0.5)
async def test_a_bug_is_no_bad_day(probe: Probe, rng: random.Random) -> None:
    """A bug in the code is a 500, not a missing part."""
    errors = ["KeyError('title')", "TypeError('no')", "AttributeError('title')"]
    rng.shuffle(errors)
    found = await probe(f"""{KIT}
[user] = await register(1)
result = []
for error in [{", ".join(errors)}]:
    both(tips={{"raises": error}})
    result.append(await ask(f"/dashboards/{{user}}"))
""")
    for error, answer in zip(errors, found, strict=True):
        if answer["status"] != 500:
            fail(
                f"GET {BOARDS}/1 with {error.partition('(')[0]} from a supplier's client came back {status(answer)}; expected 500: "
                f"nobody ever hears of a bug that looks like a missing part. Catch only what a bad day raises, in {PATIENCE}."
            )


@task("7.3", points=1)
async def test_never_too_many_never_too_few(probe: Probe, rng: random.Random) -> None:
    """At most MAX_AT_ONCE customers are in work at a time, and as many as that as long as there are enough."""
    for most in (rng.choice([2, 3]), rng.choice([4, 6])):
        found = await probe(f"""{KIT}
await register(12)
fan_out.MAX_AT_ONCE = {most}
notes, tips = both()
result = await ask("/dashboards?limit=100")
result["most"], result["started"] = notes.most, notes.started
""")
        answered(found, f"GET {BOARDS}?limit=100", FAN_OUT)
        if found["most"] != most:
            fail(
                f"GET {BOARDS}?limit=100 with 12 customers and MAX_AT_ONCE = {most} had {found['most']} customers in work at a "
                f"time; expected {most}. Look at what counts the seats in {FAN_OUT}, and where it is made."
            )
        if found["started"] != 12:
            fail(
                f"GET {BOARDS}?limit=100 with 12 customers asked {found['started']} times for notifications; expected 12. "
                f"Do the work once for each item, in {FAN_OUT}."
            )
    found = await probe(f"""{KIT}
ids = await register(12)
fan_out.MAX_AT_ONCE = 3
notes, tips = both(notes={{"turns": lambda user_id: 3000 if user_id == ids[0] else 20}})
started = {{}}


def answer(user_id):
    started[user_id] = notes.started
    return []


notes.answer = answer
result = await ask("/dashboards?limit=100")
result["started"] = started.get(ids[0])
""")
    answered(found, f"GET {BOARDS}?limit=100", FAN_OUT)
    if found["started"] != 12:
        fail(
            f"GET {BOARDS}?limit=100 with 12 customers, one of them slow, and MAX_AT_ONCE = 3: {found['started']} customers were begun "
            f"when the slow one was done; expected all 12, two at a time beside it. Who is done makes room for the next at once, "
            f"without waiting for a batch: look at {FAN_OUT}."
        )


@task("7.3", points=1)
async def test_the_page_keeps_its_order(probe: Probe, rng: random.Random) -> None:
    """Dashboards come in the order of the page, whoever is done first."""
    found = await probe(f"""{KIT}
import random
ids = await register(9)
rng = random.Random({rng.randrange(10**6)})
slow = {{user: rng.randrange(300) for user in ids}} | {{ids[0]: 400}}
both(notes={{"turns": slow.get}})
result = await ask("/dashboards?limit=100")
result["ids"] = ids
""")
    answered(found, f"GET {BOARDS}?limit=100", FAN_OUT)
    came = [board["user_id"] for board in found["body"]]
    if came != found["ids"]:
        fail(
            f"GET {BOARDS}?limit=100 came back with the customers {came}; expected {found['ids']}, though the first is done "
            f"last. Look at the order in which {FAN_OUT} collects results."
        )


def answered(found: Json, request: str, look_at: str) -> None:
    """Fail unless the answer is a 200."""
    if found["status"] != 200:
        fail(f"{request} came back {status(found)}; expected 200. Look at {look_at}.")


def names(line: str, part: str) -> bool:
    """Whether a line of the log names this part, and not one that only looks like it."""
    return re.search(rf"\b{part}\b", line) is not None


def status(found: Json) -> str:
    """Name what came back."""
    if found["status"] is None:
        return "never"
    return f"{found['status']} ({found['crash']})" if found.get("crash") else str(found["status"])


def lost(found: Json, wanted: list[str], how: str) -> None:
    """Fail unless exactly these parts are null and named, and the others are there."""
    if found["status"] != 200:
        fail(
            f"GET {BOARDS}/1 {how} came back {status(found)}; expected 200 without that part. Look at {PATIENCE}."
        )
    body = found["body"]
    empty = [name for name in ("notifications", "recommendations") if body[name] is None]
    if empty != wanted or sorted(body["missing"]) != sorted(wanted):
        both = f"{' and '.join(wanted)} in both" if wanted else "nothing in either"
        fail(
            f"GET {BOARDS}/1 {how} came back with {' and '.join(empty) or 'nothing'} null and missing={body['missing']}; expected "
            f"{both}. Look at what {PATIENCE} returns, and for whom."
        )
