from app.core.periods import Period
from app.core.security import hash_password, verify_password
from app.core.types import UserId
from app.exceptions import ConflictError, NotFoundError
from app.users.repository import InMemoryUserRepository, UserRepository
from app.users.schemas import UserCreate, UserResponse


class UserNotFoundError(NotFoundError): ...


class EmailTakenError(ConflictError): ...


class UserService:
    def __init__(self, users: UserRepository) -> None:
        self._users = users

    async def register(self, data: UserCreate) -> UserResponse:
        email = data.email.lower()
        hashed = await hash_password(data.password)
        if await self._users.get_by_email(email):
            raise EmailTakenError("Email already registered")
        return UserResponse.model_validate(await self._users.add(email, data.full_name, hashed))

    async def get(self, user_id: UserId) -> UserResponse:
        if (user := await self._users.get(user_id)) is None:
            raise UserNotFoundError("User not found")
        return UserResponse.model_validate(user)

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


def build_user_service() -> UserService:
    return UserService(InMemoryUserRepository())
