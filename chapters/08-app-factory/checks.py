"""Exercise 8, the checks that learners see; held_out.py puts the same promises to other moments.

The grader plays the cache server and the bank, from before the app starts until it has stopped, and the app's clock: it
knows who was asked for what, in which order and when, and no verdict depends on how fast a machine is.
"""

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
ROUND = ["fetch_rates", "store"]
START = ["connect", "select_space", "log_in", *ROUND]
STOP = ["log_out", "disconnect"]
ERRORS = (ConnectionRefusedError, TimeoutError, OSError, PermissionError, ValueError, KeyError, RuntimeError)


class Outside:
    """The bank and the cache server of one app, on a good day unless it is said otherwise; what each was asked."""

    def __init__(self, rng: random.Random, world: World | None = None, **odd: Answer) -> None:
        self.world = world or World()
        self.connection, self.session = rng.sample(range(1, 10**6), 2)
        self.told: list[Json] = []
        """The rates that the bank told, one after the other."""
        self.kept: Json = None

        def tell(session: int) -> Json:
            self.told.append({rng.choice(["USD", "CHF", "元"]): rng.randrange(10**4)})
            return self.told[-1]

        def keep(connection: int, key: str, value: Json) -> None:
            self.kept = value

        answers: dict[str, Answer] = dict.fromkeys(
            ("select_space", "disconnect", "log_out"), lambda **_: None
        )
        answers |= {"connect": lambda url: self.connection, "log_in": lambda account: self.session}
        answers |= {"fetch_rates": tell, "store": keep, "load": lambda connection, key: self.kept} | odd
        self.roles = {name: self.world.plays(name, answer) for name, answer in answers.items()}

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
    seconds = str(rng.choice([0.25, 7, 90, 1000]))
    return dict(APP_CACHE_URL=url, APP_TITLE=odd[0], APP_BANK_ACCOUNT=odd[1], APP_POLL_SECONDS=seconds)


@task("8.1", points=0.5, promise="an app that starts connects once, to the address it is given")
async def test_it_connects_and_selects(launch: Launch, world: World, rng: random.Random) -> None:
    """An app that starts connects once, to its own address, and selects its own space before it uses the connection."""
    out, env = Outside(rng, world), settings(rng)
    async with launch(world, **env) as api:
        await api.get("/api/v1/rates")
        await world.passes(2.5 * float(env["APP_POLL_SECONDS"]))
    first, second = out.connection, {"connection": out.connection, "space": env["APP_TITLE"]}
    came = [(name, dict(call.arguments)) for name, call in world.calls if name in ("connect", "select_space")]
    wanted = [("connect", {"url": env["APP_CACHE_URL"]}), ("select_space", second)]
    if came != wanted or out.asked.index("store") < out.asked.index("select_space"):
        wrong(
            sent(env), f"asked the cache server for {calls(came)}", calls(wanted), f"`open_cache` in {CACHE}"
        )
    for name in ("store", "load"):
        if others := {call.arguments["connection"] for call in out[name].calls} - {first}:
            came = f"used the connections {sorted(others, key=str)} to {name} rates"
            wrong(sent(env), came, f"{first}, the one that `connect` gave it", CACHE)


@task(
    "8.1",
    points=0.75,
    promise="when the space cannot be selected, whatever the error, the connection is closed",
)
async def test_a_space_that_is_refused(launch: Launch, rng: random.Random) -> None:
    """When the space cannot be selected, the connection is closed, the error goes on and the app does not start."""
    for error in rng.sample(ERRORS, 3):
        out = Outside(rng, select_space=raises(error("no such space")))
        out["select_space"].after = rng.choice([0, 3])
        how = f"An app whose space was refused with {error.__name__}"
        crash = await launch.fails(out.world, why=how, look_at=f"`open_cache` in {CACHE}")
        expect_asked(out, ["connect", "select_space", "disconnect"], how, f"`open_cache` in {CACHE}")
        expect_number(out, "disconnect", "connection", out.connection, how, CACHE)
        expect_named(crash, error, how)


