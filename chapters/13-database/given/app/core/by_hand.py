"""The tables of returns. Their SQL is written by hand: they have no classes."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    event,
    insert,
)

REASONS = ("broken", "late", "unwanted")


def add_tables(metadata: MetaData) -> None:
    """Declare them, beside the tables of mapped classes."""
    reasons = Table("reasons", metadata, Column("code", Text, primary_key=True))
    event.listen(reasons, "after_create", _fill)
    known = ForeignKey("reasons.code", deferrable=True, initially="DEFERRED")
    Table(
        "returns",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("shop_id", Integer, nullable=False),
        Column("order_id", Integer, nullable=False),
        Column("reason", Text, known, nullable=False),  # looked at by COMMIT
        sqlite_autoincrement=True,
    )
    returned = ForeignKey("returns.id")
    Table(
        "refunds",
        metadata,
        Column("return_id", Integer, returned, primary_key=True, autoincrement=False),
        Column("cents", Integer, nullable=False),
        CheckConstraint("cents BETWEEN 1 AND 50000", name="cents"),  # more is for the head office
    )
    Table(
        "journal",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("shop_id", Integer, nullable=False),
        Column("changes", Integer, nullable=False),
        sqlite_autoincrement=True,
    )


def _fill(reasons: Table, connection: Connection, **_options: object) -> None:
    connection.execute(insert(reasons), [{"code": code} for code in REASONS])
