"""`await course.bug_table(…)`: real tools over a script with known bugs, and who caught which."""

from .measuring import bug_table

__all__ = ["bug_table"]
