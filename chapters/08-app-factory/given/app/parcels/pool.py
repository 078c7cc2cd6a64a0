"""A client of services that answer a line with a line: a few connections, kept open and warm."""

import asyncio
from contextlib import suppress

from app.exceptions import UnavailableError

KEEP_WARM_SECONDS = 30

type Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Pool:
    """Made by `open_pool`. Whoever opens it calls `aclose`: nobody else gives the connections back."""

    def __init__(self, connections: list[Connection]) -> None:
        self._connections = connections
        self._free: asyncio.Queue[Connection] = asyncio.Queue()
        for connection in connections:
            self._free.put_nowait(connection)
        self._warmer = asyncio.create_task(self._keep_warm()) if connections else None

    async def ask(self, question: str) -> str:
        """Return the answer; UnavailableError when no connection is open, or it gets lost."""
        if not self._connections:
            raise UnavailableError("No connection is open")
        connection = reader, writer = await self._free.get()
        try:
            writer.write(f"{question}\n".encode())
            while line := (await reader.readline()).decode():
                asked, _, answer = line.strip().partition(" ")
                if asked == question:  # else an answer that nobody waited for any more
                    return answer
        except OSError as error:
            raise UnavailableError("The connection is lost") from error
        finally:
            self._free.put_nowait(connection)
        raise UnavailableError("The connection is lost")

    async def aclose(self) -> None:
        """Close all connections; a second call does nothing."""
        if self._warmer:
            self._warmer.cancel()
        while self._connections:
            _, writer = self._connections.pop()
            writer.close()
            with suppress(OSError):  # the other side was faster
                await writer.wait_closed()

    async def _keep_warm(self) -> None:
        while True:
            await asyncio.sleep(KEEP_WARM_SECONDS)
            for _ in self._connections:
                with suppress(UnavailableError):
                    await self.ask("PING")


async def open_pool(address: str, size: int = 2) -> Pool:
    """Connect to "host:port"; OSError when nobody is there. Without an address nothing is opened."""
    if not address:
        return Pool([])
    host, _, port = address.rpartition(":")
    connections: list[Connection] = []
    try:
        while len(connections) < size:
            connections.append(await asyncio.open_connection(host, int(port)))
    except OSError:
        await Pool(connections).aclose()
        raise
    return Pool(connections)