@task(
    "8.1", points=0.25, promise="when there is nobody to connect to, the error goes on and nothing is closed"
)
async def test_nobody_to_connect_to(launch: Launch, rng: random.Random) -> None:
    """When there is nobody to connect to, the app does not start, and nothing is closed."""
    error, how = rng.choice(ERRORS[:3]), "An app whose cache server is down"
    out = Outside(rng, connect=raises(error("nobody is there")))
    crash = await launch.fails(out.world, why=how, look_at=f"`open_cache` in {CACHE}")
    expect_asked(out, ["connect"], how, f"`open_cache` in {CACHE}")
    expect_named(crash, error, how)


@task("8.1", points=0.25, promise="aclose gives this connection back, once")
async def test_the_connection_is_given_back(launch: Launch, rng: random.Random) -> None:
    """An app that stops gives its connection back, once."""
    for _ in range(2):
        out = Outside(rng)
        await live(launch, out)
        expect_number(
            out, "disconnect", "connection", out.connection, "An app that stopped", f"`aclose` in {CACHE}"
        )


@task("8.2", points=0.5, promise="when the app takes its first customer, the first rates are in the cache")
async def test_the_first_customer_gets_rates(launch: Launch, world: World, rng: random.Random) -> None:
    """When the app takes its first customer, the first rates are in the cache."""
    out = Outside(rng, world)
    out["fetch_rates"].after, out["store"].after = rng.choice([4, 30]), rng.choice([1, 20])
    async with launch(world) as api:
        if out.kept is None or out.asked != START:
            came = f"took customers after it had asked for {calls(out.asked)}" + " (not answered)" * (
                out.kept is None
            )
            wrong("An app that started", came, "a first round that is over", f"`start` in {POLLER}")
        answer = expect(await api.get("/api/v1/rates"), 200, why="the rates are there", look_at=POLLER)
        if (rates := answer.json()["rates"]) != out.told[0]:
            wrong(answer, f"came back with {brief(rates)}", f"{brief(out.told[0])}, as the bank said", POLLER)


@task("8.2", points=0.25, promise="when they cannot be had, the app does not start and asks for no more")
async def test_without_first_rates_there_is_no_start(launch: Launch, rng: random.Random) -> None:
    """When the first rates cannot be had, the app does not start, and nobody goes on to ask."""
    for place, error in zip(ROUND, rng.sample(ERRORS, 2), strict=True):
        out = Outside(rng, **{place: raises(error("no rates"))})
        out["log_out"].after, how = 2500, f"An app with {error.__name__} in the first round"
        await launch.fails(out.world, why=how, look_at=f"`start` in {POLLER}", APP_POLL_SECONDS="10")
        if len(asked := [name for name in out.asked if name in ROUND]) > 2 or out["fetch_rates"].started > 1:
            came = f"asked for {calls(asked)} until its process ended"
            wrong(how, came, "one round: a start that fails leaves no task", f"`start` in {POLLER}")


@task("8.2", points=0.75, promise="each next round begins seconds after the last one has ended")
async def test_a_round_follows_a_pause(launch: Launch, rng: random.Random) -> None:
    """Each next round begins `seconds` after the last one has ended, however long it took."""
    for seconds, asks, keeps in (
        (rng.choice([7, 60, 300]), 0, 0),
        (10, rng.choice([4, 25]), rng.choice([1, 40])),
    ):
        out = Outside(rng)
        out["fetch_rates"].after, out["store"].after = asks, keeps
        async with launch(out.world, APP_POLL_SECONDS=str(seconds)):
            await out.world.passes(3.5 * (seconds + asks + keeps) - asks - keeps)
            came = [round(call.asked_at, 3) for call in out["fetch_rates"].calls]
        wanted = [round(number * (seconds + asks + keeps), 3) for number in range(4)]
        if came != wanted:
            took = f" and rounds of {asks + keeps} s" if asks + keeps else ""
            how = f"A poller with seconds={seconds}{took}"
            wrong(how, f"asked the bank after {came} s", f"{wanted}", f"`_keep_fresh` in {POLLER}")


@task("8.2", points=0.75, promise="a later round that fails, whatever Exception it is, ends nothing")
async def test_a_bad_round_ends_nothing(launch: Launch, rng: random.Random) -> None:
    """A later round that fails ends nothing: the rates stay, and the next round comes after the same pause."""
    for place in ROUND:
        await bad_rounds(launch, Outside(rng), place, rng.sample(ERRORS, 3), rng)


