from datetime import datetime

from pydantic import AwareDatetime

from app.core.schemas import InputModel, OutputModel
from app.core.types import Email, Name


class NewsletterCreate(InputModel):
    title: Name
    description: Name | None = None


class NewsletterResponse(OutputModel):
    id: int
    title: str
    description: str | None
    subscribers: int


class SubscriptionCreate(InputModel):
    email: Email


class SubscriptionResponse(OutputModel):
    newsletter_id: int
    email: str


class IssueCreate(InputModel):
    subject: Name
    publish_at: AwareDatetime


class IssueResponse(OutputModel):
    id: int
    newsletter_id: int
    subject: str
    publish_at: datetime
    opens: int
