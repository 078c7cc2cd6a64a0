# Derived from chapters/08-app-factory/checks.py by `course build`: change it there.
"""Exercise 8, the checks that learners see; held_out.py puts the same promises to other moments.

The grader plays the cache server and the bank, from before the app starts until it has stopped, and the app's clock: it
knows who was asked for what, in which order and when, and no verdict depends on how fast a machine is.
"""

import logging
import random
from collections.abc import Mapping, Sequence

from httpx2 import Response

from course.checks import (
    Answer,
    Api,
    AppCrashed,
    Json,
    Launch,
    NeverAnswers,
    Probe,
    Role,
    Sent,
    Shop,
    World,
    brief,
    expect,
    expect_as_before,
    hangs,
    odd_requests,
    raises,
    task,
    wrong,
)
from course.checks.awkward import integers, texts

PLAYED = ("app/rates/bank.py", "app/rates/cache_server.py")
EACH_TASK_ALONE = True

CACHE, POLLER, LIFESPAN = "app/rates/cache.py", "app/rates/poller.py", "app/lifespan.py"
RATES, MOBILE = "app/rates/dependencies.py", "app/orders/mobile.py"
OPEN_CACHE, START_IT, LOOP = f"`open_cache` in {CACHE}", f"`start` in {POLLER}", f"`_keep_fresh` in {POLLER}"
OLD, EVERYTHING = "/api/v1/getOrders", "everything"

ROUND = ["fetch_rates", "store"]
START = ["connect", "select_space", "log_in", *ROUND]
STOP = ["log_out", "disconnect"]
DOWN = (ConnectionRefusedError, TimeoutError, OSError, PermissionError)
BUGS = (ValueError, KeyError, RuntimeError)
ERRORS = DOWN + BUGS


class SlowToEnd(World):
    """A world in which a call that is cancelled takes minutes to end, by the app's clock."""

    seconds = 0.0

    def _hear(self, message: dict[str, Json]) -> None:
        match message:
            case {"cancelled": int(number)} if self.seconds:
                role, call = self._calls[number]
                role.answer, call.cancelled, call.due = (lambda **_: None), True, self.now + self.seconds
                self._drop(number)
                self._waiting.append((number, call, role))
                message = {}
        super()._hear(message)


class Outside:
    """The bank and the cache server of one app, on a good day unless it is said otherwise; what each was asked."""

    def __init__(self, rng: random.Random, world: World | None = None, **odd: Answer) -> None:
        self.world = world or SlowToEnd()
        self.connection, self.session = rng.sample(range(1, 10**6), 2)
        self.told: list[Json] = []
        """The rates that the bank told, one after the other."""
        self.kept: Json = None
        """What the cache keeps."""

        def tell(session: int) -> Json:
            self.told.append({rng.choice(["USD", "CHF", "元"]): rng.randrange(10**4)})
            return self.told[-1]

        def keep(connection: int, key: str, value: Json) -> None:
            self.kept = value

        answers: dict[str, Answer] = dict.fromkeys(("select_space", *STOP), lambda **_: None)
        answers |= {"connect": lambda url: self.connection, "log_in": lambda account: self.session}
        answers |= {"fetch_rates": tell, "store": keep, "load": lambda connection, key: self.kept}
        self.roles = {name: self.world.plays(name, answer) for name, answer in (answers | odd).items()}

    def __getitem__(self, name: str) -> Role:
        return self.roles[name]

    @property
    def asked(self) -> list[str]:
        """Who was asked, in order."""
        return [name for name, _ in self.world.calls]


def settings(rng: random.Random) -> dict[str, str]:
    """Settings of an app, as environment variables."""
    odd = [text for text in texts(rng) if text.strip() and "\x00" not in text]
    url = f"cache://10.0.{rng.randrange(256)}.{rng.randrange(256)}:{rng.randrange(1, 65536)}"
    seconds = str(odd_seconds(rng))
    title = f" {odd[0][:60]} "  # as it is, blanks and all
    return dict(APP_CACHE_URL=url, APP_TITLE=title, APP_BANK_ACCOUNT=odd[1], APP_POLL_SECONDS=seconds)


def odd_seconds(rng: random.Random) -> float:
    """A pause that is no whole number of seconds."""
    return rng.choice([0, 6, 59, 299, 1000]) + rng.randrange(1, 8) / 8


