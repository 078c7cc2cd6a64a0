from app.exceptions import NotFoundError
from app.returns.repository import RefundRepository, ReturnRepository
from app.returns.schemas import RefundResponse, ReturnCreate, ReturnResponse


class RefundService:
    def __init__(self, refunds: RefundRepository) -> None:
        self._refunds = refunds

    async def promise(self, return_id: int, cents: int) -> None:
        await self._refunds.add(return_id, cents)

    async def list_page(self, skip: int, limit: int) -> tuple[list[RefundResponse], int]:
        found, total = await self._refunds.list_page(skip, limit)
        return [RefundResponse.model_validate(refund) for refund in found], total


class ReturnService:
    def __init__(self, returns: ReturnRepository, refunds: RefundService) -> None:
        self._returns = returns
        self._refunds = refunds

    async def take(self, data: ReturnCreate) -> ReturnResponse:
        """Take something back, and promise the money for it: both or neither."""
        taken = await self._returns.add(data.order_id, data.reason)
        await self._refunds.promise(taken.id, data.cents)
        return ReturnResponse.model_validate(taken)

    async def get(self, return_id: int) -> ReturnResponse:
        if (found := await self._returns.get(return_id)) is None:
            raise NotFoundError("Return not found")
        return ReturnResponse.model_validate(found)

    async def list_page(
        self, skip: int, limit: int, order_id: int | None
    ) -> tuple[list[ReturnResponse], int]:
        found, total = await self._returns.list_page(skip, limit, order_id)
        return [ReturnResponse.model_validate(one) for one in found], total
