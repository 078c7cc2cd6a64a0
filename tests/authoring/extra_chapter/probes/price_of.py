"""What a parcel costs."""

from app.parcels import price


def price_of(kilos: int) -> int:
    """The learner's price."""
    return price(kilos)
