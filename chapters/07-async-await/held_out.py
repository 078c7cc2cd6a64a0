"""Exercise 7, the checks that are never released: the promises of checks.py, put to other moments."""

import random
import re

from checks import (
    BOARDS,
    FAN_OUT,
    NOTES,
    PAGE,
    PATIENCE,
    SERVICE,
    TIPS,
    ask,
    both,
    break_page,
    count,
    crash,
    customer,
    leave,
    lost,
)

from course.checks import Api, Probe, Shop, World, hangs, raises, task, wrong


@task("7.1", points=0.5, promise="no question to a supplier is left running")
async def test_nothing_is_left_running_later(api: Api, world: World, rng: random.Random) -> None:
    """When the customer leaves later, or has no dashboard, or a client breaks later, no question runs on."""
    shop, first = Shop(api, rng), rng.choice([NOTES, TIPS])
    user = await customer(api, rng)
    path, other = f"{BOARDS}/{user}", NOTES if first == TIPS else TIPS
    await leave(api, world, path, both(world, **{other: hangs}), SERVICE)
    roles = both(world, hangs, hangs)
    nobody = await ask(api, f"{BOARDS}/{shop.fresh_id()}", 404, SERVICE)
    await world.still()
    if running := count(roles)[0]:
        came = f"came back 404, and {running} questions to suppliers run on"
        wrong(nobody, came, "none", f"what {SERVICE} starts before it knows the customer")
    roles = both(world, **{first: raises(ValueError("no")), other: hangs})
    roles[first].after = 0.2
    await crash(api, world, path, roles, f"when the client for the {first} broke after a while", SERVICE)


@task("7.2", points=0.25, promise="nothing of that question is left running")
async def test_a_late_question_is_over(probe: Probe, rng: random.Random) -> None:
    """When a part is given up, its question is over: cancelled, and done with what it cleans up."""
    if not await probe("late_ask", clean_up_turns=rng.randrange(2, 9)):
        sent, came = "`ask`, of a question that came too late,", "returned while the question was cleaning up"
        expected = "nothing of it to be left running"
        wrong(sent, came, expected, f"{PATIENCE}: who cancels a task waits for its end")


@task("7.2", points=0.25, promise="cancelling goes through")
async def test_whoever_leaves_later_is_let_go(
    api: Api, world: World, probe: Probe, rng: random.Random
) -> None:
    """Cancelling goes through when the other supplier has answered, and while the question cleans up."""
    path, down = f"{BOARDS}/{await customer(api, rng)}", rng.choice([NOTES, TIPS])
    both(world, **{down: hangs})
    await lost(api, (await Shop(api, rng).register()).id, [down], f"with {down} that never come")
    await leave(api, world, path, both(world, hangs, hangs), PATIENCE)
    if not await probe("cancelled_ask", clean_up_turns=rng.randrange(2, 9)):
        came = (
            "for a question that takes a while to clean up was cancelled, and `ask` went on or left it behind"
        )
        wrong("A task that waited in `ask`", came, "both to be cancelled: that is no bad day", PATIENCE)


@task("7.2", points=0.5, promise="costs its part only")
async def test_both_can_be_missing(api: Api, world: World, rng: random.Random) -> None:
    """Both suppliers may have a bad day, each its own; whoever answers in time is not missing."""
    user, seconds = await customer(api, rng), rng.choice([0.3, 2, 40])
    await world.set("app.dashboards.patience", PATIENCE_SECONDS=seconds)
    for error in (OSError, rng.choice([TimeoutError, BrokenPipeError])):
        world.log.clear()
        both(world, hangs, raises(error("down")))
        how = f"with a hanging supplier and {error.__name__} from the other"
        answer = await lost(api, user, [NOTES, TIPS], how)
        for part in (NOTES, TIPS):
            if not re.search(rf"\b{part}\b", "\n".join(world.log)):
                came = f"came back without the {part}, and no line in the log names them"
                wrong(answer, came, "one for each part that is missing", f"where {PATIENCE} returns None")
    notes, tips = both(world).values()
    notes.after, tips.after = seconds * 1.05, seconds * 0.2
    await lost(api, user, [NOTES], f"with notifications that come too late for PATIENCE_SECONDS = {seconds}")


@task(
    "7.3", points=0.25, promise="when the customer leaves, nothing is left running and nothing new is started"
)
async def test_nothing_new_is_started_later(api: Api, world: World, rng: random.Random) -> None:
    """When the customer leaves later, with some of the page done, what runs is cancelled and nothing new begins."""
    users = [one.id for one in await Shop(api, rng).customers(9)]
    await world.set("app.dashboards.fan_out", MAX_AT_ONCE=rng.randrange(2, 5))
    done = users[: rng.randrange(1, 5)]
    roles = both(world, lambda user_id: [] if user_id in done else hangs())
    await leave(api, world, PAGE, roles, FAN_OUT)


@task("7.3", points=0.5, promise="when one breaks, the page is a 500 at once")
async def test_others_that_break_end_the_page(api: Api, world: World, rng: random.Random) -> None:
    """When the first breaks, or the last, or one of a page that is all in work, that ends it all."""
    users = [one.id for one in await Shop(api, rng).customers(7)]
    for at, most in ((0, 2), (6, 3), (rng.randrange(1, 6), 50), (rng.randrange(1, 6), 1)):
        await break_page(api, world, users, at, most)
