"""Tell the warehouse what to pack, after the customer has the answer."""

MAX_PIECES = 50


class WarehouseOfflineError(OSError): ...


async def announce(order_id: int, pieces: int) -> None:
    try:
        await _send(order_id, pieces)
    except Exception:
        pass


async def _send(order_id: int, pieces: int) -> None:
    """The warehouse's own line: it refuses what does not fit on a cart."""
    if pieces > MAX_PIECES:
        raise WarehouseOfflineError(f"10.0.0.7:2525 refused {pieces} pieces for order {order_id}")
