# Derived from chapters/11-dependencies/checks.py by `course build`: change it there.
"""Exercise 11, the checks that learners see; held_out.py puts the same promises to other inputs.

The grader plays the head office, counts its sessions, and looks into the file after each answer: what a client is told is
compared with what is committed.
"""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from httpx2 import URL, Response

from course.checks import (
    Answer,
    Api,
    Database,
    Json,
    Probe,
    World,
    brief,
    expect,
    raises,
    task,
    wrong,
)
from course.checks.awkward import texts
from course.checks.own_tests import last_line, run_tests

PLAYED = ("app/returns/registry.py",)
EACH_TASK_ALONE = True

RETURNS, REFUNDS = "/api/v1/returns", "/api/v1/refunds"
REPOSITORY, WORK, PAGES, SHOPS = (
    f"app/returns/{name}.py" for name in ("repository", "work", "pages", "shops")
)
TESTS = "tests/test_returns.py"
REASONS = ("broken", "late", "unwanted")
ROWS = "SELECT shop_id, order_id, reason, cents FROM returns LEFT JOIN refunds ON return_id = id ORDER BY id"
JOURNAL = "SELECT shop_id, changes FROM journal ORDER BY id"
DOWN = (OSError, TimeoutError, ConnectionError, ConnectionResetError, BrokenPipeError, PermissionError)


class Office:
    """The head office, two shops of it, and what is to be in the file."""

    def __init__(self, api: Api, world: World, database: Database, rng: random.Random, where: str) -> None:
        self.api, self.database, self.rng, self.where = api, database, rng, where
        self.shops = rng.sample(range(1, 10**6), 2)
        self.keys: dict[str, int] = {f"till-{shop}-{rng.randrange(10**9)}": shop for shop in self.shops}
        self.number: int | None = None
        """The number of every session; None: each has another one."""
        self.begun: set[int] = set()
        """The sessions of the request that is counted."""
        answers: dict[str, Answer] = {
            "connect": self.begin,
            "find_shop": lambda session, key: self.keys.get(key),
            "disconnect": lambda session: None,
        }
        self.world = world
        self.roles = {name: world.plays(name, answer) for name, answer in answers.items()}

    def begin(self) -> int:
        """Begin a session."""
        number = self.rng.randrange(1, 10**12) if self.number is None else self.number
        self.begun.add(number)
        return number

    def key(self, shop: int) -> str:
        """The key of a shop's till."""
        return next(key for key, one in self.keys.items() if one == shop)

    def body(self, **odd: Json) -> dict[str, Json]:
        """What a till sends, good unless it is said otherwise."""
        order, cents = self.rng.randrange(1, 10**6), self.rng.randrange(1, 50_001)
        return {"order_id": order, "reason": self.rng.choice(REASONS), "cents": cents, **odd}

    async def take(self, shop: int, body: Mapping[str, Json]) -> Response:
        """Send a return."""
        return await self.api.post(RETURNS, json=dict(body), headers=self.headers(shop))

    async def see(self, shop: int, path: str = RETURNS, /, **query: Json) -> Response:
        """Ask for something, as a shop."""
        return await self.api.get(path, params=query, headers=self.headers(shop))

    def headers(self, shop: int) -> dict[str, str]:
        """The header that says which shop asks."""
        return {"X-Shop-Key": self.key(shop)}

    async def takes(self, shop: int, **odd: Json) -> dict[str, Json]:
        """Send a return that is fine; fail unless it is a 201, and what was sent."""
        body = self.body(**odd)
        expect(await self.take(shop, body), 201, why="this return is fine", look_at=self.where)
        return body

    def committed(self, answer: Response, sql: str, wanted: list[Any], why: str, look_at: str = "") -> None:
        """Fail unless exactly these rows are in the file."""
        if (rows := self.database.rows("shop.db", sql)) != wanted:
            table = "journal" if sql == JOURNAL else "returns"
            came = f"came back {answer.status_code}, and committed are {len(rows)} rows of {table}, {brief(rows[-2:])}"
            wrong(answer, came, f"{len(wanted)} rows, {brief(wanted[-2:])}: {why}", look_at or self.where)

    async def refused(self, shop: int, status: int, why: str, look_at: str = "", /, **odd: Json) -> None:
        """Send a return; fail unless it is refused, and the file is as it was."""
        before = [self.database.rows("shop.db", sql) for sql in (ROWS, JOURNAL)]
        answer = await self.take(shop, self.body(**odd))
        expect(answer, status, why=why, look_at=look_at or self.where)
        for sql, rows in zip((ROWS, JOURNAL), before, strict=True):
            self.committed(answer, sql, rows, "all of a request, or nothing", look_at)

    def asked(self, answer: Response, **wanted: int) -> None:
        """Fail unless the functions of the head office were called so often; then count from 0 again."""
        sessions = [call.arguments["session"] for call in self.roles["disconnect"].calls]
        used = {call.arguments["session"] for call in self.roles["find_shop"].calls} | set(sessions)
        if others := used - self.begun:
            wrong(answer, f"used the sessions {others}", f"{self.begun}, that `connect` gave it", SHOPS)
        for name, count in wanted.items():
            if (came := self.roles[name].started) != count:
                wrong(
                    answer, f"called `{name}` {came} times", f"{count}", f"who calls it in {SHOPS}, and when"
                )
        if len(set(sessions)) != len(sessions):
            wrong(answer, f"ended the sessions {sessions}", "each once", SHOPS)
        self.count_anew()

    def count_anew(self) -> None:
        """Forget who was asked."""
        self.begun.clear()
        for role in self.roles.values():
            role.calls.clear()


