"""Exercise 7, the checks that learners see; held_out.py puts the same promises to other moments.

The grader plays the suppliers and the clock. It counts who is asked at the same time, answers when nothing moves in the
app any more, and lets time go on when nobody is left to be answered: no verdict depends on how fast a machine is.
"""

import random
import re
from collections.abc import Collection

from httpx2 import Response

from course.checks import (
    Answer,
    Api,
    Json,
    NeverAnswers,
    Role,
    Shop,
    World,
    hangs,
    raises,
    status_of,
    task,
    wrong,
)

PLAYED = ("app/dashboards/suppliers.py",)
EACH_TASK_ALONE = True

BOARDS = "/api/v1/dashboards"
PAGE = f"{BOARDS}?limit=100"
SERVICE, PATIENCE, FAN_OUT = (f"app/dashboards/{name}.py" for name in ("service", "patience", "fan_out"))
NOTES, TIPS = "notifications", "recommendations"


@task("7.1", points=1, promise="while one supplier is waited for, the other is too")
async def test_both_suppliers_are_asked_at_once(api: Api, world: World, rng: random.Random) -> None:
    """While one supplier is waited for, the other is too."""
    roles = both(world)
    user = await customer(api, rng)
    answer = await answered(api, f"{BOARDS}/{user}", SERVICE)
    asked = [role.started for role in roles.values()]
    if asked != [1, 1]:
        came = f"asked the suppliers {asked[0]} and {asked[1]} times"
        wrong(answer, came, "once each", f"where {SERVICE} calls `suppliers.fetch_…`")
    for part, role in roles.items():
        if role.calls[0].arguments != {"user_id": user}:
            came = f"asked for the {part} of {role.calls[0].arguments}"
            wrong(answer, came, f"user_id={user}", f"where {SERVICE} calls `suppliers.fetch_{part}`")
    if world.most != 2:
        came = f"came back right, but at most {world.most} supplier was asked at a time"
        where = f"what {SERVICE} awaits before the second question is on its way, and make both tasks first"
        wrong(answer, came, "both", where)


@task("7.1", points=1, promise="the answer is the same as before; an unknown customer is still a 404")
async def test_the_answer_is_as_before(api: Api, world: World, rng: random.Random) -> None:
    """Each part of a dashboard is in its place, what is None is named, and an unknown customer is a 404."""
    shop = Shop(api, rng)
    who = await shop.register()
    placed = [(await shop.order(who.id, {2: 1}))["id"] for _ in range(rng.randrange(2, 5))]
    full: dict[str, Json] = {NOTES: [f"note {rng.randrange(10**6)}"], TIPS: [rng.randrange(1, 10**5), 0]}
    cases = [full, full | {NOTES: []}, full | {TIPS: []}, full | {NOTES: None}, full | {TIPS: None}]
    for parts in cases:
        world.first = lambda call: rng.random()
        both(world, lambda user_id, parts=parts: parts[NOTES], lambda user_id, parts=parts: parts[TIPS])
        answer = await answered(api, f"{BOARDS}/{who.id}", SERVICE)
        missing = [name for name, part in parts.items() if part is None]
        always = {"user_id": who.id, "full_name": who.full_name, "order_ids": placed}
        wanted = {**always, **parts, "missing": missing}
        for part, value in wanted.items():
            if (came := answer.json().get(part)) != value:
                where = f"what {SERVICE} puts into the answer: a part that is None is missing, under its name there"
                wrong(answer, f"with {said(parts)} came back with {part}={came!r}", f"{value!r}", where)
    for part in (NOTES, TIPS):
        both(world, **{part: raises(OSError("down"))})
        answer = await answered(api, f"{BOARDS}/{who.id}", SERVICE)
        if not any(names(line, part) for line in world.log):
            came = f"with OSError from the {part} leaves no line in the log that names them"
            wrong(answer, came, "one, as `ask` writes it", f"what {SERVICE} gives to `ask` as `what`")
    users, skip = [who.id, *[one.id for one in await shop.customers(4)]], rng.randrange(1, 3)
    both(world)
    page = await answered(api, f"{BOARDS}?skip={skip}&limit=2", SERVICE)
    if (ids := [board["user_id"] for board in page.json()]) != users[skip : skip + 2]:
        wrong(
            page,
            f"came back with the customers {ids}",
            f"{users[skip : skip + 2]}",
            f"`list_page` in {SERVICE}",
        )
    nobody = await api.get(f"{BOARDS}/{shop.fresh_id()}")
    if nobody.status_code != 404:
        why = "404: nobody has this id, and a TaskGroup would wrap the error that says so"
        wrong(nobody, "", why, f"where {SERVICE} asks for the customer")


