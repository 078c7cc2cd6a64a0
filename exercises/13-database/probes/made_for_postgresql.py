# Derived from chapters/13-database/probes/made_for_postgresql.py by `course build`: change it there.
"""What the sale's models become on PostgreSQL."""

import app.main  # noqa: F401 - every model is there then
from app.core.models import Base
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable


def made_for_postgresql() -> dict[str, list[str]]:
    """Return the lines of CREATE TABLE of each table of the sale, in capital letters, by its name."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    found = {}
    for name in ("products", "orders", "order_items"):
        ddl = str(CreateTable(Base.metadata.tables[name]).compile(dialect=dialect))
        found[name] = [line.strip(" \t,").upper() for line in ddl.splitlines() if line.strip(" \t,)")]
    return found