@task("8.1", points=0.5, promise="each app that starts connects once, to the address it is given")
async def test_it_connects_and_selects(launch: Launch, world: World, rng: random.Random) -> None:
    """An app that starts connects once, to its own address, and selects its own space before it uses the connection."""
    out, env = Outside(rng, world), settings(rng)
    async with launch(world, **env) as api:
        await api.get("/api/v1/rates")
        await world.passes(2.5 * float(env["APP_POLL_SECONDS"]))
    space = {"connection": out.connection, "space": env["APP_TITLE"]}
    came = [(name, dict(call.arguments)) for name, call in world.calls if name in ("connect", "select_space")]
    wanted = [("connect", {"url": env["APP_CACHE_URL"]}), ("select_space", space)]
    if came != wanted or out.asked.index("store") < out.asked.index("select_space"):
        wrong(sent(env), f"called {calls(came)}", f"{calls(wanted)}, before `store`", OPEN_CACHE)
    for name in ("store", "load"):
        if others := {call.arguments["connection"] for call in out[name].calls} - {out.connection}:
            came_with = f"used the connections {sorted(others, key=str)} to {name} rates"
            wrong(sent(env), came_with, f"{out.connection}, the one that `connect` gave it", CACHE)


@task("8.1", points=0.5, promise="when the space cannot be selected, whatever Exception it is")
async def test_a_space_that_is_refused(launch: Launch, rng: random.Random) -> None:
    """When the space cannot be selected, the connection is closed, the error goes on and the app does not start."""
    for error in (rng.choice(DOWN), *rng.sample(BUGS, 2)):
        await refuse_space(launch, Outside(rng), error, rng)


@task("8.1", points=0.25, promise="when there is nobody to connect to, the error goes on")
async def test_nobody_to_connect_to(launch: Launch, rng: random.Random) -> None:
    """When there is nobody to connect to, the app does not start, and nothing is closed."""
    error = rng.choice(DOWN)
    out, why = (
        Outside(rng, connect=raises(error("nobody is there"))),
        f"`connect` failed with {error.__name__}",
    )
    crash = await launch.fails(out.world, why=why, look_at=OPEN_CACHE)
    expect_asked(out, ["connect"], f"An app whose {why}", OPEN_CACHE)
    expect_named(crash, error, why)


@task("8.1", points=0.25, promise="aclose gives this connection back")
async def test_the_connection_is_given_back(launch: Launch, rng: random.Random) -> None:
    """An app that stops gives its connection back, once."""
    out = Outside(rng)
    await stop(launch, out, "An app", CACHE)
    expect_number(
        out, "disconnect", "connection", out.connection, f"`aclose` in {CACHE}, and when it is called"
    )
    for error in (OSError, rng.choice([ConnectionResetError, BrokenPipeError]), rng.choice(BUGS)):
        await fail_to_close(launch, Outside(rng), ["disconnect"], error, f"`aclose` in {CACHE}")


@task("8.2", points=0.5, promise="when the app takes its first customer, the first rates are in the cache")
async def test_the_first_customer_gets_rates(launch: Launch, world: World, rng: random.Random) -> None:
    """When the app takes its first customer, the first rates are in the cache."""
    out = Outside(rng, world)
    out["fetch_rates"].after, out["store"].after = rng.choice([4, 30]), rng.choice([1, 20])
    async with launch(world) as api:
        if out.kept is None or out.asked != START:
            came = f"had called {calls(out.asked)} when it took its first customer"
            why = f"{calls(START)}, all of them answered"
            wrong(
                "An app that started",
                f"{came}{', and had no answer yet' * (out.kept is None)}",
                why,
                START_IT,
            )
        answer = expect(await api.get("/api/v1/rates"), 200, why="the rates are there", look_at=POLLER)
        if (rates := answer.json()["rates"]) != out.told[0]:
            wrong(answer, f"came back with {brief(rates)}", f"{brief(out.told[0])}, as the bank said", POLLER)


@task("8.2", points=0.25, promise="when they cannot be had, the app does not start and asks for no more")
async def test_without_first_rates_there_is_no_start(launch: Launch, rng: random.Random) -> None:
    """When the first rates cannot be had, the app does not start, and nobody goes on to ask."""
    for place, error in zip(ROUND, rng.sample(ERRORS, 2), strict=True):
        out, why = Outside(rng), f"`{place}` failed with {error.__name__} in the first round"
        out.kept = {"USD": 1}  # rates of yesterday, of another process
        out[place].answer, out["log_out"].after = raises(error("no rates")), 2500
        await launch.fails(out.world, why=why, look_at=START_IT, APP_POLL_SECONDS="10")
        if len(asked := [name for name in out.asked if name in ROUND]) > 1 + ROUND.index(place):
            came = f"called {calls(asked)} until its process ended"
            wrong(f"An app whose {why}", came, "no call after the one that failed", START_IT)


