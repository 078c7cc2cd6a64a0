"""A PostgreSQL server of the tests' own, the one that lessons use: reached over a unix socket, gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from course.postgresql.ours import answers, renew
from course.postgresql.places import programs
from course.postgresql.server import Server


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server and yield the SQLAlchemy URL of an empty database; skips the test where that is not possible."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: install the extra `gradebook`")
    home = programs()
    if home is None:
        pytest.skip("there is no PostgreSQL server in this environment: install the extra `postgresql`")
    server = Server.start(home, answers)
    try:
        renew(server.folder, "course")
        yield f"postgresql+psycopg://postgres@/course?host={server.folder}"
    finally:
        server.stop()
