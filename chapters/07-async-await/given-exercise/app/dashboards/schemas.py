from pydantic import BaseModel

from app.core.types import OrderId, ProductId, UserId


class DashboardResponse(BaseModel):
    """None is what did not come in time; `missing` names it."""

    user_id: UserId
    full_name: str
    order_ids: list[OrderId]
    notifications: list[str] | None
    recommendations: list[ProductId] | None
    missing: list[str]
