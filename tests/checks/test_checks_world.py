"""The outside world, played by the grader: what is asked, when it is answered, and what is counted, against small apps."""

import pytest
from checks_course import SmallExercise

GROUND = '''
"""Other people's services."""

import asyncio
import time


async def fetch(key: str) -> str:
    await asyncio.sleep(0.001)
    return f"the real {key}"


def fetch_slowly(key: str) -> str:
    time.sleep(0.001)
    return f"the real {key}"
'''
HEAD = '''
PLAYED = ("app/outside.py",)
OUTSIDE = "app.outside"


@task("1.1", points=4)
async def test_it(api: Api, world: World, rng: random.Random) -> None:
    """It works."""
'''
APP = """
import asyncio

from fastapi import APIRouter

from app import outside

router = APIRouter()
LIMIT = 5


@router.get("")
async def get_it():
    {body}
"""
PASS, FAIL, ERROR = "PASS", "FAIL", "ERROR"


def run(small: SmallExercise, body: str, check: str, **answers: str) -> tuple[str, str]:
    """Grade an app whose route has this body with a check that has this one; outcome and message."""
    indented = "\n".join(f"    {line}" for line in check.strip().splitlines())
    small.write({"checks.py": HEAD + indented + "\n", "given-exercise/app/outside.py": GROUND})
    text = APP.format(body="\n    ".join(body.strip().splitlines()))
    result = small.results({"app/orders/router.py": text})["test_it"]
    return result.outcome, f"{result.message} {result.detail}"


BOTH = 'return await asyncio.gather(outside.fetch("a"), outside.fetch("b"))'
ONE_BY_ONE = 'return [await outside.fetch("a"), await outside.fetch("b")]'
TOGETHER = """
role = world.plays("fetch", lambda key: key.upper())
answer = await api.get("/api/v1/orders")
if answer.json() != ["A", "B"] or [call.arguments for call in role.calls] != [{"key": "a"}, {"key": "b"}]:
    fail(f"{answer.json()}, {role.calls}")
if role.most != 2 or world.most != 2 or role.running:
    wrong(answer, f"had {role.most} asked at a time", expected="2", look_at="the router")
"""


@pytest.mark.parametrize(("body", "outcome"), [(BOTH, PASS), (ONE_BY_ONE, FAIL)])
def test_what_is_asked_at_the_same_time_is_counted(small: SmallExercise, body: str, outcome: str) -> None:
    came, message = run(small, body, TOGETHER)
    assert came == outcome, message
    assert outcome == PASS or "had 1 asked at a time; expected 2" in message


ORDER = """
world.plays("fetch", lambda key: key)
world.first = lambda call: -ord(call.arguments["key"])
answer = await api.get("/api/v1/orders")
if answer.json() != ["c", "b", "a"]:
    fail(f"{answer.json()}")
"""
AS_THEY_COME = (
    'tasks = [asyncio.ensure_future(outside.fetch(key)) for key in "abc"]\n'
    "return [await task for task in asyncio.as_completed(tasks)]"
)


def test_the_check_says_who_is_answered_first(small: SmallExercise) -> None:
    assert run(small, AS_THEY_COME, ORDER)[0] == PASS
    assert run(small, AS_THEY_COME, ORDER.replace("-ord", "ord"))[0] == FAIL


PATIENT = """
try:
    async with asyncio.timeout({seconds}):
        return await outside.fetch("a")
except TimeoutError:
    return "nothing"
"""
GIVES_UP = """
role = world.plays("fetch", hangs)
answer = await api.get("/api/v1/orders")
await world.still()
if answer.json() != "nothing" or role.running or not role.calls[0].cancelled or world.now != 40:
    fail(f"{answer.json()}, {role.calls}, {world.now}")
role = world.plays("fetch", lambda key: key, after=39)
in_time = (await api.get("/api/v1/orders")).json()
role.after = 41
too_late = (await api.get("/api/v1/orders")).json()
if (in_time, too_late) != ("a", "nothing"):
    fail(f"{in_time}, {too_late}")
"""