@task("8.2", points=0.25, promise="each later round that fails has a line in the log")
async def test_the_log_names_the_error(launch: Launch, rng: random.Random) -> None:
    """Each later round that fails has a line in the log, a warning or worse, that names the error."""
    out, (place, error) = Outside(rng), (rng.choice(ROUND), rng.choice(ERRORS))
    async with launch(out.world, APP_POLL_SECONDS="5"):
        for text in (f"line {rng.randrange(10**6)} is down", f"line {rng.randrange(10**6)} is down"):
            out.world.log.clear()
            out.world.records.clear()
            out[place].answer = raises(error(text))
            await out.world.passes(5)
            loud = [f"{record.text} {record.trace}" for record in out.world.records if record.level >= 30]
            if not any(text in line or error.__name__ in line for line in loud):
                how = f"A later round that failed with {error.__name__}: {text}"
                came = (
                    f"left {brief(loud or out.world.log)[:120]} in the log"
                    if out.world.log
                    else "left no line in the log"
                )
                wrong(how, came, "a warning or worse that names the error", f"`_keep_fresh` in {POLLER}")


@task(
    "8.2",
    points=0.5,
    promise="aclose cancels a round that is under way, and comes back when it has really ended",
)
async def test_the_poller_ends_with_the_app(launch: Launch, rng: random.Random) -> None:
    """When the app stops, a round under way is cancelled and waited for; nothing is asked or stored any more."""
    await stop_in_a_round(launch, Outside(rng), "fetch_rates")


@task("8.3", points=0.5, promise="startup opens the cache at cache_url in the space title, then a session")
async def test_startup_has_an_order(launch: Launch, world: World, rng: random.Random) -> None:
    """Startup opens the cache, then a session, then starts the poller, each with the app's own settings."""
    out, env = Outside(rng, world), settings(rng)
    seconds = float(env["APP_POLL_SECONDS"])
    async with launch(world, **env):
        expect_asked(out, START, sent(env), f"what {LIFESPAN} opens, and in which order")
        await world.passes(1.5 * seconds)
    came = {
        "cache_url": out["connect"].calls[0].arguments["url"],
        "title": out["select_space"].calls[0].arguments["space"],
        "bank_account": out["log_in"].calls[0].arguments["account"],
        "poll_seconds": [round(call.asked_at, 3) for call in out["fetch_rates"].calls],
    }
    wanted = dict(zip(came, env.values(), strict=True)) | {"poll_seconds": [0.0, seconds]}
    for name, value in came.items():
        if value != wanted[name]:
            how = "used {0} as its {1}" if name != "poll_seconds" else "asked the bank after {0} s"
            wrong(
                sent(env),
                how.format(brief(value), name),
                brief(wanted[name]),
                f"which settings {LIFESPAN} uses",
            )
    for call in out["fetch_rates"].calls:
        if call.arguments["session"] != out.session:
            came_with = f"asked for rates in session {call.arguments['session']}"
            wrong(sent(env), came_with, f"{out.session}, the one that `log_in` gave it", LIFESPAN)


@task("8.3", points=0.5, promise="shutdown closes them in reverse, each once")
async def test_shutdown_is_the_reverse(launch: Launch, rng: random.Random) -> None:
    """Shutdown ends the poller, then the session, then the cache, each once."""
    out = Outside(rng)
    out["log_out"].after, out["disconnect"].after = rng.sample([20, 30, 40], 2)
    await stop_in_a_round(launch, out, "fetch_rates", LIFESPAN)
    expect_number(out, "log_out", "session", out.session, "An app that stopped", LIFESPAN)


@task("8.3", points=0.5, promise="when one of these steps fails, the app does not start")
async def test_a_start_that_fails_halfway(launch: Launch, rng: random.Random) -> None:
    """When a step of startup fails, the app does not start, and what was opened before is closed in reverse."""
    for step in ("log_in", "fetch_rates", "connect"):
        await fail_at(launch, Outside(rng), step, rng.choice(ERRORS))


@task("8.3", points=0.25, promise="when closing one of them fails, the others are closed all the same")
async def test_a_stop_that_fails_halfway(launch: Launch, rng: random.Random) -> None:
    """When closing one fails, the others are closed all the same, and the shutdown fails in the end."""
    await fail_to_close(launch, Outside(rng), ["log_out"], rng.choice(ERRORS))


