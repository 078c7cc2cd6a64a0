"""Run in the learner's process: what `place` returns, and who asks the repository of users meanwhile."""

import sys
from typing import Any

from app.users.repository import UserRepository
from app.users.service import get_user_service
from probes.shop import Lines, place, plain, register


async def place_one(name: str, lines: Lines) -> dict[str, Any]:
    """Place an order of a fresh customer; the order, its customer, and which modules went to the repository of users."""
    await register("Somebody Else", 1)
    user, visitors = await register(name, 2), set[str]()
    users = get_user_service()
    for key, value in list(vars(users).items()):
        if isinstance(value, UserRepository):
            setattr(users, key, _Watched(value, visitors))
    try:
        placed = plain(await place(user, lines))
    except LookupError as error:
        return {"user": user, "raised": f"{type(error).__name__}: {error}"}
    outside = [module for module in sorted(visitors) if not module.startswith("app.users")]
    return {"user": user, "placed": placed, "visitors": outside}


class _Watched:
    """Stands before a repository and notes which modules use it."""

    def __init__(self, inner: object, visitors: set[str]) -> None:
        self._inner = inner
        self._visitors = visitors

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the learner's code makes
        self._visitors.add(sys._getframe(1).f_globals["__name__"])
        return getattr(self._inner, name)
