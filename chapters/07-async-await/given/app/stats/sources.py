"""The three numbers that come from outside."""

from app.stats import suppliers


async def count_visitors() -> int:
    seen: list[int] = []
    for visitor in suppliers.read_visitor_log():
        if visitor not in seen:
            seen.append(visitor)
    return len(seen)


async def get_dollar_rate() -> float:
    return suppliers.fetch_dollar_rate()


async def get_rating() -> float:
    return await suppliers.fetch_rating()