@task("7.2", points=1, promise="a supplier that cannot be reached costs its part only, and the log says why")
async def test_a_supplier_that_is_down_costs_its_part(api: Api, world: World, rng: random.Random) -> None:
    """A supplier that cannot be reached is null and named in `missing`, the rest is there, and the log knows why."""
    error = rng.choice([ConnectionError, ConnectionRefusedError, ConnectionResetError])
    down = rng.choice([NOTES, TIPS])
    both(world, **{down: raises(error("10.0.0.9 is down"))})
    user = await customer(api, rng)
    answer = await lost(api, user, [down], f"with {error.__name__} from the {down}")
    lines = [line for line in world.log if names(line, down)]
    if not any(error.__name__ in line or "10.0.0.9 is down" in line for line in lines):
        logged = f"only {world.log[0].splitlines()[0][:80]!r}" if world.log else "nothing"
        came = f"with {error.__name__}('10.0.0.9 is down') from the {down} came back right, and the log says {logged}"
        why = "a line that names the part and has the error, or nobody ever repairs it"
        wrong(answer, came, why, f"where {PATIENCE} returns None")


@task(
    "7.2",
    points=1,
    promise="so does one that takes longer than PATIENCE_SECONDS; nothing of it is left running",
)
async def test_a_supplier_that_hangs_is_given_up(api: Api, world: World, rng: random.Random) -> None:
    """A supplier that takes longer than PATIENCE_SECONDS is missing, its coroutine is cancelled, and the log knows why."""
    down, seconds = rng.choice([NOTES, TIPS]), rng.choice([2, 7, 30])
    user = await customer(api, rng)
    await world.set("app.dashboards.patience", PATIENCE_SECONDS=seconds)
    role = both(world, **{down: hangs})[down]
    answer = await lost(api, user, [down], f"with {down} that never come and PATIENCE_SECONDS = {seconds}")
    await world.still()
    if role.running:
        came = f"came back without {down}, but the question to the supplier is still running"
        wrong(answer, came, "it to be cancelled", f"what {PATIENCE} does with `answer` in the end")
    given_up = [line.strip() for line in world.log if names(line, down)]
    world.log.clear()
    both(world, **{down: raises(OSError("REASON"))})
    await lost(api, user, [down], f"with OSError from the {down}")
    unsaid = {line.replace("REASON", "").strip() for line in world.log}
    if all(line in unsaid for line in given_up):
        came = f"without {down} that never come says {given_up[:1] or 'nothing'} in the log"
        why = f"one that names {down} and the error: `str(TimeoutError())` is empty, `%r` or exc_info=True shows its name"
        wrong(answer, came, why, f"what {PATIENCE} logs")
    for role in both(world).values():
        role.after = seconds * 0.9
    await lost(api, user, [], f"with suppliers that answer in time for PATIENCE_SECONDS = {seconds}")


@task("7.2", points=0.5, promise="a bug is not a bad day: a KeyError is still a 500")
async def test_a_bug_is_no_bad_day(api: Api, world: World, rng: random.Random) -> None:
    """A bug in the code is a 500, not a missing part."""
    user, part = await customer(api, rng), rng.choice([NOTES, TIPS])
    for error in (KeyError("title"), TypeError("no"), AttributeError("title"), ValueError("no")):
        both(world, **{part: raises(error)})
        answer = await api.get(f"{BOARDS}/{user}")
        if answer.status_code != 500:
            came = f"with {type(error).__name__} from a supplier's client came back {status_of(answer)}"
            why = "500: nobody ever hears of a bug that looks like a missing part"
            wrong(answer, came, why, f"what {PATIENCE} catches: only what a bad day raises")


