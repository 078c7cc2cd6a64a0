from typing import Annotated

from pydantic import Field

from app.core.schemas import InputModel, OutputModel
from app.core.types import MAX_ID, Name


class ReturnCreate(InputModel):
    order_id: Annotated[int, Field(ge=1, le=MAX_ID)]
    reason: Name  # which ones there are is known in the file
    cents: Annotated[int, Field(ge=1, le=MAX_ID)]


class ReturnResponse(OutputModel):
    id: int
    order_id: int
    reason: str


class RefundResponse(OutputModel):
    return_id: int
    cents: int
