from app.core.periods import Period
from app.core.security import hash_password, verify_password
from app.core.types import UserId
from app.exceptions import ConflictError, NotFoundError
from app.users.models import User
from app.users.repository import UserRepository
from app.users.schemas import UserCreate, UserResponse, UserUpdate


class UserNotFoundError(NotFoundError): ...


class EmailTakenError(ConflictError): ...


class UserService:
    def __init__(self, users: UserRepository) -> None:
        self._users = users

    async def register(self, data: UserCreate) -> UserResponse:
        hashed = await hash_password(data.password)
        if await self._users.get_by_email(data.email):
            raise EmailTakenError("Email already registered")
        user = await self._users.add(data.email, data.full_name, hashed, data.nickname)
        return UserResponse.model_validate(user)

    async def get(self, user_id: UserId) -> UserResponse:
        return UserResponse.model_validate(await self._find(user_id))

    async def update(self, user_id: UserId, data: UserUpdate) -> UserResponse:
        """Change what the data names. EmailTakenError when the address is somebody else's."""
        user = await self._find(user_id)
        changes = data.model_dump(exclude_unset=True)
        if "email" in changes:
            if await self._users.get_by_email(changes["email"]) not in (None, user):
                raise EmailTakenError("Email already registered")
        for name, value in changes.items():
            setattr(user, name, value)
        await self._users.save(user)
        return UserResponse.model_validate(user)

    async def delete(self, user_id: UserId) -> None:
        await self._users.delete(await self._find(user_id))

    async def find_by_email(self, email: str) -> UserResponse | None:
        user = await self._users.get_by_email(email.lower())
        return None if user is None else UserResponse.model_validate(user)

    async def list_page(self, skip: int, limit: int) -> list[UserResponse]:
        users = await self._users.list_page(skip, limit)
        return [UserResponse.model_validate(user) for user in users]

    async def count_registered(self, period: Period) -> int:
        users = await self._users.list_all()
        return sum(user.created_at in period for user in users)

    async def check_password(self, email: str, password: str) -> bool:
        user = await self._users.get_by_email(email.lower())
        return user is not None and await verify_password(password, user.hashed_password)

    async def _find(self, user_id: UserId) -> User:
        if (user := await self._users.get(user_id)) is None:
            raise UserNotFoundError("User not found")
        return user
