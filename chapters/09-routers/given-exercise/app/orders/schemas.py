from pydantic import BaseModel, ConfigDict, Field

from app.orders.models import OrderStatus


class ProductResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    price_cents: int


class OrderItemCreate(BaseModel):
    product_id: int
    quantity: int = Field(ge=1)
    is_gift: bool = False


class OrderCreate(BaseModel):
    user_id: int
    items: list[OrderItemCreate] = Field(min_length=1)


class OrderUpdate(BaseModel):
    status: OrderStatus


class OrderItemResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    product_id: int
    quantity: int
    is_gift: bool


class OrderResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    user_id: int
    customer_name: str
    items: list[OrderItemResponse]
    total_cents: int
    status: OrderStatus


class ReceiptResponse(BaseModel):
    order_id: int
    total_cents: int
    vat_cents: int
    in_words: str