@task("8.3", points=0.25, promise="an app closes what it opened itself, and nothing of another app")
async def test_apps_close_what_is_theirs(probe: Probe, rng: random.Random) -> None:
    """Of two apps in one process, each closes what it opened itself."""
    for last, first in ((0, 1), (1, 0)):
        await two_lives(probe, rng, [["start", last], ["start", first], ["stop", first], ["stop", last]])


@task("8.4", points=0.5, promise="customers get the rates from the cache of the app that they asked")
async def test_each_app_has_its_rates(probe: Probe, rng: random.Random) -> None:
    """Of two apps in one process, each answers with the rates from its own cache."""
    await two_rates(probe, rng, rng.choice([[0, 1, 0, 1], [1, 0, 1, 0]]))


@task(
    "8.4",
    points=0.25,
    promise="GET /api/v1/getOrders without pageSize returns at most orders_page_size orders",
)
async def test_the_page_size_is_a_setting(launch: Launch, rng: random.Random) -> None:
    """Without `pageSize`, old clients get as many orders as the settings say that the environment had."""
    for size in (rng.randrange(1, 4), None):
        env = {} if size is None else {"APP_ORDERS_PAGE_SIZE": str(size)}
        async with launch(**env) as api:
            user = await customer_with_orders(api, rng, 21)
            answer = await api.get(f"/api/v1/getOrders?userId={user}")
            expect(answer, 200, why="as before", look_at=MOBILE)
            if (came := len(answer.json())) != (size or 20):
                how = f"came back with {came} of 21 orders, in an app with {env or 'no APP_ORDERS_PAGE_SIZE'}"
                wrong(answer, how, f"{size or 20}", f"when {MOBILE} reads the page size")


@task("8.4", points=0.5, promise="as the settings of the app that was asked have it")
async def test_each_app_has_its_page_size(probe: Probe, rng: random.Random) -> None:
    """Of two apps in one process, each lists as many orders as its own settings say."""
    await two_page_sizes(probe, rng, *rng.sample(range(1, 7), 2))


@task("8.4", points=0.5, promise="with a pageSize, and on all other routes, the answers are as before")
async def test_all_else_is_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """With a `pageSize`, and on all other routes, the answers are as before."""
    start = rng.getstate()
    user = await customer_with_orders(as_given, rng, 5)
    rng.setstate(start)  # the same customer for both
    await customer_with_orders(api, rng, 5)
    sizes = [*integers(rng), *texts(rng), "3.0", " 2 ", "+1", "1e2"]
    old = [Sent("GET", "/api/v1/getOrders", {"userId": user, "pageSize": size}) for size in sizes]
    await expect_as_before(
        api, as_given, [*old, Sent("GET", "/api/v1/getOrders", {})], look_at=MOBILE, explained=same_refusal
    )
    others = [one for one in await odd_requests(as_given, rng, 60) if "rates" not in one.path]
    await expect_as_before(api, as_given, others, look_at=f"{MOBILE} and {RATES}", explained=same_refusal)


def same_refusal(before: Response, after: Response) -> bool:
    """Whether both apps refused a request for the same reasons, told in any order."""
    reasons = [
        sorted(map(brief, one.json()["errors"])) if one.status_code == 422 else None
        for one in (before, after)
    ]
    return reasons[0] is not None and reasons[0] == reasons[1]


def calls(found: Sequence[str | tuple[str, Json]]) -> str:
    """Calls in words: `connect, log_in`, or with what they were asked."""
    names = [one if isinstance(one, str) else f"{one[0]}({brief(one[1])})" for one in found]
    return ", ".join(names) or "nothing"


def sent(env: Mapping[str, str]) -> str:
    """An app with these settings, in words."""
    return "An app with " + ", ".join(f"{name}={value[:40]!r}" for name, value in env.items())


def expect_asked(out: Outside, wanted: list[str], how: str, look_at: str) -> None:
    """Fail unless exactly this was asked of the outside world, in this order."""
    if out.asked != wanted:
        wrong(how, f"asked for {calls(out.asked)}", calls(wanted), look_at)


