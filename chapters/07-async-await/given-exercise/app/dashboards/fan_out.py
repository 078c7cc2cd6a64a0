import asyncio
from collections.abc import Awaitable, Callable, Sequence

MAX_AT_ONCE = 5


async def for_each[A, R](items: Sequence[A], work: Callable[[A], Awaitable[R]]) -> list[R]:
    """Do the work for each item; return the results in the order of the items."""
    return await asyncio.gather(*[work(item) for item in items])
