"""Exercise 7, the checks that are never released: the promises of checks.py, put to other moments."""

import random

from checks import BOARDS, FAN_OUT, KIT, PATIENCE, SERVICE, answered, lost, names, status

from course.grading.checking import Probe, fail, task


@task("7.1", points=1)
async def test_nothing_is_left_running(probe: Probe) -> None:
    """When the customer leaves, or our own code breaks, no question to a supplier runs on."""
    found = await probe(f"""{KIT}
[user] = await register(1)
notes, tips = both(notes={{"hangs": True}}, tips={{"hangs": True}})
left = await leave(f"/dashboards/{{user}}", notes)
left["running"] = notes.now + tips.now
notes, tips = both(notes={{"hangs": True}}, tips={{"raises": KeyError("title")}})
broken = await ask(f"/dashboards/{{user}}")
await turns()
result = {{"left": left, "broken": broken, "running": notes.now + tips.now}}
""")
    if found["left"]["ended"] != "is cancelled" or found["left"]["running"]:
        fail(
            f"A customer left GET {BOARDS}/1 while both suppliers were asked: the request {found['left']['ended']}, and "
            f"{found['left']['running']} of 2 questions run on; expected none. Look at who owns the tasks in {SERVICE}."
        )
    if found["broken"]["status"] != 500 or found["running"]:
        fail(
            f"While one supplier was waited for, the other's client broke with a KeyError: the answer came {status(found['broken'])}, "
            f"questions still running: {found['running']}; expected 500 at once, and none. Look at who owns the tasks in {SERVICE}."
        )


@task("7.2", points=1)
async def test_who_leaves_is_let_go(probe: Probe, rng: random.Random) -> None:
    """Cancelling a request goes through, and cancels the question to the supplier."""
    down = rng.choice(["notes", "tips"])
    found = await probe(f"""{KIT}
[user] = await register(1)
notes, tips = both({down}={{"hangs": True}})
result = await leave(f"/dashboards/{{user}}", {down})
result["running"] = notes.now + tips.now
notes, tips = both(notes={{"hangs": True}})
alone = asyncio.create_task(patience.ask("notifications", suppliers.fetch_notifications(user)))
await turns()
alone.cancel()
await asyncio.wait({{alone}}, timeout=3)
result["ask"] = alone.cancelled()
""")
    if found["ended"] == "is cancelled" and not found["ask"]:
        fail(
            f"A task that waited in `ask` was cancelled, and `ask` went on; expected it to be cancelled. "
            f"CancelledError has to go through {PATIENCE}: it is no bad day of a supplier."
        )
    if found["ended"] != "is cancelled":
        fail(
            f"A customer left GET {BOARDS}/1 while a supplier was waited for, and the request {found['ended']}; expected it to be "
            f"cancelled. CancelledError has to go through {PATIENCE}: it is no bad day of a supplier."
        )
    if found["running"]:
        fail(
            f"A customer left GET {BOARDS}/1, and the question to the supplier runs on; expected it to be cancelled too. "
            f"Look at what {PATIENCE} does around `answer`."
        )


@task("7.2", points=0.5)
async def test_both_can_be_missing(probe: Probe, rng: random.Random) -> None:
    """Both suppliers may have a bad day, each its own; who answers in time is not missing."""
    errors = ["OSError", rng.choice(["TimeoutError", "BrokenPipeError"])]
    found = await probe(f"""{KIT}
[user] = await register(1)
patience.PATIENCE_SECONDS = 0.05
bad = []
for error in [{", ".join(errors)}]:
    both(notes={{"hangs": True}}, tips={{"raises": error("down")}})
    bad.append(await ask(f"/dashboards/{{user}}"))
    if bad[-1]["status"] is None:
        break  # it hangs, and would again
hanging = log.lines
patience.PATIENCE_SECONDS = 30
both(notes={{"seconds": 0.7}}, tips={{"turns": 200}})
result = {{"bad": bad, "log": hanging, "good": None if bad[-1]["status"] is None else await ask(f"/dashboards/{{user}}")}}
""")
    for error, answer in zip(errors, found["bad"], strict=True):
        lost(
            answer,
            ["notifications", "recommendations"],
            f"with a hanging supplier and {error} from the other",
        )
    if not any(names(line, "notifications") for line in found["log"]):
        fail(
            f"The notifications never came, and no line in the log names them; expected one for each part that is missing. Look at "
            f"where {PATIENCE} returns None."
        )
    lost(found["good"], [], "with suppliers that answer in time for PATIENCE_SECONDS = 30")


@task("7.3", points=0.5)
async def test_nothing_new_is_started(probe: Probe) -> None:
    """When the customer leaves the page, what runs is cancelled and nothing new begins."""
    found = await probe(f"""{KIT}
await register(12)
fan_out.MAX_AT_ONCE = 4
notes, tips = both(notes={{"hangs": True}})
result = await leave("/dashboards?limit=100", notes)
result["running"] = notes.now
""")
    if found["ended"] != "is cancelled" or found["running"] or found["more"]:
        fail(
            f"A customer left GET {BOARDS}?limit=100 with 4 customers in work: the request {found['ended']}, {found['running']} run "
            f"on, {found['more']} more began; expected none. Look at who owns the tasks in {FAN_OUT}."
        )


@task("7.3", points=0.5)
async def test_one_that_breaks_ends_the_page(probe: Probe, rng: random.Random) -> None:
    """When one dashboard breaks, the page is a 500 and the others are cancelled; the next page works."""
    at = rng.randrange(3, 6)
    found = await probe(f"""{KIT}
ids = await register(10)
fan_out.MAX_AT_ONCE = 3


def breaks(user_id):
    if user_id == ids[{at}]:
        raise KeyError("title")
    return 400


notes, tips = both(notes={{"turns": breaks}})
broken = await ask("/dashboards?limit=100")
await turns(20)
running, started = notes.now, notes.started
await turns(900)
more = notes.started - started
both()
good = await ask("/dashboards?limit=100")
result = {{"broken": broken, "started": started, "running": running, "more": more, "good": good}}
""")
    if found["broken"]["status"] != 500:
        fail(
            f"GET {BOARDS}?limit=100 with a KeyError in one dashboard came back {status(found['broken'])}; expected 500. "
            f"Let errors out of {FAN_OUT}."
        )
    if found["started"] >= 10:
        fail(
            f"GET {BOARDS}?limit=100 broke at customer {at + 1} of 10 with MAX_AT_ONCE = 3, and all 10 were asked for before the 500; "
            f"expected nothing new after the first error. Look at what {FAN_OUT} does when one of its tasks fails."
        )
    if found["running"] or found["more"]:
        fail(
            f"GET {BOARDS}?limit=100 broke at one customer, and then {found['running']} others ran on and {found['more']} more "
            f"began; expected none. Look at who owns the tasks in {FAN_OUT}."
        )
    answered(found["good"], f"GET {BOARDS}?limit=100 after a page that broke", FAN_OUT)
