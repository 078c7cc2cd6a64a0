"""Types that more than one schema of quotes needs. Given: use them."""

from typing import Annotated

from pydantic import Field, StringConstraints

type DiscountPercent = Annotated[int, Field(ge=0, le=30)]
type Reference = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)
]
