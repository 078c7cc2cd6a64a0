"""The currencies that the shop takes today. The archive has others."""

from enum import StrEnum


class Currency(StrEnum):
    EUR = "EUR"
    USD = "USD"
    JPY = "JPY"


def get_decimals(currency: str) -> int:
    """Return how many decimals an amount has: yen have no cents."""
    return 0 if currency == "JPY" else 2
