"""An HTTP response, as `httpx2` gives it."""

from typing import Any

from course.views.theme import el, page
from course.views.view import View


def response_view(response: Any) -> View:
    """Show a response: request line, status, time (HTML only), body, headers."""
    request = response.request
    line = (
        f"{request.method} {request.url.raw_path.decode()} → {response.status_code} {response.reason_phrase}"
    )
    text = f"{line}\n\n{response.text}"
    return View(page("response", el("pre", text)), text)
