"""What lesson 13 sees of one request: `await course.session_lanes(api, "POST", path, json={…})`."""

from .asking import SessionLanes, session_lanes

__all__ = ["SessionLanes", "session_lanes"]
