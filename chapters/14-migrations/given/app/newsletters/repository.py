from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.newsletters.models import Issue, Newsletter, Subscription


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

    async def get_with_issues(self, newsletter_id: int) -> Newsletter | None:
        options = [selectinload(Newsletter.issues)]
        return await self._session.get(Newsletter, newsletter_id, options=options)

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


class IssueRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, newsletter_id: int, subject: str, publish_at: datetime) -> Issue:
        issue = Issue(newsletter_id=newsletter_id, subject=subject, publish_at=publish_at)
        self._session.add(issue)
        await self._session.flush()
        return issue

    async def lock(self, issue_id: int) -> Issue | None:
        """Find an issue, and keep others from changing it until this transaction ends."""
        return await self._session.get(Issue, issue_id, with_for_update=True)
