"""Exercise 12, the checks that are never released: the promises of checks.py, put to other moments."""

import random

from checks import EXPORTS, LAYER, MEMORY, ORDER_OF_LAYERS, RECORDER, Till, keep_for, lines_of

from course.checks import Api, Probe, World, expect, hangs, task, wrong
from course.checks.shop import ORDERS


@task("12.1", points=0.25, promise="an answer is kept for KEEP_SECONDS after it was given")
async def test_answers_grow_old_one_by_one(api: Api, world: World, rng: random.Random) -> None:
    """Each answer has its own time, whatever happens to other keys; a failed request in between changes nothing."""
    till = Till(api, world, rng, MEMORY)
    await world.set("app.idempotency.memory", KEEP_SECONDS=100)
    carts = [(till.key(), await till.cart()) for _ in range(3)]
    firsts = []
    for key, cart in carts:
        firsts.append(await till.expect(till.send(ORDERS, cart, key), 201, "the key is new"))
        await world.passes(40)
    for number, (key, cart) in enumerate(carts):
        again = await till.send(ORDERS, cart, key)
        if number == 0:
            expect(again, 201, why="its answer is 120 seconds old and KEEP_SECONDS = 100", look_at=MEMORY)
            if again.text == firsts[0].text:
                came = "120 seconds after its answer came back with that answer"
                wrong(again, came, "a new order: KEEP_SECONDS is 100", MEMORY)
        else:
            till.expect_same(firsts[number], again)
    await keep_for(till, rng.randrange(20, 50))


@task("12.1", points=0.25, promise="another body under a key that is known is an OtherBodyError")
async def test_a_key_that_failed_with_one_body_takes_another(
    api: Api, world: World, probe: Probe, rng: random.Random
) -> None:
    """A key whose request failed takes another body, which then is the known one; an empty one is a body, too."""
    for bodies in (["", "7b", ""], ["7b", "", "7b"]):
        came = await probe("begun", bodies=bodies)
        if came != (wanted := ["None", "OtherBodyError", "InWorkError"]):
            sent = f"The bodies {[bytes.fromhex(body) for body in bodies]}, begun under one key,"
            wrong(sent, f"gave {', '.join(came)}", ", ".join(wanted), f"`begin` in {MEMORY}")
    till = Till(api, world, rng, MEMORY)
    key, cart, other = till.key(), await till.cart(), await till.cart()
    await till.expect(till.send(ORDERS, cart | {"items": []}, key), 422, "an order without items is none")
    await till.expect_once(ORDERS, other, key)
    await till.expect(till.send(ORDERS, cart, key), 422, "the key stands for another body now")
    await till.expect_once(ORDERS, cart)


@task("12.2", points=0.25, promise="whatever becomes of a request, whether it breaks or its client leaves")
async def test_who_left_may_come_back(api: Api, world: World, rng: random.Random) -> None:
    """When the first client leaves after others were refused, the next one is the first."""
    till = Till(api, world, rng, f"what {LAYER} does when the app inside it is cancelled")
    for user in ("1", None):
        world.plays("fetch_quarter", hangs)
        key, body = till.key(), till.year()
        first = await world.begin(till.send(EXPORTS, body, key, user))
        await till.expect_at_once(till.send(EXPORTS, body, key, user), 409, "the first one is in work")
        await till.expect_at_once(
            till.send(EXPORTS, till.year(), key, user), 422, "the key stands for another body"
        )
        await first.leave()
        await till.expect_once(EXPORTS, body, key, user)


@task("12.2", points=0.25, promise="after it whatever else `receive` brings")
async def test_the_app_hears_that_its_client_left(probe: Probe, rng: random.Random) -> None:
    """The app hears of a client that leaves after its body; who leaves within it has begun nothing."""
    body = rng.randbytes(90)
    parts = [body[:30].hex(), body[30:60].hex(), body[60:].hex()]
    look_at = f"the `receive` that {LAYER} hands in, and what it does with an `http.disconnect`"
    for count in (1, 3):
        sent = f"A body of {count} part{'s' * (count > 1)}, after which the client leaves,"
        [heard] = await probe("heard", visits=[["".join(parts[: 4 - count]), *parts[4 - count :], "end"]])
        if heard != [body.hex(), True, True]:
            wrong(sent, f"brought the app {said(heard)}", "all 90 bytes, and then the disconnect", look_at)
    half, whole = await probe("heard", visits=[parts[:2], [*parts, "end"]])
    if half[1]:
        wrong(
            "A client that left after 60 of 90 bytes",
            f"brought the app {said(half)}",
            "no end of a body",
            look_at,
        )
    if whole != [body.hex(), True, True]:
        sent = "The same key again, after a client had left within its body,"
        wrong(sent, f"brought the app {said(whole)}", "the whole body: nothing was begun", look_at)


