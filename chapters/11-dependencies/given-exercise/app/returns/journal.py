"""The journal that the tax office reads: a line for each unit of work that changed something, committed with it."""

from app.core.database import UnitOfWork


async def write_line(work: UnitOfWork, shop_id: int) -> None:
    """Write down how many rows this unit of work has changed so far; nothing when it has only read."""
    [(changes,)] = await work.execute("SELECT total_changes()")
    if changes:
        sql = "INSERT INTO journal (shop_id, changes) VALUES (?, ?)"
        await work.execute(sql, shop_id, changes)
