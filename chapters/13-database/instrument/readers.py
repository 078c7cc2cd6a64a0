"""`await course.two_readers(api, url)`: two sessions count an opened issue, in an order that is always the same."""

import importlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from course.pictures.frame import picture
from course.pictures.table import Group, Row, Table
from course.pictures.theme import Bit
from course.pictures.view import View
from course.project.client import current_app

WAITS = "waits"
COLUMNS = ("", "Bob's request", "opened", "counted")

type Seen = tuple[str, str, int]
"""A database, what became of Bob's request, and how many were counted."""


class TwoReaders:
    """What two readers of one issue leave behind, on each database."""

    def __init__(self, seen: Sequence[Seen]) -> None:
        self.seen = seen

    def __repr__(self) -> str:
        return readers_view(self.seen).text

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:  # noqa: ANN401 - as IPython calls it
        return readers_view(self.seen)._repr_mimebundle_()


async def two_readers(api: httpx2.AsyncClient, url: str | None) -> TwoReaders:
    """Let two sessions count a reader of issue 1: both have read it before the first one commits.

    Once with SQLAlchemy's own settings for SQLite, once with the engine of `api`'s app, and once more with the
    database of `url`, when there is one. Tables of the shop that are there already are dropped.
    """
    await current_app(api)  # the app's modules are those on disk
    build = importlib.import_module("app.core.engine").build_engine
    with tempfile.TemporaryDirectory() as folder:
        file = f"sqlite+aiosqlite:///{Path(folder, 'shop.db')}"
        engines = {"SQLite, as it comes": create_async_engine(file), "SQLite, your engine": build(file)}
        if url:
            engines["PostgreSQL, your engine"] = build(url)
        return TwoReaders([(name, *await _open_twice(engine)) for name, engine in engines.items()])


async def _open_twice(engine: AsyncEngine) -> tuple[str, int]:
    """Return what became of the second one, and the number in the end."""
    models: Any = importlib.import_module("app.newsletters.models")
    issues: Any = importlib.import_module("app.newsletters.issues").IssueRepository
    await _make(engine, models)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    ada, bob = sessions(), sessions()
    try:
        await issues(ada).count_open(1)
        try:
            await issues(bob).count_open(1)
            became = "does not wait"
        except DBAPIError:  # it waits for Ada's in vain: hers goes on only afterwards
            became = WAITS
            await bob.rollback()
        await ada.commit()
        if became == WAITS:
            await issues(bob).count_open(1)
        await bob.commit()
    finally:
        await ada.close()
        await bob.close()
    async with sessions() as session:
        issue: Any = await session.get(models.Issue, 1)
    await engine.dispose()
    return became, issue.opens


async def _make(engine: AsyncEngine, models: Any) -> None:  # noqa: ANN401 - the app's module
    """Make the shop's tables anew, with one issue in them."""
    metadata = importlib.import_module("app.core.models").Base.metadata
    async with engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
    async with async_sessionmaker(engine).begin() as session:
        session.add(models.Newsletter(title="Tea"))
        await session.flush()
        now = importlib.import_module("app.core.models").utc_now()
        session.add(models.Issue(newsletter_id=1, subject="Green tea", publish_at=now))


def readers_view(seen: Sequence[Seen]) -> View:
    """Show each database in a row."""
    rows = [
        Row(
            (
                database,
                became,
                "2",
                Bit(str(counted), "strong", "ok" if counted == 2 else "bad", "✓" if counted == 2 else "✗"),
            )
        )
        for database, became, counted in seen
    ]
    title = "Two readers open issue 1 at the same time"
    return picture("readers", title, Table(COLUMNS, [Group(rows)], "Two readers"))
