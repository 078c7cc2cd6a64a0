from typing import Annotated

from fastapi import APIRouter, Depends

from app.rates.dependencies import get_rate_service
from app.rates.schemas import RatesResponse
from app.rates.service import RateService

router = APIRouter()
type Service = Annotated[RateService, Depends(get_rate_service)]


@router.get("/rates")
async def get_rates(service: Service) -> RatesResponse:
    return await service.get_rates()
