# Derived from chapters/12-middleware/checks.py by `course build`: change it there.
"""Exercise 12, the checks that learners see; held_out.py puts the same promises to other moments.

The grader plays the archive, the warehouse and the clock: it sees when each part of an answer leaves, and asks again while
a request is in work, when its answer is out but the app is not done, and a moment before and after an answer is too old.
"""

import asyncio
import json
import random
import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from httpx2 import Response

from course.checks import (
    Api,
    AppCrashed,
    Json,
    Launch,
    Role,
    Shop,
    World,
    expect,
    expect_as_before,
    hangs,
    odd_requests,
    raises,
    status_of,
    task,
    wrong,
)
from course.checks.desk import customers
from course.checks.refusals import refuses
from course.checks.shop import ORDERS

PLAYED = ("app/exports/archive.py", "app/orders/warehouse.py", "app/returns/registry.py")
EACH_TASK_ALONE = True

EXPORTS = "/api/v1/exports"
MEMORY, LAYER, RECORDER = (f"app/idempotency/{name}.py" for name in ("memory", "layer", "recorder"))
ORDER_OF_LAYERS = "app/middleware.py"
PAGES = ("https://shop.example", "https://m.shop.example")
GZIP = ("gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8")
PLAIN = ("identity", "br", "")
OUTSIDE = "date server x-request-id server-timing vary content-encoding content-length transfer-encoding"
"""Headers that an answer gets from the layers outside, or from the server."""


# --- 12.1 remember ---------------------------------------------------------------------------------------------------


@task("12.1", points=0.25, promise="a repeat with the same body gets the first answer again")
async def test_a_repeat_is_answered_not_done(api: Api, world: World, rng: random.Random) -> None:
    """A repeat gets the first answer, and no second order is placed, no quarter looked up again."""
    till = Till(api, world, rng, MEMORY)
    await till.expect_once(ORDERS, await till.cart())
    await till.expect_once(EXPORTS, till.year())


@task("12.1", points=0.5, promise="another body under a key that is known is an OtherBodyError")
async def test_another_body_is_refused(api: Api, world: World, rng: random.Random) -> None:
    """Another body under a known key is a 422, while the first is in work and after it; the first stays as it was."""
    till = Till(api, world, rng, MEMORY)
    await till.archive(after=5)
    key, body = till.key(), till.year()
    first = await world.begin(till.send(EXPORTS, body, key))
    for _ in range(2):
        await till.expect_at_once(
            till.send(EXPORTS, till.year(), key), 422, "the key stands for another body"
        )
    answer = expect(await first.answer(), 200, why="it was the first", look_at=MEMORY)
    for other in (till.year(), b""):
        await till.expect(till.send(EXPORTS, other, key), 422, "the key stands for another body")
    till.expect_same(answer, await till.send(EXPORTS, body, key))


@task("12.1", points=0.25, promise="while the first is in work, the same body is an InWorkError at once")
async def test_in_work_is_refused_at_once(api: Api, world: World, rng: random.Random) -> None:
    """While the first is in work, repeats are a 409 at once; then they get its answer."""
    till = Till(api, world, rng, MEMORY)
    role = await till.archive(after=rng.choice([5, 40]))
    key, body = till.key(), till.year()
    first = await world.begin(till.send(EXPORTS, body, key))
    for _ in range(3):
        await till.expect_at_once(till.send(EXPORTS, body, key), 409, "the first one is in work")
    answer = expect(await first.answer(), 200, why="it was the first", look_at=MEMORY)
    till.expect_same(answer, await till.send(EXPORTS, body, key))
    till.expect_asked(answer, role, 4)


