"""What lesson 14 sees: `await course.schema_diff(api)`, the models beside a database; `await course.revisions(api)`, the
graph of the migrations; `course.autogenerate_sees()`, which changes of a model Alembic notices."""

from .asking import autogenerate_sees, revisions, schema_diff

__all__ = ["autogenerate_sees", "revisions", "schema_diff"]
