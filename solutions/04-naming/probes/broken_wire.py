# Derived from chapters/04-naming/probes/broken_wire.py by `course build`: change it there.
"""Laid beside the learner's tests as conftest.py: their API, broken at the wire as `broken_wire.json` says."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

BROKEN = json.loads(Path(__file__).with_name("broken_wire.json").read_text())
whole = FastAPI.__call__


async def call_broken(app: FastAPI, scope: Message, receive: Receive, send: Send) -> None:
    """Answer for this path 404, or with keys of other names; for all others as always."""
    if scope["type"] != "http" or not scope["path"].startswith(BROKEN["path"]):
        return await whole(app, scope, receive, send)
    start: Message = {"status": 404, "headers": [(b"content-type", b"application/json")]}
    body = b'{"detail":"Not Found"}'
    if BROKEN["keys"]:
        start, body = await answer(app, scope, receive)
        for key, other in BROKEN["keys"].items():
            body = body.replace(f'"{key}"'.encode(), f'"{other}"'.encode())
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    await send({"type": "http.response.start", "status": start["status"], "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def answer(app: FastAPI, scope: Message, receive: Receive) -> tuple[Message, bytes]:
    """What the app answers: how it starts, and the whole body."""
    starts: list[Message] = []
    body = bytearray()

    async def take(message: Message) -> None:
        if message["type"] == "http.response.start":
            starts.append(message)
        body.extend(message.get("body", b""))

    await whole(app, scope, receive, take)
    return starts[0], bytes(body)


setattr(FastAPI, "__call__", call_broken)  # noqa: B010 - mypy, too, knows that a class is not to be changed like this
