from dataclasses import dataclass, field
from datetime import UTC, datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class User:
    id: int
    email: str
    full_name: str
    hashed_password: str
    nickname: str | None = None
    created_at: datetime = field(default_factory=_now)
