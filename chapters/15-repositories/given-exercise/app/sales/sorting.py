from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.expression import ColumnElement

from app.sales.models import Order
from app.sales.queries import UnknownSortError

# TODO: the words that may be asked for, and their columns
...


def ordering(sort: str) -> Sequence[ColumnElement[Any]]:
    """Return what to sort by; UnknownSortError when nobody may ask for that."""
    # TODO: look the word up, and turn it around when it begins with "-"
    ...
