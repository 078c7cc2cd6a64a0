"""What readers see who have no account: issues that are out, the newest first."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy import select

from app.core.pagination import DEFAULT_LIMIT, Limit, Skip
from app.core.types import MAX_ID
from app.dependencies import Session
from app.newsletters.models import Issue, Newsletter
from app.newsletters.schemas import IssueResponse

router = APIRouter()
type NewsletterId = Annotated[int, Path(ge=1, le=MAX_ID)]


@router.get("/feeds")
async def list_feeds(session: Session) -> list[IssueResponse]:
    """The newest issue of each newsletter."""
    found: list[Issue] = []
    for newsletter in await session.scalars(select(Newsletter).order_by(Newsletter.id)):
        query = select(Issue).where(Issue.newsletter_id == newsletter.id)
        query = query.where(Issue.publish_at <= datetime.now(UTC))
        found += (await session.scalars(query.order_by(Issue.publish_at.desc()).limit(1))).all()
    return [IssueResponse.model_validate(issue) for issue in found]


@router.get("/feeds/{newsletter_id}")
async def get_feed(
    newsletter_id: NewsletterId, session: Session, skip: Skip = 0, limit: Limit = DEFAULT_LIMIT
) -> list[IssueResponse]:
    query = select(Issue).where(Issue.newsletter_id == newsletter_id)
    query = query.where(Issue.publish_at <= datetime.now(UTC)).offset(skip).limit(limit)
    return [IssueResponse.model_validate(issue) for issue in await session.scalars(query)]


@router.get("/feeds/{newsletter_id}/headlines")
async def list_headlines(newsletter_id: NewsletterId, session: Session) -> list[str]:
    query = select(Issue.subject).where(Issue.newsletter_id == newsletter_id)
    return list(await session.scalars(query.order_by(Issue.publish_at.desc()).limit(3)))
