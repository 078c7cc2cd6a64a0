import asyncio

from app.exceptions import UnavailableError
from app.orders.service import OrderService
from app.stats.schemas import StatsResponse
from app.stats.sources import count_visitors, get_dollar_rate, get_rating

PATIENCE_SECONDS = 2.0


class StatsService:
    def __init__(self, orders: OrderService) -> None:
        self._orders = orders

    async def collect(self) -> StatsResponse:
        """Ask everybody at once; UnavailableError when one of them is down or takes too long."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
                visitors = group.create_task(count_visitors())
                rate = group.create_task(get_dollar_rate())
                rating = group.create_task(get_rating())
        except* OSError as errors:  # TimeoutError and ConnectionError are two of its kinds
            raise UnavailableError("Statistics are not available now") from errors
        page = await self._orders.list_page(0, 1)
        return StatsResponse(
            orders=page.total,
            visitors=visitors.result(),
            dollars_per_euro=rate.result(),
            rating=rating.result(),
        )
