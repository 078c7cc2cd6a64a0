"""How a failed check reads: what was sent, what came, what was expected, and where to look.

Each failure is one message of at most three sentences, and the same as data: what was sent is a line that can be
pasted into the exercise notebook and run.
"""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import NoReturn
from urllib.parse import parse_qsl

from httpx2 import Request, Response

from course.grading.channel import Json
from course.project.crash import CRASH_HEADER, Crash

_MAX_DATA = 90
_MAX_BODY = 600
_MAX_BRIEF = 240
_MAX_LINE = 2000
_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_CLIENTS_OWN = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent"}
)


@dataclass(frozen=True)
class Facts:
    """A failure as data. `sent` can be pasted and run where it is a request; each part is empty where there is none."""

    sent: str = ""
    came: str = ""
    expected: str = ""
    look_at: str = ""


class CheckFailed(Exception):  # noqa: N818 - the name that check authors know
    """A check found the answer wanting. Its text is what the learner reads; `detail` is shown on request."""

    def __init__(self, message: str, detail: str = "", facts: Facts | None = None) -> None:
        super().__init__(message)
        self.detail = detail
        self.facts = facts or Facts()


class AppCrashed(CheckFailed):
    """The learner's code crashed, hung or ended: ERROR rather than FAIL."""


def fail(message: str) -> NoReturn:
    """Fail the check with exactly this sentence."""
    raise CheckFailed(message)


def wrong(
    sent: Response | Request | str, came: str, expected: str, look_at: str, *, detail: str = ""
) -> NoReturn:
    """Fail the check: `SENT CAME; expected EXPECTED. Look at LOOK_AT.`

    `sent` is a request, an answer to one, or for a tool the command in words. `came` begins with its verb (`had 12
    customers in work`); where it is empty, it is the status of the answer. `expected` may go on with the reason after a
    colon. Raises CheckFailed, always.
    """
    detail = detail or (body_of(sent) if isinstance(sent, Response) else "")
    if isinstance(sent, Response):
        came = came or f"came back {status_of(sent)}"
    request = sent.request if isinstance(sent, Response) else sent
    what = request if isinstance(request, str) else describe_request(request)
    facts = Facts(request if isinstance(request, str) else as_code(request), came, expected, look_at)
    raise CheckFailed(
        f"{what} {came}; expected {expected.rstrip('.')}. Look at {look_at.rstrip('.')}.", detail, facts
    )


def expect(response: Response, status: int, *, why: str, look_at: str) -> Response:
    """Return the response when it has this status.

    Otherwise CheckFailed: what was sent, what came back, what was expected, `why`, and where to look. A 500 that
    hides a crash is AppCrashed, and names the crash.
    """
    if response.status_code == status:
        return response
    if crash := crash_behind(response):
        facts = Facts(as_code(response.request), sentence(crash), phrase(status), look_at)
        raise AppCrashed(
            f"{describe_request(response.request)} crashed; expected {phrase(status)}. {sentence(crash)}",
            body_of(response),
            facts,
        )
    wrong(response, "", f"{status}: {why.rstrip('.')}", look_at)


def as_before(response: Response, wanted: Json, *, look_at: str) -> None:
    """Fail unless the response has the body that it had before the exercise; name the first key that differs."""
    came = response.json()
    if came == wanted:
        return
    if isinstance(came, dict) and isinstance(wanted, dict):
        key = next(key for key in {**wanted, **came} if came.get(key) != wanted.get(key) or key not in came)
        came, wanted = {key: came.get(key)}, {key: wanted.get(key)}
    wrong(
        response,
        f"came back with {brief(came)}",
        f"{brief(wanted)}, as before this exercise",
        f"what you changed around the gaps in {look_at}",
    )


def brief(data: Json) -> str:
    """JSON for a sentence: its beginning, where it is long."""
    text = json.dumps(data, ensure_ascii=False)
    return text if len(text) <= _MAX_BRIEF else f"{text[: _MAX_BRIEF - 1]}…"


def crash_behind(response: Response) -> Crash | None:
    """The exception that a 500 hides, if it does."""
    header = response.headers.get(CRASH_HEADER)
    return Crash.from_header(header) if header and response.status_code == 500 else None


def sentence(crash: Crash) -> str:
    """Name a crash and the last line of the learner's own."""
    if not crash.line:
        return f"It raised {crash.error}."
    code = f", `{crash.code}`" if crash.code else ""
    return f"It raised {crash.error} in {crash.path}, line {crash.line}{code}."


def status_of(response: Response) -> str:
    """Name what came back: `201 Created`, or `500` with the crash that it hides."""
    if crash := crash_behind(response):
        return f"500 ({sentence(crash).removeprefix('It raised ').rstrip('.')})"
    return phrase(response.status_code)


def describe_request(request: Request) -> str:
    """Name a request: `POST /api/v1/orders with quantity=0`."""
    path = request.url.raw_path.decode("ascii", errors="replace")
    data = _sent(request)
    return f"{request.method} {path} with {data}" if data else f"{request.method} {path}"


def as_code(request: Request) -> str:
    """A request as a line to paste: `await api.post("/api/v1/orders", json={"quantity": 0})`; empty for a huge one."""
    path = json.dumps(request.url.raw_path.decode("ascii", errors="replace"), ensure_ascii=False)
    method = request.method.upper()
    call, first = (method.lower(), "") if method in _VERBS else ("request", f'"{method}", ')
    body = _body_as_code(request)
    if body and call in ("get", "delete", "head", "options"):  # httpx gives these no body of their own
        call, first = "request", f'"{method}", '
    own = _CLIENTS_OWN - {"content-type"} if body.startswith("content=") else _CLIENTS_OWN
    headers = {name: value for name, value in request.headers.items() if name not in own}
    parts = [f"{first}{path}", body, f"headers={headers}" if headers else ""]
    line = f"await api.{call}({', '.join(part for part in parts if part)})"
    return line if len(line) <= _MAX_LINE else ""


def body_of(response: Response) -> str:
    """The start of a response's body."""
    text = response.text
    return text if len(text) <= _MAX_BODY else text[:_MAX_BODY] + "…"


def phrase(status: int) -> str:
    """A status code with its name."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _body_as_code(request: Request) -> str:
    try:
        content = request.content
    except RuntimeError:  # a stream
        return ""
    if not content:
        return ""
    kind = request.headers.get("content-type", "")
    if "json" in kind:
        try:
            return f"json={json.loads(content)!r}"
        except ValueError:
            pass
    if kind == "application/x-www-form-urlencoded":
        return f"data={dict(parse_qsl(content.decode(errors='replace'), keep_blank_values=True))!r}"
    return f"content={content!r}"


def _sent(request: Request) -> str:
    try:
        data = json.loads(request.content)
    except (ValueError, RuntimeError):  # no body, not JSON, or a stream
        return ""
    text = ", ".join(f"{key}={_value(item)}" for key, item in data.items()) if isinstance(data, dict) else ""
    text = text or _value(data)
    return text if len(text) <= _MAX_DATA else text[: _MAX_DATA - 1] + "…"


def _value(data: object) -> str:
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}={_value(item)}" for key, item in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(_value(item) for item in data) + "]"
    return json.dumps(data, ensure_ascii=False)