@task("8.2", points=0.5, promise="each next round begins seconds after the last one has ended")
async def test_a_round_follows_a_pause(launch: Launch, rng: random.Random) -> None:
    """Each next round begins `seconds` after the last one has ended, however long it took."""
    slow = (rng.choice([4, 25]), rng.choice([1, 40]))
    for seconds, asks, keeps in ((rng.randrange(1, 8) / 8, 0, 0), (odd_seconds(rng), 0, 0), (10, *slow)):
        out = Outside(rng)
        out["fetch_rates"].after, out["store"].after = asks, keeps
        how = f"A poller with seconds={seconds} and rounds that take {asks + keeps} s"
        async with launch(out.world, APP_POLL_SECONDS=str(seconds)):
            await out.world.passes(3.5 * seconds + 2.5 * (asks + keeps))
            came = [call.asked_at for call in out["fetch_rates"].calls]
        expect_times(came, [number * (seconds + asks + keeps) for number in range(4)], how, LOOP)


@task("8.2", points=0.75, promise="a later round that fails, whatever Exception it is, ends nothing")
async def test_a_bad_round_ends_nothing(launch: Launch, rng: random.Random) -> None:
    """A later round that fails ends nothing: the rates stay, and the next round comes after the same pause."""
    for place in ROUND:
        days = [rng.choice(DOWN), None, *rng.sample(BUGS, 2), None]
        await bad_rounds(launch, Outside(rng), place, days, rng.choice([10, 45]))


@task("8.2", points=0.25, promise="each later round that fails has a line in the log")
async def test_the_log_names_the_error(launch: Launch, rng: random.Random) -> None:
    """Each later round that fails has a line in the log, a warning or worse, that names the error's class."""
    out = Outside(rng)
    async with launch(out.world, APP_POLL_SECONDS="5"):
        one, other = rng.sample(ERRORS, 2)
        for place, error in zip(rng.sample(ROUND * 2, 4), [one, one, other, one], strict=True):
            out.world.records.clear()
            text, good = rng.choice(["", "it is down"]), out[place].answer
            out[place].answer = raises(error(text))
            await out.world.passes(5)
            out[place].answer = good
            lines = [f"{one.text} {one.trace}" for one in out.world.records if one.level >= logging.WARNING]
            if not any(error.__name__ in line for line in lines):
                came = f"left {brief(lines)[:90]} in the log" if lines else "left no warning in the log"
                how = f"A later round whose `{place}` failed with {error.__name__}({text!r})"
                wrong(how, came, "a warning or worse that names the error's class", LOOP)


@task("8.2", points=0.5, promise="aclose cancels a round that is under way")
async def test_the_poller_ends_with_the_app(launch: Launch, rng: random.Random) -> None:
    """When the app stops, a round under way is cancelled and waited for; nothing is asked or stored any more."""
    await stop_in_a_round(launch, Outside(rng), "fetch_rates", f"`aclose` in {POLLER}")


@task(
    "8.3",
    points=0.25,
    promise="startup opens the cache at cache_url in the space that the setting title names",
)
async def test_startup_has_an_order(launch: Launch, world: World, rng: random.Random) -> None:
    """Startup opens the cache, then a session, then starts the poller, each with the app's own settings."""
    out, env = Outside(rng, world), settings(rng)
    seconds = float(env["APP_POLL_SECONDS"])
    async with launch(world, **env):
        expect_asked(out, START, sent(env), f"what {LIFESPAN} opens, and in which order")
        await world.passes(1.5 * seconds)
        asked_at = [call.asked_at for call in out["fetch_rates"].calls]  # a shutdown takes time, too
    where = f"what {LIFESPAN} gives to whom"
    opened = {
        "cache_url": out["connect"].calls[0].arguments["url"],
        "title": out["select_space"].calls[0].arguments["space"],
        "bank_account": out["log_in"].calls[0].arguments["account"],
    }
    for (name, came), wanted in zip(opened.items(), env.values(), strict=False):
        if came != wanted:
            wrong(sent(env), f"used {came!r} where its {name} belongs", repr(wanted), where)
    if others := {call.arguments["session"] for call in out["fetch_rates"].calls} - {out.session}:
        wrong(
            sent(env), f"asked for rates in session {others}", f"{out.session}, which `log_in` gave it", where
        )
    expect_times(asked_at, [0, seconds], sent(env), where)


