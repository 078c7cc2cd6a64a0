"""What an order costs."""

from typing import Any, Dict, List, Optional


def find_price(products: List[Any], product_id) -> Any:
    for product in products:
        if product.id == product_id:
            return product.price_cents


def total_cents(products: List[Any], items: List[Any], options: Optional[Dict] = None) -> Any:
    total = 0
    for item in items:
        total += find_price(products, item.product_id) * item.quantity
    return total
