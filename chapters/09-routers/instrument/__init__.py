"""`await course.route_table(api, "GET /users/me")`: which route a request meets, which it shadows, and why."""

from .asking import route_table

__all__ = ["route_table"]