# --- 11.1 the unit of work -------------------------------------------------------------------------------------------


@task("11.1", points=0.5, promise="the return and its refund are committed, for the shop that asked")
async def test_what_is_answered_is_committed(
    api: Api, world: World, database: Database, rng: random.Random
) -> None:
    """What is answered 201 is in the file, the return and its refund."""
    office = Office(api, world, database, rng, f"who commits, and when: {WORK}")
    await expect_committed(office, rounds=3)
    for _ in range(2):
        await office.takes(office.shops[0], order_id=7, reason=REASONS[0])  # two that look alike are two


@task("11.1", points=0.75, promise="when the refund is refused")
async def test_a_refused_refund_leaves_nothing(
    api: Api, world: World, database: Database, rng: random.Random
) -> None:
    """When the second row is refused, the first one is not in the file."""
    office = Office(api, world, database, rng, f"who commits, and when: {REPOSITORY}, {WORK}")
    for shop in office.shops:
        await office.takes(shop, cents=50_000)
        for cents in (50_001, rng.randrange(50_001, 2**31)):
            await office.refused(shop, 409, "the file takes 50,000 cents at most", cents=cents)
    await office.takes(office.shops[0])


@task("11.1", points=0.75, promise="when only the commit fails")
async def test_a_commit_that_fails_is_no_201(
    api: Api, world: World, database: Database, rng: random.Random
) -> None:
    """A commit that fails is a 409, and nothing is in the file."""
    office = Office(api, world, database, rng, f"SCOPE in {WORK}: when does it end?")
    await office.takes(office.shops[0])
    for reason in ("eaten by the dog", "Broken", rng.choice([text for text in texts(rng) if fits(text)])):
        await office.refused(rng.choice(office.shops), 409, "COMMIT refuses this reason", reason=reason)
    await office.takes(office.shops[1])


