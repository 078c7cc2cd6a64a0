from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Any, Generic, List, TypeVar

from pydantic import BaseModel, Field

DEFAULT_LIMIT = 20

type Skip = Annotated[int, Field(ge=0, le=10_000, description="How many to leave out")]
type Limit = Annotated[int, Field(ge=1, le=100, description="How many to return at most")]

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    items: List[Any]
    total: int
    skip: int
    limit: int


def page_of[T](items: Iterable[T], skip: int, limit: int) -> list[T]:
    """Return at most `limit` items, after the first `skip`."""
    return list(islice(items, skip, skip + limit))
