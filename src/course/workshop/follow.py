"""A learner's server follows the pace: when the instructor opens a chapter, it appears in their folder.

A Jupyter server extension. What the learner has edited stays, as with every update of a copy.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

from tornado.ioloop import PeriodicCallback

from course.classroom.copy import make_or_update
from course.errors import CourseError

EVERY_MILLISECONDS = 3_000


class Follower:
    """Looks where the link to the learners' edition leads, and brings the copy up to date when that changed."""

    def __init__(self, link: Path, copy: Path, log: Any) -> None:  # noqa: ANN401 - a logger, or a logger adapter
        self.link = link
        self.copy = copy
        self.log = log
        self.seen = self._now()

    def _now(self) -> str:
        try:
            return os.readlink(self.link)
        except OSError:
            return ""

    async def look(self) -> bool:
        """Update the copy if there is another edition; return whether there was."""
        now = self._now()
        if not now or now == self.seen:
            return False
        self.seen = now
        try:
            report = await asyncio.to_thread(make_or_update, self.copy)
        except CourseError as error:
            self.log.warning("The copy is not up to date: %s", error)
        else:
            self.log.info("%s", "; ".join(report.lines()))
        return True


def _load_jupyter_server_extension(server: Any) -> None:  # noqa: ANN401 - Jupyter finds it by this name
    """Follow, in a server that serves a copy of a published edition."""
    link, copy = Path(os.environ.get("COURSE_CONTENT", "")), os.environ.get("COURSE_WORKSPACE")
    if copy and link.is_symlink():
        Path(copy, "exercises").mkdir(
            exist_ok=True
        )  # nbgrader's list fails without it, before the first exercise
        follower = Follower(link, Path(copy), server.log)
        server.course_follower = PeriodicCallback(follower.look, EVERY_MILLISECONDS)
        server.course_follower.start()


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Name this module to Jupyter."""
    return [{"module": "course.workshop.follow"}]
