from collections.abc import Mapping

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.types import ProductId
from app.sales.models import Product


class Stock:
    """What is left of each product, while others buy it, too."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take(self, wanted: Mapping[ProductId, int]) -> bool:
        """Take these pieces; False when one product is short (the caller rolls back)."""
        # TODO: take them, if they are there
        ...

    async def put_back(self, pieces: Mapping[ProductId, int]) -> None:
        """Put these pieces back, or a delivery."""
        # TODO: put them back
        ...
