from typing import Annotated

from fastapi import Depends

from app.dependencies import Work
from app.newsletters.issues import IssueRepository
from app.newsletters.repository import NewsletterRepository, SubscriptionRepository
from app.newsletters.service import IssueService, NewsletterService, SubscriptionService


def get_newsletter_service(work: Work) -> NewsletterService:
    return NewsletterService(NewsletterRepository(work))


type Newsletters = Annotated[NewsletterService, Depends(get_newsletter_service)]


def get_subscription_service(work: Work, newsletters: Newsletters) -> SubscriptionService:
    return SubscriptionService(SubscriptionRepository(work), newsletters)


type Subscriptions = Annotated[SubscriptionService, Depends(get_subscription_service)]


def get_issue_service(work: Work, newsletters: Newsletters) -> IssueService:
    return IssueService(IssueRepository(work), newsletters)


type Issues = Annotated[IssueService, Depends(get_issue_service)]
