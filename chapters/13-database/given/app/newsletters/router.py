from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Path, Request, Response, status

from app.core.pagination import DEFAULT_LIMIT, Limit, Skip
from app.core.types import MAX_ID
from app.dependencies import Mail
from app.newsletters.dependencies import Issues, Newsletters, Subscriptions
from app.newsletters.schemas import (
    IssueCreate,
    IssueResponse,
    NewsletterCreate,
    NewsletterResponse,
    SubscriptionCreate,
    SubscriptionResponse,
)
from app.newsletters.welcome import welcome

router = APIRouter()
type NewsletterId = Annotated[int, Path(ge=1, le=MAX_ID)]
type IssueId = Annotated[int, Path(ge=1, le=MAX_ID)]


@router.post("/newsletters", status_code=status.HTTP_201_CREATED)
async def create_newsletter(
    data: NewsletterCreate, newsletters: Newsletters, request: Request, response: Response
) -> NewsletterResponse:
    newsletter = await newsletters.create(data)
    response.headers["Location"] = f"{request.url.path}/{newsletter.id}"
    return newsletter


@router.get("/newsletters")
async def list_newsletters(
    newsletters: Newsletters, skip: Skip = 0, limit: Limit = DEFAULT_LIMIT
) -> list[NewsletterResponse]:
    return await newsletters.list_page(skip, limit)


@router.get("/newsletters/{newsletter_id}")
async def get_newsletter(
    newsletter_id: NewsletterId, newsletters: Newsletters
) -> NewsletterResponse:
    return await newsletters.get(newsletter_id)


@router.delete("/newsletters/{newsletter_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_newsletter(newsletter_id: NewsletterId, newsletters: Newsletters) -> None:
    await newsletters.delete(newsletter_id)


@router.post("/newsletters/{newsletter_id}/subscriptions", status_code=status.HTTP_201_CREATED)
async def create_subscription(
    newsletter_id: NewsletterId,
    data: SubscriptionCreate,
    subscriptions: Subscriptions,
    send_mail: Mail,
    background: BackgroundTasks,
) -> SubscriptionResponse:
    subscription = await subscriptions.subscribe(newsletter_id, data)
    background.add_task(welcome, subscription.email, send_mail)
    return subscription


@router.post("/newsletters/{newsletter_id}/issues", status_code=status.HTTP_201_CREATED)
async def create_issue(
    newsletter_id: NewsletterId, data: IssueCreate, issues: Issues
) -> IssueResponse:
    return await issues.create(newsletter_id, data)


@router.get("/newsletters/{newsletter_id}/issues")
async def list_issues(newsletter_id: NewsletterId, issues: Issues) -> list[IssueResponse]:
    return await issues.list_published(newsletter_id)


@router.post("/issues/{issue_id}/opens")
async def create_open(issue_id: IssueId, issues: Issues) -> IssueResponse:
    return await issues.open(issue_id)
