"""Old names of users, kept for one version: new clients take /users and /users/{user_id}."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from app.core.pagination import DEFAULT_LIMIT, Limit
from app.core.types import UserId
from app.users.dependencies import get_user_service
from app.users.service import UserService

router = APIRouter(deprecated=True)
type Service = Annotated[UserService, Depends(get_user_service)]


class OldUserResponse(BaseModel):
    id: UserId = Field(serialization_alias="userId")
    full_name: str = Field(serialization_alias="userName")
    email: str = Field(serialization_alias="mail")


class OldAccountResponse(BaseModel):
    id: UserId = Field(serialization_alias="account_no")
    full_name: str = Field(serialization_alias="usr")


@router.get("/getUser")
async def get_old_user(
    user_id: Annotated[UserId, Query(alias="userId")], service: Service
) -> OldUserResponse:
    return OldUserResponse(**(await service.get(user_id)).model_dump())


@router.get("/Account/{accountNo}")
async def get_old_account(
    user_id: Annotated[UserId, Path(alias="accountNo")], service: Service
) -> OldAccountResponse:
    return OldAccountResponse(**(await service.get(user_id)).model_dump())


@router.get("/member_list")
async def list_old_members(
    service: Service, limit: Annotated[Limit, Query(alias="pageSize")] = DEFAULT_LIMIT
) -> list[OldAccountResponse]:
    users = await service.list_page(0, limit)
    return [OldAccountResponse(**user.model_dump()) for user in users]