def test_seconds_are_the_graders(small: SmallExercise) -> None:
    """Forty seconds pass for the app; a check may take fifteen."""
    assert run(small, PATIENT.format(seconds=40), GIVES_UP)[0] == PASS
    assert run(small, PATIENT.format(seconds=30), GIVES_UP)[0] == FAIL


def test_what_is_never_answered_is_an_error_at_once(small: SmallExercise) -> None:
    outcome, message = run(small, ONE_BY_ONE, 'world.plays("fetch", hangs)\nawait api.get("/api/v1/orders")')
    assert outcome == ERROR
    assert message.startswith("GET /api/v1/orders came back never: nothing moves in the app any more")


RAISES = """
world.plays("fetch", raises(KeyError("title")))
answer = await api.get("/api/v1/orders")
expect(answer, 200, why="it is caught", look_at="the router")
"""


def test_an_error_of_the_world_is_raised_in_the_app(small: SmallExercise) -> None:
    outcome, message = run(small, ONE_BY_ONE, RAISES)
    assert (outcome, "It raised KeyError: 'title' in app/orders/router.py" in message) == (ERROR, True)
    caught = 'try:\n    return await outside.fetch("a")\nexcept KeyError:\n    return None'
    assert run(small, caught, RAISES)[0] == PASS


LEAVES = """
role = world.plays("fetch", hangs)
became = await (await world.begin(api.get("/api/v1/orders"))).leave()
if (became, role.running) != ("is cancelled", 0):
    fail(f"{became}, {role.running} run")
world.plays("fetch", lambda key: key)
expect(await api.get("/api/v1/orders"), 200, why="the next one is served", look_at="the router")
"""
SWALLOWS = 'try:\n    return await outside.fetch("a")\nexcept BaseException:\n    return None'
SHIELDS = 'return await asyncio.shield(outside.fetch("a"))'
STAYS = SWALLOWS.replace("return None", "await asyncio.Event().wait()")


@pytest.mark.parametrize(
    ("body", "says"),
    [(BOTH, ""), (SWALLOWS, "goes on, 0 run"), (SHIELDS, "is cancelled, 1 run"), (STAYS, "hangs, 0 run")],
)
def test_a_customer_leaves(small: SmallExercise, body: str, says: str) -> None:
    outcome, message = run(small, body, LEAVES)
    assert outcome == (FAIL if says else PASS), message
    assert says in message


def test_a_clean_up_waits_for_the_graders_word(small: SmallExercise) -> None:
    """Whoever awaits a cancelled question waits until its clean-up is done; whoever does not is seen by `still`."""
    body = (
        'task = asyncio.ensure_future(outside.fetch("a"))\n'
        "await asyncio.sleep(0)\n"
        "task.cancel()\n"
        "await asyncio.wait({task})\n"
        "return task.cancelled()"
    )
    check = """
role = world.plays("fetch", hangs)
answer = await api.get("/api/v1/orders")
[call] = role.calls
if answer.json() is not True or not (call.cancelled and call.ended):
    fail(f"{answer.text} {call}")
"""
    assert run(small, body, check)[0] == PASS
    assert run(small, body.replace("await asyncio.wait({task})\n", ""), check)[0] == FAIL


THREAD = """
role = world.plays("fetch_slowly", lambda key: key * 2)
answer = await api.get("/api/v1/orders")
if expect(answer, 200, why="", look_at="").json() != "aa" or role.started != 1:
    fail(answer.text)
"""


def test_functions_that_are_not_async_are_asked_from_threads(small: SmallExercise) -> None:
    assert run(small, 'return await asyncio.to_thread(outside.fetch_slowly, "a")', THREAD)[0] == PASS
    outcome, message = run(small, 'return outside.fetch_slowly("a")', THREAD)
    assert (outcome, "fetch_slowly holds the event loop" in message) == (ERROR, True)


SETS = """
await world.set("app.orders.router", LIMIT=rng.randrange(100, 10**6))
await world.set("app.orders.router", LIMIT=77)
if (await api.get("/api/v1/orders")).json() != 77:
    fail("read once")
"""


