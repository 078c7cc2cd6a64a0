"""What became of one body: what was sent, what the code got, what was stored, what left."""

from dataclasses import dataclass
from enum import Enum

PRIVATE = ("password", "secret", "token")
"""A field whose name has one of these words is nobody's business outside."""


class Fate(Enum):
    """What became of a field of the request."""

    TAKEN = "taken"
    UNSET = "unset"
    REFUSED = "refused"
    DROPPED = "dropped"


@dataclass(frozen=True)
class FieldIn:
    """A field on its way in: its JSON (empty: not sent), what the code gets, or why not.

    `schema` is what JSON Schema says of it.
    """

    name: str
    sent: str
    fate: Fate
    becomes: str = ""
    errors: tuple[str, ...] = ()
    schema: str = ""


@dataclass(frozen=True)
class FieldOut:
    """A field on its way out.

    `before` is what the client saw before the request, `stored` the value of the object that the response was made
    of; both are empty when unknown. `client` is its JSON in the response, empty when it is not in there.
    """

    name: str
    client: str = ""
    stored: str = ""
    before: str = ""
    sent: bool = False
    schema: str = ""

    @property
    def private(self) -> bool:
        """Whether its name says that it should stay inside."""
        return any(word in self.name.lower() for word in PRIVATE)

    @property
    def leaked(self) -> bool:
        """Whether the client gets what should stay inside."""
        return self.private and bool(self.client)

    @property
    def wiped(self) -> bool:
        """Whether it is another one now, though the request did not speak of it (what is computed may be)."""
        changed = bool(self.before and self.client) and self.before != self.client
        return changed and not self.sent and "readOnly" not in self.schema


@dataclass(frozen=True)
class Passage:
    """One request, from its JSON to the JSON of the response.

    `unparsed` says why the body is no JSON, `misfits` why the response could not be made. `taken` and `made` are the
    names of the models, empty where there is none; `items` how many the response has, when it is a list.
    """

    request: str
    status: int
    reason: str
    body: str = ""
    unparsed: str = ""
    taken: str = ""
    made: str = ""
    ins: tuple[FieldIn, ...] = ()
    outs: tuple[FieldOut, ...] = ()
    misfits: tuple[str, ...] = ()
    items: int | None = None

    @property
    def errors(self) -> int:
        """How many errors the body has."""
        return sum(len(field.errors) for field in self.ins) + bool(self.unparsed)
