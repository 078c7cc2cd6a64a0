"""A schema as plain texts: of models, by making their tables in memory, and of a file; and what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Inspector, MetaData, create_engine, inspect, text
from sqlalchemy.pool import NullPool

BOOKKEEPING = {"alembic_version"}  # Alembic's own

type Parts = dict[str, str]
type Schema = Mapping[str, Parts]


@dataclass(frozen=True)
class Difference:
    """One part of a table (a column, a constraint, an index): in the models, and in the database; empty where missing."""

    part: str
    model: str
    database: str

    @property
    def same(self) -> bool:
        return self.model == self.database


@dataclass(frozen=True)
class Compared:
    """A table and all its parts."""

    name: str
    parts: tuple[Difference, ...]

    @property
    def wrong(self) -> list[Difference]:
        return [part for part in self.parts if not part.same]


def compare(models: Schema, database: Schema) -> list[Compared]:
    """Set two schemas side by side: the parts in the order of the models, then those that only the database has."""
    tables = []
    for name in (*models, *(name for name in database if name not in models)):
        ours, theirs = models.get(name, {}), database.get(name, {})
        parts = (*ours, *(part for part in theirs if part not in ours))
        found = (Difference(part, ours.get(part, ""), theirs.get(part, "")) for part in parts)
        tables.append(Compared(name, tuple(found)))
    return tables


def read_models(metadata: MetaData) -> Schema:
    """Return what `create_all` would make of the models today."""
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            metadata.create_all(connection)
            return _read(connection)
    finally:
        engine.dispose()


def read_file(file: str) -> Schema:
    """Return the schema that a SQLite file has."""
    with create_engine(f"sqlite:///{file}", poolclass=NullPool).connect() as connection:
        return _read(connection)


def _read(connection: Connection) -> Schema:
    inspector = inspect(connection)
    found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    texts = {name: sql or "" for name, sql in found}
    return {
        table: _parts(inspector, table, texts[table])
        for table in sorted(inspector.get_table_names())
        if table not in BOOKKEEPING
    }


def _parts(inspector: Inspector, table: str, sql: str) -> Parts:
    parts = {column["name"]: _column(column) for column in inspector.get_columns(table)}
    key = inspector.get_pk_constraint(table)
    counted = " autoincrement" if "AUTOINCREMENT" in sql.upper() else ""
    parts["primary key"] = ", ".join(key["constrained_columns"]) + counted
    for unique in inspector.get_unique_constraints(table):
        parts[unique["name"] or "unique"] = f"unique: {', '.join(unique['column_names'])}"
    for check in inspector.get_check_constraints(table):
        parts[check["name"] or "check"] = f"check: {check['sqltext']}"
    for foreign in inspector.get_foreign_keys(table):
        options = "".join(f" {key} {value}" for key, value in sorted(foreign.get("options", {}).items()))
        columns = f"{', '.join(foreign['constrained_columns'])} → {foreign['referred_table']}"
        parts[foreign["name"] or f"foreign key {columns}"] = f"foreign key: {columns}{options}"
    for index in inspector.get_indexes(table):
        kind = "unique index" if index["unique"] else "index"
        parts[index["name"] or "index"] = f"{kind}: {', '.join(map(str, index['column_names']))}"
    return parts


def _column(column: Any) -> str:  # noqa: ANN401 - SQLAlchemy's TypedDict for what was reflected
    said = str(column["type"]).lower()
    said += "" if column["nullable"] else " not null"
    return said if column["default"] is None else f"{said} default {column['default']}"
