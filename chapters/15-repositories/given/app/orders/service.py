from app.core.pagination import Page, page_of
from app.core.types import OrderId, ProductId, UserId
from app.exceptions import ConflictError, NotFoundError
from app.orders.access import check_can_see, check_can_set
from app.orders.models import (
    Order,
    OrderDetails,
    OrderItem,
    OrderItemId,
    OrderStatus,
    Product,
)
from app.orders.pricing import get_total_cents
from app.orders.repository import OrderRepository, ProductRepository
from app.orders.schemas import (
    OrderCreate,
    OrderItemCreate,
    OrderItemResponse,
    OrderResponse,
    ProductResponse,
    ReceiptResponse,
)
from app.orders.transitions import cancel, change_status, check_open
from app.orders.vat import get_vat_cents
from app.orders.words import get_words
from app.users.loyalty import get_discount_percent
from app.users.service import UserService


class OrderNotFoundError(NotFoundError):
    """No order has this id."""


class OrderItemNotFoundError(NotFoundError):
    """The order has no item with this id."""


class ProductNotFoundError(NotFoundError):
    """The catalog has no product with this id."""


class OutOfStockError(ConflictError):
    """There is less on the shelf than was asked for."""


class LastItemError(ConflictError):
    """An order without items is none."""


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
        items = [_new_item(item) for item in data.items]
        discount = await get_discount_percent(customer.id, self._orders)
        total = get_total_cents(items, await self._find_products(items), discount)
        await self._take(items)
        order = await self._orders.add(customer.id, customer.full_name, items, total, discount)
        return OrderResponse.model_validate(order)

    async def get(self, order_id: OrderId, caller: UserId | None = None) -> OrderResponse:
        order = await self._find(order_id)
        check_can_see(order, caller)
        return OrderResponse.model_validate(order)

    async def cancel(self, order_id: OrderId, caller: UserId | None = None) -> None:
        order = await self._find(order_id)
        check_can_see(order, caller)
        await cancel(order, self._products)

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
        orders, total = await self._list(skip, limit, user_id)
        items = [OrderResponse.model_validate(order) for order in orders]
        return Page(items=items, total=total, skip=skip, limit=limit)

    async def get_details(self, order_id: OrderId, caller: UserId | None = None) -> OrderDetails:
        """Return all that there is to know of an order, for whoever shows it in another way."""
        order = await self._find(order_id)
        check_can_see(order, caller)
        return OrderDetails(order, await self._find_products(order.items))

    async def list_details(
        self, skip: int, limit: int, user_id: UserId | None = None
    ) -> Page[OrderDetails]:
        orders, total = await self._list(skip, limit, user_id)
        items = [OrderDetails(order, await self._find_products(order.items)) for order in orders]
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

    async def list_items(
        self, order_id: OrderId, caller: UserId | None = None
    ) -> list[OrderItemResponse]:
        order = await self._find(order_id)
        check_can_see(order, caller)
        return [OrderItemResponse.model_validate(item) for item in order.items]

    async def get_item(
        self, order_id: OrderId, item_id: OrderItemId, caller: UserId | None = None
    ) -> OrderItemResponse:
        _, item = await self._find_item(order_id, item_id, caller)
        return OrderItemResponse.model_validate(item)

    async def add_item(
        self, order_id: OrderId, data: OrderItemCreate, caller: UserId | None = None
    ) -> OrderItemResponse:
        order = await self._find(order_id)
        check_can_see(order, caller)
        check_open(order)
        item = _new_item(data)
        await self._find_products([item])
        await self._take([item])
        await self._orders.add_item(order, item)
        await self._add_up(order)
        return OrderItemResponse.model_validate(item)

    async def update_item(
        self,
        order_id: OrderId,
        item_id: OrderItemId,
        quantity: int | None,
        is_gift: bool | None,
        caller: UserId | None = None,
    ) -> OrderItemResponse:
        """Change the item; what is None stays as it is."""
        order, item = await self._find_item(order_id, item_id, caller)
        check_open(order)
        if quantity is not None:
            more = quantity - item.quantity
            if more > 0:
                await self._take([OrderItem(item.product_id, more)])
            else:
                await self._products.put_back([OrderItem(item.product_id, -more)])
            item.quantity = quantity
            await self._add_up(order)
        if is_gift is not None:
            item.is_gift = is_gift
        return OrderItemResponse.model_validate(item)

    async def delete_item(
        self, order_id: OrderId, item_id: OrderItemId, caller: UserId | None = None
    ) -> None:
        order, item = await self._find_item(order_id, item_id, caller)
        check_open(order)
        if len(order.items) == 1:
            raise LastItemError("The last item stays: cancel the order instead")
        await self._products.put_back([item])
        await self._orders.remove_item(order, item)
        await self._add_up(order)

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

    async def _list(
        self, skip: int, limit: int, user_id: UserId | None
    ) -> tuple[list[Order], int]:
        """Return a page of all orders or of one customer's, and how many there are in all."""
        if user_id is None:
            return await self._orders.list_page(skip, limit), await self._orders.count()
        of_user = await self._orders.list_of_user(user_id)
        return page_of(of_user, skip, limit), len(of_user)

    async def _find_item(
        self, order_id: OrderId, item_id: OrderItemId, caller: UserId | None
    ) -> tuple[Order, OrderItem]:
        order = await self._find(order_id)
        check_can_see(order, caller)
        for item in order.items:
            if item.id == item_id:
                return order, item
        raise OrderItemNotFoundError("This order has no such item")

    async def _find_products(self, items: list[OrderItem]) -> dict[ProductId, Product]:
        products = {product.id: product for product in await self._products.list_all()}
        if not {item.product_id for item in items} <= products.keys():
            raise ProductNotFoundError("Product not found")
        return products

    async def _take(self, items: list[OrderItem]) -> None:
        if not await self._products.take(items):
            raise OutOfStockError("Not enough in stock")

    async def _add_up(self, order: Order) -> None:
        products = await self._find_products(order.items)
        order.total_cents = get_total_cents(order.items, products, order.discount_percent)


def _new_item(data: OrderItemCreate) -> OrderItem:
    return OrderItem(data.product_id, data.quantity, data.is_gift)
