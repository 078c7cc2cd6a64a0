"""The layers around the app, and their order."""

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from app.catch_all import CatchAllMiddleware
from app.config import Settings
from app.idempotency.layer import IdempotencyMiddleware
from app.idempotency.memory import Memory
from app.problems import answer_unforeseen
from app.request_id import RequestIdMiddleware
from app.timing import TimingMiddleware


def build_middleware(settings: Settings) -> list[Middleware]:
    """Return the layers in the order in which a request meets them: outermost first."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Idempotency-Key", "X-Request-ID", "X-User-Id"],
        expose_headers=["Location", "X-Request-ID"],
    )
    request_id, timing = Middleware(RequestIdMiddleware), Middleware(TimingMiddleware)
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=settings.allowed_hosts)
    net = Middleware(CatchAllMiddleware, answer=answer_unforeseen)
    keys = Middleware(IdempotencyMiddleware, memory=Memory())
    gzip = Middleware(GZipMiddleware, minimum_size=500)
    layers = [keys, gzip, request_id, timing, hosts, cors, net]
    return layers
