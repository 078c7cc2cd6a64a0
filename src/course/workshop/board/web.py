"""The board over HTTP: kernels post with their server's token, people read with the hub's login."""

import asyncio
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated, UserNotAllowed
from tornado import web

from course.workshop.board import page
from course.workshop.board.beliefs import Beliefs
from course.workshop.board.page import Look
from course.workshop.board.people import people
from course.workshop.board.room import Room, room
from course.workshop.board.sent import MOST_BYTES, read
from course.workshop.board.store import Store

STATIC = Path(__file__).parent / "static"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@dataclass
class Board:
    """What the handlers share."""

    store: Store
    beliefs: Beliefs
    instructors: frozenset[str]
    prefix: str
    _room: tuple[tuple[int, int], Room] | None = field(default=None, init=False)

    def room(self) -> Room:
        """The room as it is now: made anew when something new is known."""
        version = (self.store.version, self.beliefs.version)
        if self._room is None or self._room[0] != version:
            everybody = people(self.store.heard, without=self.instructors)
            self._room = (version, room(everybody, self.beliefs))
        return self._room[1]


def application(board: Board) -> web.Application:
    """Return the service; everything is below the prefix that the hub gave it."""
    shared = {"board": board}
    return web.Application(
        [
            (f"{board.prefix}events", Events, shared),
            (f"{board.prefix}", Page, shared | {"instructor": False}),
            (f"{board.prefix}instructor", Page, shared | {"instructor": True}),
            (f"{board.prefix}room", Changing, shared | {"instructor": False}),
            (f"{board.prefix}instructor/room", Changing, shared | {"instructor": True}),
            (f"{board.prefix}oauth_callback", HubOAuthCallbackHandler),
            (f"{board.prefix}static/(board\\.(?:css|js))", web.StaticFileHandler, {"path": str(STATIC)}),
        ],
        cookie_secret=secrets.token_bytes(32),  # for the moment of a login; who is logged in, the hub keeps
    )


class _Handler(HubOAuthenticated, web.RequestHandler):  # type: ignore[misc]  # JupyterHub has no types
    def initialize(self, board: Board, *, instructor: bool = False) -> None:
        self.board, self.instructor = board, instructor

    def set_default_headers(self) -> None:
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")

    def write_error(self, status_code: int, **_: Any) -> None:  # noqa: ANN401 - as tornado calls it
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}: {self._reason}\n")


class Events(_Handler):
    """Kernels hand in what happened, with the token of their server and with nothing else."""

    def check_xsrf_cookie(self) -> None:
        """No cookie opens this: no page of another site can post here in somebody's name."""

    async def post(self) -> None:
        token = self.hub_auth.get_token(self, in_cookie=False)
        if not token:
            raise web.HTTPError(401, reason="A token of the hub is needed")
        model = await self.hub_auth.user_for_token(token, sync=False)
        if model is None:
            raise web.HTTPError(403, reason="The hub does not know this token")
        try:
            user = self.check_hub_user(model)
        except UserNotAllowed as error:
            raise web.HTTPError(403, reason="This token is not for the board") from error
        if user.get("kind") != "user":
            raise web.HTTPError(403, reason="Only people have progress")
        events = read(self.request.body)
        if events is None:
            raise web.HTTPError(400, reason="These are not events of the course")
        self.board.store.add(user["name"], events)
        self.set_status(204)


class _Looking(_Handler):
    async def prepare(self) -> None:
        """Let people in that the hub knows, and instructors only where names are."""
        user = self.current_user
        if user is not None and self.instructor:
            if user.get("kind") != "user" or user["name"] not in self.board.instructors:
                raise web.HTTPError(403, reason="This page is for instructors")

    @property
    def look(self) -> Look:
        return Look(self.instructor, names=self.instructor and self.get_query_argument("names", "") == "1")


class Page(_Looking):
    """The whole page, for the projector or for an instructor."""

    @web.authenticated
    async def get(self) -> None:
        self.finish(
            page.whole_page(self.board.room(), self.look, self.board.prefix, self.xsrf_token.decode())
        )


class Changing(_Looking):
    """The part of the page that changes."""

    async def get(self) -> None:
        if self.current_user is None:  # a script cannot log in
            raise web.HTTPError(401, reason="Reload the page")
        self.finish(page.changing_part(self.board.room(), self.look))


async def serve(board: Board, host: str, port: int) -> None:
    """Serve until the process ends."""
    application(board).listen(
        port, host, max_body_size=MOST_BYTES, max_buffer_size=2 * MOST_BYTES, xheaders=True
    )
    await asyncio.Event().wait()
