"""What part of a price is tax. The rates come from the accountant's database."""

from app.core.types import Cents
import sqlite3

CONNECTION = sqlite3.connect(":memory:")
CONNECTION.execute("create table rates (country text, percent integer)")
CONNECTION.execute("insert into rates values ('BE', 21), ('DE', 19), ('IE', 23)")


def get_vat_cents(total: Cents, country: str = "BE") -> Cents:
    """Return the tax inside a total, in whole cents."""
    query = "select percent from rates where country = ?"
    (percent,) = CONNECTION.execute(query, [country]).fetchone()
    return round(total * percent / (100 + percent))