@task("12.1", points=0.25, promise="two keys that differ in user, path or value are two")
async def test_two_keys_are_two(api: Api, world: World, rng: random.Random) -> None:
    """Another user, another path or another value is another key, with the same body."""
    till = Till(api, world, rng, MEMORY)
    body = await till.cart() | till.year()
    await till.archive()
    for value in ("1", "2", "1-", "A", "a"):
        for user in ("1", "2", None):
            place = await till.expect(till.send(ORDERS, body, value, user), 201, "the key is new")
            export = await till.expect(
                till.send(EXPORTS, body, value, user), 200, "the key is new on this path"
            )
            till.expect_same(place, await till.send(ORDERS, body, value, user))
            till.expect_same(export, await till.send(EXPORTS, body, value, user))
    await till.expect_orders(place, 15)
    for user in ("None", "none", "null", "0", "-"):
        await till.expect_once(EXPORTS, till.year(), "a", user)


@task("12.1", points=0.25, promise="what was forgotten is new again, as if it had never been, with any body")
async def test_what_failed_is_new_again(api: Api, world: World, rng: random.Random) -> None:
    """After a request that failed its key is new: for the same body, and for another one."""
    till = Till(api, world, rng, MEMORY)
    for same in (True, False):
        key, body = till.key(), await till.cart()
        await till.expect(till.send(ORDERS, body | {"user_id": 10**6}, key), 404, "nobody has this id")
        if same:
            await till.expect(till.send(ORDERS, body | {"user_id": 10**6}, key), 404, "the first one failed")
        await till.expect_once(ORDERS, body, key)


@task("12.1", points=0.25, promise="an answer is kept for KEEP_SECONDS after it was given")
async def test_an_answer_is_kept_so_long(api: Api, world: World, rng: random.Random) -> None:
    """An answer is kept for KEEP_SECONDS, counted from the answer, and no longer."""
    await keep_for(Till(api, world, rng, MEMORY), rng.choice([60, 1000, 7200]))


@task("12.1", points=0.25, promise="what is in work stays so, however long it takes")
async def test_in_work_has_no_end(api: Api, world: World, rng: random.Random) -> None:
    """A request that takes longer than KEEP_SECONDS is in work still."""
    till = Till(api, world, rng, MEMORY)
    await world.set("app.idempotency.memory", KEEP_SECONDS=30)
    await till.archive(after=100)
    key, body = till.key(), till.year()
    first = await world.begin(till.send(EXPORTS, body, key))
    await world.passes(rng.choice([45, 95]))
    await till.expect_at_once(
        till.send(EXPORTS, body, key), 409, "the first one is in work, longer than KEEP_SECONDS"
    )
    answer = expect(await first.answer(), 200, why="it was the first", look_at=MEMORY)
    till.expect_same(answer, await till.send(EXPORTS, body, key))


# --- 12.2 the request ------------------------------------------------------------------------------------------------


@task("12.2", points=0.5, promise="everything else is as before, with the header or without it")
async def test_everything_else_is_as_before(api: Api, as_given: Api, rng: random.Random) -> None:
    """Other requests are as before, twice with one key; orders without a key are placed each time."""
    sent = [*customers(rng), *customers(rng)[2:], *await odd_requests(as_given, rng, 30)]
    key = {"Idempotency-Key": "cart-1"}
    bare = [one for one in sent if one.method == "POST" and one.path in (ORDERS, EXPORTS)]
    keyed = [one if one in bare else replace(one, headers={**one.headers, **key}) for one in sent]
    look_at = f"`find_key` in {LAYER}: a POST, to a path of COVERED, with the header"
    await expect_as_before(api, as_given, [again for one in keyed for again in (one, one)], look_at=look_at)


@task("12.2", points=0.25, promise="a key is its user's own")
async def test_a_key_is_its_users_own(api: Api, world: World, rng: random.Random) -> None:
    """Two users, the staff and two paths may use the same key."""
    till = Till(api, world, rng, f"the user, the path and the value in `find_key` of {LAYER}")
    await till.archive()
    key, carts = till.key(), {user: await till.cart() for user in ("1", "2", None)}
    for user, cart in carts.items():
        await till.expect_once(ORDERS, cart, key, user)
        await till.expect_once(EXPORTS, till.year(), key, user)
    for value in ("7", "Cart 7, Ada's", "https://app.example/carts/7?n=1", "=" * 90):
        await till.expect_once(EXPORTS, till.year(), value)
    same = await till.cart()
    answers = [await till.send(ORDERS, same, "same", user) for user in ("1", "2", None)]
    if len({answer.headers.get("location") for answer in answers}) != 3:
        came = "with the same key from another user came back with the first user's answer"
        wrong(answers[-1], came, "an order of its own", till.where)


