"""`await course.browser(app, "GET", path, origin=…)`: plays the browser of a page on another origin."""

import json as to_json
from collections.abc import Mapping
from typing import Any

import httpx2

from course.errors import CourseError

from .asking import Asked, client_of, what_was_raised
from .browser_drawing import Exchange, Visit, visit_view
from .fetch_rules import (
    FORBIDDEN,
    cors_check,
    needs_preflight,
    preflight_check,
    preflight_headers,
    readable,
    why_preflight,
)


class BrowserPicture:
    """The picture of one `fetch` by a page of another origin. `visit` is what it is made of."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    def __repr__(self) -> str:
        return visit_view(self.visit).text

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:  # noqa: ANN401 - as IPython calls it
        return visit_view(self.visit)._repr_mimebundle_()


async def browser(
    asked: Asked,
    method: str,
    path: str,
    *,
    origin: str,
    headers: Mapping[str, str] | None = None,
    json: object = None,
    credentials: bool = False,
    cookies: Mapping[str, str] | None = None,
) -> BrowserPicture:
    """Do what a browser does when a page of `origin` calls `fetch`, and draw what is sent, what comes back, what it means.

    `asked` is the client that `course.begin` returned, or an app, which then answers at https://api.shop.example. With
    `credentials` the browser sends the API's `cookies` along. CourseError for a header that no page can set.
    """
    sent = dict(headers or {})
    if forbidden := sorted(name for name in sent if name.lower() in FORBIDDEN):
        raise CourseError(f"No page can set the header {forbidden[0]}: the browser does.")
    if json is not None:
        sent["Content-Type"] = "application/json"
    async with client_of(asked) as client:
        url = str(client.build_request(method, path).url)
        visit = Visit(origin, method, url, sent, json, credentials)
        if needs_preflight(method, sent):
            visit.why = why_preflight(method, sent)
            asks = preflight_headers(origin, method, sent)
            response = await client.request("OPTIONS", path, headers=asks)
            visit.preflight = _exchange("OPTIONS", path, asks, response)
            refused = preflight_check(
                origin, method, sent, response.status_code, response.headers, credentials=credentials
            )
            if refused:
                return BrowserPicture(_blocked(visit, refused))
        carried = {"Origin": origin, **sent}
        if credentials and cookies:
            carried["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        body = None if json is None else to_json.dumps(json).encode()
        response = await client.request(method, path, headers=carried, content=body)
        visit.request = _exchange(method, path, carried, response)
        visit.raised = what_was_raised(response)
        if refused := cors_check(origin, response.headers, credentials=credentials):
            return BrowserPicture(_blocked(visit, refused))
        visit.reads = readable(response.headers, credentials=credentials)
        return BrowserPicture(visit)


def _blocked(visit: Visit, reason: str) -> Visit:
    visit.blocked = reason
    return visit


def _exchange(method: str, path: str, sent: Mapping[str, str], response: httpx2.Response) -> Exchange:
    return Exchange(
        method,
        path,
        dict(sent),
        response.status_code,
        response.reason_phrase,
        response.headers,
        response.text,
    )
