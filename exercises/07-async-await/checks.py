# Derived from chapters/07-async-await/checks.py by `course build`: change it there.
"""Exercise 7, the checks that learners see; held_out.py puts the same promises to other moments.

The grader plays the suppliers and the clock. It counts who is asked at the same time, answers when nothing moves in the
app any more, and lets time go on when nobody is left to be answered: no verdict depends on how fast a machine is.
"""

import random
import re

from httpx2 import Response

from course.checks import (
    Answer,
    Api,
    Json,
    NeverAnswers,
    Probe,
    Role,
    Shop,
    World,
    brief,
    hangs,
    raises,
    status_of,
    task,
    wrong,
)
from course.checks.awkward import integers, texts

PLAYED = ("app/dashboards/suppliers.py",)
EACH_TASK_ALONE = True

BOARDS = "/api/v1/dashboards"
PAGE = f"{BOARDS}?limit=100"
SERVICE, PATIENCE, FAN_OUT = (f"app/dashboards/{name}.py" for name in ("service", "patience", "fan_out"))
NOTES, TIPS = "notifications", "recommendations"

DOWN = (ConnectionRefusedError, ConnectionResetError, BrokenPipeError, PermissionError, BlockingIOError)
BUGS = (KeyError, TypeError, AttributeError, ValueError, IndexError, RuntimeError, ZeroDivisionError)
LATE = "time|late|long|slow|sec|within|after|patien|wait|never|answer|respon|hang|hung|give|gave|limit|exceed|expire"


@task("7.1", points=0.75, promise="while one supplier is waited for, the other is too")
async def test_both_suppliers_are_asked_at_once(api: Api, world: World, rng: random.Random) -> None:
    """While one supplier is waited for, the other is too."""
    both(world)
    answer = await ask(api, f"{BOARDS}/{await customer(api, rng)}", 200, SERVICE)
    if world.most != 2:
        came = f"came back right, but at most {world.most} supplier was asked at a time"
        where = f"what {SERVICE} awaits before the second question is on its way, and make both tasks first"
        wrong(answer, came, "both", where)


@task("7.1", points=0.5, promise="each is asked once, through ask")
async def test_each_is_asked_through_ask(api: Api, world: World, rng: random.Random) -> None:
    """Each supplier is asked once, for this customer, through `ask`, under its own name."""
    user = await customer(api, rng)
    for part in (NOTES, TIPS):
        for day, parts in ((fine, []), (raises(OSError("down")), [part]), (hangs, [part])):
            world.log.clear()
            role = both(world, **{part: day})[part]
            how = f"with no answer for the {part}" if parts else ""
            answer = await lost(api, user, parts, how, f"`ask` in {SERVICE}")
            if (asked := [call.arguments for call in role.calls]) != [{"user_id": user}]:
                came = f"{how} asked for the {part} of {asked or 'nobody'}".strip()
                wrong(
                    answer, came, f"user_id={user}, once", f"where {SERVICE} calls `suppliers.fetch_{part}`"
                )
            if parts and not re.search(rf"\b{part}\b", "\n".join(world.log)):
                came = f"came back without the {part}, and no line in the log names them"
                wrong(answer, came, "one, as `ask` writes it", f"what {SERVICE} gives to `ask` as `what`")


@task("7.1", points=0.75, promise="the dashboard is the same as before")
async def test_the_answer_is_as_before(api: Api, world: World, rng: random.Random) -> None:
    """Each part is in its place, and what is None is named in `missing`; pages and 404s are as they were."""
    shop = Shop(api, rng)
    other, who = await shop.customers(2)
    await shop.order(other.id, {1: 1})
    orders: list[int] = []
    nothing: list[dict[str, Json]] = [{NOTES: []}, {TIPS: []}, {NOTES: None}, {TIPS: None}]
    world.first = lambda call: rng.random()
    for odd in ({}, *nothing, nothing[2] | nothing[3]):
        parts = {NOTES: texts(rng), TIPS: integers(rng)} | odd
        both(world, lambda user_id, parts=parts: parts[NOTES], lambda user_id, parts=parts: parts[TIPS])
        answer = await ask(api, f"{BOARDS}/{who.id}", 200, SERVICE)
        missing = [name for name in parts if parts[name] is None]
        always = {"user_id": who.id, "full_name": who.full_name, "order_ids": orders}
        for name, value in {**always, **parts, "missing": missing}.items():
            if (is_ := answer.json().get(name)) != value:
                came = f"with {odd or 'full answers'} from the suppliers came back with {name}={brief(is_)}"
                wrong(answer, came, brief(value), f"what {SERVICE} puts into the answer, and where")
        orders += [(await shop.order(who.id, {2: 1}))["id"] for _ in range(6)]
    users, skip = [other.id, who.id, *[one.id for one in await shop.customers(4)]], rng.randrange(1, 5)
    both(world)
    page = await ask(api, f"{BOARDS}?skip={skip}&limit=2", 200, SERVICE)
    if (ids := [board["user_id"] for board in page.json()]) != (wanted := users[skip : skip + 2]):
        wrong(page, f"came back with the customers {ids}", f"{wanted}", f"`list_page` in {SERVICE}")
    for nobody in (shop.fresh_id(), *integers(rng, but=range(9))):
        where = f"where {SERVICE} asks for the customer: a TaskGroup would wrap the error that says so"
        await ask(api, f"{BOARDS}/{nobody}", 404, where)


