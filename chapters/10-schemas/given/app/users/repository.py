from itertools import count
from typing import Protocol

from app.core.pagination import page_of
from app.core.types import UserId
from app.users.models import User


class UserRepository(Protocol):
    """What the service needs. Whoever has these methods is a repository of users."""

    async def add(
        self, email: str, full_name: str, hashed_password: str, nickname: str | None = None
    ) -> User: ...

    async def get(self, user_id: UserId) -> User | None: ...

    async def get_by_email(self, email: str) -> User | None: ...

    async def list_page(self, skip: int, limit: int) -> list[User]: ...

    async def list_all(self) -> list[User]: ...

    async def save(self, user: User) -> None: ...

    async def delete(self, user: User) -> None: ...


class InMemoryUserRepository:
    """Keeps users in memory; a database takes this place in chapter 15."""

    def __init__(self) -> None:
        self._users: dict[UserId, User] = {}
        self._ids = count(1)  # an id is never given twice

    async def add(
        self, email: str, full_name: str, hashed_password: str, nickname: str | None = None
    ) -> User:
        user = User(next(self._ids), email, full_name, hashed_password, nickname)
        self._users[user.id] = user
        return user

    async def get(self, user_id: UserId) -> User | None:
        return self._users.get(user_id)

    async def get_by_email(self, email: str) -> User | None:
        users = self._users.values()
        return next((user for user in users if user.email == email), None)

    async def list_page(self, skip: int, limit: int) -> list[User]:
        return page_of(self._users.values(), skip, limit)

    async def list_all(self) -> list[User]:
        return list(self._users.values())

    async def save(self, user: User) -> None:
        self._users[user.id] = user

    async def delete(self, user: User) -> None:
        del self._users[user.id]
