# Derived from chapters/03-type-hints/probes/lines.py by `course build`: change it there.
"""Run in the learner's process: what line_cents says, also of quantities that nobody can order."""

from app.orders.pricing import line_cents


def cost(asked: list[list[int]]) -> list[object]:
    return [line_cents(price, quantity) for price, quantity in asked]