@task("7.1", points=0.5, promise="no question to a supplier is left running")
async def test_nothing_is_left_running(api: Api, world: World, rng: random.Random) -> None:
    """When the customer leaves, a supplier's client breaks or our own code does, no question to a supplier runs on."""
    shop = Shop(api, rng)
    user = await customer(api, rng)
    await shop.order(user, {2: 1})
    path, (broken, hanging) = f"{BOARDS}/{user}", rng.sample([NOTES, TIPS], 2)
    await leave(api, world, path, both(world, hangs, hangs), SERVICE)
    roles = both(world, **{broken: raises(KeyError("title")), hanging: hangs})
    await crash(api, world, path, roles, f"when the client for the {broken} broke with a KeyError", SERVICE)
    await world.set("app.orders.service", OrderResponse=None)
    await crash(api, world, path, both(world, hangs, hangs), "when the customer's orders broke", SERVICE)


@task("7.2", points=0.75, promise="a supplier that cannot be reached costs its part only")
async def test_a_supplier_that_is_down_costs_its_part(api: Api, world: World, rng: random.Random) -> None:
    """A supplier that cannot be reached is null and named in `missing`; the rest is there."""
    user = await customer(api, rng)
    for error in (OSError, ConnectionError, TimeoutError, *rng.sample(DOWN, 3)):
        down = rng.choice([NOTES, TIPS])
        both(world, **{down: raises(error("10.0.0.9 is down"))})
        await lost(api, user, [down], f"with {error.__name__} from the {down}")


@task("7.2", points=0.75, promise="so does one that takes longer than PATIENCE_SECONDS")
async def test_a_supplier_that_hangs_is_given_up(api: Api, world: World, rng: random.Random) -> None:
    """A supplier that takes longer than PATIENCE_SECONDS is missing and its coroutine cancelled; one in time is not."""
    user = await customer(api, rng)
    for seconds in (rng.choice([2, 7, 40]), 0.3):
        await world.set("app.dashboards.patience", PATIENCE_SECONDS=seconds)
        down, limit = rng.choice([NOTES, TIPS]), f"PATIENCE_SECONDS = {seconds}"
        roles = both(world, **{down: hangs})
        answer = await lost(api, user, [down], f"with {down} that never come and {limit}")
        await world.still()
        if count(roles)[0]:
            came = f"came back without {down}, but the question to the supplier is still running"
            wrong(answer, came, "it to be cancelled", f"what {PATIENCE} does with `answer` in the end")
        for role in both(world).values():
            role.after = seconds * 0.95
        await lost(api, user, [], f"with suppliers that answer in time for {limit}")
        both(world)[down].after = seconds * 1.05
        await lost(api, user, [down], f"with {down} that come too late for {limit}")


@task("7.2", points=0.5, promise="a KeyError in our code or theirs is still a 500")
async def test_a_bug_is_no_bad_day(api: Api, world: World, rng: random.Random) -> None:
    """A bug in the code is a 500, not a missing part."""
    user = await customer(api, rng)
    where = f"what {PATIENCE} catches: only what a bad day raises"
    why = ": nobody ever hears of a bug that looks like a missing part"
    for error in rng.sample(BUGS, len(BUGS)):
        part = rng.choice([NOTES, TIPS])
        both(world, **{part: raises(error("title"))})[part].after = rng.choice([0, 0.1])
        how = f"with {error.__name__} from a supplier's client"
        await ask(api, f"{BOARDS}/{user}", 500, where, how, why)


