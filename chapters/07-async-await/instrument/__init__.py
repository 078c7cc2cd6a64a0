"""`await course.timeline(api, …)`: what the event loop does while requests are served, measured step by step."""

from .recorder import TimelinePicture, timeline

__all__ = ["TimelinePicture", "timeline"]
