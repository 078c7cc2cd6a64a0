"""The services outside, played on this machine: they answer a line with a line, and note who connects and who leaves."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

HOST = "127.0.0.1"
ANSWERS = {"carrier": "Ghent", "customs": "cleared"}

type Note = Callable[[str, int, bool], None]
"""Called with a service, the number of a connection, and whether it opens (or closes)."""


@asynccontextmanager
async def services(names: Sequence[str], note: Note, *, refusing: str = "") -> AsyncIterator[dict[str, str]]:
    """Play services as long as the block runs; yield the address ("host:port") of each. Nobody is at home at `refusing`."""
    async with AsyncExitStack() as stack:
        yield {
            name: _nobody(stack)
            if name == refusing
            else await stack.enter_async_context(_service(name, note))
            for name in names
        }


def _nobody(stack: AsyncExitStack) -> str:
    """Return an address that is taken, so that nobody else gets it, and where nobody listens."""
    taken = stack.enter_context(socket.socket())
    taken.bind((HOST, 0))
    return f"{HOST}:{taken.getsockname()[1]}"


@asynccontextmanager
async def _service(name: str, note: Note) -> AsyncIterator[str]:
    numbers = iter(range(1_000_000))
    writers: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(numbers)
        writers.add(writer)
        note(name, number, True)
        with suppress(OSError):
            while line := await reader.readline():
                writer.write(line.strip() + f" {ANSWERS.get(name, 'yes')}\n".encode())
        note(name, number, False)
        writers.discard(writer)
        writer.close()

    server = await asyncio.start_server(serve, HOST, 0)
    try:
        yield f"{HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
