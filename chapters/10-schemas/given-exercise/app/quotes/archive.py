"""Quotes of the years before this shop. The sales team's old program keeps them: not yours to change."""

from typing import Any

ROWS: list[dict[str, Any]] = [
    {
        "id": 17,
        "user_id": 1,
        "reference": "98/0417",
        "lines": [
            {
                "product_id": 2,
                "quantity": 144,
                "unit_price": {"amount": "0.333", "currency": "DEM"},
            },
        ],
        "discount_percent": 35,
        "valid_from": "1998-04-17",
        "valid_until": "1998-03-31",
        "note": "",
        "remarks": "Pays late. Ask for half of it first.",
    },
    {
        "id": 18,
        "user_id": 1,
        "reference": None,
        "lines": [],
        "discount_percent": 0,
        "valid_from": None,
        "valid_until": None,
        "note": None,
        "remarks": "",
    },
]


async def read_rows() -> list[dict[str, Any]]:
    """Return what was typed in then, and what nobody checked: numbers are numbers, the rest is text or null."""
    return ROWS
