from typing import Annotated

from fastapi import APIRouter, Depends

from app.core.pagination import DEFAULT_LIMIT, Limit, Skip
from app.core.types import UserId
from app.dashboards.dependencies import get_dashboard_service
from app.dashboards.schemas import DashboardResponse
from app.dashboards.service import DashboardService

router = APIRouter()
type Service = Annotated[DashboardService, Depends(get_dashboard_service)]


@router.get("/dashboards/{user_id}")
async def get_dashboard(user_id: UserId, service: Service) -> DashboardResponse:
    return await service.get(user_id)


@router.get("/dashboards")
async def list_dashboards(
    service: Service, skip: Skip = 0, limit: Limit = DEFAULT_LIMIT
) -> list[DashboardResponse]:
    return await service.list_page(skip, limit)