@task("7.3", points=1, promise="at most MAX_AT_ONCE customers at a time; who is done makes room for the next")
async def test_never_too_many_never_too_few(api: Api, world: World, rng: random.Random) -> None:
    """At most MAX_AT_ONCE customers are in work at a time, and as many as that as long as there are enough."""
    slow, *_ = [one.id for one in await Shop(api, rng).customers(12)]
    for most in (rng.choice([2, 3]), rng.choice([4, 6])):
        await world.set("app.dashboards.fan_out", MAX_AT_ONCE=most)
        notes = both(world)[NOTES]
        answer = await answered(api, PAGE, FAN_OUT)
        how = f"with 12 customers and MAX_AT_ONCE = {most}"
        if notes.most != most:
            came = f"{how} had {notes.most} customers in work at a time"
            wrong(answer, came, f"{most}", f"what counts the seats in {FAN_OUT}, and where it is made")
        if notes.started != 12:
            came = f"{how} asked {notes.started} times"
            wrong(answer, came, "12, once for each", f"how often {FAN_OUT} does the work")
    begun: dict[int, int] = {}

    def note(user_id: int) -> list[str]:
        begun[user_id] = notes.started
        return []

    notes = both(world, note)[NOTES]
    world.first = lambda call: call.arguments["user_id"] == slow
    answer = await answered(api, PAGE, FAN_OUT)
    if begun[slow] != 12:
        came = f"with 12 customers, one of them slow, had begun {begun[slow]} customers when the slow one was done"
        why = "all 12: who is done makes room for the next at once, without waiting for a batch"
        wrong(answer, came, why, FAN_OUT)


@task("7.3", points=1, promise="the page keeps its order, whoever is done first")
async def test_the_page_keeps_its_order(api: Api, world: World, rng: random.Random) -> None:
    """Dashboards come in the order of the page, whoever is done first."""
    users = [one.id for one in await Shop(api, rng).customers(9)]
    both(world)
    world.first = lambda call: (call.arguments["user_id"] == users[0], rng.random())
    answer = await answered(api, PAGE, FAN_OUT)
    came = [board["user_id"] for board in answer.json()]
    if came != users:
        why = f"{users}, though the first is done last"
        wrong(answer, f"came back with the customers {came}", why, f"how {FAN_OUT} collects results")


def both(
    world: World, notifications: Answer | None = None, recommendations: Answer | None = None
) -> dict[str, Role]:
    """Play the two suppliers from now on, on a good day unless it is said otherwise; their roles by part."""
    return {
        NOTES: world.plays("fetch_notifications", notifications or (lambda user_id: [f"note {user_id}"])),
        TIPS: world.plays("fetch_recommendations", recommendations or (lambda user_id: [user_id % 3 + 1])),
    }


async def customer(api: Api, rng: random.Random) -> int:
    """Register somebody; their id."""
    return (await Shop(api, rng).register()).id


async def answered(api: Api, path: str, look_at: str) -> Response:
    """Ask, and fail unless the answer is a 200."""
    answer = await api.get(path)
    if answer.status_code != 200:
        wrong(answer, "", "200", look_at=look_at)
    return answer


async def lost(api: Api, user: int, wanted: Collection[str], how: str) -> Response:
    """Ask for a dashboard; fail unless exactly these parts are null and named, and the others are there."""
    path = f"{BOARDS}/{user}"
    try:
        answer = await api.get(path)
    except NeverAnswers:
        wrong(f"GET {path}", f"{how} came back never", "200 without that part", f"how {PATIENCE} waits")
    if answer.status_code != 200:
        wrong(answer, f"{how} came back {status_of(answer)}", "200 without that part", PATIENCE)
    body = answer.json()
    empty = [name for name in (NOTES, TIPS) if body[name] is None]
    if empty != sorted(wanted) or sorted(body["missing"]) != sorted(wanted):
        came = f"{how} came back with {' and '.join(empty) or 'nothing'} null and missing={body['missing']}"
        why = f"{' and '.join(sorted(wanted))} in both" if wanted else "nothing in either"
        wrong(answer, came, why, f"what {PATIENCE} returns, and for whom")
    return answer


def names(line: str, part: str) -> bool:
    """Whether a line of the log names this part, and not one that only looks like it."""
    return re.search(rf"\b{part}\b", line) is not None


def said(parts: dict[str, Json]) -> str:
    """What the suppliers said, in words: `an empty list as its notifications`."""
    words = {"[]": "an empty list", "None": "None"}
    odd = [f"{words[repr(part)]} as its {name}" for name, part in parts.items() if repr(part) in words]
    return " and ".join(odd) or "two answers"
