"""Run in the learner's process: which bodies are an OrderCreate, before there is a route that takes one."""

from typing import Any

from app.orders.schemas import OrderCreate
from pydantic import TypeAdapter, ValidationError


def validate(bodies: list[Any]) -> list[bool]:
    """Whether each of these validates."""
    return [_is_valid(body) for body in bodies]


def _is_valid(body: Any) -> bool:  # noqa: ANN401 - whatever the learner's code makes
    try:
        TypeAdapter(OrderCreate).validate_python(body)
    except ValidationError:
        return False
    return True
