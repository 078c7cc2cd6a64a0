from app.core.security import new_token
from app.exceptions import AuthenticationError
from app.users.service import UserService


class InvalidCredentialsError(AuthenticationError):
    """Address and password do not belong together."""


class AuthService:
    def __init__(self, users: UserService) -> None:
        self._users = users

    async def login(self, email: str, password: str) -> str:
        if not await self._users.check_password(email, password):
            raise InvalidCredentialsError("Incorrect email or password")
        return new_token()
