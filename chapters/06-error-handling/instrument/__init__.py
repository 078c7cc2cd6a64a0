"""`await course.follow(api, "GET", "/api/v1/users/9")`: one request, watched from raise to log."""

from .watching import follow

__all__ = ["follow"]