def test_settings_of_the_app_are_changed(small: SmallExercise) -> None:
    assert run(small, "return LIMIT", SETS)[0] == PASS
    assert run(small, "return 5", SETS)[0] == FAIL
    outcome, message = run(small, "return LIMIT", SETS.replace("LIMIT=77", "LIMITS=77"))
    assert (outcome, "app/orders/router.py cannot be used: it has no LIMITS." in message) == (ERROR, True)


LOGS = """
await api.get("/api/v1/orders")
if not any("no mail" in line and "ZeroDivisionError" in line for line in world.log):
    fail(f"{world.log}")
"""


def test_the_log_leaves_the_app(small: SmallExercise) -> None:
    body = 'import logging\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    logging.getLogger("x").warning("no mail", exc_info={})'
    assert run(small, body.format(True), LOGS)[0] == PASS
    assert run(small, body.format(False), LOGS)[0] == FAIL


def test_what_nobody_plays_does_what_it_always_did(small: SmallExercise) -> None:
    check = 'if (await api.get("/api/v1/orders")).json() != "the real a":\n    fail("not real")'
    body = 'return await outside.fetch("a")'
    assert run(small, body, check)[0] == PASS
    small.write(
        {
            "checks.py": HEAD.replace("world: World, ", "")
            + f"    {check.replace(chr(10), chr(10) + '    ')}\n"
        }
    )
    text = APP.format(body=body)
    assert small.results({"app/orders/router.py": text})["test_it"].outcome == PASS


def test_time_sleep_holds_the_loop(small: SmallExercise) -> None:
    outcome, message = run(
        small,
        "import time\ntime.sleep(0.1)",
        'expect(await api.get("/api/v1/orders"), 200, why="", look_at="")',
    )
    assert (outcome, "time.sleep holds the event loop" in message) == (ERROR, True)


def test_a_played_file_is_the_graders_whatever_was_handed_in(small: SmallExercise) -> None:
    """The learner's version of a supplier is not what runs: here it would answer at once."""
    run(small, BOTH, TOGETHER)
    own = "async def fetch(key: str) -> str:\n    return key.upper()\n"
    answers = {"app/orders/router.py": APP.format(body=ONE_BY_ONE), "app/outside.py": own}
    assert small.results(answers)["test_it"].outcome == FAIL


@pytest.mark.parametrize(
    "forged",
    [
        "stage._current.send({'asks': 1, 'who': 'fetch', 'arguments': {'key': 'a'}})",  # a question twice
        "stage._current.send({'ended': 99})",  # of nobody
        "stage._current._writer.write(b'{\\n')",
        "stage._current._writer.write(b'[' * 100000 + b'\\n')",
    ],
)
def test_what_is_no_message_is_no_pass(small: SmallExercise, forged: str) -> None:
    body = f'from course.grading import stage\nawait outside.fetch("a")\n{forged}\n{ONE_BY_ONE}'
    outcome, message = run(small, body, TOGETHER)
    assert outcome != PASS, message


ALONE = """
EACH_TASK_ALONE = True


@task("1.1", points=4)
async def test_order(api: Api) -> None:
    \"\"\"An order is placed.\"\"\"
    expect(await api.post("/api/v1/orders", json={"user_id": 0, "quantity": 1}), 201, why="", look_at="")


@task("1.2", points=1)
async def test_total(probe: Probe) -> None:
    \"\"\"The total is the sum.\"\"\"
    if await probe("from app.orders.totals import total\\nfrom app.orders import router\\nresult = total([1, 2])") != 3:
        fail("No.")
"""


@pytest.mark.parametrize(
    ("broken", "others"),
    [
        ("app/orders/router.py", "test_total"),
        ("app/orders/totals.py", "test_order"),
        ("app/main.py", "test_total"),
    ],
)
def test_one_fault_costs_one_task(small: SmallExercise, broken: str, others: str) -> None:
    small.write({"checks.py": ALONE})
    results = small.results({broken: "this is not Python\n"})
    assert {name for name, result in results.items() if result.outcome == PASS} >= {others}
    assert len([result for result in results.values() if result.outcome == PASS]) == 1


