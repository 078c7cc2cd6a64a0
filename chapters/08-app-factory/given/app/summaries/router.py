from typing import Annotated

from fastapi import APIRouter, Depends

from app.summaries.dependencies import get_summary_service
from app.summaries.service import SummaryService, UserSummary

router = APIRouter()
Service = Annotated[SummaryService, Depends(get_summary_service)]


@router.get("/users/{user_id}/summary")
async def get_user_summary(user_id: int, service: Service) -> UserSummary:
    return await service.summarize(user_id)
