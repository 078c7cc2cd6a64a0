"""`course.import_times()` and `course.import_cycle()`: what happens when `my-api` is imported."""

from .asking import import_cycle, import_times

__all__ = ["import_cycle", "import_times"]
