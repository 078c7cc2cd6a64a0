"""Run in the learner's process: an app of ours below the keys, which answers as no route of the shop does."""

from collections.abc import Sequence

from app.idempotency.layer import COVERED, IdempotencyMiddleware
from app.idempotency.memory import Memory
from starlette.types import Message, Receive, Scope, Send

type Header = tuple[str, str]


async def answered(bodies: Sequence[str], headers: Sequence[Header]) -> list[tuple[int, list[Header], str]]:
    """Send these bodies (hex) under one key to an app that answers 201 with these headers and each body's own bytes.

    Status, headers and body (hex) of each answer.
    """
    came: list[tuple[int, list[Header], str]] = []
    raw = [(name.encode(), value.encode()) for name, value in headers]

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 201, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    layer = IdempotencyMiddleware(echo, Memory())
    for body in bodies:
        sent: list[Message] = []

        async def receive(body: bytes = bytes.fromhex(body)) -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message, sent: list[Message] = sent) -> None:
            sent.append(message)

        asked = {
            "type": "http",
            "method": "POST",
            "path": COVERED[0],
            "headers": [(b"idempotency-key", b"1")],
        }
        await layer(asked, receive, send)
        start, *parts = sent
        given = [(name.decode(), value.decode()) for name, value in start["headers"]]
        came.append((start["status"], given, b"".join(part.get("body", b"") for part in parts).hex()))
    return came
