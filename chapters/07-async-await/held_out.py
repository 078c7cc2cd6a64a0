"""Exercise 7, the checks that are never released: the promises of checks.py, put to other moments."""

import random

from checks import (
    BOARDS,
    FAN_OUT,
    NOTES,
    PAGE,
    PATIENCE,
    SERVICE,
    TIPS,
    answered,
    both,
    customer,
    lost,
    names,
)

from course.checks import Api, Probe, Shop, World, fail, hangs, raises, status_of, task, wrong


@task(
    "7.1", points=1, promise="when the customer leaves, or our own code breaks, no question is left running"
)
async def test_nothing_is_left_running(api: Api, world: World, rng: random.Random) -> None:
    """When the customer leaves, or our own code breaks, no question to a supplier runs on."""
    path = f"{BOARDS}/{await customer(api, rng)}"
    roles = both(world, hangs, hangs)
    became = await (await world.begin(api.get(path))).leave()
    running = sum(role.running for role in roles.values())
    if became != "is cancelled" or running:
        came = f"was left while both suppliers were asked: the request {became}, and {running} of 2 questions run on"
        wrong(f"GET {path}", came, "none", f"who owns the tasks in {SERVICE}")
    broken, hanging = rng.sample([NOTES, TIPS], 2)
    roles = both(world, **{broken: raises(KeyError("title")), hanging: hangs})
    answer = await api.get(path)
    await world.still()
    if answer.status_code != 500 or roles[hanging].running:
        came = (
            f"came back {status_of(answer)} when a supplier's client broke with a KeyError while the other was waited "
            f"for, and {roles[hanging].running} question runs on"
        )
        wrong(answer, came, "500 at once, and none", f"who owns the tasks in {SERVICE}")


@task("7.2", points=1, promise="a customer who leaves is let go: cancelling goes through")
async def test_who_leaves_is_let_go(api: Api, world: World, probe: Probe, rng: random.Random) -> None:
    """Cancelling a request goes through, and cancels the question to the supplier."""
    path, down = f"{BOARDS}/{await customer(api, rng)}", rng.choice([NOTES, TIPS])
    role = both(world, **{down: hangs})[down]
    became = await (await world.begin(api.get(path))).leave()
    why = f"CancelledError has to go through {PATIENCE}: it is no bad day of a supplier."
    if became != "is cancelled":
        fail(
            f"A customer left GET {path} while a supplier was waited for, and the request {became}; expected it to be cancelled. {why}"
        )
    if role.running:
        came = "was left, and the question to the supplier runs on"
        wrong(f"GET {path}", came, "it to be cancelled too", f"what {PATIENCE} does around `answer`")
    if not await probe("cancelled_ask"):
        fail(
            f"A task that waited in `ask` was cancelled, and `ask` went on; expected it to be cancelled. {why}"
        )


@task("7.2", points=0.5, promise="each supplier may have a bad day; who answers in time is not missing")
async def test_both_can_be_missing(api: Api, world: World, rng: random.Random) -> None:
    """Both suppliers may have a bad day, each its own; who answers in time is not missing."""
    user, seconds = await customer(api, rng), rng.choice([0.3, 2, 40])
    await world.set("app.dashboards.patience", PATIENCE_SECONDS=seconds)
    for error in (OSError, rng.choice([TimeoutError, BrokenPipeError])):
        world.log.clear()
        both(world, hangs, raises(error("down")))
        answer = await lost(
            api, user, [NOTES, TIPS], f"with a hanging supplier and {error.__name__} from the other"
        )
        for part in (NOTES, TIPS):
            if not any(names(line, part) for line in world.log):
                came = f"came back without the {part}, and no line in the log names them"
                wrong(answer, came, "one for each part that is missing", f"where {PATIENCE} returns None")
    notes, tips = both(world).values()
    notes.after, tips.after = seconds * 0.95, seconds * 0.2
    await lost(api, user, [], f"with suppliers that answer in time for PATIENCE_SECONDS = {seconds}")
    notes.after = seconds * 1.05
    await lost(api, user, [NOTES], f"with notifications that come too late for PATIENCE_SECONDS = {seconds}")


@task(
    "7.3", points=0.5, promise="when the customer leaves, nothing is left running and nothing new is started"
)
async def test_nothing_new_is_started(api: Api, world: World, rng: random.Random) -> None:
    """When the customer leaves the page, what runs is cancelled and nothing new begins."""
    await Shop(api, rng).customers(12)
    await world.set("app.dashboards.fan_out", MAX_AT_ONCE=4)
    notes = both(world, hangs)[NOTES]
    visit = await world.begin(api.get(PAGE))
    before = notes.started
    became = await visit.leave()
    if became != "is cancelled" or notes.running or notes.started > before:
        came = (
            f"was left with 4 customers in work: the request {became}, {notes.running} run on, "
            f"{notes.started - before} more began"
        )
        wrong(f"GET {PAGE}", came, "none", f"who owns the tasks in {FAN_OUT}")


@task("7.3", points=0.5, promise="when one breaks, nothing is left running and nothing new is started")
async def test_one_that_breaks_ends_the_page(api: Api, world: World, rng: random.Random) -> None:
    """When one dashboard breaks, the page is a 500 and the others are cancelled; the next page works."""
    at = rng.randrange(3, 6)
    bad = [one.id for one in await Shop(api, rng).customers(10)][at]
    await world.set("app.dashboards.fan_out", MAX_AT_ONCE=3)

    def breaks(user_id: int) -> list[str]:
        if user_id == bad:
            raise KeyError("title")
        return []

    notes = both(world, breaks)[NOTES]
    how = f"broke at customer {at + 1} of 10 with MAX_AT_ONCE = 3"
    answer = await api.get(PAGE)
    running, started = notes.running, notes.started
    if answer.status_code != 500:
        came = f"with a KeyError in one dashboard came back {status_of(answer)}"
        wrong(answer, came, "500", f"how errors come out of {FAN_OUT}")
    if started >= 10:
        came = f"{how}, and all 10 were asked for before the 500"
        why = "nothing new after the first error"
        wrong(answer, came, why, f"what {FAN_OUT} does when one of its tasks fails")
    await world.go_on()
    if running or notes.started > started:
        came = f"{how}, and then {running} others ran on and {notes.started - started} more began"
        wrong(answer, came, "none", f"who owns the tasks in {FAN_OUT}")
    both(world)
    await answered(api, PAGE, f"{FAN_OUT}, after a page that broke")
