"""What lesson 07 measures: `course.timeline`, step by step, and `course.asked_at_once`, in numbers."""

from .at_once import asked_at_once
from .recorder import TimelinePicture, timeline

__all__ = ["TimelinePicture", "asked_at_once", "timeline"]
