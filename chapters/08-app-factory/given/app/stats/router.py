from typing import Annotated

from fastapi import APIRouter, Depends

from app.stats.dependencies import get_stats_service
from app.stats.schemas import HealthResponse, StatsResponse
from app.stats.service import StatsService

router = APIRouter()
health_router = APIRouter()
type Service = Annotated[StatsService, Depends(get_stats_service)]


@health_router.get("/health")
async def get_health() -> HealthResponse:
    return HealthResponse(status="ok")


@router.get("/stats")
async def get_stats(service: Service) -> StatsResponse:
    return await service.collect()
