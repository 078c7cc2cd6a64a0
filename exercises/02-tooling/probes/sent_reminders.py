# Derived from chapters/02-tooling/probes/sent_reminders.py by `course build`: change it there.
"""Run in the learner's process: what send_all sends, what it returns, and what others can do meanwhile."""

import asyncio
import logging
import time

from scripts import reminders

type Story = list[list[object]]


async def send(pause: float, runs: list[list[str]]) -> dict[str, object]:
    """Let it send to each list of numbers in turn, then to all of them at once.

    `given` is PAUSE_SECONDS as written; `returned` what each run returned, read when all are over; `story` the first
    run's events with their seconds: ["sent", number, when], ["others", "", when] and ["over", "", when].
    """
    logging.disable()
    given, reminders.PAUSE_SECONDS = reminders.PAUSE_SECONDS, pause
    story: Story = []
    others = asyncio.create_task(_others(story))
    await asyncio.sleep(0)
    first = await reminders.send_all(numbers=list(runs[0]), send=lambda number: _note(story, "sent", number))
    _note(story, "over")
    others.cancel()
    reminders.PAUSE_SECONDS = 0.01
    sent: list[str] = []
    later = [await reminders.send_all(numbers=list(run), send=sent.append) for run in runs[1:]]
    others_sent: list[str] = []
    together = await asyncio.gather(*[reminders.send_all(list(run), others_sent.append) for run in runs])
    return {
        "given": given,
        "story": [event for number, event in enumerate(story) if _tells(story, number)],
        "sent": sent,
        "returned": [list(run) for run in (first, *later, *together)],
    }


async def _others(story: Story) -> None:
    while True:
        _note(story, "others")
        await asyncio.sleep(0.002)


def _note(story: Story, what: str, number: str = "") -> None:
    story.append([what, number, time.monotonic()])


def _tells(story: Story, number: int) -> bool:
    """Whether this event is not one more of the others' turns in a row."""
    return story[number][0] != "others" or number == 0 or story[number - 1][0] != "others"
