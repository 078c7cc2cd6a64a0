from typing import Annotated

from fastapi import Depends, Request

from app.newsletters.service import NewsletterService, SubscriptionService


def get_newsletter_service(request: Request) -> NewsletterService:
    return NewsletterService(request.state.database)


type Newsletters = Annotated[NewsletterService, Depends(get_newsletter_service)]


def get_subscription_service(request: Request) -> SubscriptionService:
    return SubscriptionService(request.state.database)


type Subscriptions = Annotated[SubscriptionService, Depends(get_subscription_service)]