def expect_number(out: Outside, name: str, argument: str, number: int, how: str, look_at: str) -> None:
    """Fail unless this was called once, with the number that belongs to the app."""
    if (came := [call.arguments[argument] for call in out[name].calls]) != [number]:
        wrong(how, f"called {name} for {came or 'nothing'}", f"{number}, once", look_at)


def expect_named(crash: str, error: type[Exception], how: str) -> None:
    """Fail unless the start was ended by this very error."""
    if error.__name__ not in crash:
        wrong(
            how,
            f"did not start: {crash}",
            f"{error.__name__} to go on to the caller",
            f"`open_cache` in {CACHE}",
        )


async def live(launch: Launch, out: Outside, **env: str) -> None:
    """Start an app and stop it."""
    async with launch(out.world, **env):
        pass


async def stop_in_a_round(
    launch: Launch, out: Outside, place: str, look_at: str = f"`aclose` in {POLLER}"
) -> None:
    """Stop an app while a round hangs there; fail unless the poller has ended before anything is closed."""
    async with launch(out.world, APP_POLL_SECONDS="10"):
        out[place].answer = hangs
        await out.world.passes(10.5)
        before, hanging = len(out.asked), out[place].calls[-1]
        out.world.most = 1
    how = f"An app that was stopped while `{place}` hung"
    if not hanging.ended:
        wrong(how, f"never cancelled the call of `{place}`", "it to be cancelled", look_at)
    if out.asked[before:] != STOP:
        came = f"asked for {calls(out.asked[before:])} as it stopped"
        wrong(how, came, f"{calls(STOP)}: no round is left, and each is closed once, in reverse", look_at)
    if out.world.most > 1:
        came = f"called {STOP[0]} before the round had ended"
        wrong(how, came, "the poller's end to be waited for, then the next", look_at)


async def bad_rounds(
    launch: Launch, out: Outside, place: str, errors: list[type[Exception]], rng: random.Random
) -> None:
    """Let one round fail after the other; fail unless each is followed by the next, and the cache keeps what it has."""
    seconds, good = rng.choice([10, 45]), out[place].answer
    async with launch(out.world, APP_POLL_SECONDS=str(seconds)) as api:
        for number, error in enumerate(errors, start=1):
            how = f"A poller with seconds={seconds} whose round failed with {error.__name__} in `{place}`"
            kept, stored, rounds = out.kept, out["store"].started, out["fetch_rates"].started
            out[place].answer = raises(error("later"))
            await out.world.passes(seconds)
            rates = (await api.get("/api/v1/rates")).json().get("rates")
            if rates != kept or (place != "store" and out["store"].started > stored):
                wrong(
                    how,
                    f"left {brief(rates)} in the cache",
                    f"{brief(kept)}, as before",
                    f"`_keep_fresh` in {POLLER}",
                )
            out[place].answer = good
            await out.world.passes(seconds)
            times = [call.asked_at for call in out["fetch_rates"].calls][rounds:]
            wanted = [seconds * (2 * number - 1.0), seconds * 2.0 * number]
            if times != wanted:
                came = f"asked the bank after {times} s" if times else "asked the bank no more"
                wrong(how, came, f"{wanted}", f"what `_keep_fresh` in {POLLER} catches, and when it pauses")


async def fail_at(launch: Launch, out: Outside, step: str, error: type[Exception]) -> None:
    """Let a step of startup fail; fail unless what was opened before is closed in reverse, and nothing else."""
    out[step].answer = raises(error("not today"))
    opened = START[: START.index(step) + 1]
    closed = ["log_out"] * ("fetch_rates" in opened) + ["disconnect"] * ("select_space" in opened)
    how = f"An app whose `{step}` failed with {error.__name__} as it started"
    await launch.fails(out.world, why=how, look_at=LIFESPAN)
    expect_asked(out, [*opened, *closed], how, f"when {LIFESPAN} arranges what is closed")


async def fail_to_close(launch: Launch, out: Outside, steps: list[str], error: type[Exception]) -> None:
    """Let these steps of shutdown fail; fail unless all happen, and the shutdown fails."""
    for step in steps:
        out[step].answer = raises(error("not today"))
    how = f"An app whose {' and '.join(steps)} failed with {error.__name__} as it stopped"
    heard = False
    try:
        await live(launch, out)
    except NeverAnswers:
        raise
    except AppCrashed:
        heard = True
    expect_asked(out, [*START, *STOP], how, f"what {LIFESPAN} does when closing fails")
    if not heard:
        wrong(how, "stopped as if all was well", "the error to go on", f"what {LIFESPAN} catches")


