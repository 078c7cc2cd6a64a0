from dataclasses import dataclass


@dataclass(frozen=True)
class Newsletter:
    id: int
    title: str
    subscribers: int


@dataclass(frozen=True)
class Subscription:
    newsletter_id: int
    email: str


@dataclass(frozen=True)
class Issue:
    id: int
    newsletter_id: int
    subject: str
    publish_at: str
    opens: int
