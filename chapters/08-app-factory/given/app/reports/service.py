from datetime import UTC, datetime

from app.core.periods import Period
from app.reports.forecast import get_factor
from app.users.service import UserService

SIGNUPS_A_DAY = 4


class ReportService:
    def __init__(self, users: UserService) -> None:
        self._users = users

    async def report_signups(self, days: int) -> tuple[int, float]:
        """Return how many signed up in the last days, and how many a usual year would bring."""
        period = Period(datetime.now(UTC).date(), days)
        usual = sum(SIGNUPS_A_DAY * get_factor(day) for day in period)
        return await self._users.count_registered(period), round(usual, 1)
