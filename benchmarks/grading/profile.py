"""Where the time of our own grader goes."""

from course.grading.exercise import Exercise


def report(exercise: Exercise) -> str:
    """Return the table of phases."""
    raise NotImplementedError
