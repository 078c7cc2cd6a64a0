from app.users.service import UserService, get_user_service
from .forecast import *
from dataclasses import dataclass
from datetime import date, datetime, timedelta, UTC

SIGNUPS_A_DAY = 4


@dataclass(frozen=True)
class Period:
    """The last days, today included."""

    last: date
    days: int

    def __contains__(self, moment: datetime) -> bool:
        return self.last - timedelta(self.days) < moment.date() <= self.last


class ReportService:
    def __init__(self, users: UserService) -> None:
        self._users = users

    async def report_signups(self, days: int) -> tuple[int, float]:
        """Return how many signed up in the last days, and how many a usual year would bring."""
        today = datetime.now(UTC).date()
        usual = sum(SIGNUPS_A_DAY * FACTORS[today - timedelta(n)] for n in range(days))
        return await self._users.count_registered(Period(today, days)), round(usual, 1)


def get_report_service() -> ReportService:
    return ReportService(get_user_service())
