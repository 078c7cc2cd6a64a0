from collections.abc import Awaitable

PATIENCE_SECONDS = 0.5


async def ask[T](what: str, answer: Awaitable[T]) -> T | None:
    """Wait for a supplier; None when `what` does not come."""
    return await answer
