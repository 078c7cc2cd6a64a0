from pydantic import BaseModel


class RatesResponse(BaseModel):
    """What a euro costs, in hundredths by currency."""

    rates: dict[str, int]
