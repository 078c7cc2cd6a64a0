from app.core.database import UnitOfWork
from app.newsletters.models import Newsletter, Subscription

SELECT = """
SELECT id, title, (SELECT count(*) FROM subscriptions WHERE newsletter_id = newsletters.id)
FROM newsletters
"""


class NewsletterRepository:
    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def add(self, title: str) -> Newsletter:
        sql = "INSERT INTO newsletters (title) VALUES (?) RETURNING id"
        [(newsletter_id,)] = await self._work.execute(sql, title)
        return Newsletter(newsletter_id, title, 0)

    async def get(self, newsletter_id: int) -> Newsletter | None:
        rows = await self._work.execute(f"{SELECT} WHERE id = ?", newsletter_id)
        return Newsletter(*rows[0]) if rows else None

    async def list_page(self, skip: int, limit: int) -> list[Newsletter]:
        sql = f"{SELECT} ORDER BY id LIMIT ? OFFSET ?"
        return [Newsletter(*row) for row in await self._work.execute(sql, limit, skip)]

    async def delete(self, newsletter: Newsletter) -> None:
        await self._work.execute("DELETE FROM newsletters WHERE id = ?", newsletter.id)


class SubscriptionRepository:
    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def add(self, newsletter_id: int, email: str) -> Subscription:
        sql = "INSERT INTO subscriptions (newsletter_id, email) VALUES (?, ?)"
        await self._work.execute(sql, newsletter_id, email)
        return Subscription(newsletter_id, email)
