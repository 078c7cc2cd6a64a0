from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response, status

from app.core.types import MAX_ID
from app.returns.dependencies import Refunds, Returns
from app.returns.pages import Paging
from app.returns.schemas import RefundResponse, ReturnCreate, ReturnResponse

router = APIRouter()
type ReturnId = Annotated[int, Path(ge=1, le=MAX_ID)]
type OfOrder = Annotated[int | None, Query(ge=1, le=MAX_ID)]


@router.post("/returns", status_code=status.HTTP_201_CREATED)
async def create_return(
    data: ReturnCreate, returns: Returns, request: Request, response: Response
) -> ReturnResponse:
    taken = await returns.take(data)
    response.headers["Location"] = f"{request.url.path}/{taken.id}"
    return taken


@router.get("/returns")
async def list_returns(
    returns: Returns, paging: Paging, order_id: OfOrder = None
) -> list[ReturnResponse]:
    found, total = await returns.list_page(paging.skip, paging.limit, order_id)
    paging.announce(total)
    return found


@router.get("/returns/{return_id}")
async def get_return(return_id: ReturnId, returns: Returns) -> ReturnResponse:
    return await returns.get(return_id)


@router.get("/refunds")
async def list_refunds(refunds: Refunds, paging: Paging) -> list[RefundResponse]:
    found, total = await refunds.list_page(paging.skip, paging.limit)
    paging.announce(total)
    return found
