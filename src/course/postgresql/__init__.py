"""A PostgreSQL for a notebook: a server of this process's own, or an empty database on one that is given."""

from course.postgresql.ours import empty_database
from course.postgresql.places import is_installed, keep_given, why_missing
from course.postgresql.server import Server

__all__ = ["Server", "empty_database", "is_installed", "keep_given", "why_missing"]
