"""The client library of the head office, which knows the shops by the keys of their tills. Theirs: you cannot change it."""

import itertools

_numbers = itertools.count(1)
_shops = {"till-tea": 1, "till-tools": 2}

sessions: set[int] = set()
"""What the head office sees: the sessions that are open."""


async def connect() -> int:
    """Begin a session and return its number; OSError when the head office cannot be reached."""
    sessions.add(number := next(_numbers))
    return number


async def find_shop(session: int, key: str) -> int | None:
    """Return the shop that has this key now, None when nobody has it; OSError when the line is cut."""
    if session not in sessions:
        raise ConnectionError(f"session {session} is over")
    return _shops.get(key)


async def disconnect(session: int) -> None:
    """End a session."""
    sessions.remove(session)
