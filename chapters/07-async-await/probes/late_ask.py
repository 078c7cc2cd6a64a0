"""Run in the learner's process: whether a question that came too late is over when `ask` returns."""

import asyncio
import contextlib

from app.dashboards import patience


async def wait_too_long(clean_up_turns: int) -> bool:
    """Let a question come too late that takes so many turns of the event loop to clean up; whether it has ended."""
    patience.PATIENCE_SECONDS = 0.01
    ended = False

    async def question() -> list[str]:
        nonlocal ended
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(clean_up_turns):
                with contextlib.suppress(asyncio.CancelledError):  # anyio cancels again, each turn
                    await asyncio.sleep(0)
            ended = True
        return []

    await patience.ask("notifications", question())
    return ended
