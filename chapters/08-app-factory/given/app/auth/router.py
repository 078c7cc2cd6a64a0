from typing import Annotated

from fastapi import APIRouter, Depends

from app.auth.dependencies import get_auth_service
from app.auth.schemas import LoginRequest, TokenResponse
from app.auth.service import AuthService

SCHEME = "bearer"

router = APIRouter()
Service = Annotated[AuthService, Depends(get_auth_service)]


@router.post("/auth/login")
async def login(data: LoginRequest, service: Service) -> TokenResponse:
    token = await service.login(data.email, data.password)
    return TokenResponse(access_token=token, token_type=SCHEME)
