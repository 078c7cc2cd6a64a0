"""The last net, on an app that breaks in every way."""

import logging
from collections.abc import Iterator

import pytest
from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from app.problems import register_problems

app = FastAPI()
register_problems(app)
api = TestClient(app)


def explode() -> None:
    raise RuntimeError("password=hunter2")


def explode_halfway() -> Iterator[bytes]:
    yield b"first line"
    explode()


@app.get("/route")
async def break_route() -> None:
    explode()


@app.get("/task")
async def break_task(tasks: BackgroundTasks) -> str:
    tasks.add_task(explode)
    return "done"


@app.get("/stream")
async def break_stream() -> StreamingResponse:
    return StreamingResponse(explode_halfway())


def test_the_log_knows_and_the_client_does_not(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = api.get("/route")
    assert (answer.status_code, answer.json()["detail"]) == (500, "Something went wrong here")
    assert "hunter2" in caplog.text
    assert len(caplog.records) == 1


def test_who_has_the_answer_keeps_it() -> None:
    assert api.get("/task").json() == "done"


def test_half_an_answer_is_cut() -> None:
    with pytest.raises(RuntimeError):
        api.get("/stream")
