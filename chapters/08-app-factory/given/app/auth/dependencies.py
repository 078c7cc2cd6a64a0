from typing import Annotated

from fastapi import Depends

from app.auth.service import AuthService
from app.users.dependencies import get_user_service
from app.users.service import UserService


def get_auth_service(users: Annotated[UserService, Depends(get_user_service)]) -> AuthService:
    return AuthService(users)
