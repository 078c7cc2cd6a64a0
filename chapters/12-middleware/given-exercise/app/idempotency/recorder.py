"""Writes an answer down while it goes out."""

from starlette.types import Message, Send

from app.idempotency.memory import Answer, Key, Memory


class Recorder:
    """Stands between the app and `send`; settles the key once: the answer is kept, or the key forgotten."""

    def __init__(self, memory: Memory, key: Key, send: Send) -> None:
        self._memory = memory
        self._key = key
        self._send = send
        self._settled = False
        self._status = 0
        self._headers: tuple[tuple[bytes, bytes], ...] = ()
        self._parts: list[bytes] = []

    async def send(self, message: Message) -> None:
        """Take the next message of the answer."""
        # TODO: write down what Answer needs; with the last part, keep it or forget the key
        ...
        await self._send(message)

    def close(self) -> None:
        """The app has returned, was cancelled, or has raised."""
        # TODO: a key that is not settled by now is forgotten
        ...
