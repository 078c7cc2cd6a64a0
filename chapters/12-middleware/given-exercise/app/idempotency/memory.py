"""What was answered under which key, and what is still in work. Nothing here knows HTTP."""

from dataclasses import dataclass
from typing import NamedTuple

from app.core.clock import now
from app.exceptions import AppError

KEEP_SECONDS = 24 * 60 * 60


class OtherBodyError(AppError): ...


class InWorkError(AppError): ...


class Key(NamedTuple):
    user: str | None
    path: str
    value: str


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass
class Entry:
    """What is known of a key; without an answer it is in work."""

    body: bytes
    answer: Answer | None = None
    until: float = 0.0


class Memory:
    def __init__(self) -> None:
        self._entries: dict[Key, Entry] = {}

    def begin(self, key: Key, body: bytes) -> Answer | None:
        """Return the answer to give again; None when this request is the first, and in work from now on."""
        # TODO: what is too old is forgotten; then a new key, another body, in work, or an answer
        ...

    def keep(self, key: Key, answer: Answer) -> None:
        """Remember the answer for KEEP_SECONDS from now on."""
        # TODO: the answer, and until when
        ...

    def forget(self, key: Key) -> None:
        """Take the key for new again: what was in work has failed."""
        # TODO: as if it had never been
        ...
