"""The line between the grader and an app whose outside world it plays: orders, their answers, and what the app says."""

import asyncio
import itertools
import json
import socket
from collections.abc import Callable
from typing import Any

MAX_EVENTS = 50_000
MAX_LINE = 1 << 20
ENDED = "its process ended"

type Message = dict[str, Any]


class Line:
    """One end here, one in the app's process; whatever the app says is heard in its order.

    `hear` gets each message that is no answer to an order; `over` is called once, when nothing comes any more.
    """

    def __init__(self, hear: Callable[[Message], None], over: Callable[[], None]) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.broken = ""
        """Why the app cannot be asked any more."""
        self._hear = hear
        self._over = over
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self._reader: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Listen to the app's process."""
        reader, self._writer = await asyncio.open_connection(sock=self.ours, limit=MAX_LINE)
        self._reader = asyncio.create_task(self._listen(reader))

    def close(self) -> None:
        """Hang up."""
        if self._reader is not None:
            self._reader.cancel()
            self._writer.close()
        else:
            self.ours.close()
        self.theirs.close()

    def tell(self, what: str, message: Message) -> asyncio.Future[Any]:
        """Send an order; the app's answer to it, or None when the app is gone."""
        number = next(self._numbers)
        reply = self._replies[number] = asyncio.get_running_loop().create_future()
        if self.broken:
            reply.set_result(None)
        self.send({"do": what, "number": number} | message)
        return reply

    def send(self, message: Message) -> None:
        """Send what needs no answer."""
        self._writer.write(json.dumps(message).encode() + b"\n")

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        heard = 0
        try:
            while line := await reader.readline():
                heard += 1
                message = json.loads(line)
                match message:
                    case {"did": int(number), "said": said}:
                        reply = self._replies.pop(number)
                        if not reply.done():
                            reply.set_result(said)
                            await asyncio.sleep(
                                0
                            )  # whoever gave the order hears of it before what came after it
                    case _:
                        self._hear(message)
                if heard > MAX_EVENTS:
                    break
            self.broken = ENDED if heard <= MAX_EVENTS else "it asked too much"
        except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
            self.broken = f"what it said cannot be read ({error})"
        self._over()
        for reply in self._replies.values():
            if not reply.done():
                reply.set_result(None)
