# Derived from chapters/03-type-hints/probes/prices.py by `course build`: change it there.
"""Run in the learner's process: what find_price says of each number; among a list, or what is gone through once."""

from app.orders.models import Product
from app.orders.pricing import find_price


def ask_for(catalog: list[list[int]], numbers: list[int], once: bool) -> list[object]:
    find_price([Product(1, "Of another shop", 77)], 1)  # which is nothing to remember
    products = [Product(number, f"No. {number}", cents) for number, cents in catalog]
    return [find_price((p for p in products) if once else products, number) for number in numbers]
