from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import main


@pytest.fixture
def app() -> FastAPI:
    return main.app


@pytest.fixture
def api(app: FastAPI) -> Iterator[TestClient]:
    """A client of the app, which is started before the test and stopped after it."""
    with TestClient(app, base_url="http://test/api/v1") as client:
        yield client
