from datetime import datetime

from app.core.database import UnitOfWork
from app.newsletters.models import Issue


class IssueRepository:
    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def add(self, newsletter_id: int, subject: str, publish_at: datetime) -> Issue:
        sql = (
            "INSERT INTO issues (newsletter_id, subject, publish_at) VALUES (?, ?, ?) RETURNING *"
        )
        [row] = await self._work.execute(sql, newsletter_id, subject, publish_at.isoformat())
        return Issue(*row)

    async def list_published(self, newsletter_id: int, now: datetime) -> list[Issue]:
        sql = (
            "SELECT * FROM issues WHERE newsletter_id = ? AND publish_at <= ? ORDER BY publish_at"
        )
        return [
            Issue(*row) for row in await self._work.execute(sql, newsletter_id, now.isoformat())
        ]

    async def count_open(self, issue_id: int) -> Issue | None:
        sql = "UPDATE issues SET opens = opens + 1 WHERE id = ? RETURNING *"
        rows = await self._work.execute(sql, issue_id)
        return Issue(*rows[0]) if rows else None
