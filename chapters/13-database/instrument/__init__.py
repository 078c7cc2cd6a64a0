"""What lesson 13 sees: one request's session, and two sessions that meet."""

from .asking import SessionLanes, session_lanes
from .readers import TwoReaders, two_readers

__all__ = ["SessionLanes", "TwoReaders", "session_lanes", "two_readers"]
