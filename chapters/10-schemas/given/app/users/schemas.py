from pydantic import BaseModel, ConfigDict, EmailStr, Field

from app.core.types import UserId


class UserBase(BaseModel):
    """The fields of a user, as models.py has them. One list for requests and responses."""

    model_config = ConfigDict(from_attributes=True)

    email: str = ""
    full_name: str = ""
    nickname: str | None = None
    hashed_password: str = ""


class UserCreate(UserBase):
    email: EmailStr
    full_name: str = Field(min_length=1)
    password: str = Field(min_length=8)


class UserUpdate(UserBase): ...


class UserResponse(UserBase):
    id: UserId


class GreetingResponse(BaseModel):
    text: str
