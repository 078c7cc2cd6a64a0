"""Refusals: a status, problem details (RFC 9457) without the inside of the app, and not a trace in the state."""

import re
from collections.abc import Awaitable
from typing import Final

from httpx2 import Response

from course.checks.state import expect_unchanged, snapshot
from course.grading.checking import Api
from course.grading.failures import expect, wrong

PROBLEM: Final = "application/problem+json"
INSIDE: Final = re.compile(
    r"object at 0x|\w+\(\w+=|Traceback|File \\?\"|\bapp[./]\w+|\w+Repository\b|\b10\.\d+\.\d+\.\d+"
)
"""What no client should ever read: a repr, a traceback, a module, an address of ours."""


async def refuses(
    api: Api, request: Awaitable[Response], status: int, *, why: str, look_at: str, says: bool = False
) -> Response:
    """Send a request; fail unless it is refused with this status, as a problem, and the whole state is as before.

    With `says`, its `detail` has to be a text for people, too.
    """
    before = await snapshot(api)
    answer = expect(await request, status, why=why, look_at=look_at)
    kind = answer.headers.get("content-type", "nothing")
    if not kind.startswith(PROBLEM):
        expected = f"{PROBLEM}: raise the error, and let the handler in app/problems.py answer"
        wrong(answer, f"came back {status} as {kind}", expected, look_at)
    if found := INSIDE.search(answer.text):
        came = f"came back {status} and tells the client {found[0]!r}"
        wrong(answer, came, "one sentence without the inside of the app: that belongs in the log", look_at)
    if says:
        says_what_is_wrong(answer, look_at)
    await expect_unchanged(api, before, answer, look_at=look_at)
    return answer


def says_what_is_wrong(answer: Response, look_at: str) -> None:
    """Fail unless the `detail` of a refusal is a text for people."""
    detail = answer.json().get("detail")
    said = detail.strip() if isinstance(detail, str) else ""
    came = f"came back {answer.status_code} with detail={detail!r}"
    if said in ("", "None", "()"):
        wrong(
            answer, came, "a sentence that says what is wrong: it is the text of the error you raise", look_at
        )
    if said[0] in "'\"" and said[-1] == said[0]:
        expected = (
            "the sentence without quotes: a KeyError puts them around its text, so it is no parent for yours"
        )
        wrong(answer, came, expected, look_at)
