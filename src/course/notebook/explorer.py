"""`course.explore(api)`: call the app's operations by hand.

An anywidget and not ipywidgets: JupyterLab takes the arrow keys and letters typed on an ipywidgets dropdown for its
own shortcuts, and moves to another cell.
"""

import asyncio
import importlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import httpx2
import traitlets
from fastapi import FastAPI

from course.errors import CourseError
from course.notebook.display import message, with_static_form
from course.notebook.examples import example_body, example_path, seen_values, unfilled
from course.notebook.session import standing, workspace
from course.pictures.explorer import Operation, explorer_view, operations
from course.pictures.response import response_view
from course.pictures.view import View
from course.project.client import FACTORY, MODULE, CurrentApp, current_app, transport_of, what_was_raised

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
HERE = Path(__file__).parent


def explore(api: httpx2.AsyncClient) -> "Explorer":
    """Return a form that sends requests through `api` and shows the responses.

    It lists the operations of the app behind `api`; behind a client of a real server, it lists none and takes any
    path. Raises CourseError when the app cannot be imported.
    """
    if not isinstance(api, httpx2.AsyncClient):
        raise CourseError(
            "course.explore needs a client: `api = await course.begin(1)`, then `course.explore(api)`."
        )
    return Explorer(api, _openapi_before_the_first_request(api))


class Explorer(anywidget.AnyWidget):
    """Operation, method, path and JSON body in; status, headers, body and time out."""

    _esm = HERE / "explorer.js"
    _css = HERE / "explorer.css"
    methods = traitlets.List(traitlets.Unicode(), list(METHODS)).tag(sync=True)
    operations = traitlets.List(traitlets.Dict()).tag(sync=True)
    """What can be chosen: a label, and the method, path and body of a first request."""
    sending = traitlets.Bool(False).tag(sync=True)
    status = traitlets.Unicode("").tag(sync=True)
    """The outcome in a few words, for screen readers."""
    answer = traitlets.Unicode("").tag(sync=True)
    """The outcome as HTML."""

    def __init__(self, api: httpx2.AsyncClient, openapi: Mapping[str, Any]) -> None:
        self._api = api
        self._openapi = openapi
        self._task: asyncio.Task[None] | None = None
        super().__init__(operations=_offers(openapi, _answered(api)))
        self.on_msg(self._asked)

    def static(self) -> View:
        """What it shows without a kernel: the operations."""
        return explorer_view(operations(self._openapi))

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401 - as IPython calls it
        return with_static_form(self, super()._repr_mimebundle_(**options))

    async def request(self, method: str, path: str, body: str = "") -> None:
        """Send a request and show what comes back. An error is shown and never raised: nobody awaits a button."""
        self.sending = True
        try:
            status, view = await self._exchange(method, path, body.strip())
        except CourseError as error:
            status, view = "Not sent", message(str(error), kind="error")
        except Exception as error:
            status, view = "Failed", message(f"{type(error).__name__}: {error}", kind="error")
        self.status, self.answer = status, view.html
        self.sending = False

    async def _exchange(self, method: str, path: str, body: str) -> tuple[str, View]:
        if missing := unfilled(path):
            return "Not sent", message(
                f"Put a value in place of `{{{missing[0]}}}` in the path, then send again."
            )
        response = await self._api.request(
            method,
            path,
            content=body.encode() if body else None,
            headers={"content-type": "application/json"} if body else None,
        )
        if isinstance(transport_of(self._api), CurrentApp):  # the app may have changed since it was listed
            self._openapi = (await current_app(self._api)).openapi()
            self.operations = _offers(self._openapi, _answered(self._api))
        return f"{response.status_code} {response.reason_phrase}".strip(), response_view(response)

    def _asked(self, _: object, content: Mapping[str, str], __: object) -> None:
        if not self.sending:
            request = self.request(content["method"], content["path"], content["body"])
            self._task = asyncio.get_running_loop().create_task(request)


def _answered(api: httpx2.AsyncClient) -> Iterable[str]:
    """What was asked for with GET and was there: a path of these is one that works."""
    transport = transport_of(api)
    return transport.answered if isinstance(transport, CurrentApp) else ()


def _offers(openapi: Mapping[str, Any], answered: Iterable[str]) -> list[dict[str, str]]:
    return [
        {
            "label": _label(operation),
            "method": operation.method,
            "path": example_path(
                openapi, operation.method, operation.path, seen_values(operation.path, answered)
            ),
            "body": example_body(openapi, operation.method, operation.path),
        }
        for operation in operations(openapi)
        if operation.method in METHODS
    ]


def _label(operation: Operation) -> str:
    summary = f" · {operation.summary}" if operation.summary else ""
    return f"{operation.method} {operation.path}{summary}"


def _openapi_before_the_first_request(api: httpx2.AsyncClient) -> Mapping[str, Any]:
    """The app's description. The app is imported for it and not started: that waits for the first request."""
    transport = transport_of(api)
    if not isinstance(transport, CurrentApp):
        app = getattr(transport, "app", None)
        return app.openapi() if isinstance(app, FastAPI) else {}
    standing()
    try:
        module = importlib.import_module(MODULE)
        app = module.create_app() if hasattr(module, FACTORY) else module.app
        document: dict[str, Any] = app.openapi()
    except (Exception, SystemExit) as error:
        reason = what_was_raised(error, workspace().project)
        raise CourseError(f"The app cannot be explored, it does not start: {reason}") from error
    return document
