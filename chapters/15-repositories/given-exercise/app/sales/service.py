"""What the sale does. Who calls it commits, or rolls back: not a word of that here."""

from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.pagination import Page
from app.core.types import OrderId, ProductId
from app.exceptions import ConflictError, NotFoundError
from app.sales.invoices import Invoice, InvoiceRepository
from app.sales.models import Order, OrderItem, Product
from app.sales.queries import OrderFilter
from app.sales.repository import OrderRepository
from app.sales.schemas import (
    SaleCreate,
    SaleItemResponse,
    SaleProductCreate,
    SaleQuery,
    SaleResponse,
)
from app.sales.stock import Stock


class SaleService:
    def __init__(
        self,
        session: AsyncSession,
        orders: OrderRepository,
        stock: Stock,
        invoices: InvoiceRepository,
    ) -> None:
        self._session = session
        self._orders = orders
        self._stock = stock
        self._invoices = invoices

    async def add_product(self, data: SaleProductCreate) -> Product:
        """The database knows whether the sku is taken: it is not asked before."""
        product = Product(**data.model_dump())
        self._session.add(product)
        await self._session.flush()
        return product

    async def get_product(self, product_id: ProductId) -> Product:
        product = await self._session.get(Product, product_id, populate_existing=True)
        if product is None:
            raise NotFoundError("No such product")
        return product

    async def delete_product(self, product_id: ProductId) -> None:
        await self.get_product(product_id)
        await self._session.execute(delete(Product).where(Product.id == product_id))

    async def deliver(self, product_id: ProductId, quantity: int) -> Product:
        await self.get_product(product_id)
        await self._stock.put_back({product_id: quantity})
        await self._session.flush()
        return await self.get_product(product_id)

    async def place(self, data: SaleCreate) -> SaleResponse:
        wanted: Counter[ProductId] = Counter()
        for line in data.items:
            wanted[line.product_id] += line.quantity
        found = await self._session.execute(
            select(Product.id, Product.price_cents).where(Product.id.in_(wanted))
        )
        prices = {product_id: cents for product_id, cents in found}
        if prices.keys() != wanted.keys():
            raise NotFoundError("No such product")
        if not await self._stock.take(wanted):
            raise ConflictError("Not enough in stock")
        order = Order(
            buyer_email=data.email,
            collect_at=data.collect_at,
            placed_at=datetime.now(UTC),
            total_cents=sum(prices[product] * pieces for product, pieces in wanted.items()),
            is_gift=data.gift,
        )
        order.items = [
            OrderItem(
                product_id=line.product_id,
                quantity=line.quantity,
                price_cents=prices[line.product_id],
            )
            for line in data.items
        ]
        await self._orders.add(order)
        return await self.get(order.id)

    async def get(self, order_id: OrderId) -> SaleResponse:
        return _show(await self._find(order_id))

    async def list_due(self, before: datetime) -> list[SaleResponse]:
        return [_show(order) for order in await self._orders.list_due(before)]

    async def search(self, query: SaleQuery) -> Page[SaleResponse]:
        wanted = OrderFilter(
            query.text,
            query.gift,
            query.collect_from,
            query.collect_before,
            query.min_total_cents,
        )
        orders, total = await self._orders.search(
            wanted, query.sort, query.skip, query.limit, cancelled=query.cancelled
        )
        items = [_show(order) for order in orders]
        return Page(items=items, total=total, skip=query.skip, limit=query.limit)

    async def cancel(self, order_id: OrderId) -> None:
        pieces = await self._orders.remove(order_id)
        if pieces is None:
            raise NotFoundError("No such order")
        await self._stock.put_back(pieces)

    async def invoice(self, order_id: OrderId) -> Invoice:
        order = await self._find(order_id)
        return await self._invoices.add(order.id)

    async def _find(self, order_id: OrderId) -> Order:
        order = await self._orders.get(order_id)
        if order is None:
            raise NotFoundError("No such order")
        return order


def _show(order: Order) -> SaleResponse:
    return SaleResponse(
        id=order.id,
        email=order.buyer_email,
        collect_at=order.collect_at,
        placed_at=order.placed_at,
        total_cents=order.total_cents,
        gift=order.is_gift,
        items=[
            SaleItemResponse(
                sku=item.product.sku, quantity=item.quantity, price_cents=item.price_cents
            )
            for item in sorted(order.items, key=lambda item: item.id)
        ],
    )
