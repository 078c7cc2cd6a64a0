from sqlalchemy import ColumnElement, and_, true

from app.sales.models import Order
from app.sales.queries import OrderFilter


def matching(wanted: OrderFilter) -> ColumnElement[bool]:
    """Return the condition that an order has to meet."""
    # TODO: one condition for each thing that the filter says
    ...
