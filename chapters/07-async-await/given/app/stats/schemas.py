from pydantic import BaseModel


class HealthResponse(BaseModel):
    status: str


class StatsResponse(BaseModel):
    orders: int
    visitors: int
    dollars_per_euro: float
    rating: float
