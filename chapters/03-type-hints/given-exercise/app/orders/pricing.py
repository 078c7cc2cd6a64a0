"""What an order costs."""

from typing import Any, List


def find_price(products: List[Any], product_id) -> Any:
    for product in products:
        if product.id == product_id:
            return product.price_cents


def line_cents(price: Any, quantity: Any) -> Any:
    return price * quantity
