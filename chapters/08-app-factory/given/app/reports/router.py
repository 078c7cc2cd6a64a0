from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app.reports.dependencies import get_report_service
from app.reports.schemas import SignupReportResponse
from app.reports.service import ReportService

router = APIRouter()
type Service = Annotated[ReportService, Depends(get_report_service)]


@router.get("/reports/signups")
async def get_signup_report(
    service: Service, days: Annotated[int, Query(ge=1, le=366)] = 7
) -> SignupReportResponse:
    signups, usual = await service.report_signups(days)
    return SignupReportResponse(days=days, signups=signups, usual=usual)
