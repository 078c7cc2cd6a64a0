from datetime import UTC, datetime

from app.exceptions import NotFoundError
from app.newsletters.issues import IssueRepository
from app.newsletters.models import Newsletter
from app.newsletters.repository import NewsletterRepository, SubscriptionRepository
from app.newsletters.schemas import (
    IssueCreate,
    IssueResponse,
    NewsletterCreate,
    NewsletterResponse,
    SubscriptionCreate,
    SubscriptionResponse,
)


class NewsletterService:
    def __init__(self, newsletters: NewsletterRepository) -> None:
        self._newsletters = newsletters

    async def create(self, data: NewsletterCreate) -> NewsletterResponse:
        newsletter = await self._newsletters.add(data.title, data.description)
        return NewsletterResponse.model_validate(newsletter)

    async def list_page(self, skip: int, limit: int) -> list[NewsletterResponse]:
        newsletters = await self._newsletters.list_page(skip, limit)
        return [NewsletterResponse.model_validate(newsletter) for newsletter in newsletters]

    async def get(self, newsletter_id: int) -> NewsletterResponse:
        return NewsletterResponse.model_validate(await self._find(newsletter_id))

    async def delete(self, newsletter_id: int) -> None:
        await self._newsletters.delete(await self._find(newsletter_id))

    async def _find(self, newsletter_id: int) -> Newsletter:
        if (newsletter := await self._newsletters.get(newsletter_id)) is None:
            raise NotFoundError("Newsletter not found")
        return newsletter


class SubscriptionService:
    def __init__(
        self, subscriptions: SubscriptionRepository, newsletters: NewsletterService
    ) -> None:
        self._subscriptions = subscriptions
        self._newsletters = newsletters

    async def subscribe(
        self, newsletter_id: int, data: SubscriptionCreate
    ) -> SubscriptionResponse:
        newsletter = await self._newsletters.get(newsletter_id)
        subscription = await self._subscriptions.add(newsletter.id, data.email)
        return SubscriptionResponse.model_validate(subscription)


class IssueService:
    def __init__(self, issues: IssueRepository, newsletters: NewsletterService) -> None:
        self._issues = issues
        self._newsletters = newsletters

    async def create(self, newsletter_id: int, data: IssueCreate) -> IssueResponse:
        newsletter = await self._newsletters.get(newsletter_id)
        issue = await self._issues.add(newsletter.id, data.subject, data.publish_at)
        return IssueResponse.model_validate(issue)

    async def list_published(self, newsletter_id: int) -> list[IssueResponse]:
        newsletter = await self._newsletters.get(newsletter_id)
        issues = await self._issues.list_published(newsletter.id, datetime.now(UTC))
        return [IssueResponse.model_validate(issue) for issue in issues]

    async def open(self, issue_id: int) -> IssueResponse:
        if (issue := await self._issues.count_open(issue_id)) is None:
            raise NotFoundError("Issue not found")
        return IssueResponse.model_validate(issue)
