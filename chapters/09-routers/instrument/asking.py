"""`await course.route_table(api, "GET /users/me")`: asks the app itself, without sending the request."""

import httpx2
from fastapi import FastAPI

from course.errors import CourseError
from course.pictures.view import View
from course.project.client import current_app

from .drawing import request_view, routes_view
from .routes import table_of


async def route_table(of: httpx2.AsyncClient | FastAPI, request: str = "") -> View:
    """Show which route takes a request such as `GET /users/me`; without one, all routes and which are never reached.

    `of` is the client that `course.begin` returned, or an app. Nothing is sent. CourseError when the app does not
    start, or the request is not a method and a path.
    """
    app = of if isinstance(of, FastAPI) else await current_app(of)
    if not request:
        return routes_view(table_of(app))
    method, _, target = request.partition(" ")
    path = target.partition("?")[0]
    if not method.isalpha() or not path.startswith("/"):
        raise CourseError(f"{request!r} is not a request: write a method and a path, as in 'GET /users/me'.")
    return request_view(table_of(app, method.upper(), path))
