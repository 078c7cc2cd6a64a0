"""SQL by hand, as in chapter 11, in the transaction of a session."""

import re
from itertools import count
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.refusals import in_our_words


class UnitOfWork:
    """What belongs together, in one session: all of it is committed, or nothing."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.changes = 0  # how many rows it has changed so far

    async def execute(self, sql: str, *values: object) -> list[Any]:
        """Run a statement, return its rows; ConflictError, UnavailableError when it is refused."""
        with in_our_words():
            connection = await self._session.connection()
            if connection.dialect.paramstyle == "numeric_dollar":  # PostgreSQL: $1 for the first ?
                numbers = count(1)
                sql = re.sub(
                    r"'[^']*'|\?", lambda m: f"${next(numbers)}" if m[0] == "?" else m[0], sql
                )
            result = await connection.exec_driver_sql(sql, values or None)
            rows = [tuple(row) for row in result] if result.returns_rows else []
        if not sql.lstrip().upper().startswith("SELECT"):
            self.changes += len(rows) if result.returns_rows else max(result.rowcount, 0)
        return rows

    async def begin(self) -> None:
        with in_our_words():
            await self._session.connection()

    async def commit(self) -> None:
        with in_our_words():
            await self._session.commit()

    async def rollback(self) -> None:
        await self._session.rollback()

    async def close(self) -> None:
        await self._session.close()
