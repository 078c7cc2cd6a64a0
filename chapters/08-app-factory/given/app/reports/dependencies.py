from typing import Annotated

from fastapi import Depends

from app.reports.service import ReportService
from app.users.dependencies import get_user_service
from app.users.service import UserService


def get_report_service(users: Annotated[UserService, Depends(get_user_service)]) -> ReportService:
    return ReportService(users)
