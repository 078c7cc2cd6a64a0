"""What lesson 10 shows: one body, from JSON to JSON (`course.in_and_out`); a row that is older than the rules
(`course.old_row`); what strict takes (`course.lax_and_strict`)."""

from .sending import in_and_out
from .store import old_row
from .strictness import lax_and_strict

__all__ = ["in_and_out", "lax_and_strict", "old_row"]
