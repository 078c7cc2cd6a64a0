"""Other people's services, with the clients that those people wrote. Not ours to change."""

import asyncio
import time

DISK_SECONDS = 0.03
WAIT_SECONDS = 0.1
VISITS = [number * number % 4001 for number in range(3_000)]


def read_visitor_log() -> list[int]:
    """Return one visitor id a visit. Reads a file on a slow disk."""
    time.sleep(DISK_SECONDS)
    return VISITS


def fetch_dollar_rate() -> float:
    """Ask the bank. Its client was written before async."""
    time.sleep(WAIT_SECONDS)
    return 1.08


async def fetch_rating() -> float:
    """Ask the review site, whose client is async."""
    await asyncio.sleep(WAIT_SECONDS)
    return 4.6