@task("12.2", points=0.25, promise="the route gets the body whole, in however many parts it came")
async def test_the_route_gets_the_whole_body(api: Api, world: World, rng: random.Random) -> None:
    """A body arrives whole at the route, in one part or many, short or long; a stream after it runs to its end."""
    till = Till(api, world, rng, f"the `receive` that {LAYER} hands in: each message once, then the real one")
    for size in (0, 40, 100_000):
        body = json.dumps(await till.cart()).encode() + b" " * size
        for parts in (1, rng.randrange(2, 9)):
            key = till.key()
            first = await till.expect(till.send(ORDERS, cut(body, parts), key), 201, "the order is complete")
            till.expect_same(first, await till.send(ORDERS, cut(body, parts + 1), key))
    await till.expect(till.send(ORDERS, b"", till.key()), 422, "without a body there is no order")
    gate, carts = asyncio.Event(), [await till.cart() for _ in range(2)]
    visits = [
        await world.begin(till.send_halves(json.dumps(cart).encode(), till.key(), gate)) for cart in carts
    ]
    gate.set()
    for cart, visit in zip(carts, visits, strict=True):
        placed = await till.expect(visit.answer(), 201, "two orders arrive at the same time")
        if placed.json()["user_id"] != cart["user_id"]:
            wanted = f"user {cart['user_id']}'s: two orders arrive at the same time"
            wrong(placed, f"came back with user {placed.json()['user_id']}", wanted, till.where)
    await till.expect_once(EXPORTS, till.year())


@task("12.2", points=0.25, promise="a body is another one if it differs in any byte")
async def test_any_byte_makes_another_body(api: Api, world: World, rng: random.Random) -> None:
    """Bodies that differ in one byte, wherever that is, are two."""
    till = Till(api, world, rng, f"what {LAYER} takes for the body")
    for size in (0, 100_000):
        body, key = json.dumps(await till.cart()).encode() + b" " * size, till.key()
        first = await till.expect(till.send_in_two(body, key), 201, "the key is new")
        middle = len(body) // 2  # among the blanks of a long one
        within = body[:middle] + (b"\t" if size else b"\n\t") + body[middle + bool(size) :]
        for other in (body[:-1] + b"\n", body + b" ", b" " + body, within):
            await till.expect(till.send_in_two(other, key), 422, "the body differs from the first one")
        till.expect_same(first, await till.send_in_two(body, key))


@task("12.2", points=0.25, promise="a repeat gets the status, the headers and the body that are kept")
async def test_a_repeat_is_the_same_answer(api: Api, world: World, rng: random.Random) -> None:
    """Each repeat has the first answer's status, headers and body."""
    till = Till(api, world, rng, f"the two messages that {LAYER} sends for a repeat")
    for path, body in ((ORDERS, await till.cart()), (EXPORTS, till.year())):
        await till.expect_once(path, body, repeats=3)


@task("12.2", points=0.25, promise="a refusal is a problem (make_problem), 422 or 409")
async def test_a_refusal_is_a_problem(api: Api, world: World, rng: random.Random) -> None:
    """A refusal is a problem with a sentence, and changes nothing."""
    till = Till(api, world, rng, f"what {LAYER} makes of the memory's errors")
    key, cart = till.key(), await till.cart()
    await till.expect(till.send(ORDERS, cart, key), 201, "the key is new")
    why = "the key was used with another body"
    await refuses(api, till.send(ORDERS, await till.cart(), key), 422, why=why, look_at=till.where, says=True)
    await till.archive(after=9)
    body = till.year()
    first = await world.begin(till.send(EXPORTS, body, key))
    why = "the first one is in work"
    await refuses(api, till.send(EXPORTS, body, key), 409, why=why, look_at=till.where, says=True)
    await first.leave()


