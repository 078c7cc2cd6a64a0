"""Schemas side by side, the graph of the revisions, what autogenerate sees: measured on small ones, and drawn."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, MetaData, String, Table, UniqueConstraint

from course.errors import CourseError
from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules

instrument = of_chapter(__file__)
compare, read_file, read_models = (
    instrument.schema.compare,
    instrument.schema.read_file,
    instrument.schema.read_models,
)
Compared, Difference = instrument.schema.Compared, instrument.schema.Difference
Revision, read_graph, version_of = (
    instrument.graph.Revision,
    instrument.graph.read_graph,
    instrument.graph.version_of,
)
schema_view, graph_view, changes_view = (
    instrument.drawing.schema_view,
    instrument.drawing.graph_view,
    instrument.drawing.changes_view,
)

BASE, LEFT, RIGHT = ("a1", "tables", ()), ("b1", "yours", ("a1",)), ("b2", "theirs", ("a1",))
MERGE = ("c1", "both", ("b1", "b2"))

type Sketch = tuple[str, str, tuple[str, ...]]
type Write = Callable[..., Path]


def models() -> MetaData:
    metadata = MetaData(naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"})
    Table("shops", metadata, Column("id", Integer, primary_key=True))
    Table(
        "teas",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String(50), nullable=False),
        Column("shop_id", ForeignKey("shops.id", ondelete="CASCADE")),
        UniqueConstraint("name"),
        CheckConstraint("name <> ''", name="not_empty"),
        sqlite_autoincrement=True,
    )
    return metadata


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A file that somebody made by hand: no autoincrement, no check, a column that may be null, and one too many."""
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.executescript(
            "CREATE TABLE shops (id INTEGER NOT NULL PRIMARY KEY);"
            "CREATE TABLE teas (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50), grams INTEGER,"
            " shop_id INTEGER, FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE,"
            " CONSTRAINT uq_teas_name UNIQUE (name));"
        )
    return str(tmp_path / "shop.db")


def test_it_finds_every_difference_and_nothing_else(file: str) -> None:
    shops, teas = compare(read_models(models()), read_file(file))
    assert (shops.name, shops.wrong) == ("shops", [])
    assert [part.part for part in teas.wrong] == ["name", "primary key", "not_empty", "grams"]
    name, key, check, grams = teas.wrong
    assert (name.model, name.database) == ("varchar(50) not null", "varchar(50)")
    assert (key.model, key.database) == ("id autoincrement", "id")
    assert (check.model, check.database) == ("check: name <> ''", "")
    assert (grams.model, grams.database) == ("", "integer")


def test_a_table_that_is_not_there_is_all_missing(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty.db").close()
    found = compare(read_models(models()), read_file(str(tmp_path / "empty.db")))
    assert all(part.database == "" for table in found for part in table.parts)
    assert "✗ missing" in schema_view(found, (), "empty.db").text


def test_it_shows_what_differs_or_what_is_asked_for(file: str) -> None:
    found = compare(read_models(models()), read_file(file))
    assert "shops\n" not in schema_view(found, (), "shop.db").text
    assert "shops\n" in schema_view(found, ("shops",), "shop.db").text
    same = compare(read_models(models()), read_models(models()))
    assert "✓ 2 tables, and no difference" in schema_view(same, (), "shop.db").text


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a project with these revisions."""

    def write_all(*sketches: Sketch) -> Path:
        (tmp_path / "alembic/versions").mkdir(parents=True)
        (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/alembic\n")
        for name, says, after in sketches:
            before = after if len(after) > 1 else (after or (None,))[0]
            text = f'"""{says}"""\n\nrevision = {name!r}\ndown_revision = {before!r}\n'
            (tmp_path / f"alembic/versions/{name}.py").write_text(text)
        return tmp_path

    return write_all


def test_the_graph_has_two_heads_until_they_are_merged(write: Write) -> None:
    graph = read_graph(write(BASE, LEFT, RIGHT))
    assert [(one.name, one.depth, one.head) for one in graph] == [
        ("a1", 0, False),
        ("b1", 1, True),
        ("b2", 1, True),
    ]
    assert "✗ 2 heads: b1, b2" in graph_view(graph, ["a1"], "shop.db").text


def test_a_merge_comes_after_both(write: Write) -> None:
    graph = read_graph(write(BASE, LEFT, RIGHT, MERGE))
    assert (graph[-1].name, graph[-1].after, graph[-1].depth) == ("c1", ("b1", "b2"), 2)
    said = graph_view(graph, [], "shop.db").text
    assert "✓ One head: c1" in said
    assert "c1 both (after b1 and b2), head" in said
    assert "shop.db is at no revision" in said


@pytest.mark.filterwarnings("ignore:Revision a0 referenced")
def test_it_says_what_alembic_cannot_read(write: Write, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"no alembic\.ini"):
        read_graph(tmp_path)
    with pytest.raises(CourseError, match="cannot read"):
        read_graph(write(("b1", "an orphan", ("a0",))))


def test_it_knows_where_a_database_is(tmp_path: Path) -> None:
    file = str(tmp_path / "shop.db")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE teas (id)")
        assert version_of(file) == ()
        connection.executescript(
            "CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('0002');"
        )
    assert version_of(file) == ("0002",)


def test_autogenerate_is_asked_not_remembered() -> None:
    found = {case.name: case for case in instrument.changes.CASES}
    seen = instrument.changes.seen
    assert seen(found["a new column"]) == ("add_column",)
    assert seen(found["a check constraint"]) == ()
    assert seen(found["a check constraint"], careful=True) == ("add_constraint",)
    assert set(seen(found["a column is renamed"])) == {"add_column", "remove_column"}


VIEWS = {
    "same": schema_view([Compared("teas", (Difference("id", "integer", "integer"),))], (), "shop.db"),
    "evil schema": schema_view([Compared(EVIL, (Difference(EVIL, EVIL, ""),))], (), EVIL),
    "no revision": graph_view([], [], "shop.db"),
    "evil graph": graph_view(
        [Revision(EVIL, EVIL, (), 0, head=False), Revision("b", EVIL, (EVIL,), 1, head=True)], [EVIL], EVIL
    ),
    "two heads": graph_view(
        [Revision("a", "", (), 0, head=False), *(Revision(n, "", ("a",), 1, head=True) for n in "bc")],
        ["a"],
        "shop.db",
    ),
    "changes": changes_view([("a rename", (), ("add_column", "remove_column")), (EVIL, ("add_column",), ())]),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_it_keeps_the_rules_of_all_pictures(view: instrument.drawing.View) -> None:
    assert broken_rules(view) == []
