"""Services of other teams. Not ours to change, and each has its bad days."""

import asyncio

WAIT_SECONDS = 0.05
FOREVER = 3600


async def fetch_notifications(user_id: int) -> list[str]:
    """Every third mailbox is being moved: whoever asks there waits forever."""
    await asyncio.sleep(WAIT_SECONDS if user_id % 3 else FOREVER)
    return [f"customer {user_id}: your basket misses you"]


async def fetch_recommendations(user_id: int) -> list[int]:
    """Every second customer is on a server that is down."""
    await asyncio.sleep(WAIT_SECONDS)
    if user_id % 2 == 0:
        raise ConnectionError(f"10.0.0.9 refused customer {user_id}")
    return [1, 3]
