from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.newsletters.models import Newsletter, Subscription


class NewsletterRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, title: str, description: str | None) -> Newsletter:
        newsletter = Newsletter(title=title, description=description)
        self._session.add(newsletter)
        await self._session.flush()
        await self._session.refresh(newsletter, ["subscribers"])
        return newsletter

    async def get(self, newsletter_id: int) -> Newsletter | None:
        return await self._session.get(Newsletter, newsletter_id)

    async def list_page(self, skip: int, limit: int) -> list[Newsletter]:
        query = select(Newsletter).order_by(Newsletter.id).limit(limit).offset(skip)
        return list(await self._session.scalars(query))

    async def delete(self, newsletter: Newsletter) -> None:
        await self._session.delete(newsletter)
        await self._session.flush()


class SubscriptionRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, newsletter_id: int, email: str) -> Subscription:
        subscription = Subscription(newsletter_id=newsletter_id, email=email)
        self._session.add(subscription)
        await self._session.flush()
        return subscription
