"""`await course.asked_at_once(api, …)`: how many functions of the app one request waits for at the same time."""

import importlib
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import wraps
from unittest.mock import patch

import httpx2

from .recorder import HEART


async def asked_at_once(api: httpx2.AsyncClient, path: str, module: str, *names: str) -> str:
    """GET a path once, and say how many of these async functions of a module of the app ran at the same time, at most.

    The functions do what they always do. AttributeError when the module has no such function.
    """
    await api.get(HEART)  # from here on the app is the one on disk
    where, now, most = importlib.import_module(module), 0, 0

    def counted(ask: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        @wraps(ask)
        async def counting(*args: object, **kwargs: object) -> object:
            nonlocal now, most
            now += 1
            most = max(most, now)
            try:
                return await ask(*args, **kwargs)
            finally:
                now -= 1

        return counting

    with ExitStack() as stack:
        for name in names:
            stack.enter_context(patch.object(where, name, counted(getattr(where, name))))
        await api.get(path)
    return f"at most {most} of {len(names)} at a time"