@task("7.2", points=0.5, promise="cancelling goes through")
async def test_whoever_leaves_is_let_go(api: Api, world: World, probe: Probe, rng: random.Random) -> None:
    """Cancelling a request goes through `ask`, and cancels the question to the supplier."""
    path, down = f"{BOARDS}/{await customer(api, rng)}", rng.choice([NOTES, TIPS])
    await leave(api, world, path, both(world, **{down: hangs}), PATIENCE)
    if not await probe("cancelled_ask", clean_up_turns=0):
        came = "was cancelled, and `ask` went on"
        wrong("A task that waited in `ask`", came, "it to be cancelled: that is no bad day", PATIENCE)


@task("7.2", points=0.5, promise="each part that is missing has a line in the log")
async def test_the_log_says_what_is_missing(api: Api, world: World, rng: random.Random) -> None:
    """Each part that is missing has a line in the log that names it, and says why."""
    user = await customer(api, rng)
    for down in (NOTES, TIPS):
        for error in (OSError, *rng.sample(DOWN, 2), None):
            world.log.clear()
            both(world, **{down: raises(error("10.0.0.9 is down")) if error else hangs})
            how = f"with {error.__name__} from the {down}" if error else f"with {down} that never come"
            answer = await lost(api, user, [down], how)
            why = f"{error.__name__}|10.0.0.9 is down" if error else LATE
            if not any(re.search(why, line, re.I) for line in world.log if re.search(rf"\b{down}\b", line)):
                logged = f"only {world.log[0].splitlines()[0].strip()[:80]!r}" if world.log else "nothing"
                wanted = f"a warning that names the {down} and says why"
                where = (
                    f"what {PATIENCE} logs: %r or exc_info=True names an error, str(TimeoutError()) is empty"
                )
                wrong(answer, f"{how} came back right, and the log says {logged}", wanted, where)


@task("7.3", points=0.75, promise="at most MAX_AT_ONCE customers of a page are in work at a time")
async def test_never_too_many_never_too_few(api: Api, world: World, rng: random.Random) -> None:
    """At most MAX_AT_ONCE customers are in work at a time, and as many as that as long as there are enough."""
    users = [one.id for one in await Shop(api, rng).customers(12)]
    for most in (rng.choice([1, 2, 3]), 20, rng.choice([4, 6])):
        await world.set("app.dashboards.fan_out", MAX_AT_ONCE=most)
        notes, how = both(world)[NOTES], f"with 12 customers and MAX_AT_ONCE = {most}"
        answer = await ask(api, PAGE, 200, FAN_OUT)
        if notes.most != min(most, 12):
            came = f"{how} had {notes.most} customers in work at a time"
            where = f"what counts the seats in {FAN_OUT}, and where it is made"
            wrong(answer, came, f"{min(most, 12)}", where)
        if sorted(call.arguments["user_id"] for call in notes.calls) != users:
            came = f"{how} asked {notes.started} times"
            wrong(answer, came, "12, once for each", f"how often {FAN_OUT} does the work")
    slow = rng.choice(users[:6])
    begun: dict[int, int] = {}
    notes = both(world, lambda user_id: [f"{begun.setdefault(user_id, notes.started)}"])[NOTES]
    world.first = lambda call: call.arguments["user_id"] == slow
    answer = await ask(api, PAGE, 200, FAN_OUT)
    if begun[slow] != 12:
        came = f"with one slow customer had begun {begun[slow]} of 12 when that one was done"
        wrong(answer, came, "all 12: whoever is done makes room for the next at once, in no batches", FAN_OUT)


@task("7.3", points=0.5, promise="the page keeps its order, whoever is done first")
async def test_the_page_keeps_its_order(api: Api, world: World, rng: random.Random) -> None:
    """Dashboards come in the order of the page, whoever is done first; a page of nobody is empty."""
    users = [one.id for one in await Shop(api, rng).customers(9)]
    both(world)
    world.first = lambda call: (call.arguments["user_id"] == users[0], rng.random())
    for skip in (0, 9):
        answer = await ask(api, f"{PAGE}&skip={skip}", 200, FAN_OUT)
        if (came := [board["user_id"] for board in answer.json()]) != users[skip:]:
            wanted = f"{users[skip:]}, though the first is done last"
            wrong(answer, f"came back with the customers {came}", wanted, f"how {FAN_OUT} collects results")


@task("7.3", points=0.5, promise="when one breaks, the page is a 500 at once")
async def test_one_that_breaks_ends_the_page(api: Api, world: World, rng: random.Random) -> None:
    """When one dashboard breaks, the page is a 500 at once and the others are cancelled; the next page works."""
    users = [one.id for one in await Shop(api, rng).customers(10)]
    await break_page(api, world, users, at=rng.randrange(3, 6), most=3)


