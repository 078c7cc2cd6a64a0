"""What a learner calls: each measures, and shows what it found."""

import importlib
import sys
from contextlib import suppress
from pathlib import Path

import httpx2
from sqlalchemy import MetaData
from sqlalchemy.engine import make_url

from course.errors import CourseError
from course.pictures.view import View
from course.project.client import current_app

from .changes import CASES, seen
from .drawing import changes_view, graph_view, schema_view
from .graph import read_graph, version_of
from .schema import compare, read_file, read_models


async def schema_diff(api: httpx2.AsyncClient, *tables: str, database: str = "") -> View:
    """Return the schema of the app's models beside that of its database: these tables, or all that differ.

    `database` names another SQLite file. Raises CourseError when there is no such file.
    """
    file = _there(await _file(api, database))
    found = compare(read_models(_metadata()), read_file(file))
    if unknown := set(tables) - {table.name for table in found}:
        raise CourseError(f"Neither the models nor {file} have a table {sorted(unknown)[0]}.")
    return schema_view(found, tables, file)


async def revisions(api: httpx2.AsyncClient, *, database: str = "") -> View:
    """Return the graph of the revisions in `alembic/versions`, and which of them the app's database is at.

    `database` names another SQLite file.
    """
    file = _there(await _file(api, database))
    return graph_view(read_graph(Path.cwd()), version_of(file), file)


def autogenerate_sees() -> View:
    """Return which changes of a model Alembic notices, measured now: as it is, and as the course's env.py asks it to."""
    return changes_view([(case.name, seen(case), seen(case, careful=True)) for case in CASES])


async def _file(api: httpx2.AsyncClient, database: str) -> str:
    """The SQLite file that is named, or that the app uses."""
    app = await current_app(api)
    url = make_url(app.state.settings.database_url)
    if not database and url.get_backend_name() != "sqlite":
        raise CourseError('This picture reads SQLite files: name one, `database="shop.db"`.')
    return database or url.database or ""


def _there(file: str) -> str:
    """The same file, if it is there."""
    if not Path(file).is_file():
        raise CourseError(f"There is no database file {file}.")
    return file


def _metadata() -> MetaData:
    with suppress(ImportError):  # tables without a class: no module of the app may need it
        importlib.import_module("app.core.tables")
    models = sys.modules.get("app.core.models")
    if models is None or not hasattr(models, "Base"):
        raise CourseError("app/core/models.py has no Base: this picture shows the tables of its models.")
    metadata: MetaData = models.Base.metadata
    return metadata
