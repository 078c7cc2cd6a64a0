from dataclasses import dataclass


@dataclass(frozen=True)
class Return:
    id: int
    order_id: int
    reason: str


@dataclass(frozen=True)
class Refund:
    return_id: int
    cents: int
