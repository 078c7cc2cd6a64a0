"""The timeline of the event loop: what it says in kind, what it draws, and how it is measured."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from anyio import to_thread
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient

from course.errors import CourseError
from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules
from course.pictures.view import View

instrument = of_chapter(__file__)
timeline, TimelinePicture = instrument.timeline, instrument.TimelinePicture
timeline_view = instrument.drawing.timeline_view
Kind, Lane = instrument.data.Kind, instrument.data.Lane
Piece, Timeline = instrument.data.Piece, instrument.data.Timeline


def held(title: str = "3 times GET /stats at once", length: float = 0.5) -> Timeline:
    """Three requests, one at a time."""
    lanes = tuple(
        Lane(f"{at + 1}", 0.0, 3 * length + 0.1, (Piece(Kind.LOOP, at * length, (at + 1) * length),))
        for at in range(3)
    )
    return Timeline(title, lanes, (0.0, 3 * length + 0.05))


def free(length: float = 0.2) -> Timeline:
    """Three requests, each in a thread."""
    lanes = tuple(
        Lane(f"{at + 1}", 0.0, length, (Piece(Kind.LOOP, 0, 0.01), Piece(Kind.THREAD, 0.01, length - 0.01)))
        for at in range(3)
    )
    return Timeline("3 times GET /stats at once", lanes, tuple(0.02 * beat for beat in range(10)))


VIEWS = {
    "held": timeline_view([("", held())]),
    "held, measured": timeline_view([("", held())], measured=True),
    "pair": timeline_view([("before", held()), ("after", free())]),
    "pair, measured": timeline_view([("before", held()), ("after", free())], measured=True),
    "evil": timeline_view([(EVIL, held(EVIL))], measured=True),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_it_keeps_the_rules_of_all_pictures(view: View) -> None:
    assert broken_rules(view) == []


def test_the_words_say_what_happened() -> None:
    words = timeline_view([("", held())]).text
    assert "1 of 3 requests" in words
    assert "held for most of the time" in words
    assert "⚠ stopped" in words
    words = timeline_view([("", free())]).text
    assert "most of 3 requests" in words
    assert "free for most" in words
    assert "✓ goes on" in words


def test_the_same_story_is_the_same_picture_whatever_the_machine_does() -> None:
    slow, quick = held(length=0.9), held(length=0.2)
    assert timeline_view([("", slow)]) == timeline_view([("", quick)])
    assert timeline_view([("", slow)], measured=True).html != timeline_view([("", quick)], measured=True).html
    assert timeline_view([("", slow)], measured=True).text == timeline_view([("", quick)]).text


def test_a_measured_silence_is_the_stretch_between_two_beats() -> None:
    timeline = held()
    assert timeline.longest_silence == pytest.approx(1.55)
    assert "no beat for 1.6 s" in timeline_view([("", timeline)], measured=True).html


def test_what_the_machine_does_is_nobodys_fault() -> None:
    """On a busy machine a step takes long because it stands in line for a core, and beats are late."""
    lanes = tuple(Lane(str(at), 0, 0.5, (Piece(Kind.LOOP, 0.02, 0.42, 0.395),)) for at in range(1, 4))
    view = timeline_view([("", Timeline("3 times", lanes, (0.01, 0.45)))], measured=True)
    assert "free for most" in view.text
    assert "✓ goes on" in view.text
    assert "no beat for 440 ms, though nobody held the loop: the machine was busy" in view.html


def test_one_long_step_is_not_the_story() -> None:
    lane = Lane("1", 0, 0.5, (Piece(Kind.LOOP, 0.1, 0.22), Piece(Kind.THREAD, 0.25, 0.4)))
    others = (Lane("2", 0, 0.5, ()), Lane("3", 0, 0.5, ()))
    words = timeline_view([("", Timeline("3 times", (lane, *others), (0.01, 0.45)))]).text
    assert "most of 3" in words
    assert "free for most" in words
    assert "take nothing" in words


def test_a_straggler_does_not_change_how_many_make_progress() -> None:
    lanes = tuple(Lane(str(at), 0, 0.1 if at < 10 else 0.9, ()) for at in range(1, 11))
    assert Timeline("10 times", lanes, ()).under_way == 10


def app(block: Callable[[], Awaitable[object]]) -> AsyncClient:
    """A client of an app whose /stats does this."""
    served = FastAPI()
    served.get("/health")(lambda: None)

    @served.get("/stats")
    async def stats() -> None:
        await block()

    return AsyncClient(transport=ASGITransport(app=served), base_url="http://test")


async def blocking() -> None:
    time.sleep(0.15)  # noqa: ASYNC251 - what the timeline is there to find


async def threaded() -> None:
    await to_thread.run_sync(time.sleep, 0.15)


async def grouped() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.to_thread(time.sleep, 0.15))
        group.create_task(asyncio.sleep(0.05))


@pytest.mark.parametrize(
    ("block", "steps", "threads"), [(blocking, 3, False), (threaded, 0, True), (grouped, 0, True)]
)
async def test_it_measures_who_holds_the_loop(
    block: Callable[[], Awaitable[object]], steps: int, threads: bool
) -> None:
    loop = asyncio.get_running_loop()
    async with app(block) as api:
        picture = await timeline(api, "/stats", times=3)
    [(_, measured)] = picture.timelines
    assert (len(measured.held), measured.uses_threads) == (steps, threads)
    assert [lane.name for lane in measured.lanes] == ["1", "2", "3"]
    assert loop.get_task_factory() is None
    assert "run_in_executor" not in vars(loop)


async def test_what_the_work_raises_is_raised_and_nothing_stays_watched() -> None:
    async def breaks() -> None:
        raise KeyError("title")

    async with app(threaded) as api:
        with pytest.raises(KeyError):
            await timeline(api, breaks, times=1)
    assert asyncio.get_running_loop().get_task_factory() is None


async def test_it_says_that_it_needs_a_heartbeat() -> None:
    async with AsyncClient(transport=ASGITransport(app=FastAPI()), base_url="http://test") as api:
        with pytest.raises(CourseError, match="GET /health came back 404"):
            await timeline(api, "/stats")


async def one_after_the_other() -> None:
    await first()
    await second()


async def together() -> None:
    await asyncio.gather(first(), second())


async def first() -> None:
    await asyncio.sleep(0)


async def second() -> None:
    await asyncio.sleep(0)


@pytest.mark.parametrize(("block", "most"), [(one_after_the_other, 1), (together, 2)])
async def test_it_counts_who_is_asked_at_once(block: Callable[[], Awaitable[object]], most: int) -> None:
    async with app(block) as api:
        said = await instrument.asked_at_once(api, "/stats", __name__, "first", "second")
    assert said == f"at most {most} of 2 at a time"


async def test_two_stand_side_by_side() -> None:
    before, after = TimelinePicture(("", held())), TimelinePicture(("", free()))
    bundle, _ = before.beside(after)._repr_mimebundle_()
    assert "before:" in bundle["text/plain"]
    assert "after:" in bundle["text/plain"]
    assert "pfc-lane" in bundle["text/html"]
