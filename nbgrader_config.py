"""nbgrader's settings for this folder. They are all in course.batch.nbgrader_bridge."""

from pathlib import Path

from course.batch.nbgrader_bridge import configure

configure(get_config(), Path(__file__).parent)  # noqa: F821 - nbgrader provides get_config
