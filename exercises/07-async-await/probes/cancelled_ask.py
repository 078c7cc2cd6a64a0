# Derived from chapters/07-async-await/probes/cancelled_ask.py by `course build`: change it there.
"""Run in the learner's process: what `ask` makes of a cancellation. Nothing of it leaves the process otherwise."""

import asyncio

from app.dashboards import patience

TURNS = 200


async def cancel_while_it_waits(clean_up_turns: int) -> bool:
    """Cancel a task that waits in `ask`; return whether it is cancelled, and the question too.

    The question takes so many turns of the event loop to clean up.
    """
    patience.PATIENCE_SECONDS = 3600
    asked: list[str] = []

    async def question() -> list[str]:
        try:
            asked.append("begun")
            await asyncio.Event().wait()
        finally:
            await _turns(clean_up_turns)
            asked.append("ended")
        return []

    task = asyncio.create_task(patience.ask("notifications", question()))
    await _turns(TURNS)
    task.cancel()
    await _turns(TURNS)
    return task.cancelled() and asked == ["begun", "ended"]


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)
