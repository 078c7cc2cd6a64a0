from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, status

from app.users.greeting import greet
from app.users.schemas import UserCreate, UserResponse
from app.users.service import (
    EmailTakenError,
    UserNotFoundError,
    UserService,
    get_user_service,
)

router = APIRouter()
Service = Annotated[UserService, Depends(get_user_service)]


@router.post("/users", status_code=status.HTTP_201_CREATED)
async def create_user(data: UserCreate, service: Service) -> UserResponse:
    try:
        return await service.register(data)
    except EmailTakenError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, str(error)) from error


@router.get("/users")
async def list_users(service: Service) -> list[UserResponse]:
    return await service.list_all()


@router.get("/users/{user_id}")
async def get_user(user_id: int, service: Service) -> UserResponse:
    try:
        return await service.get(user_id)
    except UserNotFoundError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error


@router.get("/greetings")
async def get_greeting(email: str, service: Service):
    return {"text": greet(await service.find_by_email(email))}