@task("8.3", points=0.25, promise="a request finds the open cache in request.state.cache")
async def test_a_request_finds_the_cache(launch: Launch, world: World, rng: random.Random) -> None:
    """A request finds the open cache in `request.state.cache`."""
    out = Outside(rng, world)
    async with launch(world) as api:
        answer = await api.get("/api/v1/rates")
        expect(answer, 200, why="the cache is open", look_at=f"what {LIFESPAN} yields")
    if out["load"].started != 1:
        wrong(answer, "came back without a look into the cache", "`load` to be called once", LIFESPAN)


@task("8.3", points=0.25, promise="shutdown closes them in reverse, each once")
async def test_shutdown_is_the_reverse(launch: Launch, rng: random.Random) -> None:
    """Shutdown ends the poller, then the session, then the cache, each once."""
    out, where = Outside(rng), f"the order in which {LIFESPAN} closes"
    out["log_out"].after, out["disconnect"].after = rng.sample([20, 30, 40], 2)
    await stop_in_a_round(launch, out, "fetch_rates", where)
    expect_number(out, "log_out", "session", out.session, where)


@task("8.3", points=0.5, promise="when one of these steps fails, the app does not start")
async def test_a_start_that_fails_halfway(launch: Launch, rng: random.Random) -> None:
    """When a step of startup fails, the app does not start, and what was opened before is closed in reverse."""
    for step, errors in (("log_in", BUGS), ("fetch_rates", BUGS), ("connect", DOWN)):
        await fail_at(launch, Outside(rng), step, rng.choice(errors))


@task("8.3", points=0.5, promise="when closing one of them fails, the others are closed all the same")
async def test_a_stop_that_fails_halfway(launch: Launch, rng: random.Random) -> None:
    """When closing one fails, the others are closed all the same, and the shutdown fails in the end."""
    for errors in (DOWN, BUGS):
        await fail_to_close(launch, Outside(rng), ["log_out"], rng.choice(errors))


@task("8.3", points=0.25, promise="an app closes what it opened itself, and nothing of another app")
async def test_apps_close_what_is_theirs(probe: Probe, rng: random.Random) -> None:
    """Of two apps in one process, each closes what it opened itself."""
    for first, stops, same in ((0, 1, "title"), (1, 1, EVERYTHING)):
        where = f"whose settings {LIFESPAN} reads, and what it keeps outside of the function"
        await two_lives(probe, rng, where, first, stops, same)


@task("8.4", points=0.5, promise="customers get the rates from the cache of the app that they asked")
async def test_each_app_has_its_rates(probe: Probe, rng: random.Random) -> None:
    """Of two apps in one process, each answers with the rates from its own cache."""
    await two_rates(probe, rng, rng.choice([[0, 1, 0, 1], [1, 0, 1, 0]]), "title")


@task("8.4", points=0.25, promise="GET /api/v1/getOrders without pageSize returns at most orders_page_size")
async def test_the_page_size_is_a_setting(launch: Launch, rng: random.Random) -> None:
    """Without `pageSize`, old clients get as many orders as the environment's setting says."""
    for size in (rng.randrange(1, 20), None):
        env = {} if size is None else {"APP_ORDERS_PAGE_SIZE": str(size)}
        async with launch(**env) as api:
            await list_old(api, await customer_with_orders(api, rng, 22), "", size or 20, env)


@task("8.4", points=0.25, promise="as the settings of the app that was asked have it")
async def test_each_app_has_its_page_size(probe: Probe, rng: random.Random) -> None:
    """Of two apps in one process, each lists as many orders as its own settings say."""
    await two_page_sizes(probe, rng, rng.sample(range(1, 7), 2))


