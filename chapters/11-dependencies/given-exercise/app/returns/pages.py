"""What routes with pages have in common."""

from typing import Annotated

from fastapi import Depends

from app.core.pagination import DEFAULT_LIMIT


class Pager:
    """Which rows are asked for, and where the others are. FastAPI calls it, as it calls a function."""

    skip: int = 0
    limit: int = DEFAULT_LIMIT

    def announce(self, total: int) -> None:
        """Write the links, given how many rows there are in all."""
        raise NotImplementedError


type Paging = Annotated[Pager, Depends(Pager)]
