"""`course.signature`: a route's signature taken apart. `course.types`: what mypy says, under the lines it is about."""

from .asking import signature
from .checking import types

__all__ = ["signature", "types"]
