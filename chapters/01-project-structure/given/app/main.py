"""The shop's API: users, login, products and orders."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from functools import partial

from fastapi import FastAPI, HTTPException, status
from pydantic import BaseModel, ConfigDict, EmailStr, Field

app = FastAPI(title="Shop", redirect_slashes=False)


# --- users ---------------------------------------------------------------


@dataclass
class User:
    id: int
    email: str
    full_name: str
    hashed_password: str


class UserCreate(BaseModel):
    email: EmailStr
    full_name: str = Field(min_length=1)
    password: str = Field(min_length=8)


class UserResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    email: str
    full_name: str


users: dict[int, User] = {}


def find_user(email: str) -> User | None:
    return next((user for user in users.values() if user.email == email.lower()), None)


async def scrypt(password: str, salt: bytes) -> bytes:
    """Slow on purpose, so it runs in a thread."""
    derive = partial(hashlib.scrypt, salt=salt, n=2**14, r=8, p=1)
    return await asyncio.to_thread(derive, password.encode())


async def hash_password(password: str) -> str:
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${(await scrypt(password, salt)).hex()}"


async def verify_password(password: str, hashed: str) -> bool:
    salt, _, expected = hashed.partition("$")
    digest = await scrypt(password, bytes.fromhex(salt))
    return secrets.compare_digest(digest.hex(), expected)


@app.post("/api/v1/users", status_code=status.HTTP_201_CREATED)
async def create_user(data: UserCreate) -> UserResponse:
    hashed = await hash_password(data.password)
    if find_user(data.email):
        raise HTTPException(status.HTTP_409_CONFLICT, "Email already registered")
    user = User(len(users) + 1, data.email.lower(), data.full_name, hashed)
    users[user.id] = user
    return UserResponse.model_validate(user)


@app.get("/api/v1/users")
async def list_users() -> list[UserResponse]:
    return [UserResponse.model_validate(user) for user in users.values()]


@app.get("/api/v1/users/{user_id}")
async def get_user(user_id: int) -> UserResponse:
    user = users.get(user_id)
    if user is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "User not found")
    return UserResponse.model_validate(user)


# --- login ---------------------------------------------------------------


class LoginRequest(BaseModel):
    email: str
    password: str


class TokenResponse(BaseModel):
    access_token: str
    token_type: str


@app.post("/api/v1/auth/login")
async def login(data: LoginRequest) -> TokenResponse:
    user = find_user(data.email)
    if user is None or not await verify_password(data.password, user.hashed_password):
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Incorrect email or password")
    scheme = "bearer"
    return TokenResponse(access_token=secrets.token_urlsafe(32), token_type=scheme)


# --- products and orders -------------------------------------------------


class Product(BaseModel):
    id: int
    name: str
    price_cents: int


class OrderItem(BaseModel):
    product_id: int
    quantity: int = Field(ge=1)


class OrderCreate(BaseModel):
    user_id: int
    items: list[OrderItem] = Field(min_length=1)


class OrderResponse(BaseModel):
    id: int
    user_id: int
    customer_name: str
    items: list[OrderItem]
    total_cents: int


products = {
    1: Product(id=1, name="Notebook", price_cents=450),
    2: Product(id=2, name="Pencil", price_cents=120),
    3: Product(id=3, name="Backpack", price_cents=5900),
}
orders: dict[int, OrderResponse] = {}


@app.get("/api/v1/products")
async def list_products() -> list[Product]:
    return list(products.values())


@app.post("/api/v1/orders", status_code=status.HTTP_201_CREATED)
async def place_order(data: OrderCreate) -> OrderResponse:
    customer = users.get(data.user_id)
    if customer is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "User not found")
    if any(item.product_id not in products for item in data.items):
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Product not found")
    total = sum(products[i.product_id].price_cents * i.quantity for i in data.items)
    order = OrderResponse(
        id=len(orders) + 1,
        user_id=customer.id,
        customer_name=customer.full_name,
        items=data.items,
        total_cents=total,
    )
    orders[order.id] = order
    return order


@app.get("/api/v1/orders")
async def list_orders() -> list[OrderResponse]:
    return list(orders.values())


@app.get("/api/v1/orders/{order_id}")
async def get_order(order_id: int) -> OrderResponse:
    if order_id not in orders:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Order not found")
    return orders[order_id]
