"""One body, from JSON to JSON (`course.in_and_out`), and a row that is older than the rules (`course.old_row`)."""

from .sending import in_and_out
from .store import old_row

__all__ = ["in_and_out", "old_row"]