@task("12.2", points=0.5, promise="whatever becomes of a request, whether it breaks or its client leaves")
async def test_a_request_that_ends_badly_is_closed(api: Api, world: World, rng: random.Random) -> None:
    """After a request that broke, or whose client left, the same request is done."""
    till = Till(api, world, rng, f"`recorder.close()` in {LAYER}: it comes whatever happens")
    await expect_again_after_a_bad_end(till)


# --- 12.3 the answer -------------------------------------------------------------------------------------------------


@task("12.3", points=0.5, promise="each part of an answer goes out in the moment in which the app sends it")
async def test_an_answer_with_a_key_streams(api: Api, world: World, rng: random.Random) -> None:
    """Each quarter of an export with a key leaves when the archive has found it."""
    till = Till(api, world, rng, f"when {RECORDER} calls the real `send`")
    for encoding in rng.sample([rng.choice(GZIP), "identity"], 2):
        await till.expect_stream(encoding, till.key())


@task("12.3", points=0.5, promise="the answer is kept when its last part goes out")
async def test_an_answer_is_kept_when_it_is_out(api: Api, world: World, rng: random.Random) -> None:
    """A repeat gets the answer while the app tells the warehouse."""
    till = Till(api, world, rng, f"when {RECORDER} calls `keep`")
    announce = world.plays("announce", hangs)
    placed = await till.expect_once(ORDERS, await till.cart())
    if announce.started != 1:
        wrong(placed, f"sent twice told the warehouse {announce.started} times", "once", till.where)


@task("12.3", points=0.25, promise="kept are the status, all headers and the whole body as the app gave them")
async def test_what_is_kept_is_what_the_app_gave(api: Api, world: World, rng: random.Random) -> None:
    """Repeats have the app's status, headers and body, and each header of the outer layers once."""
    till = Till(api, world, rng, f"what {RECORDER} writes down: a copy, before the layers outside change it")
    many = [{"product_id": rng.choice([1, 2]), "quantity": 1} for _ in range(40)]
    for path, body in ((ORDERS, await till.cart() | {"items": many}), (EXPORTS, till.year())):
        for encodings in (("gzip", "identity", "gzip"), ("identity", "gzip", "identity")):
            await till.archive()
            key = till.key()
            answers = [await till.send(path, body, key, accept=encoding) for encoding in encodings]
            expect(answers[0], 201 if path == ORDERS else 200, why="the key is new", look_at=till.where)
            for answer in answers[1:]:
                till.expect_same(answers[0], answer)
                expect_one(answer, "x-request-id", till.where)
                expect_one(answer, "vary", till.where)


@task("12.3", points=0.5, promise="only a 2xx is kept")
async def test_only_what_went_well_is_kept(api: Api, world: World, rng: random.Random) -> None:
    """A refused order may be repeated, and is placed once its reason is gone; a refusal is no answer to keep."""
    till = Till(api, world, rng, f"which statuses {RECORDER} keeps")
    key, cart = till.key(), await till.cart()
    unknown = int(cart["user_id"]) + 1
    for _ in range(2):
        await till.expect(till.send(ORDERS, cart | {"user_id": unknown}, key), 404, "nobody has this id yet")
    await till.shop.register()
    await till.expect_once(ORDERS, cart | {"user_id": unknown}, key)
    for status, body in (
        (409, cart | {"items": [{"product_id": 3, "quantity": 10**6}]}),
        (422, {"user_id": "?"}),
    ):
        key = till.key()
        for _ in range(2):
            await till.expect(
                till.send(ORDERS, body, key), status, "it is refused each time, as without a key"
            )
        await till.expect_once(ORDERS, cart, key)


@task("12.3", points=0.25, promise="so may one whose answer was cut short")
async def test_half_an_answer_is_not_kept(api: Api, world: World, rng: random.Random) -> None:
    """An export that was cut short is done again."""
    till = Till(api, world, rng, f"what `close` in {RECORDER} does with an answer that has no last part")
    await expect_again_after_a_bad_end(till)


