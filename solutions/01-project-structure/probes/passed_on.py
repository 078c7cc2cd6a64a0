# Derived from chapters/01-project-structure/probes/passed_on.py by `course build`: change it there.
"""Run in the learner's process: no request makes the domain say anything new, and a router may know its words by heart."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from probes.shop import Lines, client_of, register, settled, shop, the_app, wish


async def pass_on(path: str, unknown: int, words: str) -> list[dict[str, Any]]:
    """Let `place` and `get` raise what they raise, in these words; what comes back over HTTP.

    A route that asks some other method is left out.
    """
    customer, service = await register("Ada"), await shop()
    tries = [_order(unknown, [(1, 1)]), _order(customer, [(unknown, 1)]), (unknown, None)]
    found = []
    for wanted, body in tries:
        name = "get" if body is None else "place"
        try:
            await settled(getattr(service, name)(wanted))
        except Exception as error:
            _reword(error, words)
            with _raising(service, name, error) as asked:
                async with client_of(the_app()) as client:
                    address = f"{path}/{unknown}" if body is None else path
                    answer = await client.request("GET" if body is None else "POST", address, json=body)
            if asked:
                kind = type(error).__name__
                found.append(
                    {"method": name, "error": kind, "status": answer.status_code, "said": answer.text}
                )
    return found


def _order(user: int, lines: Lines) -> tuple[Any, dict[str, Any]]:
    items = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
    return wish(user, lines), {"user_id": user, "items": items}


@contextmanager
def _raising(service: Any, name: str, error: Exception) -> Iterator[list[str]]:  # noqa: ANN401 - whatever the learner's code makes
    """Let a method raise this for a moment; whether it was asked."""
    asked: list[str] = []

    def raises(*_: object, **__: object) -> None:
        asked.append(name)
        raise error

    owner = service if name in getattr(service, "__dict__", {}) else type(service)
    before: Callable[..., Any] = getattr(owner, name)
    setattr(owner, name, raises)
    try:
        yield asked
    finally:
        setattr(owner, name, before)


def _reword(error: Exception, words: str) -> None:
    """Let an error say something else, wherever it keeps what it says."""
    old = str(error)
    error.args = tuple(words if isinstance(one, str) else one for one in error.args) or (words,)
    for name, value in vars(error).items():
        if isinstance(value, str):
            setattr(error, name, words)
    for kind in type(error).__mro__:
        if kind.__module__.startswith("app."):
            for name, value in list(vars(kind).items()):
                says = value.fget(error) if isinstance(value, property) and value.fget else value
                if isinstance(says, str) and name[:2] != "__":
                    setattr(kind, name, words)
    if words not in str(error) or (old and old in str(error)):
        setattr(type(error), "__str__", lambda _: words)  # noqa: B010 - mypy: a method is not to be assigned