@task("8.4", points=0.5, promise="with a pageSize, and on all other routes, the answers are as before")
async def test_all_else_is_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """With a `pageSize`, and on all other routes, the answers are as before."""
    start = rng.getstate()
    user = await customer_with_orders(as_given, rng, 23)
    rng.setstate(start)  # the same customer for both
    await customer_with_orders(api, rng, 23)
    sizes = [*integers(rng), *texts(rng), 22, "3.0", " 2 ", "+1"]
    old = [Sent("GET", OLD, {"userId": user, "pageSize": size}) for size in sizes]
    others = [one for one in await odd_requests(as_given, rng, 60) if "rates" not in one.path]
    for requests, file in (([*old, Sent("GET", OLD, {})], MOBILE), (others, f"{MOBILE} and {RATES}")):
        await expect_as_before(api, as_given, requests, look_at=file, explained=same_refusal)


async def list_old(api: Api, user: int, query: str, wanted: int, env: Mapping[str, str]) -> None:
    """List somebody's 22 orders as old clients do; fail unless so many come."""
    answer = await api.get(f"{OLD}?userId={user}{query}")
    expect(answer, 200, why="as before", look_at=MOBILE)
    if (came := len(answer.json())) != wanted:
        how = f"came back with {came} of 22 orders, in an app with {dict(env) or 'no APP_ORDERS_PAGE_SIZE'}"
        wrong(
            answer, how, f"{wanted}", f"when {MOBILE} reads the page size, and what it does with `pageSize`"
        )


def same_refusal(before: Response, after: Response) -> bool:
    """Whether both apps refused a request for the same reasons, told in any order."""
    if {before.status_code, after.status_code} != {422}:
        return False
    was, now = (sorted(map(brief, one.json()["errors"])) for one in (before, after))
    return was == now


def calls(found: Sequence[str | tuple[str, Json]]) -> str:
    """Calls in words: `connect, log_in`, or with what they were given."""
    return (
        ", ".join(one if isinstance(one, str) else f"{one[0]}({brief(one[1])})" for one in found) or "nothing"
    )


def sent(env: Mapping[str, str]) -> str:
    """An app with these settings, in words."""
    short = {name: value if len(value) <= 30 else f"{value[:9]}…" for name, value in env.items()}
    return "An app with " + ", ".join(f"{name}={value!r}" for name, value in short.items())


def expect_asked(out: Outside, wanted: list[str], how: str, look_at: str) -> None:
    """Fail unless exactly this was asked of the outside world, in this order."""
    if out.asked != wanted:
        wrong(how, f"called {calls(out.asked)}", calls(wanted), look_at)


def expect_number(out: Outside, name: str, argument: str, number: int, look_at: str) -> None:
    """Fail unless this was called once, with the number that belongs to the app."""
    if (came := [call.arguments[argument] for call in out[name].calls]) != [number]:
        with_ = "never called {0}" if not came else f"called {{0}} with {' and '.join(map(str, came))}"
        wrong("An app that was stopped", with_.format(name), f"{number}, once", look_at)


def expect_named(crash: str, error: type[Exception], why: str) -> None:
    """Fail unless the start was ended by this very error."""
    if error.__name__ not in crash:
        came = crash.partition("It raised ")[2].rstrip(".") or crash
        wrong(f"When {why}, the caller", f"got {came}", f"{error.__name__} itself", OPEN_CACHE)


def expect_times(came: Sequence[float], wanted: Sequence[float], how: str, look_at: str) -> None:
    """Fail unless the bank was asked at these seconds."""
    was, due = (", ".join(f"{one:g}" for one in times) for times in (came[:6], wanted))
    if was != due:
        asked = f"asked the bank at {was}{' …' * (len(came) > 6)} s" if was else "did not ask the bank"
        wrong(how, asked, f"a question at {due} s", look_at)


async def refuse_space(launch: Launch, out: Outside, error: type[Exception], rng: random.Random) -> None:
    """Refuse the space, at once or after a while; fail unless the connection is closed and the error goes on."""
    out["select_space"].answer, why = raises(error("no")), f"`select_space` failed with {error.__name__}"
    out["select_space"].after, out["disconnect"].after = rng.choice([0, 9]), rng.choice([0, 9])
    crash = await launch.fails(out.world, why=why, look_at=OPEN_CACHE)
    expect_asked(out, ["connect", "select_space", "disconnect"], f"An app whose {why}", OPEN_CACHE)
    expect_number(out, "disconnect", "connection", out.connection, OPEN_CACHE)
    expect_named(crash, error, why)


