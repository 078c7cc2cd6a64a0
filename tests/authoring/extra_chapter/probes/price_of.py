"""What a parcel costs."""

from app.postage import price


def price_of(kilos: int) -> int:
    """The learner's price."""
    return price(kilos)