@pytest.mark.parametrize(
    ("broken", "others"),
    [("app/orders/router.py", "test_total"), ("app/orders/totals.py", "test_order")],
)
def test_without_that_word_a_check_that_fails_is_put_apart_from_the_other_answers(
    small: SmallExercise, broken: str, others: str
) -> None:
    small.write({"checks.py": ALONE.replace("EACH_TASK_ALONE = True", "")})
    results = small.results({broken: "this is not Python\n"})
    assert [name for name, result in results.items() if result.outcome == PASS] == [others]


def test_an_interface_of_ones_own_is_no_fault(small: SmallExercise) -> None:
    """What works with the learner's own other files passes, though it does not work with the reference's."""
    small.write({"checks.py": ALONE.replace("EACH_TASK_ALONE = True", "")})
    totals = small.reference("app/orders/totals.py")
    results = small.results(
        {
            "app/orders/totals.py": f"{totals}\nEXTRA = 1\n",
            "app/orders/router.py": f"from app.orders.totals import EXTRA\n{small.reference('app/orders/router.py')}",
        }
    )
    assert {result.outcome for result in results.values()} == {PASS}


def test_an_answer_in_another_tasks_file_is_read_there(small: SmallExercise) -> None:
    small.write(
        {"checks.py": ALONE.replace("EACH_TASK_ALONE = True", 'ALSO_OF = {"1.2": ("app/orders/router.py",)}')}
    )
    results = small.results({"app/orders/router.py": "this is not Python\n"})
    assert {result.outcome for result in results.values()} == {ERROR}


TOOLS = """
def expect_nothing_bad(project: ProjectFiles) -> None:
    for path in project.paths("app/**/*.py"):
        if "bad" in project.read(path):
            fail(path)


@task("1.1", points=4)
def test_order(project: ProjectFiles) -> None:
    \"\"\"Nobody says bad.\"\"\"
    expect_nothing_bad(project)


@task("1.2", points=1)
def test_total(project: ProjectFiles) -> None:
    \"\"\"Nobody says bad here, either.\"\"\"
    expect_nothing_bad(project)
"""


def test_a_promise_about_all_files_is_not_put_apart(small: SmallExercise) -> None:
    small.write({"checks.py": TOOLS.replace("points=4", "points=4, whole=True")})
    results = small.results({"app/orders/totals.py": "# bad\n"})
    assert {result.outcome for result in results.values()} == {FAIL}


@pytest.mark.parametrize("word", ["", "EACH_TASK_ALONE = True\n"])
def test_what_tools_look_at_is_put_apart_too(small: SmallExercise, word: str) -> None:
    small.write({"checks.py": word + TOOLS})
    router = small.reference("app/orders/router.py")
    results = small.results({"app/orders/router.py": f"{router}\n# bad\n"})
    assert {name: result.outcome for name, result in results.items()} == {
        "test_order": FAIL,
        "test_total": PASS,
    }


PARTS = """
world.plays("fetch", lambda key: key, after=2)
answer = await api.get("/api/v1/orders")
if answer.text != "ab" or [size for _, size in world.sent if size] != [1, 1]:
    fail(f"{answer.text} {world.sent}")
if world.sent[0][0] >= world.sent[1][0]:
    fail(f"at once: {world.sent}")
"""
STREAMED = """
from fastapi.responses import StreamingResponse
async def parts():
    for key in "ab":
        yield await outside.fetch(key)
return StreamingResponse(parts())
"""


@pytest.mark.parametrize(("body", "outcome"), [(STREAMED, PASS), ("return Response('ab')", FAIL)])
def test_the_parts_of_a_body_are_seen_when_they_are_sent(
    small: SmallExercise, body: str, outcome: str
) -> None:
    came, message = run(small, "from fastapi.responses import Response\n" + body, PARTS)
    assert came == outcome, message
