# Derived from chapters/11-dependencies/probes/loses_refunds.py by `course build`: change it there.
"""Laid beside the learner's tests as conftest.py: a return is committed, and its refund is not."""

from app.returns.repository import RefundRepository


async def forget(self: RefundRepository, return_id: int, cents: int) -> None:
    """Promise nothing."""


RefundRepository.add = forget  # type: ignore[method-assign]
