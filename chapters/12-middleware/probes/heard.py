"""Run in the learner's process: an app of ours below the keys, which listens until its client has left."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from app.idempotency.layer import COVERED, IdempotencyMiddleware
from app.idempotency.memory import Memory
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

SCOPE: Scope = {
    "type": "http",
    "method": "POST",
    "path": COVERED[0],
    "headers": [(b"idempotency-key", b"1")],
}
TURNS = 1_000
"""So often others may have their turn before an app that still waits is said to wait for ever."""


async def heard(visits: Sequence[Sequence[str]]) -> list[tuple[str, bool, bool]]:
    """Send bodies under one key, each in parts (hex): "end" ends one, and then its client leaves.

    For each: what the app was brought of the body (hex), whether to its end, and whether it heard of the leaving.
    """
    memory = Memory()
    return [await _visit(memory, parts) for parts in visits]


async def _visit(memory: Memory, parts: Sequence[str]) -> tuple[str, bool, bool]:
    """One request to an app that never answers: it listens until its client leaves."""
    brought: list[Message] = []

    async def listen(scope: Scope, receive: Receive, send: Send) -> None:
        while not brought or brought[-1]["type"] != "http.disconnect":
            brought.append(await receive())
        raise ClientDisconnect

    layer = IdempotencyMiddleware(listen, memory)
    task = asyncio.create_task(layer(dict(SCOPE), _bring(parts), _send))
    for _ in range(TURNS):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError, ClientDisconnect):
        await task
    bodies = [message for message in brought if message["type"] == "http.request"]
    whole = b"".join(message.get("body", b"") for message in bodies)
    ended = any(not message.get("more_body", False) for message in bodies)
    return whole.hex(), ended, len(bodies) < len(brought)


def _bring(parts: Sequence[str]) -> Receive:
    """What a server brings of these parts."""
    bodies = [part for part in parts if part != "end"]
    left = [
        {
            "type": "http.request",
            "body": bytes.fromhex(part),
            "more_body": "end" not in parts or number < len(bodies),
        }
        for number, part in enumerate(bodies, 1)
    ]

    async def receive() -> Message:
        return left.pop(0) if left else {"type": "http.disconnect"}

    return receive


async def _send(message: Message) -> None:
    """Nobody is there to read it."""
