"""nbgrader's settings for everybody in a workshop: one exchange, and exercises where `course start` puts them."""

import os

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - traitlets runs this file with it

c.Exchange.root = os.environ["COURSE_EXCHANGE"]
c.ExchangeFactory.collect = "course.workshop.exchange.CollectOwn"
if workspace := os.environ.get("COURSE_WORKSPACE"):
    c.Exchange.assignment_dir = os.path.join(workspace, "exercises")
