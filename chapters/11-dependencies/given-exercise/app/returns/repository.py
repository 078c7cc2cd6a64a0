from app.core.database import UnitOfWork
from app.returns.models import Refund, Return


class ReturnRepository:
    """The returns of one shop."""

    def __init__(self, work: UnitOfWork, shop_id: int) -> None:
        self._work = work
        self._shop_id = shop_id

    async def add(self, order_id: int, reason: str) -> Return:
        raise NotImplementedError

    async def get(self, return_id: int) -> Return | None:
        sql = "SELECT id, order_id, reason FROM returns WHERE shop_id = ? AND id = ?"
        rows = await self._work.execute(sql, self._shop_id, return_id)
        return Return(*rows[0]) if rows else None

    async def list_page(
        self, skip: int, limit: int, order_id: int | None
    ) -> tuple[list[Return], int]:
        sql = "SELECT id, order_id, reason FROM returns WHERE shop_id = ? AND order_id = ifnull(?, order_id) ORDER BY id"
        rows = await self._work.execute(sql, self._shop_id, order_id)
        return [Return(*row) for row in rows[skip : skip + limit]], len(rows)


class RefundRepository:
    """The refunds of one shop."""

    def __init__(self, work: UnitOfWork, shop_id: int) -> None:
        self._work = work
        self._shop_id = shop_id

    async def add(self, return_id: int, cents: int) -> None:
        raise NotImplementedError

    async def list_page(self, skip: int, limit: int) -> tuple[list[Refund], int]:
        sql = "SELECT return_id, cents FROM refunds JOIN returns ON id = return_id WHERE shop_id = ? ORDER BY id"
        rows = await self._work.execute(sql, self._shop_id)
        return [Refund(*row) for row in rows[skip : skip + limit]], len(rows)
