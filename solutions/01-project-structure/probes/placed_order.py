# Derived from chapters/01-project-structure/probes/placed_order.py by `course build`: change it there.
"""Run in the learner's process: what `place` returns, and who asks the repository of users meanwhile.

Nothing in this chapter renames a user over HTTP.
"""

import gc
import sys
from typing import Any

from app.users.models import User
from app.users.repository import UserRepository
from app.users.service import get_user_service
from probes.shop import Lines, look, place, plain, register, settled, shop


async def place_one(names: list[str], lines: Lines) -> dict[str, Any]:
    """Place an order of a fresh customer; the order, its customer, and which modules went to the repository of users.

    Then the customer is renamed and orders again, for each further name: what the orders say at once, and in the end.
    """
    await register("Somebody Else", 1)
    user, visitors = await register(names[0], 2), set[str]()
    users = get_user_service()
    for key, value in list(vars(users).items()):
        if isinstance(value, UserRepository):
            setattr(users, key, _Watched(value, visitors))
    try:
        placed = plain(await place(user, lines))
    except LookupError as error:
        return {"user": user, "raised": f"{type(error).__name__}: {error}"}
    outside = [module for module in sorted(visitors) if not module.startswith("app.users")]
    found = {"user": user, "placed": placed, "visitors": outside}
    return found | (await _rename(user, names, lines))


async def _rename(user: int, names: list[str], lines: Lines) -> dict[str, list[str]]:
    orders = []
    for name in names:
        for stored in [thing for thing in gc.get_objects() if type(thing) is User and thing.id == user]:
            stored.full_name = name
        orders.append(await place(user, lines))
    last = [await settled((await shop()).get(look(order, "id"))) for order in orders]
    return {
        "then": [look(order, "customer_name") for order in orders],
        "later": [look(order, "customer_name") for order in last],
    }


class _Watched:
    """Stands before a repository and notes which modules use it."""

    def __init__(self, inner: object, visitors: set[str]) -> None:
        self._inner = inner
        self._visitors = visitors

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the learner's code makes
        self._visitors.add(sys._getframe(1).f_globals["__name__"])
        return getattr(self._inner, name)
