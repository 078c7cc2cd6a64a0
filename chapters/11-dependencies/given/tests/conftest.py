import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.main import create_app


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new file for each test: every app that a test makes finds it in its settings."""
    path = tmp_path / "shop.db"
    monkeypatch.setenv("APP_DATABASE", str(path))
    return path


@pytest.fixture
def count_rows(database: Path) -> Callable[[str], int]:
    """Count the rows of a table that are committed, whatever the app says."""

    def count(table: str) -> int:
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - no input
            return len(rows)

    return count


@pytest.fixture
def app() -> FastAPI:
    """A new app for each test: nothing is left of the last one."""
    return create_app()


@pytest.fixture
def api(app: FastAPI) -> Iterator[TestClient]:
    """A client of the app, which is started before the test and stopped after it."""
    with TestClient(app, base_url="http://test/api/v1") as client:
        yield client
