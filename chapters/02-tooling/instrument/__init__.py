"""What lesson 02 shows: who caught which bug, a week at the tills, what gets installed, and two trials in a folder apart."""

from .measuring import bug_table
from .mornings import week
from .packages import brought_by
from .trials import finds_tests, hooks

__all__ = ["brought_by", "bug_table", "finds_tests", "hooks", "week"]
