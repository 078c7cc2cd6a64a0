"""Run in the learner's process: two apps that live there at the same time. What they share never leaves it otherwise."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any
from unittest.mock import patch

import httpx2
from app.config import Settings
from app.main import create_app
from app.rates import bank, cache_server
from fastapi import FastAPI

type Step = Sequence[Any]


async def two_apps(
    settings: Sequence[Mapping[str, Any]], rates: Mapping[str, Mapping[str, int]], steps: Sequence[Step]
) -> list[Any]:
    """Make an app with each of these settings, and do these steps: start, stop or ask one of them.

    `rates` are what the bank tells each account. A step is ["start", app], ["stop", app] or [method, app, path, body];
    of each, what was left open after it (addresses and accounts), or the status and the body of the answer.
    """
    apps = [create_app(Settings(**one)) for one in settings]
    lives: dict[int, AbstractAsyncContextManager[Any]] = {}
    states: dict[int, Any] = {}
    done: list[Any] = []

    async def tell(session: int) -> dict[str, int]:
        return dict(rates[bank.sessions[session]])

    with patch.object(bank, "fetch_rates", tell):
        for what, number, *request in steps:
            if what == "start":
                lives[number] = apps[number].router.lifespan_context(apps[number])
                states[number] = await lives[number].__aenter__()
            elif what == "stop":
                await lives.pop(number).__aexit__(None, None, None)
            else:
                done.append(await _ask(apps[number], states[number], what, *request))
                continue
            done.append([sorted(cache_server.connections.values()), sorted(bank.sessions.values())])
    return done


async def _ask(
    app: FastAPI, state: Mapping[str, Any] | None, method: str, path: str, body: object = None
) -> list[Any]:
    """Send one request; its status and body. A server hands what the lifespan yields to each request."""

    async def with_state(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        await app({**scope, "state": dict(state or {})}, receive, send)

    transport = httpx2.ASGITransport(with_state, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://api/api/v1") as client:
        answer = await client.request(method, path, **({} if body is None else {"json": body}))
    try:
        return [answer.status_code, answer.json()]
    except ValueError:
        return [answer.status_code, answer.text]
