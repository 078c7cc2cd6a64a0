from pydantic import BaseModel


class MoneyResponse(BaseModel):
    """An amount as it goes out."""

    amount: float
    currency: str


class MoneyRequest(MoneyResponse):
    """A price as it comes in."""
