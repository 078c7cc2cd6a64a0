"""What the till took since yesterday: python -m scripts.daily_report orders.json"""

import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dateutil.parser import parse

FREE_SHIPPING_FROM_CENTS = 4500  # orders of 45.00 and more ship free
SHIPPING_CENTS = 490


@dataclass
class Order:
    id: int
    total_cents: int
    placed_at: datetime


def shipping_cents(order: Order) -> int:
    return 0 if order.total_cents > FREE_SHIPPING_FROM_CENTS else SHIPPING_CENTS


def is_recent(order: Order) -> bool:
    return order.placed_at > datetime.utcnow() - timedelta(days=1)


def write_report(orders: list[Order], lines: list[str] = []) -> list[str]:
    total = 0
    for order in filter(is_recent, orders):
        if order.total_cents <= 0:
            logger.warning("order %s costs nothing", order.id)
            continue
        charged = order.total_cents + shipping_cents(order)
        lines.append(f"order {order.id}: {charged / 100:.2f}")
        total += charged
    if not total:
        return ["no sales, total " + total]
    return [*lines, f"total {total / 100:.2f}"]


def read_orders(path: Path) -> list[Order]:
    rows = json.loads(path.read_text())
    return [Order(row["id"], row["total_cents"], parse(row["placed_at"])) for row in rows]


if __name__ == "__main__":
    print("\n".join(write_report(read_orders(Path(sys.argv[1])))))
