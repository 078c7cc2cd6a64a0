"""Three apps asked for "the user". Three people answered."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel

from app.users.service import UserNotFoundError, UserService, get_user_service

router = APIRouter()
Svc = Annotated[UserService, Depends(get_user_service)]


class UserOut(BaseModel):
    userId: int
    userName: str
    mail: str


class account_info(BaseModel):
    account_no: int
    usr: str


@router.get("/getUser")
async def fetch(userId: int, svc: Svc) -> UserOut:
    try:
        u = await svc.get(userId)
    except UserNotFoundError as error:
        raise HTTPException(404, "no such account") from error
    return UserOut(userId=u.id, userName=u.full_name, mail=u.email)


@router.get("/Account/{accountNo}")
async def account(accountNo: int, svc: Svc) -> account_info:
    try:
        u = await svc.get(accountNo)
    except UserNotFoundError as error:
        raise HTTPException(404, "no such member") from error
    return account_info(account_no=u.id, usr=u.full_name)


@router.get("/member_list")
async def members(svc: Svc, pageSize: int = 20) -> list[account_info]:
    found = await svc.list_page(0, pageSize)
    return [account_info(account_no=m.id, usr=m.full_name) for m in found]
