"""Exercise 7, the checks that learners see; held_out.py puts the same promises to other moments.

The grader plays the suppliers and the clock. It counts who is asked at the same time, answers when nothing moves in the
app any more, and lets time go on when nobody is left to be answered: no verdict depends on how fast a machine is.
"""

import random
import re
from collections.abc import Collection
from typing import NoReturn

from httpx2 import Response

from course.checks import Api, NeverAnswers, Role, World, as_code_of_get, hangs, raises, status_of, task, wrong
from course.checks.shop import ORDERS, USERS, Shop

PLAYED = ("app/dashboards/suppliers.py",)
EACH_TASK_ALONE = True

BOARDS = "/api/v1/dashboards"
SERVICE, PATIENCE, FAN_OUT = (f"app/dashboards/{name}.py" for name in ("service", "patience", "fan_out"))
PARTS = {"notifications": "fetch_notifications", "recommendations": "fetch_recommendations"}
