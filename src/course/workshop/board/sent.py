"""What a kernel may send: the shape of an event, with a bound on everything in it."""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from course.grading.verdict import Outcome
from course.notebook.board import LONGEST_MESSAGE, MOST_FAILING, SENT
from course.progress import Kind

MOST_BYTES = 1_048_576
"""Of one request. A kernel sends ten events at a time, and none has more than a twelfth of this."""

type Short = Annotated[str, StringConstraints(max_length=120)]
type Message = Annotated[str, StringConstraints(max_length=LONGEST_MESSAGE)]


class Detail(BaseModel):
    """What is kept of an event's detail; what else is there is left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    choice: int = Field(default=-1, ge=-1, le=9)
    attempt: int = Field(default=0, ge=0, le=9)
    red: tuple[Short, ...] = Field(default=(), max_length=20)
    failures: Short = ""
    failing: tuple[tuple[Short, Message], ...] = Field(default=(), max_length=MOST_FAILING)


def _sent(kind: Kind) -> Kind:
    if kind not in SENT:
        raise ValueError(kind)
    return kind


class Sent(BaseModel):
    """One event. Who it is of, the hub says; an event cannot."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    uid: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,64}$")]
    at: AwareDatetime
    kind: Annotated[Kind, AfterValidator(_sent)]
    chapter: int = Field(ge=0, le=999)
    item: Short = ""
    outcome: Outcome | Literal[""] = ""
    detail: Detail = Detail()


class _Body(BaseModel):
    events: tuple[Sent, ...] = Field(max_length=200)


def read(body: bytes) -> tuple[Sent, ...] | None:
    """Return the events of a request; None when it is not what kernels send."""
    try:
        return _Body.model_validate_json(body).events
    except ValidationError:
        return None
