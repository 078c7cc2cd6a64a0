# Derived from chapters/11-dependencies/probes/shows_all_shops.py by `course build`: change it there.
"""Laid beside the learner's tests as conftest.py: a shop finds the returns of all shops."""

from app.returns.models import Return
from app.returns.repository import ReturnRepository


async def find_anywhere(self: ReturnRepository, return_id: int) -> Return | None:
    """Find a return, whoever took it."""
    sql = "SELECT id, order_id, reason FROM returns WHERE id = ?"
    rows = await self._work.execute(sql, return_id)
    return Return(*rows[0]) if rows else None


ReturnRepository.get = find_anywhere  # type: ignore[method-assign]
