"""Run in the learner's process: nothing in this chapter renames a user over HTTP."""

import gc
from typing import Any

from app.users.models import User
from probes.shop import Lines, look, place, register, settled, shop


async def rename(names: list[str], lines: Lines) -> dict[str, Any]:
    """Let a customer order under each of these names, one after the other; what the orders say, then and in the end."""
    user = await register(names[0])
    placed = []
    for name in names:
        for stored in [thing for thing in gc.get_objects() if type(thing) is User and thing.id == user]:
            stored.full_name = name
        placed.append(await place(user, lines))
    ids = [look(order, "id") for order in placed]
    last = [await settled((await shop()).get(number)) for number in ids]
    return {
        "then": [look(order, "customer_name") for order in placed],
        "later": [look(order, "customer_name") for order in last],
    }
