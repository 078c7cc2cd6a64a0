"""A request with an Idempotency-Key is done once, however often it comes."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.idempotency.memory import InWorkError, Key, Memory, OtherBodyError
from app.idempotency.recorder import Recorder
from app.problems import make_problem

COVERED = ("/api/v1/orders", "/api/v1/exports")


def find_key(scope: Scope) -> Key | None:
    """Return the key of a request that is to be done once; None for all others."""
    # TODO: a POST to a covered path with an Idempotency-Key has one
    ...


class IdempotencyMiddleware:
    def __init__(self, app: ASGIApp, memory: Memory) -> None:
        self._app = app
        self._memory = memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = find_key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        # TODO: read the body; refuse, answer again, or let the app answer through a Recorder
        ...