@task("12.2", points=0.25, promise="the status, the headers and the body that are kept")
async def test_any_answer_is_repeated(probe: Probe, rng: random.Random) -> None:
    """An app of ours, with a header that comes twice and bodies that are no text: each is repeated as it was."""
    headers = [["set-cookie", f"a={rng.randrange(99)}"], ["set-cookie", "b=2"], ["x-seat", "7"]]
    one, other = "ff00", "fe00"
    first, again, refused = await probe("answered", bodies=[one, one, other], headers=headers)
    sent = "POST /api/v1/orders to an app of ours, twice with one key,"
    if first != [201, headers, one] or again != first:
        wrong(sent, f"came back {again}", f"{[201, headers, one]}", f"what {LAYER} sends for a repeat")
    if refused[0] != 422:
        sent = f"the body 0x{other} under the key of 0x{one}"
        wrong(
            sent, f"came back {refused[0]}", "422: they differ in a byte", f"what {LAYER} takes for the body"
        )


@task("12.3", points=0.25, promise="each part of an answer goes out in the moment in which the app sends it")
async def test_an_empty_part_ends_nothing(api: Api, world: World, rng: random.Random) -> None:
    """A quarter without orders is a part like the others: the answer goes on, and all of it is kept."""
    till = Till(api, world, rng, f"how {RECORDER} knows the last part: `more_body`")
    empty = rng.choice([1, 2, 3])
    key, body = till.key(), till.year()

    def find(year: int, quarter: int) -> str:
        return "" if quarter == empty else lines_of(year, quarter)

    world.plays("fetch_quarter", find, after=3)
    first = await till.expect(till.send(EXPORTS, body, key), 200, "the key is new")
    till.expect_same(first, await till.send(EXPORTS, body, key, accept="gzip"))
    if first.text != (wanted := "".join(find(int(body["year"]), quarter) for quarter in (1, 2, 3, 4))):
        wrong(first, f"came back with {len(first.text)} characters", f"{len(wanted)}", till.where)


@task("12.3", points=0.25, promise="only a 2xx is kept")
async def test_a_key_is_free_at_once(api: Api, world: World, rng: random.Random) -> None:
    """After a refusal the key is free for whoever repeats it next, and what they get is kept."""
    till = Till(api, world, rng, f"which statuses {RECORDER} keeps, and that a key is settled once")
    cart = await till.cart()
    for body, status in ((cart | {"user_id": "?"}, 422), (cart | {"user_id": 10**7}, 404)):
        key = till.key()
        for _ in range(3):
            await till.expect(till.send(ORDERS, body, key), status, "it is refused each time")
        await till.expect_once(ORDERS, cart, key, repeats=2)


@task("12.3", points=0.25, promise="a key is settled once")
async def test_what_the_memory_is_told(probe: Probe, rng: random.Random) -> None:
    """The memory is told once, when the last part is there: to keep all parts, or to forget."""
    parts = [f"{rng.randrange(100)} rows, " for _ in range(rng.randrange(1, 4))] + ["the end"]
    for status in (201, rng.choice([300, 404, 500])):
        wanted = [f"keep {status} 2 {''.join(parts)}" if status == 201 else "forget"]
        out, end = await probe("recorded", status=status, parts=parts)
        sent = f"An answer {status} in {len(parts)} parts, with two cookies,"
        look_at = f"what `send` and `close` in {RECORDER} tell the memory"
        if status == 201 and out != wanted:  # what is forgotten may wait for `close`
            wrong(sent, f"with its last part told the memory {out}", f"{wanted}", look_at)
        if end != wanted:
            wrong(sent, f"had told the memory {end} in the end", f"{wanted}, once", look_at)


@task("12.4", points=0.25, promise="each answer has one X-Request-ID, its own")
async def test_a_repeat_keeps_the_id_it_came_with(api: Api, world: World, rng: random.Random) -> None:
    """A repeat that comes with an id gets that one."""
    till = Till(api, world, rng, f"where the keys stand in {ORDER_OF_LAYERS}")
    cart, key = await till.cart(), till.key()
    await till.expect(till.send(ORDERS, cart, key), 201, "the key is new")
    for _ in range(2):
        identity = f"train-{rng.randrange(10**6, 10**7)}"
        headers = {"Idempotency-Key": key, "X-User-Id": "1", "X-Request-ID": identity}
        answer = await api.post(ORDERS, json=cart, headers=headers)
        if (came := answer.headers.get("x-request-id")) != identity:
            wrong(answer, f"came back with X-Request-ID: {came}", identity, till.where)


def said(heard: tuple[str, bool, bool]) -> str:
    """What an app of ours heard, in words."""
    body, complete, left = heard
    end = "its end" if complete else "no end of it"
    return f"{len(body) // 2} bytes of a body, {end} and {'the' if left else 'no'} disconnect"