async def stop(launch: Launch, out: Outside, how: str, look_at: str, place: str = "") -> int:
    """Start an app and stop it, also while a round hangs at this place; how many calls there were before."""
    before = 0
    try:
        async with launch(out.world, APP_POLL_SECONDS="10"):
            if place:
                out[place].answer = hangs
                await out.world.passes(10.5)
                out.world.most = 1
            before = len(out.asked)
    except NeverAnswers:
        if not before:
            raise
        wrong(
            how, "never came to its end", "a shutdown that ends, whatever the bank and the cache do", look_at
        )
    return before


async def stop_in_a_round(launch: Launch, out: Outside, place: str, look_at: str) -> None:
    """Stop an app while a round hangs there; fail unless the poller has ended before anything is closed."""
    how = f"An app that was stopped while `{place}` hung"
    if isinstance(out.world, SlowToEnd):
        out.world.seconds = 400
    before = await stop(launch, out, how, look_at, place)
    last = out[place].calls[-1]
    if not (last.cancelled or last.ended):
        wrong(how, f"never cancelled `{place}`", "it to be cancelled", look_at)
    if (asked := out.asked[before:]) != STOP:
        wrong(
            how,
            f"called {calls(asked)} on its way down",
            f"{calls(STOP)}, each once, and no more rounds",
            look_at,
        )
    if out.world.most > 1:
        wrong(how, f"called {asked[0]} before `{place}` had ended", "the round's end first", look_at)


async def bad_rounds(
    launch: Launch, out: Outside, place: str, days: Sequence[type[Exception] | None], seconds: int
) -> None:
    """Let rounds that take a while fail there on some days; fail unless each is followed by the next after the same
    pause, and the cache keeps what it has."""
    good, took = out[place].answer, seconds * 0.25  # without a rest in binary
    out["fetch_rates"].after = took
    async with launch(out.world, APP_POLL_SECONDS=str(seconds)) as api:
        for number, error in enumerate(days, start=1):
            kept, stored = out.kept, out["store"].started
            out[place].answer = raises(error("not today")) if error else good
            await out.world.passes(seconds + took)
            what = f"after {error.__name__} in `{place}`" if error else "after a round that failed"
            how = f"A poller with seconds={seconds} and rounds that take {took:g} s, {what},"
            came = [call.asked_at for call in out["fetch_rates"].calls][number:]
            expect_times(came, [number * (seconds + took)], how, LOOP)
            rates = (await api.get("/api/v1/rates")).json().get("rates")
            if error and (rates != kept or out["store"].started > stored + (place == "store")):
                left = f"left {brief(rates)} in the cache" if rates != kept else "called `store` all the same"
                wrong(how, left, f"the cache to keep {brief(kept)}", LOOP)


async def fail_at(launch: Launch, out: Outside, step: str, error: type[Exception]) -> None:
    """Let a step of startup fail; fail unless what was opened before is closed in reverse, and nothing else."""
    out[step].answer, why = raises(error("not today")), f"`{step}` failed with {error.__name__}"
    opened = START[: START.index(step) + 1]
    closed = ["log_out"] * ("fetch_rates" in opened) + ["disconnect"] * ("select_space" in opened)
    await launch.fails(out.world, why=why, look_at=f"what {LIFESPAN} catches")
    where = f"when {LIFESPAN} arranges that what is open gets closed"
    expect_asked(out, [*opened, *closed], f"An app whose {why} as it started", where)


async def fail_to_close(
    launch: Launch, out: Outside, steps: list[str], error: type[Exception], look_at: str = LIFESPAN
) -> None:
    """Let these steps of shutdown fail; fail unless all happen, and the shutdown fails."""
    for step in steps:
        out[step].answer = raises(error("not today"))
    how = f"An app whose {' and '.join(f'`{step}`' for step in steps)} failed with {error.__name__} as it stopped"
    heard = False
    try:
        await stop(launch, out, how, look_at)
    except AppCrashed:
        heard = True
    expect_asked(out, [*START, *STOP], how, f"what {look_at} does when closing fails")
    if not heard:
        wrong(how, "ended as if all was well", "the shutdown to fail with it", f"what {look_at} catches")