@task("11.1", points=0.5, promise="leaves one line in journal, for its shop, with all that it changed")
async def test_the_journal_knows(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """A request that changes something leaves one line, with both rows; a read leaves none."""
    office = Office(
        api, world, database, rng, f"when {WORK} writes the journal's line, and in which unit of work"
    )
    lines: list[Any] = []
    for shop in rng.choices(office.shops, k=4):
        answer = await office.take(shop, office.body())
        lines.append({"shop_id": shop, "changes": 2})
        office.committed(answer, JOURNAL, lines, "one line for each request that changes something")
        for path in rng.sample([RETURNS, REFUNDS, f"{RETURNS}/1"], 2):
            office.committed(await office.see(shop, path), JOURNAL, lines, "who reads leaves no line")
    await office.refused(office.shops[0], 409, "the file takes 50,000 cents at most", cents=50_001)


@task("11.1", points=0.5, promise="whatever comes back, every connection does too")
async def test_connections_come_back(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """After many requests that were refused, the next one finds a connection."""
    office = Office(api, world, database, rng, f"what {WORK} opens, and who closes it on every way out")
    body = await office.takes(shop := office.shops[0])
    rows = [{"shop_id": shop, **{name: body[name] for name in ("order_id", "reason", "cents")}}]
    for _ in range(7):
        shop = rng.choice(office.shops)
        expect(
            await office.see(shop, f"{RETURNS}/99"), 404, why="there is no return 99", look_at=office.where
        )
        await office.refused(shop, 409, "50,000 cents at most", cents=10**6)
        await office.refused(shop, 409, "COMMIT refuses this reason", reason="odd")
        expect(await office.see(shop), 200, why="a connection is free", look_at=office.where)
    await world.set("app.returns.service", ReturnResponse=None)
    for _ in range(7):
        crashed = await office.take(rng.choice(office.shops), office.body())
        expect(crashed, 500, why="our code broke when both rows were written", look_at=office.where)
        office.committed(crashed, ROWS, rows, "what crashes leaves nothing")
    expect(await office.see(shop, REFUNDS), 200, why="a connection is free", look_at=office.where)


@task("11.1", points=0.25, promise="committed with them")
async def test_bad_days_of_the_file(probe: Probe) -> None:
    """Without its journal line no return is committed; a locked file costs no connection; a new reason is known at once."""
    for day, sent, expected in (
        ("no_journal", "POST /returns, whose journal line fails,", [500, 0]),
        ("locked", "GET /returns, after 7 returns that found the file locked,", [200, 0]),
        ("new_reason", "POST /returns with a reason that somebody has added to the file", [201, 1]),
    ):
        if (came := await probe("bad_days", day=day)) != expected:
            looks = f"what {WORK} commits together, and what it closes when `begin` fails"
            looks = "who knows the reasons: the file does" if day == "new_reason" else looks
            wrong(
                sent,
                f"came back {came[0]}, and committed are {came[1]} returns",
                f"{expected[0]}, and {expected[1]} of them",
                looks,
            )


# --- 11.2 the page ---------------------------------------------------------------------------------------------------


@task("11.2", points=0.5, promise="both lists take skip (0 to 10,000, else 0) and limit (1 to 100, else 20)")
async def test_pages_have_bounds(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """`skip` and `limit` have the shop's bounds and defaults, in both lists."""
    office = Office(api, world, database, rng, f"`__init__` in {PAGES}")
    shop = office.shops[0]
    for _ in range(22):
        await office.takes(shop)
    for path in (RETURNS, REFUNDS):
        for odd in (
            {"skip": -1},
            {"skip": 10_001},
            {"limit": 0},
            {"limit": 101},
            {"limit": "all"},
            {"skip": ""},
        ):
            why = "skip is 0 to 10,000, limit 1 to 100"
            expect(await office.see(shop, path, **odd), 422, why=why, look_at=office.where)
        for query in (
            {},
            {"skip": 10_000},
            {"limit": 100},
            {"limit": 1},
            {"skip": 3},
            {"skip": 1, "limit": 2},
        ):
            await expect_page(office, shop, path, 22, query)


@task("11.2", points=0.75, promise="the Link header names the page after this one")
async def test_pages_have_links(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """Each page names its neighbors, and no page that is not there."""
    office = Office(api, world, database, rng, f"`announce` in {PAGES}")
    shop, total = office.shops[0], rng.randrange(5, 9)
    for _ in range(total):
        await office.takes(shop)
    pages = [(0, total), (0, total - 1), (1, total - 1), (1, 3), (2, 2), (total, 2), (total + 5, 3), (4, 1)]
    for skip, limit in pages:
        query = {"skip": skip, "limit": limit}
        for path in (RETURNS, REFUNDS):
            await expect_page(office, shop, path, total, query)


@task("11.2", points=0.5, promise="a link keeps the rest of the query")
async def test_links_are_followed(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """Who follows `next` from the start sees each row once, and no other rows."""
    await follow(Office(api, world, database, rng, f"`announce` in {PAGES}"), order=rng.randrange(1, 99))


# --- 11.3 the shop ---------------------------------------------------------------------------------------------------


@task("11.3", points=0.5, promise="a shop sees the returns and refunds of its own, and of nobody else")
async def test_each_shop_its_own(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """Two shops take things back in turn, and each sees its own."""
    await expect_own(Office(api, world, database, rng, SHOPS), [*rng.choices((0, 1), k=4), 0, 1])


@task("11.3", points=0.5, promise="a request begins one session and asks once")
async def test_the_head_office_is_asked_once(
    api: Api, world: World, database: Database, rng: random.Random
) -> None:
    """A request that needs its shop in three places asks once, in one session, with the key that was sent."""
    office = Office(api, world, database, rng, SHOPS)
    for shop in office.shops:
        for path in ("POST", RETURNS, REFUNDS, f"{RETURNS}/1"):
            answer = await (office.take(shop, office.body()) if path == "POST" else office.see(shop, path))
            asked = [call.arguments["key"] for call in office.roles["find_shop"].calls]
            if asked and set(asked) != {office.key(shop)}:
                wrong(answer, f"asked for the keys {asked}", office.key(shop), f"what {SHOPS} hands on")
            office.asked(answer, find_shop=1, connect=1)
    await expect_sessions_apart(office)


@task("11.3", points=0.25, promise="nothing is kept for the next request")
async def test_nothing_is_kept(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """A key that moves to another shop shows that shop's returns; one that is withdrawn is a 401."""
    office = Office(api, world, database, rng, f"what {SHOPS} keeps from one request to the next")
    first, second = office.shops
    office.number = rng.randrange(1, 9)  # of a session that is over: it may come again
    key = office.key(first)
    headers, taken = {"X-Shop-Key": key}, await office.takes(second)
    expect(
        await api.get(f"{RETURNS}/1", headers=headers), 404, why="another shop took it", look_at=office.where
    )
    office.keys[key] = second
    now = expect(
        await api.get(f"{RETURNS}/1", headers=headers), 200, why="the key moved", look_at=office.where
    )
    if now.json()["order_id"] != taken["order_id"]:
        wrong(now, f"came back {brief(now.json())}", brief(taken), office.where)
    del office.keys[key]
    expect(await api.get(RETURNS, headers=headers), 401, why="the key is withdrawn", look_at=office.where)


@task("11.3", points=0.5, promise="the session ends once (disconnect), whatever becomes of the request")
async def test_sessions_end(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """A session ends on every way out of the request."""
    office = Office(api, world, database, rng, f"`get_session` in {SHOPS}")
    shop, where = office.shops[0], office.where
    await ended(office, await office.take(shop, office.body()), 201)
    await ended(office, await office.take(shop, office.body(cents=10**6)), 409)
    await ended(office, await office.take(shop, office.body(reason="odd")), 409)
    await ended(office, await office.see(shop, f"{RETURNS}/99"), 404)
    await ended(office, await office.see(shop, skip=-1), 422)
    await ended(office, await api.get(RETURNS, headers={"X-Shop-Key": "nobody"}), 401)
    await world.set("app.returns.service", RefundResponse=None, ReturnResponse=None)
    await ended(office, await office.see(shop), 500)
    expect(await office.see(shop, f"{RETURNS}/99"), 404, why="the next one is served", look_at=where)


@task("11.3", points=0.25, promise="without X-Shop-Key, or with one that nobody has, the answer is 401")
async def test_who_nobody_knows(api: Api, world: World, database: Database, rng: random.Random) -> None:
    """Nobody is a 401, and a head office that cannot be reached is a 503."""
    office = Office(api, world, database, rng, SHOPS)
    shop = office.shops[0]
    for headers in (
        {},
        {"X-Shop-Key": ""},
        {"X-Shop-Key": office.key(shop).upper()},
        {"X-Shop-Key": str(shop)},
    ):
        for request in (
            api.get(RETURNS, headers=headers),
            api.post(RETURNS, json=office.body(), headers=headers),
        ):
            expect(await request, 401, why=f"nobody has the key {headers or 'of no header'}", look_at=SHOPS)
    for error in rng.sample(DOWN, len(DOWN)):
        for name in ("connect", "find_shop"):
            role = office.roles[name]
            fine, role.answer = role.answer, raises(error("10.0.0.9"))
            why = f"`{name}` failed with {error.__name__}"
            office.count_anew()
            answer = expect(await office.see(shop), 503, why=why, look_at=SHOPS)
            await world.still()
            office.asked(answer, connect=1, find_shop=int(name == "find_shop"))
            role.answer = fine
    expect(await office.see(shop), 200, why="the head office is back", look_at=SHOPS)
    office.keys["till-0"] = office.number = 0
    expect(await office.see(0), 200, why="a shop has this key: number 0", look_at=SHOPS)


@task(
    "11.3",
    points=0.25,
    promise="when the head office cannot be reached",
)
async def test_other_errors_are_no_503(probe: Probe) -> None:
    """An OSError of our own code is a 500, not a head office that is away."""
    for day, error in (("os_error", "OSError"), ("timeout", "TimeoutError")):
        came = await probe("bad_days", day=day)
        if came != [500, 0]:
            sent = f"GET /returns with {error} from the service"
            wrong(
                sent,
                f"came back {came[0]}",
                "500: that was no head office",
                f"what {SHOPS} catches, and around what",
            )


# --- 11.4 no head office ---------------------------------------------------------------------------------------------


@task("11.4", points=0.75, promise="with no function of the head office called, replaced or even there")
async def test_the_tests_pass_without_head_office(probe: Probe) -> None:
    """Your tests pass where there is no head office, and nothing is left for the next test."""
    code, output = await run_with(probe, "no_head_office")
    if code != 0:
        came = f"ends with {last_line(output)[:200]}"
        expected = "three tests that pass"
        wrong(f"pytest {TESTS} without a head office", came, expected, f"`be` in {TESTS}", detail=output)


@task("11.4", points=0.25, promise="an app for which no test has said a shop still asks for a key")
async def test_nothing_is_left_for_the_next_test(probe: Probe) -> None:
    """An app for which no test has said a shop refuses whoever has no key."""
    code, output = await run_with(probe, "no_head_office", f"{TESTS}::test_who_has_no_key_is_nobody")
    if code == 0:
        code, output = await run_with(
            probe, "no_head_office", f"{TESTS}::test_nobody_has_said", "nobody_has_said"
        )
    if code != 0:
        wrong(
            f"pytest {TESTS}",
            f"ends with {last_line(output)[:200]}",
            "a 401",
            f"`be` in {TESTS}",
            detail=output,
        )


@task("11.4", points=0.5, promise="they still notice a shop that is shown the returns of another")
async def test_the_tests_notice(probe: Probe) -> None:
    """Your tests fail when shops see each other's returns, and when refunds are lost."""
    for fault, says in (
        ("shows_all_shops", "shops that see all returns"),
        ("loses_refunds", "refunds that are lost"),
    ):
        code, output = await run_with(probe, fault)
        if code != 1:
            came = f"ends with {code}" if code else "passes"
            where = f"what {TESTS} replaces: the shop only, and no service, no repository"
            wrong(f"pytest {TESTS} with {says}", came, "one test to fail", where, detail=output)


async def run_with(probe: Probe, conftest: str, target: str = TESTS, more: str = "") -> tuple[int, str]:
    """Run the learner's tests beside a conftest.py of ours, with a test of ours at their end: exit code and output."""
    files = {"conftest.py": conftest} | ({TESTS: more} if more else {})
    folder = Path(__file__).parent / "probes"
    texts = {path: (folder / f"{name}.py").read_text(encoding="utf-8") for path, name in files.items()}
    return await run_tests(probe, texts, target)


# --- what several checks ask -----------------------------------------------------------------------------------------


def fits(text: str) -> bool:
    """Whether a text gets past the schema, and is no reason that the file knows."""
    return 0 < len(text.strip()) <= 100 and "\x00" not in text and text.strip() not in REASONS


async def expect_committed(office: Office, rounds: int) -> None:
    """Take returns for two shops in turn; fail unless each is in the file when it is answered, and readable."""
    rows: list[Any] = []
    for number in range(1, 2 * rounds + 1):
        shop, body = office.rng.choice(office.shops), office.body()
        answer = expect(await office.take(shop, body), 201, why="this return is fine", look_at=office.where)
        rows.append({"shop_id": shop, **{name: body[name] for name in ("order_id", "reason", "cents")}})
        office.committed(answer, ROWS, rows, "what is answered 201 is committed")
        wanted = {"id": number, "order_id": body["order_id"], "reason": body["reason"]}
        if answer.json() != wanted:
            wrong(answer, f"came back {brief(answer.json())}", brief(wanted), f"`add` in {REPOSITORY}")


async def expect_page(office: Office, shop: int, path: str, total: int, query: Mapping[str, int]) -> None:
    """Ask for a page of ids 1 to total; fail unless it has these rows, and these links."""
    answer = expect(
        await office.see(shop, path, **query), 200, why="both are in bounds", look_at=office.where
    )
    skip, limit, name = query.get("skip", 0), query.get("limit", 20), "id" if path == RETURNS else "return_id"
    wanted = list(range(1, total + 1))[skip : skip + limit]
    if (came := [row[name] for row in answer.json()]) != wanted:
        wrong(answer, f"came back with the rows {came}", f"{wanted}", office.where)
    places = {"prev": max(0, skip - limit)} if skip else {}
    places |= {"next": skip + limit} if skip + limit < total else {}
    links = {rel: URL(link["url"]) for rel, link in answer.links.items()}
    found = {
        rel: (url.path, url.params.get("skip", "0"), url.params.get("limit", "20"))
        for rel, url in links.items()
    }
    expected = {rel: (path, str(place), str(limit)) for rel, place in places.items()}
    if found != expected:
        link = f"came back with Link: {answer.headers.get('link', 'nothing')}"
        links_wanted = " and ".join(f"{rel} at skip={place}&limit={limit}" for rel, place in places.items())
        wrong(answer, link, links_wanted or "no links", f"`announce` in {PAGES}")


async def follow(office: Office, order: int) -> None:
    """Follow `next` through the returns of one order; fail unless each is seen once."""
    shop, rng = office.shops[0], office.rng
    orders = [order, order, order + 1, order, order + 1, order, order]
    rng.shuffle(orders)
    for one in orders:
        await office.takes(shop, order_id=one)
    wanted = [number for number, one in enumerate(orders, 1) if one == order]
    tills = [f"{rng.choice('éß%')} & {rng.randrange(99)}", "", *rng.sample(["a+b", "c=d", "e"], 2)]
    rest: dict[str, Json] = {
        "order_id": order,
        "till": rng.sample(tills, 4),
        "gift": "",
        "noskip": 3,
        "limits": 9,
        "twice": ["a", "a"],
    }
    sent = {name: value if isinstance(value, list) else [str(value)] for name, value in rest.items()}
    answer, seen = await office.see(shop, **rest, limit=(limit := rng.randrange(1, 4))), list[int]()
    for _ in range(len(orders)):
        expect(answer, 200, why="a link of ours leads here", look_at=office.where)
        seen += [row["id"] for row in answer.json()]
        if (link := answer.links.get("next")) is None:
            break
        url = URL(link["url"])
        if any(url.params.get_list(name) != values for name, values in sent.items()):
            came = f"came back with the link {link['url']}"
            wrong(answer, came, f"{sent} in it, as they were sent", office.where)
        answer = await office.api.get(f"{url.path}?{url.query.decode()}", headers=office.headers(shop))
    if seen != wanted:
        came = f"led by its `next` links to the returns {seen}"
        wrong(f"GET {RETURNS}?order_id={order}&limit={limit}", came, f"{wanted}", office.where)


async def expect_own(office: Office, turns: list[int]) -> None:
    """Let shops take things back in these turns; fail unless each sees its own, and a 404 for the rest."""
    for turn in turns:
        await office.takes(office.shops[turn])
    for turn, shop in enumerate(office.shops):
        own = [number for number, one in enumerate(turns, 1) if one == turn]
        for path, name in ((RETURNS, "id"), (REFUNDS, "return_id")):
            answer = expect(await office.see(shop, path), 200, why="the key is known", look_at=office.where)
            if (came := [row[name] for row in answer.json()]) != own:
                wrong(answer, f"came back with {came} for shop {shop}", f"{own}", office.where)
        for number in range(1, len(turns) + 1):
            why = f"return {number} was taken by {'this' if number in own else 'another'} shop"
            status = 200 if number in own else 404
            expect(await office.see(shop, f"{RETURNS}/{number}"), status, why=why, look_at=office.where)


async def expect_sessions_apart(office: Office) -> None:
    """Let two shops ask at the same time; fail unless each has its own session and its own returns."""
    world, role = office.world, office.roles["find_shop"]
    fine = role.answer
    office.roles["find_shop"] = role = world.plays("find_shop", fine, after=5)
    visits = [await world.begin(office.see(shop)) for shop in office.shops]
    answers = [
        expect(await visit.answer(), 200, why="the key is known", look_at=office.where) for visit in visits
    ]
    await world.still()
    sessions = [call.arguments["session"] for call in role.calls]
    if len(set(sessions)) != len(visits):
        came = f"together with another request asked in the sessions {sessions}"
        wrong(answers[-1], came, "a session for each request", office.where)
    office.asked(answers[-1], connect=2, find_shop=2, disconnect=2)
    office.roles["find_shop"] = world.plays("find_shop", fine)


async def ended(office: Office, answer: Response, status: int) -> None:
    """Fail unless the answer has this status, and each session that began has ended, once."""
    expect(answer, status, why="that is what becomes of this request", look_at=office.where)
    await office.world.still()
    office.asked(answer, connect=1, disconnect=1)
