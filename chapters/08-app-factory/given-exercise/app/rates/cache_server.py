"""The client library of the cache server. Another team's: you cannot change it."""

import itertools

MAX_SPACE = 80

_numbers = itertools.count(1)
_spaces: dict[int, str] = {}
_kept: dict[tuple[str, str, str], dict[str, int]] = {}

connections: dict[int, str] = {}
"""What the server sees: the connections that are open, each with its address."""


async def connect(url: str) -> int:
    """Open a connection and return its number; OSError when nobody is there."""
    if not url:
        raise ConnectionRefusedError("no address, no cache server")
    number = next(_numbers)
    connections[number] = url
    return number


async def select_space(connection: int, space: str) -> None:
    """Choose where this connection stores and loads; ValueError for a name of more than 80 letters."""
    if len(space) > MAX_SPACE:
        raise ValueError(f"the name of a space has {MAX_SPACE} letters at most")
    _check_is_open(connection)
    _spaces[connection] = space


async def disconnect(connection: int) -> None:
    """Close a connection."""
    _check_is_open(connection)
    del connections[connection]


async def store(connection: int, key: str, value: dict[str, int]) -> None:
    """Keep a value under a key; ConnectionError when the connection is closed or lost."""
    _check_is_open(connection)
    _kept[connections[connection], _spaces[connection], key] = value


async def load(connection: int, key: str) -> dict[str, int] | None:
    """Return what is kept under a key, None when nothing is; ConnectionError as above."""
    _check_is_open(connection)
    return _kept.get((connections[connection], _spaces[connection], key))


def _check_is_open(connection: int) -> None:
    if connection not in connections:
        raise ConnectionError(f"connection {connection} is closed")
