from fastapi import APIRouter, status

from app.core.pagination import DEFAULT_LIMIT, Limit, Skip
from app.core.types import UserId
from app.users.dependencies import CurrentUser, Service
from app.users.greeting import greet
from app.users.schemas import GreetingResponse, UserCreate, UserResponse

router = APIRouter()


@router.post("/users", status_code=status.HTTP_201_CREATED)
async def create_user(data: UserCreate, service: Service) -> UserResponse:
    return await service.register(data)


@router.get("/users")
async def list_users(
    service: Service, skip: Skip = 0, limit: Limit = DEFAULT_LIMIT
) -> list[UserResponse]:
    return await service.list_page(skip, limit)


@router.get("/users/{user_id}")
async def get_user(user_id: UserId, service: Service) -> UserResponse:
    return await service.get(user_id)


@router.get("/greetings")
async def get_greeting(email: str, service: Service) -> GreetingResponse:
    return GreetingResponse(text=greet(await service.find_by_email(email)))


@router.get("/users/me")
async def get_me(user: CurrentUser) -> UserResponse:
    return user
