"""Amounts in words, as a receipt needs them."""

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()


def _number(value: int) -> str:
    if value < 20:
        return ONES[value]
    if value < 100:
        rest = f"-{ONES[value % 10]}" if value % 10 else ""
        return TENS[value // 10] + rest
    size, name = (1000, "thousand") if value >= 1000 else (100, "hundred")
    rest = f" {_number(value % size)}" if value % size else ""
    return f"{_number(value // size)} {name}{rest}"


WORDS = {
    cents: f"{_number(cents // 100)} euros and {_number(cents % 100)} cents"
    for cents in range(500_000)
}