async def two_lives(probe: Probe, rng: random.Random, steps: list[Json]) -> None:
    """Let two apps do these steps; fail unless what is open after each belongs to the apps that run then."""
    two, rates = two_settings(rng)
    running: set[int] = set()
    for (what, number), came in zip(
        steps, await probe("two_apps", settings=two, rates=rates, steps=steps), strict=True
    ):
        running = running | {number} if what == "start" else running - {number}
        wanted = [sorted(two[one][key] for one in running) for key in ("cache_url", "bank_account")]
        if came != wanted:
            how = f"Of two apps in one process, app {number + 1} {'started' if what == 'start' else 'stopped'}, which"
            wrong(
                how,
                f"left open {brief(came)}",
                brief(wanted),
                f"what {LIFESPAN} keeps outside of the function",
            )


async def two_rates(probe: Probe, rng: random.Random, asked: list[int]) -> None:
    """Let two apps be asked for rates in this order; fail unless each answers with its own."""
    two, rates = two_settings(rng)
    steps = [
        ["start", 0],
        ["start", 1],
        *(["GET", number, "rates"] for number in asked),
        ["stop", 1],
        ["stop", 0],
    ]
    answers = (await probe("two_apps", settings=two, rates=rates, steps=steps))[2:-2]
    for number, answer in zip(asked, answers, strict=True):
        if answer != (wanted := [200, {"rates": rates[two[number]["bank_account"]]}]):
            how = f"GET /api/v1/rates, sent to app {number + 1} of two in one process,"
            wrong(
                how,
                f"came back with {brief(answer)}",
                brief(wanted),
                f"what {RATES} keeps from one call to the next",
            )


async def two_page_sizes(probe: Probe, rng: random.Random, *sizes: int) -> None:
    """Place orders in two apps with these page sizes; fail unless each lists as many as its own settings say."""
    two, rates = two_settings(rng)
    two = [{**one, "orders_page_size": size} for one, size in zip(two, sizes, strict=True)]
    person = {"email": "page@example.com", "full_name": "Noor", "password": "correct horse"}
    order = {"user_id": 1, "items": [{"product_id": 1, "quantity": 1}]}
    steps: list[Json] = [["start", 0], ["start", 1]]
    for number in (0, 1):
        steps += [["POST", number, "users", person], *[["POST", number, "orders", order]] * 8]
    lists = [["GET", number, "getOrders?userId=1"] for number in rng.sample([0, 1, 0, 1], 4)]
    answers = (await probe("two_apps", settings=two, rates=rates, steps=[*steps, *lists]))[-len(lists) :]
    for (_, number, path), (status, body) in zip(lists, answers, strict=True):
        if status != 200 or len(body) != sizes[number]:
            came = f"came back with {len(body)} of 8 orders" if status == 200 else f"came back {status}"
            how = f"GET /api/v1/{path}, sent to app {number + 1} of two with orders_page_size={list(sizes)},"
            wrong(how, came, f"{sizes[number]}", f"whose settings {MOBILE} reads, and when")


def two_settings(rng: random.Random) -> tuple[list[dict[str, Json]], dict[str, Json]]:
    """Settings of two apps that have nothing in common, and what the bank tells the account of each."""
    names = [f"{word}-{rng.randrange(10**6)}" for word in rng.sample(["here", "abroad", "online"], 2)]
    two = [
        {
            "title": f"Shop {name}",
            "cache_url": f"cache://{name}",
            "bank_account": f"account {name}",
            "poll_seconds": 500,
        }
        for name in names
    ]
    return two, {one["bank_account"]: {"USD": rng.randrange(10**4)} for one in two}


async def customer_with_orders(api: Api, rng: random.Random, count: int) -> int:
    """Register somebody who places so many orders; their id."""
    shop = Shop(api, rng)
    user = await shop.register()
    for _ in range(count):
        await shop.order(user.id, {1: 1})
    return user.id
