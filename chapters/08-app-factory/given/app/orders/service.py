from app.core.pagination import Page, page_of
from app.core.types import Cents, OrderId, ProductId, UserId
from app.exceptions import ConflictError, NotFoundError
from app.orders.access import check_can_see, check_can_set
from app.orders.models import Order, OrderItem, OrderStatus, Product
from app.orders.pricing import find_price, line_cents
from app.orders.repository import (
    InMemoryOrderRepository,
    InMemoryProductRepository,
    OrderRepository,
    ProductRepository,
)
from app.orders.schemas import (
    OrderCreate,
    OrderItemCreate,
    OrderItemResponse,
    OrderResponse,
    ProductResponse,
    ReceiptResponse,
)
from app.orders.transitions import change_status, check_open
from app.orders.vat import get_vat_cents
from app.orders.words import get_words
from app.users.loyalty import get_discount_percent
from app.users.service import UserService


class OrderNotFoundError(NotFoundError):
    """No order has this id."""


class ProductNotFoundError(NotFoundError):
    """The catalog has no product with this id."""


class OutOfStockError(ConflictError):
    """There is less on the shelf than was asked for."""


class OrderService:
    """What the shop can do with orders. Asks UserService for what it needs to know of users."""

    def __init__(
        self, orders: OrderRepository, products: ProductRepository, users: UserService
    ) -> None:
        self._orders = orders
        self._products = products
        self._users = users

    async def place(self, data: OrderCreate) -> OrderResponse:
        customer = await self._users.get(data.user_id)
        products = await self._products.list_all()
        full = sum(_price(products, item) for item in data.items)
        discount = await get_discount_percent(customer.id, self._orders)
        total = full - full * discount // 100
        items = [OrderItem(item.product_id, item.quantity) for item in data.items]
        if not await self._products.take(items):
            raise OutOfStockError("Not enough in stock")
        order = await self._orders.add(customer.id, customer.full_name, items, total)
        return OrderResponse.model_validate(order)

    async def get(self, order_id: OrderId, caller: UserId | None = None) -> OrderResponse:
        order = await self._find(order_id)
        check_can_see(order, caller)
        return OrderResponse.model_validate(order)

    async def change_status(
        self, order_id: OrderId, status: OrderStatus, caller: UserId | None = None
    ) -> OrderResponse:
        order = await self._find(order_id)
        check_can_see(order, caller)
        check_can_set(order, status, caller)
        await change_status(order, status, self._products)
        return OrderResponse.model_validate(order)

    async def list_page(
        self, skip: int, limit: int, user_id: UserId | None = None
    ) -> Page[OrderResponse]:
        if user_id is None:
            orders = await self._orders.list_page(skip, limit)
            total = await self._orders.count()
        else:
            of_user = await self._orders.list_of_user(user_id)
            orders, total = page_of(of_user, skip, limit), len(of_user)
        items = [OrderResponse.model_validate(order) for order in orders]
        return Page(items=items, total=total, skip=skip, limit=limit)

    async def list_of_user(self, user_id: UserId) -> list[OrderResponse]:
        orders = await self._orders.list_of_user(user_id)
        return [OrderResponse.model_validate(order) for order in orders]

    async def list_products(self) -> list[ProductResponse]:
        products = await self._products.list_all()
        return [ProductResponse.model_validate(product) for product in products]

    async def get_product(self, product_id: ProductId) -> ProductResponse:
        product = await self._products.get(product_id)
        if product is None:
            raise ProductNotFoundError("Product not found")
        return ProductResponse.model_validate(product)

    async def list_items(self, order_id: OrderId) -> list[OrderItemResponse]:
        order = await self._find(order_id)
        return [OrderItemResponse.model_validate(item) for item in order.items]

    async def add_item(self, order_id: OrderId, data: OrderItemCreate) -> OrderItemResponse:
        order = await self._find(order_id)
        check_open(order)
        cents = _price(await self._products.list_all(), data)
        item = OrderItem(data.product_id, data.quantity)
        if not await self._products.take([item]):
            raise OutOfStockError("Not enough in stock")
        await self._orders.add_item(order, item, cents)
        return OrderItemResponse.model_validate(item)

    async def get_receipt(self, order_id: OrderId) -> ReceiptResponse:
        order = await self._find(order_id)
        total = order.total_cents
        return ReceiptResponse(
            order_id=order.id,
            total_cents=total,
            vat_cents=get_vat_cents(total),
            in_words=get_words(total),
        )

    async def _find(self, order_id: OrderId) -> Order:
        order = await self._orders.get(order_id)
        if order is None:
            raise OrderNotFoundError("Order not found")
        return order


def _price(products: list[Product], item: OrderItemCreate) -> Cents:
    price = find_price(products, item.product_id)
    if price is None:
        raise ProductNotFoundError("Product not found")
    return line_cents(price, item.quantity)


def build_order_service(users: UserService) -> OrderService:
    return OrderService(InMemoryOrderRepository(), InMemoryProductRepository(), users)
