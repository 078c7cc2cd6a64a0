"""Exercise 8, the checks that are never released: the promises of checks.py, put to other moments."""

import random

from checks import (
    CACHE,
    ERRORS,
    EVERYTHING,
    POLLER,
    ROUND,
    Outside,
    bad_rounds,
    customer_with_orders,
    fail_at,
    fail_to_close,
    list_old,
    refuse_space,
    stop_in_a_round,
    two_lives,
    two_rates,
)

from course.checks import Launch, Probe, task

ODD = (ArithmeticError, LookupError, AttributeError, EOFError, AssertionError, StopAsyncIteration)


@task("8.1", points=0.25, promise="the connection is closed and that error goes on")
async def test_any_error_closes_the_connection(launch: Launch, rng: random.Random) -> None:
    """Whatever error ends the selection of a space, at once or after a while, the connection is closed."""
    for error in (*rng.sample(ODD, 2), Exception):
        await refuse_space(launch, Outside(rng), error, rng)


@task("8.1", points=0.25, promise="each app that starts connects once, to the address it is given")
async def test_each_app_connects(probe: Probe, rng: random.Random) -> None:
    """Of two apps in one process, each has its own connection."""
    for first, stops, same in ((0, 0, EVERYTHING), (1, 0, "cache_url")):
        await two_lives(probe, rng, f"what {CACHE} keeps outside of a Cache", first, stops, same)


@task("8.2", points=0.25, promise="a later round that fails, whatever Exception it is, ends nothing")
async def test_many_bad_rounds_end_nothing(launch: Launch, rng: random.Random) -> None:
    """Other errors, many in a row, end nothing."""
    for place in ROUND:
        days = [Exception, *rng.choices((*ODD, *ERRORS), k=rng.randrange(20, 40))]
        await bad_rounds(launch, Outside(rng), place, [None, *days, None], rng.choice([1, 120]))


@task("8.2", points=0.25, promise="aclose cancels a round that is under way")
async def test_the_poller_ends_while_it_stores(launch: Launch, rng: random.Random) -> None:
    """A round is cancelled while it stores, too, and nothing is asked while the app is busy closing."""
    out = Outside(rng)
    out["log_out"].after, out["disconnect"].after = rng.sample([25, 60, 300], 2)
    await stop_in_a_round(launch, out, "store", f"`aclose` in {POLLER}")


@task("8.2", points=0.25, promise="after that nothing is asked or stored")
async def test_each_app_has_its_poller(probe: Probe, rng: random.Random) -> None:
    """Of two apps in one process, each ends its own poller."""
    for first, stops, same in ((0, 0, "title"), (0, 1, EVERYTHING)):
        await two_lives(probe, rng, f"what {POLLER} keeps outside of a Poller", first, stops, same)


@task("8.3", points=0.25, promise="what was opened before is closed in reverse")
async def test_other_starts_that_fail(launch: Launch, rng: random.Random) -> None:
    """Each step of startup may fail, after a while too, and closing takes its time."""
    for step in ("store", "select_space", "log_in", "fetch_rates"):
        out = Outside(rng)
        out[step].after, out["log_out"].after, out["disconnect"].after = 5, 40, 40
        await fail_at(launch, out, step, rng.choice((*ERRORS, *ODD)))


@task("8.3", points=0.25, promise="the others are closed all the same, and the shutdown fails in the end")
async def test_other_stops_that_fail(launch: Launch, rng: random.Random) -> None:
    """The cache may fail to close, or both."""
    for steps in (["disconnect"], ["log_out", "disconnect"]):
        for error in (OSError, rng.choice(ERRORS)):
            await fail_to_close(launch, Outside(rng), steps, error)


@task("8.4", points=0.25, promise="customers get the rates from the cache of the app that they asked")
async def test_whoever_is_asked_first_keeps_nothing(probe: Probe, rng: random.Random) -> None:
    """Whichever app is asked first, the other one's customers get their own rates."""
    for first in (0, 1):
        await two_rates(probe, rng, [first, first, 1 - first, first], "cache_url")


@task("8.4", points=0.25, promise="with a pageSize, and on all other routes, the answers are as before")
async def test_who_asks_for_a_size_gets_it(launch: Launch, rng: random.Random) -> None:
    """Whatever the setting is, a `pageSize` counts."""
    size = rng.randrange(2, 19)
    env = {"APP_ORDERS_PAGE_SIZE": str(size)}
    async with launch(**env) as api:
        user = await customer_with_orders(api, rng, 22)
        for asked in (0, 20, size, size - 1, size + 1, 21):
            await list_old(api, user, f"&pageSize={asked}", asked, env)
