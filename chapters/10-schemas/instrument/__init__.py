"""`await course.in_and_out(api, "PATCH", "/api/v1/users/1", json=…)`: one body, from JSON to JSON."""

from .sending import in_and_out

__all__ = ["in_and_out"]