@task("12.3", points=0.25, promise="a key is settled once")
async def test_what_is_kept_stays_kept(api: Api, world: World, rng: random.Random) -> None:
    """An answer stays kept when its request ends badly after it: the warehouse breaks, or the server lets it go."""
    till = Till(api, world, rng, f"what `close` in {RECORDER} does after the last part")
    for ends in (raises(KeyError("crate")), hangs):
        world.plays("announce", ends)
        key, cart = till.key(), await till.cart()
        placed = await world.begin(till.send(ORDERS, cart, key))
        first = await placed.answer()
        await placed.leave()
        expect(first, 201, why="the key is new", look_at=till.where)
        till.expect_same(first, await till.send(ORDERS, cart, key))


# --- 12.4 the order of the layers ------------------------------------------------------------------------------------


@task("12.4", points=0.25, promise="each answer has one X-Request-ID, its own")
async def test_each_answer_has_its_own_id(api: Api, world: World, rng: random.Random) -> None:
    """Each answer has an id of its own: a first, a repeat, a 422 and a 409."""
    till = Till(api, world, rng, f"which layers a repeat passes, by the order in {ORDER_OF_LAYERS}")
    seen = set()
    async for answer in till.every_kind():
        expect_one(answer, "x-request-id", till.where)
        seen.add(identity := answer.headers["x-request-id"])
        if len(seen) != till.count:
            wrong(
                answer, f"has the X-Request-ID of an earlier answer, {identity}", "one of its own", till.where
            )
    asks = {"Origin": PAGES[0], "Access-Control-Request-Method": "POST"}
    expect_one(await api.request("OPTIONS", ORDERS, headers=asks), "x-request-id", till.where)


@task("12.4", points=0.25, promise="each answer can be read by the page that asks")
async def test_each_answer_can_be_read(world: World, launch: Launch, rng: random.Random) -> None:
    """Each answer has the CORS headers of the page that asks for it, if that is one of ours."""
    name = "access-control-allow-origin"
    async with launch(world, APP_CORS_ORIGINS=json.dumps(PAGES)) as api:
        till = Till(api, world, rng, f"which layers a repeat passes, by the order in {ORDER_OF_LAYERS}")
        answers = [answer async for answer in till.every_kind()]
        stranger = await till.send(ORDERS, await till.cart(), till.key(), page="https://evil.example")
        world.plays("connect", raises(KeyError("line")))
        for page in PAGES:
            crashed = await api.get("/api/v1/returns", headers={"Origin": page, "X-Shop-Key": "till"})
            answers.append(expect(crashed, 500, why="our code broke", look_at=till.where))
        for answer in (*answers, stranger):
            page, came = answer.request.headers["origin"], answer.headers.get(name)
            if came != (wanted := page if page in PAGES else None):
                came = f"from the page {page} came back with Access-Control-Allow-Origin: {came}"
                wrong(answer, came, wanted or "no such header: nobody named that page", till.where)
    async with launch(World(), APP_CORS_ORIGINS="[]") as api:
        answer = await api.get("/health", headers={"Origin": PAGES[0]})
        if (came := answer.headers.get(name)) is not None:
            wrong(answer, f"came back with {name}: {came}", "no such header: no page is named", till.where)


@task("12.4", points=0.5, promise="who accepts gzip gets it, and nobody else does")
async def test_gzip_is_for_who_accepts_it(api: Api, world: World, rng: random.Random) -> None:
    """Long answers are zipped for who accepts it, a repeat by what it accepts itself; short ones are not."""
    till = Till(api, world, rng, f"where gzip stands in {ORDER_OF_LAYERS}, and where the keys")
    body, short = till.year(), await till.cart()
    for first in ("gzip", "identity"):
        await till.archive()
        key = till.key()
        for encoding in (first, *rng.sample([*GZIP, *PLAIN], 6)):
            answer = await till.expect(
                till.send(EXPORTS, body, key, accept=encoding), 200, "it is the same export"
            )
            expect_encoding(answer, encoding, till.where)
            if "accept-encoding" not in answer.headers.get("vary", "").lower():
                wrong(
                    answer,
                    "came back without Vary: Accept-Encoding",
                    "it: caches keep both apart",
                    till.where,
                )
        placed = await till.send(ORDERS, short, till.key(), accept=encoding)
        expect_encoding(placed, "identity", till.where)


