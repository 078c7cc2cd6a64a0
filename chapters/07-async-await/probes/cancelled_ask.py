"""Run in the learner's process: what `ask` makes of a cancellation. Nothing of it leaves the process otherwise."""

import asyncio

from app.dashboards import patience

TURNS = 200


async def cancel_while_it_waits() -> bool:
    """Cancel a task that waits in `ask`; return whether it is cancelled."""
    patience.PATIENCE_SECONDS = 3600
    task = asyncio.create_task(patience.ask("notifications", asyncio.Event().wait()))
    await _turns()
    task.cancel()
    await _turns()
    return task.cancelled()


async def _turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)
