"""What the database refuses, in the shop's own words: nobody above has to know SQLAlchemy's errors."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.exceptions import ConflictError, UnavailableError

BUSY = {"55P03", "40P01", "40001"}  # PostgreSQL: no lock in time, a deadlock, lost a race


@contextmanager
def in_our_words() -> Iterator[None]:
    """ConflictError when a constraint says no, UnavailableError when it is not the moment."""
    try:
        yield
    except IntegrityError as error:
        raise ConflictError("It is there already, or still needed") from error
    except PoolTimeoutError as error:
        raise UnavailableError("No connection is free now") from error
    except DBAPIError as error:
        if not _is_busy(error.orig):
            raise
        raise UnavailableError("The database is busy now") from error


def _is_busy(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return getattr(error, "sqlstate", None) in BUSY
