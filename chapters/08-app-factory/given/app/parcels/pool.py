"""A client for services that answer one line with one line: a few connections, kept open."""

import asyncio

from app.exceptions import UnavailableError

type Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Pool:
    """Open it with `open_pool`, close it with `aclose`: nobody else gives the connections back."""

    def __init__(self, connections: list[Connection]) -> None:
        self._connections = connections
        self._free: asyncio.Queue[Connection] = asyncio.Queue()
        for connection in connections:
            self._free.put_nowait(connection)

    async def ask(self, question: str) -> str:
        """Return the answer; UnavailableError when there is no connection, or it is lost."""
        if not self._connections:
            raise UnavailableError("No connection is open")
        connection = reader, writer = await self._free.get()
        try:
            writer.write(f"{question}\n".encode())
            await writer.drain()
            answer = await reader.readline()
        except OSError as error:
            raise UnavailableError("The connection is lost") from error
        finally:
            self._free.put_nowait(connection)
        if not answer:
            raise UnavailableError("The connection is lost")
        return answer.decode().strip()

    async def aclose(self) -> None:
        """Close every connection. A second call does nothing."""
        while self._connections:
            _, writer = self._connections.pop()
            writer.close()
            await writer.wait_closed()


async def open_pool(address: str, size: int = 2) -> Pool:
    """Connect to "host:port"; OSError when nobody is there. Without an address, a pool of none."""
    if not address:
        return Pool([])
    host, _, port = address.rpartition(":")
    connections: list[Connection] = []
    try:
        for _ in range(size):
            connections.append(await asyncio.open_connection(host, int(port)))
    except OSError:
        await Pool(connections).aclose()
        raise
    return Pool(connections)
