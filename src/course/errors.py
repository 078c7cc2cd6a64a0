"""The one exception that a person can cause."""


class CourseError(Exception):
    """Something a learner, an instructor or an author can put right.

    Its text is one clear sentence: what was wrong, where, and what to do. Notebooks show it without a
    traceback; the command line prints it and exits with code 2.
    """

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback (its own hook, so it needs no registration)."""
        return str(self).splitlines()
