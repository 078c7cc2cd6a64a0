from app.core.database import Database
from app.exceptions import NotFoundError
from app.newsletters.repository import NewsletterRepository, SubscriptionRepository
from app.newsletters.schemas import (
    NewsletterCreate,
    NewsletterResponse,
    SubscriptionCreate,
    SubscriptionResponse,
)


class NewsletterService:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, data: NewsletterCreate) -> NewsletterResponse:
        connection = await self._database.connect()
        newsletter = await NewsletterRepository(connection).add(data.title)
        await self._database.close(connection)
        return NewsletterResponse.model_validate(newsletter)

    async def list_page(self, skip: int, limit: int) -> list[NewsletterResponse]:
        connection = await self._database.connect()
        newsletters = await NewsletterRepository(connection).list_page(skip, limit)
        await self._database.close(connection)
        return [NewsletterResponse.model_validate(newsletter) for newsletter in newsletters]

    async def get(self, newsletter_id: int) -> NewsletterResponse:
        connection = await self._database.connect()
        newsletter = await NewsletterRepository(connection).get(newsletter_id)
        if newsletter is None:
            raise NotFoundError("Newsletter not found")
        await self._database.close(connection)
        return NewsletterResponse.model_validate(newsletter)

    async def delete(self, newsletter_id: int) -> None:
        newsletter = await self.get(newsletter_id)
        connection = await self._database.connect()
        await NewsletterRepository(connection).delete(newsletter.id)
        await self._database.close(connection)


class SubscriptionService:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def subscribe(
        self, newsletter_id: int, data: SubscriptionCreate
    ) -> SubscriptionResponse:
        newsletter = await NewsletterService(self._database).get(newsletter_id)
        connection = await self._database.connect()
        subscription = await SubscriptionRepository(connection).add(newsletter.id, data.email)
        await self._database.close(connection)
        return SubscriptionResponse.model_validate(subscription)
