# Derived from chapters/03-type-hints/probes/page_items.py by `course build`: change it there.
"""Run in the learner's process: whether Pydantic takes these items for a page of ints, and of texts."""

from app.core.pagination import Page
from pydantic import TypeAdapter, ValidationError


def fit(items: list[object], total: int) -> list[bool]:
    page = {"items": items, "total": total, "skip": 0, "limit": 2}
    return [_takes(kind, page) for kind in (TypeAdapter(Page[int]), TypeAdapter(Page[str]))]


def _takes(kind: TypeAdapter[Page[int]] | TypeAdapter[Page[str]], page: dict[str, object]) -> bool:
    try:
        kind.validate_python(page)
    except ValidationError:
        return False
    return True
