"""`course.explore(api)`: call the app's operations by hand."""

import asyncio
import importlib
import json
from collections.abc import Mapping
from typing import Any

import httpx2
import ipywidgets
from fastapi import FastAPI

from course.errors import CourseError
from course.notebook.display import message, with_static_form
from course.notebook.examples import example_body, example_path, unfilled
from course.notebook.session import workspace
from course.project.client import FACTORY, MODULE, CurrentApp, current_app, describe
from course.views.explorer import Operation, explorer_view, operations
from course.views.response import response_view
from course.views.view import View

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
WIDE = {"width": "100%", "max_width": "46em"}


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


class Explorer(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Operation, method, path and JSON body in; status, headers, body and time out."""

    def __init__(self, api: httpx2.AsyncClient, openapi: Mapping[str, Any]) -> None:
        self._api = api
        self._sending: asyncio.Task[None] | None = None
        self._openapi: Mapping[str, Any] = {}
        self.operation = ipywidgets.Dropdown(description="Operation", **_look())
        self.method = ipywidgets.Dropdown(options=METHODS, description="Method", **_look(width="14em"))
        self.path = ipywidgets.Text(value="/", description="Path", **_look())
        self.body = ipywidgets.Textarea(description="JSON body", rows=6, **_look())
        self.button = ipywidgets.Button(description="Send", button_style="primary")
        self.answer = ipywidgets.HTML()
        super().__init__([self.operation, self.method, self.path, self.body, self.button, self.answer])
        self.operation.observe(self._chosen, "value")
        self.button.on_click(self._clicked)
        self._list(openapi)

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The operations that can be chosen."""
        return operations(self._openapi)

    def static(self) -> View:
        """What it shows without a kernel: the operations."""
        return explorer_view(self.operations)

    def _repr_mimebundle_(self, **options: object) -> tuple[dict[str, Any], dict[str, Any]]:
        return with_static_form(self, super()._repr_mimebundle_(**options))

    async def send(self) -> None:
        """Send what the form holds and show what comes back; an error is shown, never raised: nobody awaits a button."""
        self.button.disabled = True
        try:
            self.answer.value = (await self._exchange()).html
        except CourseError as error:
            self.answer.value = message(str(error), kind="error").html
        except Exception as error:
            self.answer.value = message(f"{type(error).__name__}: {error}", kind="error").html
        finally:
            self.button.disabled = False

    async def _exchange(self) -> View:
        if missing := unfilled(self.path.value):
            return message(f"Put a value in place of `{{{missing[0]}}}` in the path, then send again.")
        body = self.body.value.strip()
        response = await self._api.request(
            self.method.value,
            self.path.value,
            content=body.encode() if body else None,
            headers={"content-type": "application/json"} if body else None,
        )
        if isinstance(self._api._transport, CurrentApp):
            self._list((await current_app(self._api)).openapi())
        return response_view(response)

    def _list(self, openapi: Mapping[str, Any]) -> None:
        """Offer these operations, and fill the form with the first: only when they are not the ones offered."""
        if openapi == self._openapi:
            return
        first = not self._openapi
        self._openapi = openapi
        known = self.operations
        options = [(_label(operation), number) for number, operation in enumerate(known)]
        chosen = next((n for n, o in enumerate(known) if not first and self._is_in_form(o)), None)
        with self.operation.hold_trait_notifications():
            self.operation.options = options
            self.operation.value = chosen
        if first and known:
            self.operation.value = 0

    def _is_in_form(self, operation: Operation) -> bool:
        return (operation.method, example_path(self._openapi, operation.method, operation.path)) == (
            self.method.value,
            self.path.value,
        )

    def _chosen(self, change: Mapping[str, Any]) -> None:
        if change["new"] is None:
            return
        operation = self.operations[change["new"]]
        self.method.value = operation.method if operation.method in METHODS else "GET"
        self.path.value = example_path(self._openapi, operation.method, operation.path)
        self.body.value = example_body(self._openapi, operation.method, operation.path)

    def _clicked(self, _: object) -> None:
        self._sending = asyncio.get_running_loop().create_task(self.send())


def _label(operation: Operation) -> str:
    return f"{operation.method} {operation.path}" + (f" · {operation.summary}" if operation.summary else "")


def _look(width: str | None = None) -> dict[str, Any]:
    layout = WIDE | ({"width": width} if width else {})
    return {"layout": ipywidgets.Layout(**layout), "style": {"description_width": "6em"}}


def _openapi_before_the_first_request(api: httpx2.AsyncClient) -> Mapping[str, Any]:
    """The app's description. The app is imported for it and not started: that waits for the first request."""
    transport = api._transport
    if isinstance(transport, CurrentApp):
        try:
            module = importlib.import_module(MODULE)
            app = module.create_app() if hasattr(module, FACTORY) else module.app
            document: dict[str, Any] = app.openapi()
        except (Exception, SystemExit) as error:
            reason = describe(error, workspace().project)
            raise CourseError(f"The app cannot be explored, it does not start: {reason}") from error
        return document
    app = getattr(transport, "app", None)
    return json.loads(json.dumps(app.openapi())) if isinstance(app, FastAPI) else {}
