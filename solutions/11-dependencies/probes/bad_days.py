# Derived from chapters/11-dependencies/probes/bad_days.py by `course build`: change it there.
"""What the returns are like on a day when the file, or our own code, fails."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from app.core import database
from app.main import create_app
from app.returns.service import ReturnService
from fastapi.testclient import TestClient

TEA = {"X-Shop-Key": "till-tea"}
BROKEN = {"order_id": 7, "reason": "broken", "cents": 1250}


def have(day: str) -> list[int]:
    """Let a day be bad; return the last status, and how many returns are committed."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        os.environ["APP_DATABASE"] = str(path)
        database.PATIENCE_SECONDS = 0.05
        with (
            TestClient(create_app(), raise_server_exceptions=False, base_url="http://api/api/v1") as api,
            closing(sqlite3.connect(path, autocommit=True)) as file,
        ):
            if day == "no_journal":
                file.execute("DROP TABLE journal")
                status = api.post("/returns", json=BROKEN, headers=TEA).status_code
            elif day == "locked":
                file.execute("BEGIN IMMEDIATE")
                for _ in range(7):
                    api.post("/returns", json=BROKEN, headers=TEA)
                file.execute("ROLLBACK")
                status = api.get("/returns", headers=TEA).status_code
            elif day == "new_reason":
                file.execute("INSERT INTO reasons (code) VALUES ('smells of fish')")
                odd = BROKEN | {"reason": "smells of fish"}
                status = api.post("/returns", json=odd, headers=TEA).status_code
            else:
                error = {"os_error": OSError("disk"), "timeout": TimeoutError("slow")}[day]

                async def fail(self: ReturnService, skip: int, limit: int, order_id: int | None) -> None:
                    raise error

                ReturnService.list_page = fail  # type: ignore[method-assign, assignment]  # the fault: it never returns
                status = api.get("/returns", headers=TEA).status_code
            [(rows,)] = file.execute("SELECT count(*) FROM returns").fetchall()
            return [status, rows]
