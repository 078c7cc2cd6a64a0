from app.orders.service import OrderService, get_order_service
from app.stats.schemas import StatsResponse
from app.stats.sources import count_visitors, get_dollar_rate, get_rating


class StatsService:
    def __init__(self, orders: OrderService) -> None:
        self._orders = orders

    async def collect(self) -> StatsResponse:
        page = await self._orders.list_page(0, 1)
        return StatsResponse(
            orders=page.total,
            visitors=await count_visitors(),
            dollars_per_euro=await get_dollar_rate(),
            rating=await get_rating(),
        )


def get_stats_service() -> StatsService:
    return StatsService(get_order_service())
