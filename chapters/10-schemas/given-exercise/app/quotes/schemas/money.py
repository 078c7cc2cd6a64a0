from pydantic import BaseModel


class PriceResponse(BaseModel):
    """An amount as it goes out."""

    amount: float
    currency: str


class PriceRequest(PriceResponse):
    """A price as it comes in."""
