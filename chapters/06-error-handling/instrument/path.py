"""What happened to one request: what was raised, who handled it, what went out and who gets to know what."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A line of the project: `app/users/service.py`, 31, in `get`."""

    path: str
    line: int
    function: str
    code: str = ""


@dataclass(frozen=True)
class Raised:
    """An exception: where it began, which functions it passed through, and who ended its way.

    `at` is None for one that a library raised (`library` names it). `caught` is an `except` of the project, `handler`
    the exception handler that FastAPI called for it; both are None for one that left the app. `cause` is the class of
    the exception that it was raised `from`, `group` that of the exception group in which it went on.
    """

    error: str
    text: str
    at: Place | None
    library: str = ""
    passed: tuple[Place, ...] = ()
    caught: Place | None = None
    handler: Place | None = None
    own_handler: bool = True
    cause: str = ""
    group: str = ""


@dataclass(frozen=True)
class Logged:
    """A log record of the app as it is printed: its text, and the `whole` of it with its traceback."""

    level: str
    logger: str
    text: str
    whole: str = ""


@dataclass(frozen=True)
class Fact:
    """Something that was known inside, and who gets to know it. `private` means that the client should not.

    `texts` are how it reads.
    """

    what: str
    client: bool
    log: bool
    private: bool = True
    texts: tuple[str, ...] = ()

    @property
    def leaked(self) -> bool:
        """Whether the client knows what it should not."""
        return self.private and self.client


@dataclass(frozen=True)
class ErrorPath:
    """A request followed to its end."""

    request: str
    status: int
    reason: str
    content_type: str
    body: str
    raised: tuple[Raised, ...] = ()
    logged: tuple[Logged, ...] = ()
    sent: tuple[tuple[str, str], ...] = ()


def facts_of(path: ErrorPath) -> tuple[Fact, ...]:
    """Return what was known inside, with who gets to know it; secrets that were sent (a password) count as known.

    What an exception says is meant for the client when FastAPI called a handler for it, and for nobody else.
    """
    log = "\n".join(f"{record.text}\n{record.whole}" for record in path.logged)
    found = [
        Fact(f"the {name} that was sent", value in path.body, value in log, texts=(value,))
        for name, value in path.sent
    ]
    said: dict[str, list[Raised]] = {}
    for raised in path.raised:
        if raised.text and not raised.library:
            said.setdefault(raised.text, []).append(raised)
    for text, sayers in said.items():
        public = any(raised.handler for raised in sayers)
        client = _holds(path.body, text)
        found.append(Fact(f"what {sayers[0].error} says", client, text in log, not public, (text,)))
    own = [raised for raised in path.raised if raised.at]
    if own:
        names = {raised.error for raised in own} | {raised.at.path for raised in own if raised.at}
        client, logged = (any(name in text for name in names) for text in (path.body, log))
        found.append(Fact("names of classes and files", client, logged, texts=tuple(sorted(names))))
    return tuple(found)


def _holds(body: str, text: str) -> bool:
    return text in body or text.replace('"', '\\"') in body
