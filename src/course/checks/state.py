"""The whole state that an app shows, before and after a request that it refused."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from httpx2 import Response

from course.checks.shop import ORDERS, PRODUCTS, USERS
from course.grading.channel import Json
from course.grading.checking import Api
from course.grading.failures import brief, wrong

PATHS: Final = (USERS, ORDERS, PRODUCTS)
PAGE: Final = 100
MAX_PAGES: Final = 20


@dataclass(frozen=True)
class State:
    """What each path answered: its status, and all of its pages."""

    answers: Mapping[str, Json]


async def snapshot(api: Api, paths: Collection[str] = PATHS) -> State:
    """Ask for everything below these paths, page by page."""
    return State({path: await _all_of(api, path) for path in paths})


async def expect_unchanged(api: Api, before: State, refused: Response, *, look_at: str) -> None:
    """Fail when the state is not the one before this refused request; name the first difference."""
    after = await snapshot(api, before.answers.keys())
    if found := difference(dict(before.answers), dict(after.answers)):
        where, was, now = found
        wrong(
            refused,
            f"came back {refused.status_code}, and afterwards {where} is {now}",
            expected=f"{was}, as before: a refused request leaves no trace",
            look_at=look_at,
        )


def difference(was: Json, now: Json, where: str = "") -> tuple[str, str, str] | None:
    """The first place in which two values differ, with both in short; None when they are equal.

    Equal is what JSON shows: 1, 1.0 and true are three things.
    """
    match was, now:
        case dict(), dict():
            for key in {**was, **now}:
                if key not in now or key not in was:
                    return _named(where, key, was.get(key, _MISSING), now.get(key, _MISSING))
                if found := difference(was[key], now[key], _into(where, key)):
                    return found
        case list(), list():
            for index, (one, other) in enumerate(zip(was, now, strict=False)):
                if found := difference(one, other, f"{where}[{index}]"):
                    return found
            if len(was) != len(now):
                return f"the number of {where or 'entries'}", str(len(was)), str(len(now))
        case _ if type(was) is not type(now) or was != now:
            return where or "the body", brief(was), brief(now)
    return None


async def _all_of(api: Api, path: str) -> Json:
    """All pages of a collection, or the only answer of a path that has no pages."""
    pages: list[Json] = []
    for number in range(MAX_PAGES):
        answer = await api.get(path, params={"skip": number * PAGE, "limit": PAGE})
        if answer.status_code != 200:
            return {"status": answer.status_code}
        page = answer.json()
        if page in pages:
            break  # no pages: it is the same again
        pages.append(page)
        items = page.get("items", []) if isinstance(page, dict) else page
        if not isinstance(items, list) or len(items) < PAGE:
            break
    return pages[0] if len(pages) == 1 else pages


_MISSING: Final = object()


def _into(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _named(where: str, key: str, was: object, now: object) -> tuple[str, str, str]:
    shown = ["missing" if value is _MISSING else brief(value) for value in (was, now)]
    return _into(where, key), shown[0], shown[1]
