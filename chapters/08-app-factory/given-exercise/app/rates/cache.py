from app.rates import cache_server

KEY = "rates"


class Cache:
    """Made by `open_cache`. Whoever opens it calls `aclose`: nobody else gives the connection back."""

    def __init__(self, connection: int) -> None:
        self._connection = connection

    async def get(self) -> dict[str, int] | None:
        """Return the rates that were put in last, None when there are none."""
        return await cache_server.load(self._connection, KEY)

    async def put(self, rates: dict[str, int]) -> None:
        """Keep these rates."""
        await cache_server.store(self._connection, KEY, rates)

    async def aclose(self) -> None:
        """Give the connection back."""
        await cache_server.disconnect(self._connection)


async def open_cache(url: str, space: str) -> Cache:
    """Connect to this address and select this space; an error of the server's goes on to the caller."""
    connection = await cache_server.connect(url)
    await cache_server.select_space(connection, space)
    return Cache(connection)
