"""Exercise 8, the checks that are never released: the promises of checks.py, put to other moments."""

import random

from checks import (
    CACHE,
    ERRORS,
    Outside,
    bad_rounds,
    expect_asked,
    expect_named,
    fail_at,
    fail_to_close,
    stop_in_a_round,
    two_rates,
)

from course.checks import Launch, Probe, raises, task


@task("8.1", points=0.25, promise="whatever the error, the connection is closed and that error goes on")
async def test_any_error_closes_the_connection(launch: Launch, rng: random.Random) -> None:
    """Whatever error ends the selection of a space, at once or after a while, the connection is closed."""
    for error in (*rng.sample((ArithmeticError, LookupError, AttributeError, EOFError), 3), Exception):
        out = Outside(rng, select_space=raises(error("no such space")))
        out["select_space"].after, out["disconnect"].after = rng.choice([0, 9]), rng.choice([0, 9])
        how = f"An app whose space was refused with {error.__name__}"
        crash = await launch.fails(out.world, why=how, look_at=f"`open_cache` in {CACHE}")
        expect_asked(out, ["connect", "select_space", "disconnect"], how, f"`open_cache` in {CACHE}")
        expect_named(crash, error, how)


@task("8.2", points=0.25, promise="a later round that fails, whatever Exception it is, ends nothing")
async def test_many_bad_rounds_end_nothing(launch: Launch, rng: random.Random) -> None:
    """Other errors, one after the other, end nothing."""
    errors = [
        Exception,
        AssertionError,
        OSError,
        *rng.sample((LookupError, ArithmeticError, EOFError, StopAsyncIteration), 2),
    ]
    for place in ("fetch_rates", "store"):
        await bad_rounds(launch, Outside(rng), place, errors, rng)


@task(
    "8.2",
    points=0.25,
    promise="aclose cancels a round that is under way, and comes back when it has really ended",
)
async def test_the_poller_ends_while_it_stores(launch: Launch, rng: random.Random) -> None:
    """A round is cancelled while it stores, too, and nothing is asked while the app is busy closing."""
    out = Outside(rng)
    out["log_out"].after, out["disconnect"].after = rng.sample([25, 60, 300], 2)
    await stop_in_a_round(launch, out, "store")


@task("8.3", points=0.25, promise="what was opened before is closed in reverse")
async def test_other_starts_that_fail(launch: Launch, rng: random.Random) -> None:
    """Each step of startup may fail, after a while too, and closing takes its time."""
    for step in ("store", "select_space", "log_in", "fetch_rates"):
        out = Outside(rng)
        out[step].after, out["log_out"].after, out["disconnect"].after = 5, 40, 40
        await fail_at(launch, out, step, rng.choice(ERRORS))


@task("8.3", points=0.25, promise="the others are closed all the same, and the shutdown fails in the end")
async def test_other_stops_that_fail(launch: Launch, rng: random.Random) -> None:
    """The cache may fail to close, or everything."""
    for steps in (["disconnect"], ["log_out", "disconnect"]):
        await fail_to_close(launch, Outside(rng), steps, rng.choice(ERRORS))


@task("8.4", points=0.25, promise="customers get the rates from the cache of the app that they asked")
async def test_whoever_is_asked_first_keeps_nothing(probe: Probe, rng: random.Random) -> None:
    """Whichever app is asked first, the other one's customers get their own rates."""
    for first in (0, 1):
        await two_rates(probe, rng, [first, first, 1 - first, first])
