# Derived from chapters/01-project-structure/probes/validated.py by `course build`: change it there.
"""Run in the learner's process: which bodies are an OrderCreate, before there is a route that takes one."""

from typing import Any

from app.orders.schemas import OrderCreate
from pydantic import TypeAdapter, ValidationError


def validate(bodies: list[Any]) -> list[list[str]]:
    """What there is to object to each of these; nothing when it validates."""
    return [_objections(body) for body in bodies]


def _objections(body: Any) -> list[str]:  # noqa: ANN401 - whatever the learner's code makes
    try:
        TypeAdapter(OrderCreate).validate_python(body)
    except ValidationError as error:
        return [one["msg"] for one in error.errors()]
    return []