@task("7.3", points=0.5, promise="when the customer leaves, nothing is left running")
async def test_nothing_new_is_started(api: Api, world: World, rng: random.Random) -> None:
    """When the customer leaves the page, what runs is cancelled and nothing new begins."""
    await Shop(api, rng).customers(12)
    await world.set("app.dashboards.fan_out", MAX_AT_ONCE=4)
    await leave(api, world, PAGE, both(world, hangs), FAN_OUT)


def fine(user_id: int) -> Json:
    """An answer of either supplier: nothing new."""
    return []


def both(world: World, notifications: Answer = fine, recommendations: Answer = fine) -> dict[str, Role]:
    """Play the two suppliers from now on, on a good day unless it is said otherwise; their roles by part."""
    answers = {NOTES: notifications, TIPS: recommendations}
    return {part: world.plays(f"fetch_{part}", answer) for part, answer in answers.items()}


async def customer(api: Api, rng: random.Random) -> int:
    """Register somebody; their id."""
    return (await Shop(api, rng).register()).id


async def ask(api: Api, path: str, status: int, look_at: str, how: str = "", why: str = "") -> Response:
    """Ask, and fail unless the answer comes and has this status."""
    try:
        answer = await api.get(path)
    except NeverAnswers:
        wrong(f"GET {path}", f"{how} came back never".strip(), f"{status}{why}", look_at)
    if answer.status_code != status:
        wrong(answer, f"{how} came back {status_of(answer)}".strip(), f"{status}{why}", look_at)
    return answer


async def lost(api: Api, user: int, wanted: list[str], how: str, look_at: str = PATIENCE) -> Response:
    """Ask for a dashboard; fail unless exactly these parts are null and named, and the others are there."""
    answer = await ask(api, f"{BOARDS}/{user}", 200, look_at, how, " without that part" if wanted else "")
    body, names = answer.json(), " and ".join(sorted(wanted)) or "nothing"
    empty = " and ".join(name for name in (NOTES, TIPS) if body[name] is None) or "nothing"
    if empty != names or sorted(body["missing"]) != sorted(wanted):
        came = f"{how} came back with {empty} null and missing={body['missing']}"
        wrong(answer, came, f"{names} in both", f"what {look_at} returns, and for whom")
    return answer


async def leave(api: Api, world: World, path: str, roles: dict[str, Role], file: str) -> None:
    """Let the customer leave in the middle; fail unless that cancels the request, and all that it asked for."""
    visit = await world.begin(api.get(path))
    _, before = count(roles)
    became = await visit.leave()
    left, after = count(roles)
    if became != "is cancelled" or left or after > before:
        came = f"was left by its customer: the request {became}, {left} questions run on, {after - before} more began"
        wrong(f"GET {path}", came, "all of it to be cancelled", f"who owns the tasks in {file}")


async def crash(api: Api, world: World, path: str, roles: dict[str, Role], how: str, file: str) -> None:
    """Ask for what breaks; fail unless that is a 500 at once, after which nothing runs and nothing new begins."""
    answer = await ask(api, path, 500, f"what {file} does when one of its tasks fails", how, " at once")
    left, before = count(roles)
    await world.go_on()
    _, after = count(roles)
    if left or after > before:
        came = f"came back 500 {how}, and then {left} questions ran on, {after - before} more began"
        wrong(answer, came, "none", f"who owns the tasks in {file}")


async def break_page(api: Api, world: World, users: list[int], at: int, most: int) -> None:
    """Ask for a page that breaks at this customer, while those after hang; fail unless that ends it all, at once."""
    await world.set("app.dashboards.fan_out", MAX_AT_ONCE=most)
    await world.set("app.dashboards.patience", PATIENCE_SECONDS=10**6)
    days = [fine] * at + [raises(KeyError("title"))] + [hangs] * (len(users) - at - 1)
    roles = both(world, lambda user_id: days[users.index(user_id)](user_id=user_id))
    how = f"when customer {at + 1} of {len(users)} broke with MAX_AT_ONCE = {most}"
    await crash(api, world, PAGE, roles, how, FAN_OUT)
    both(world)
    await ask(api, PAGE, 200, f"{FAN_OUT}, after a page that broke")


def count(roles: dict[str, Role]) -> tuple[int, int]:
    """How many questions run now, and how many were ever asked."""
    return sum(role.running for role in roles.values()), sum(role.started for role in roles.values())