@task("12.4", points=0.25, promise="each part of an export goes out in its moment, zipped or not")
async def test_an_export_streams_through_all_layers(api: Api, world: World, rng: random.Random) -> None:
    """Each quarter of an export leaves when it is found, zipped or not, with a key or without."""
    till = Till(api, world, rng, f"which layer of {ORDER_OF_LAYERS} waits for more than one part")
    for encoding in ("gzip", "identity"):
        for key in (None, till.key()):
            await till.expect_stream(encoding, key)


# --- what the checks do again and again ------------------------------------------------------------------------------


class Till:
    """A client that sends carts and exports with keys; `where` to look when that goes wrong."""

    def __init__(self, api: Api, world: World, rng: random.Random, where: str) -> None:
        self.api, self.world, self.rng, self.where = api, world, rng, where
        self.shop = Shop(api, rng)
        self.count = 0
        self._numbers = iter(rng.sample(range(10**6), 200))
        self._years = iter(rng.sample(range(2000, 2101), 90))
        world.plays("announce", lambda order_id, pieces: None)

    def key(self) -> str:
        """A key that nobody used yet."""
        return f"cart-{next(self._numbers)}"

    def year(self) -> dict[str, Json]:
        """The body of an export, another one each time."""
        return {"year": next(self._years)}

    async def cart(self) -> dict[str, Json]:
        """The body of an order that can be placed, another one each time."""
        items = [{"product_id": 2, "quantity": self.rng.randrange(1, 4)}]
        return {"user_id": (await self.shop.register()).id, "items": items}

    async def archive(self, after: float = 1.0) -> Role:
        """Play the archive: each quarter has its lines, so many seconds after it was asked for."""
        return self.world.plays("fetch_quarter", lambda year, quarter: lines_of(year, quarter), after=after)

    async def send(
        self,
        path: str,
        body: Any,  # noqa: ANN401 - JSON, bytes or their parts
        key: str | None,
        user: str | None = "1",
        accept: str = "identity",
        page: str = PAGES[0],
    ) -> Response:
        """Send it; whatever comes back."""
        headers = {"Accept-Encoding": accept, "Origin": page, "Content-Type": "application/json"}
        named = {"Idempotency-Key": key, "X-User-Id": user}
        headers |= {name: value for name, value in named.items() if value is not None}
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        if isinstance(content, list):
            content = in_parts(content)
        return await self.api.post(path, content=content, headers=headers)

    async def send_in_two(self, body: bytes, key: str) -> Response:
        """Send an order in two parts, the second one when the app has the first."""
        gate = asyncio.Event()
        visit = await self.world.begin(self.send_halves(body, key, gate))
        gate.set()
        return await visit.answer()

    async def send_halves(self, body: bytes, key: str, gate: asyncio.Event) -> Response:
        """Send an order in two parts, the second one when the gate is open."""
        half = len(body) // 2

        async def parts() -> AsyncIterator[bytes]:
            yield body[:half]
            await gate.wait()
            yield body[half:]

        return await self.send(ORDERS, parts(), key)

    async def expect_at_once(self, request: Any, status: int, why: str) -> Response:  # noqa: ANN401 - coroutine
        """Fail unless the request has this status at once, while another one is in work."""
        visit = await self.world.begin(request)
        if not visit.task.done():
            wrong("A request with a key that is in work", "waits", f"{status} at once: {why}", self.where)
        return expect(visit.task.result(), status, why=why, look_at=self.where)

    async def expect(self, request: Any, status: int, why: str) -> Response:  # noqa: ANN401 - awaitable
        """Fail unless the request has this status."""
        return expect(await request, status, why=why, look_at=self.where)

    def expect_same(self, first: Response, again: Response) -> None:
        """Fail unless a repeat is the first answer again."""
        expect(again, first.status_code, why="a repeat gets the first answer again", look_at=self.where)
        for name in {**first.headers, **again.headers}:
            was, now = first.headers.get(name), again.headers.get(name)
            if was != now and name not in OUTSIDE.split():
                came = f"repeated with its key came back with {name}: {now}"
                wrong(again, came, f"{name}: {was}, as the first time", self.where)
        if first.content != again.content:
            came = f"repeated with its key came back with another body, {again.text[:60]!r}"
            wrong(again, came, f"the first one, {first.text[:60]!r}", self.where)

    async def expect_once(
        self, path: str, body: Json, key: str | None = None, user: str | None = "1", repeats: int = 1
    ) -> Response:
        """Fail unless a new request is done, and its repeats are answered without doing it again."""
        key, role = key or self.key(), await self.archive()
        before = await self.total()
        first = await self.expect(
            self.send(path, body, key, user), 201 if path == ORDERS else 200, "the key is new"
        )
        wanted = (
            "".join(lines_of(int(body["year"]), n) for n in (1, 2, 3, 4)) if path == EXPORTS else first.text
        )
        if first.text != wanted:
            came = f"came back with {len(first.text)} of {len(wanted)} characters"
            wrong(first, came, "all four quarters", self.where)
        for _ in range(repeats):
            self.expect_same(first, await self.send(path, body, key, user))
        self.expect_asked(first, role, 4 if path == EXPORTS else 0)
        await self.expect_orders(first, before + (path == ORDERS))
        return first

    async def total(self) -> int:
        """How many orders there are."""
        return int((await self.api.get(ORDERS)).json()["total"])

    async def expect_orders(self, answer: Response, wanted: int) -> None:
        """Fail unless there are so many orders."""
        if (came := await self.total()) != wanted:
            wrong(answer, f"with its repeats left {came} orders", f"{wanted}", self.where)

    def expect_asked(self, answer: Response, role: Role, wanted: int) -> None:
        """Fail unless the archive was asked so often."""
        if role.started != wanted:
            wrong(answer, f"with its repeats asked the archive {role.started} times", f"{wanted}", self.where)

    async def expect_stream(self, encoding: str, key: str | None) -> None:
        """Fail unless each quarter of a new export leaves in its moment."""
        role = await self.archive(after=self.rng.choice([2, 7]))
        sent, body = len(self.world.sent), self.year()
        headers = {"Accept-Encoding": encoding} | ({"Idempotency-Key": key} if key else {})
        async with self.api.stream("POST", EXPORTS, json=body, headers=headers) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        answer = Response(answer.status_code, headers=answer.headers, content=raw, request=answer.request)
        expect(answer, 200, why="the key is new", look_at=self.where)
        for number, call in enumerate(role.calls, 1):
            size = sum(size for moment, size in self.world.sent[sent:] if moment <= (call.due or 0))
            zipped = answer.headers.get("content-encoding") == "gzip"
            out = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(raw[:size]) if zipped else raw[:size]
            wanted = "".join(lines_of(int(body["year"]), n + 1) for n in range(number))
            if out != wanted.encode():
                how = f"{'with a key ' if key else ''}for {encoding}"
                came = f"{how} had sent {len(out)} bytes of text when quarter {number} was found"
                wrong(answer, came, f"{len(wanted)}: each quarter as it comes", self.where)

    async def every_kind(self) -> AsyncIterator[Response]:
        """A first answer, a repeat, a 422 and a 409, asked for by two pages; `count` is how many there were."""
        await self.archive(after=3)
        key, cart, year = self.key(), await self.cart(), self.year()
        asked = [(cart, 201), (cart, 201), (await self.cart(), 422), (cart, 201)]
        for number, (body, status) in enumerate(asked):
            self.count += 1
            request = self.send(ORDERS, body, key, page=PAGES[number % 2])
            yield await self.expect(request, status, "of the key")
        first = await self.world.begin(self.send(EXPORTS, year, key))
        self.count += 1
        yield await self.expect(self.send(EXPORTS, year, key, page=PAGES[1]), 409, "the first is in work")
        await first.leave()


