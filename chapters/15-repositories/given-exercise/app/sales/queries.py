"""What somebody may ask for: which orders, in which order, and how many of them."""

from dataclasses import dataclass
from datetime import datetime

from app.exceptions import InvalidInputError


class UnknownSortError(InvalidInputError): ...


@dataclass(frozen=True)
class OrderFilter:
    """None: it does not matter. All that is said has to hold."""

    text: str | None = None
    """Part of the buyer's address."""
    gift: bool | None = None
    collect_from: datetime | None = None
    collect_before: datetime | None = None
    min_total_cents: int | None = None
