"""What an app logs of what went wrong where no client can be told: one record, an error with its cause."""

import logging
import re
from collections.abc import Awaitable, Sequence

from httpx2 import Response

from course.grading.failures import wrong
from course.grading.world import Record, World


async def recorded(world: World, request: Awaitable[Response]) -> tuple[Response, list[Record]]:
    """Send a request; its answer, and the warnings and errors in the log when everything is done."""
    world.records.clear()
    answer = await request
    await world.still()
    return answer, [record for record in world.records if record.level >= logging.WARNING]


def expect_one_error(records: Sequence[Record], *, names: str, cause: str, sent: str, look_at: str) -> None:
    """Fail unless there is one record: an error, with a traceback that has the cause, and a text that names `names`
    (`order 7`: its number is looked for).
    """
    if not records:
        wrong(sent, "left no record in the log", "an error, or nobody ever hears of it", look_at)
    if len(records) > 1:
        why = "one: whoever logs an error does not raise it again"
        wrong(sent, f"left {len(records)} records in the log", why, look_at)
    record = records[0]
    came = f"left the record {record.text!r}"
    if record.level < logging.ERROR:
        level = logging.getLevelName(record.level).lower()
        wrong(sent, f"{came} as a {level}", "an error: somebody has to repair this", look_at)
    text, _, trace = f"{record.text}\n{record.trace}".partition("Traceback")
    if cause not in trace:
        wrong(sent, f"{came} without the cause's traceback", "it there: logger.exception adds it", look_at)
    if not re.search(rf"(?<!\d){names.rpartition(' ')[2]}(?!\d)", text):
        wrong(sent, came, f"a text that names {names}", look_at)


def expect_no_error(records: Sequence[Record], *, sent: str, look_at: str) -> None:
    """Fail when an error is among the records."""
    if errors := [record for record in records if record.level >= logging.ERROR]:
        cause = f" ({last})" if (last := errors[0].trace.strip().rpartition("\n")[2]) else ""
        wrong(sent, f"left the error {errors[0].text!r}{cause} in the log", "none", look_at)