async def keep_for(till: Till, seconds: int) -> None:
    """Fail unless an export is answered again for so long after its answer, and done again after that."""
    await till.world.set("app.idempotency.memory", KEEP_SECONDS=seconds)
    key, body = till.key(), till.year()
    role = await till.archive(after=seconds * 0.1)
    first = await till.send(EXPORTS, body, key)
    expect(first, 200, why="the key is new", look_at=till.where)
    for _ in range(2):
        await till.world.passes(seconds * 0.48)
        till.expect_same(first, await till.send(EXPORTS, body, key))
        till.expect_asked(first, role, 4)
    await till.world.passes(seconds * 0.05)
    for other in (body, till.year()):
        role = await till.archive(after=seconds * 0.1)
        why = f"KEEP_SECONDS = {seconds} are over, the key is new"
        answer = await till.expect(till.send(EXPORTS, other, key), 200, why)
        if role.started != 4:
            came = f"{seconds * 1.01:g} seconds after its answer asked the archive {role.started} times"
            wrong(answer, came, f"4 times: KEEP_SECONDS is {seconds}", till.where)
        await till.world.passes(seconds * 1.01)


async def expect_again_after_a_bad_end(till: Till) -> None:
    """Fail unless an export that broke, or whose client left, before or within its answer, may be repeated."""
    for good in (0, till.rng.randrange(1, 4)):
        for end in (raises(KeyError("shelf")), hangs):
            key, body = till.key(), till.year()
            till.world.plays("fetch_quarter", ends_after(good, end), after=1)
            how = f"after {good} quarters, and then the {'client left' if end is hangs else 'archive broke'},"
            await sent_in_vain(till, body, key, leaves=end is hangs)
            await till.archive()
            again = await till.send(EXPORTS, body, key)
            if again.status_code != 200 or len(again.text) < 4 * len(lines_of(2000, 1)):
                came = (
                    f"{how} came back {status_of(again)} with {len(again.content)} bytes when it was repeated"
                )
                wrong(again, came, "200 and the whole export: nobody has its answer", till.where)


