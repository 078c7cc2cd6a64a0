"""How errors leave the shop: one shape, problem details (RFC 9457)."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.exceptions import (
    AppError,
    AuthenticationError,
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    UnavailableError,
)

logger = logging.getLogger(__name__)

STATUS_BY_ERROR: dict[type[AppError], HTTPStatus] = {
    AuthenticationError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}


def make_problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object
) -> JSONResponse:
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, int(status), headers, media_type="application/problem+json")


def get_status(error: AppError) -> HTTPStatus:
    """Return the status of the nearest class in the table; one that nobody listed is our fault."""
    found = (STATUS_BY_ERROR[kind] for kind in type(error).__mro__ if kind in STATUS_BY_ERROR)
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


async def handle_app_error(_request: Request, error: AppError) -> JSONResponse:
    status = get_status(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s: %s", type(error).__name__, error, exc_info=error)
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return make_problem(status, str(error), headers)


async def handle_http_error(_request: Request, error: HTTPException) -> JSONResponse:
    return make_problem(error.status_code, error.detail, error.headers)


async def handle_validation_error(
    _request: Request, error: RequestValidationError
) -> JSONResponse:
    """Say what is wrong and where; FastAPI's own handler sends the input back, passwords included."""
    errors: list[dict[str, Any]] = [
        {key: found[key] for key in ("type", "loc", "msg")} for found in error.errors()
    ]
    return make_problem(422, "The request is not valid", errors=errors)


def answer_unforeseen() -> JSONResponse:
    """Return a new answer each time: middleware outside may add headers to it."""
    return make_problem(500, "Something went wrong here")


def register_problems(app: FastAPI) -> None:
    app.exception_handler(AppError)(handle_app_error)
    app.exception_handler(HTTPException)(handle_http_error)
    app.exception_handler(RequestValidationError)(handle_validation_error)