async def two_lives(
    probe: Probe, rng: random.Random, look_at: str, first: int, stops: int, same: str
) -> None:
    """Start two apps and stop them, in this order; fail unless those that run, and no others, hold what is open and ask."""
    two, rates = two_settings(rng, same)
    steps: list[Json] = [["start", first], ["start", 1 - first], ["stop", stops], ["stop", 1 - stops]]
    *found, tasks = await probe("two_apps", settings=two, rates=rates, steps=steps)
    running: list[int] = []
    for (what, number), came in zip(steps, found, strict=True):
        running = [one for one in (*running, number) if what == "start" or one != number]
        wanted = [sorted(two[one][key] for one in running) for key in ("cache_url", "bank_account")]
        if came != [*wanted, wanted[1]]:
            which = f"{what} of the {'first' if number == first else 'second'}"
            how = f"Of two apps in one process, the {which}"
            if came[:2] == wanted:
                left = f"was followed by rounds of the accounts {brief(came[2])}"
                wrong(how, left, f"{brief(wanted[1])}, one of each app that runs", look_at)
            left = f"raised {came}" if isinstance(came, str) else f"left {brief(came[:2])} open"
            wrong(how, left, f"{brief(wanted)}, what the running ones opened", look_at)
    if tasks:
        wrong(
            "After two apps in one process had stopped, the process",
            f"had {tasks} of their tasks",
            "none",
            look_at,
        )


async def two_rates(probe: Probe, rng: random.Random, asked: list[int], same: str) -> None:
    """Let two apps be asked for rates in this order, and the last one after another start; fail unless each answers with its own."""
    two, rates = two_settings(rng, same)
    steps: list[Json] = [["start", 0], ["start", 1], *(["GET", number, "rates"] for number in asked)]
    steps += [
        ["stop", asked[-1]],
        ["start", asked[-1]],
        ["GET", asked[-1], "rates"],
        ["stop", 1],
        ["stop", 0],
    ]
    found = await probe("two_apps", settings=two, rates=rates, steps=steps)
    for place, ((what, number, *_), answer) in enumerate(zip(steps, found, strict=False)):
        if what == "GET" and answer != (wanted := [200, {"rates": rates[two[number]["bank_account"]]}]):
            again = ", after it was stopped and started again" * (place > len(asked) + 1)
            how = f"GET /api/v1/rates, sent to app {number + 1} of two in one process{again},"
            where = f"what {RATES} keeps from one call to the next"
            wrong(how, f"came back with {brief(answer)}", brief(wanted), where)


async def two_page_sizes(probe: Probe, rng: random.Random, sizes: list[int]) -> None:
    """Place orders in two apps with these page sizes; fail unless each lists as many as its own settings say."""
    two, rates = two_settings(rng, "title")
    two = [one | {"orders_page_size": size} for one, size in zip(two, sizes, strict=True)]
    person = {"email": "page@example.com", "full_name": "Noor", "password": "correct horse"}
    order = {"user_id": 1, "items": [{"product_id": 1, "quantity": 1}]}
    steps: list[Json] = []
    for number in (0, 1):
        steps += [["POST", number, "users", person], *[["POST", number, "orders", order]] * 8]
    lists: list[Json] = [["GET", number, "getOrders?userId=1"] for number in rng.sample([0, 1, 0, 1], 4)]
    *answers, _ = await probe("two_apps", settings=two, rates=rates, steps=[*steps, *lists])
    for (_, number, path), (status, body) in zip(lists, answers[-4:], strict=True):
        if status != 200 or len(body) != sizes[number]:
            came = f"came back with {len(body)} of 8 orders" if status == 200 else f"came back {status}"
            how = f"GET /api/v1/{path}, sent to app {number + 1} of two with orders_page_size={sizes},"
            wrong(how, came, f"{sizes[number]}", f"whose settings {MOBILE} reads, and when")


def two_settings(rng: random.Random, same: str) -> tuple[list[dict[str, Json]], dict[str, Json]]:
    """Settings of two apps with one thing or everything in common, and what the bank tells the account of each."""
    names = [f"{word}-{rng.randrange(10**6)}" for word in rng.sample(["here", "abroad", "online"], 2)]
    keys = ("title", "cache_url", "bank_account")
    two = [
        {key: f"{key} {names[0] if same in (key, EVERYTHING) else name}" for key in keys} for name in names
    ]
    return two, {one["bank_account"]: {"USD": rng.randrange(10**4)} for one in two}


async def customer_with_orders(api: Api, rng: random.Random, count: int) -> int:
    """Register somebody who places so many orders; their id."""
    shop = Shop(api, rng)
    user = await shop.register()
    for _ in range(count):
        await shop.order(user.id, {1: 1})
    return user.id