async def sent_in_vain(till: Till, body: Json, key: str, *, leaves: bool) -> None:
    """Send an export that breaks, or whose client leaves: half an answer is a connection that breaks."""
    try:
        visit = await till.world.begin(till.send(EXPORTS, body, key))
        await till.world.passes(9)
        await (visit.leave() if leaves else visit.answer())
    except AppCrashed:
        return


def ends_after(good: int, end: Any) -> Any:  # noqa: ANN401 - an answer of a role, see Role
    """An archive that finds so many quarters, and then breaks or hangs."""
    return lambda year, quarter: (
        lines_of(year, quarter) if quarter <= good else end(year=year, quarter=quarter)
    )


def lines_of(year: int, quarter: int) -> str:
    """What the archive has of a quarter."""
    return "".join(f"{year},{quarter},{number},{number * year % 997}\n" for number in range(30))


def cut(body: bytes, count: int) -> list[bytes]:
    """A body in about so many parts."""
    size = max(1, len(body) // count)
    return [body[at : at + size] for at in range(0, len(body), size)]


async def in_parts(parts: Sequence[bytes]) -> AsyncIterator[bytes]:
    """The parts, one after the other."""
    for part in parts:
        yield part


def expect_one(answer: Response, name: str, look_at: str) -> None:
    """Fail unless an answer has a header at most once, and the request id once."""
    count = len([value for value in answer.headers.get_list(name) if value])
    if count > 1 or (count == 0 and name == "x-request-id"):
        wrong(answer, f"came back with {count} headers {name}", "one", look_at)


def expect_encoding(answer: Response, accepted: str, look_at: str) -> None:
    """Fail unless an answer is zipped for who accepts that, and only then."""
    came = answer.headers.get("content-encoding", "identity")
    wanted = "gzip" if "gzip" in accepted else "identity"
    if came != wanted:
        came = f"with Accept-Encoding: {accepted} came back as {came}"
        wrong(answer, came, wanted, look_at)
