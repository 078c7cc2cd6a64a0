"""nbgrader's settings for everybody in a workshop: one exchange, and exercises where `course start` puts them."""

import os

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - traitlets runs this file with it

c.Exchange.root = os.environ["COURSE_EXCHANGE"]
c.ExchangeFactory.collect = "course.workshop.exchange.CollectOwn"
if workspace := os.environ.get("COURSE_WORKSPACE"):
    c.Exchange.assignment_dir = os.path.join(workspace, "exercises")

# Where all learners are one account, its name says nothing: they are who they said at the hub's door.
if os.environ.get("COURSE_ONE_ACCOUNT"):
    c.ExchangeCollect.check_owner = False
    if "JUPYTERHUB_USER" in os.environ and os.path.islink(os.environ["COURSE_CONTENT"]):
        c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
