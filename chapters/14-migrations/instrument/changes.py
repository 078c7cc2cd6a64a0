"""Changes that people make to a model, and what autogenerate says to each: asked, not remembered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    create_engine,
)
from sqlalchemy.schema import SchemaItem

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
CAREFUL = {
    "compare_server_default": True,
    "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
}

type Items = Callable[[], list[SchemaItem]]


@dataclass(frozen=True)
class Case:
    """A change: what the table `teas` has before and after it, beside its id."""

    name: str
    before: Items
    after: Items
    table: str = "teas"
    counted: bool = False


def _name(**options: Any) -> Column[str]:  # noqa: ANN401 - a column's own
    return Column("name", String(options.pop("length", 50)), **options)


CASES = (
    Case("a new column", list, lambda: [_name()]),
    Case("a column becomes not null", lambda: [_name()], lambda: [_name(nullable=False)]),
    Case("a longer text: String(50), String(100)", lambda: [_name()], lambda: [_name(length=100)]),
    Case("a unique constraint", lambda: [_name()], lambda: [_name(), UniqueConstraint("name")]),
    Case("an index", lambda: [_name()], lambda: [_name(), Index(None, "name")]),
    Case(
        "a foreign key",
        lambda: [Column("shop_id", Integer)],
        lambda: [Column("shop_id", Integer, ForeignKey("shops.id"))],
    ),
    Case("a server default", lambda: [_name()], lambda: [_name(server_default="oolong")]),
    Case(
        "a check constraint",
        lambda: [_name()],
        lambda: [_name(), CheckConstraint("name <> ''", name="not_empty")],
    ),
    Case("a column is renamed", lambda: [_name()], lambda: [Column("title", String(50))]),
    Case("a table is renamed", lambda: [_name()], lambda: [_name()], "drinks"),
    Case("ids are never given twice (autoincrement)", lambda: [_name()], lambda: [_name()], counted=True),
)


def seen(case: Case, *, careful: bool = False) -> tuple[str, ...]:
    """Return the operations that Alembic proposes for a change, on SQLite."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        _metadata(case.before()).create_all(connection)
        options = CAREFUL if careful else {}
        context = MigrationContext.configure(connection, opts=options)
        found = compare_metadata(context, _metadata(case.after(), case.table, counted=case.counted))
    engine.dispose()
    return tuple(_operations(found))


def _metadata(items: list[SchemaItem], table: str = "teas", *, counted: bool = False) -> MetaData:
    metadata = MetaData(naming_convention=NAMES)
    Table("shops", metadata, Column("id", Integer, primary_key=True))
    Table(table, metadata, Column("id", Integer, primary_key=True), *items, sqlite_autoincrement=counted)
    return metadata


def _operations(found: list[Any]) -> Iterator[str]:
    for one in found:
        if isinstance(one, list):
            yield from _operations(one)
        else:
            yield one[0]
