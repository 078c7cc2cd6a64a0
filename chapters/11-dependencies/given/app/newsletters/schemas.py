from app.core.schemas import InputModel, OutputModel
from app.core.types import Email, Name


class NewsletterCreate(InputModel):
    title: Name


class NewsletterResponse(OutputModel):
    id: int
    title: str
    subscribers: int


class SubscriptionCreate(InputModel):
    email: Email


class SubscriptionResponse(OutputModel):
    newsletter_id: int
    email: str
