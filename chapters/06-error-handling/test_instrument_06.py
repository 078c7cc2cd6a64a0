"""One failing request from raise to log: what the picture says, and what is captured of a real app."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from course.instruments import of_chapter
from course.pictures.rules import EVIL, broken_rules
from course.project.client import open_client

instrument = of_chapter(__file__)
following, error_path_view = instrument.watching, instrument.drawing.error_path_view
ErrorPath, Logged = instrument.path.ErrorPath, instrument.path.Logged
Place, Raised, facts_of = instrument.path.Place, instrument.path.Raised, instrument.path.facts_of

CAUSE = "no route to postgresql://shop:s3cret@db"
AT = Place("app/shop.py", 11, "ask", "raise OSError(URL)")
ANSWERED = Raised(
    "UnavailableError", "Not now", AT, handler=Place("app/main.py", 3, "handle"), cause="OSError"
)
LEAKY = ErrorPath(
    "GET /x", 500, "Internal Server Error", "application/json", f'{{"error": "{CAUSE}, app/shop.py"}}',
    (Raised("OSError", CAUSE, AT, caught=Place("app/main.py", 9, "read", "except Exception:")),),
)  # fmt: skip
KEPT = ErrorPath(
    "GET /x", 503, "Service Unavailable", "application/problem+json", '{"detail": "Not now"}',
    (Raised("OSError", CAUSE, AT, caught=AT), ANSWERED),
    (Logged("ERROR", "app.main", "Not now", f"Not now\nOSError: {CAUSE} app/shop.py"),),
)  # fmt: skip
HOSTILE = ErrorPath(
    EVIL, 500, EVIL, EVIL, EVIL,
    (Raised(EVIL, EVIL, Place(EVIL, 1, EVIL, EVIL), passed=(AT,)), Raised(EVIL, EVIL, None, EVIL)),
    (Logged(EVIL, EVIL, EVIL, EVIL),), ((EVIL, EVIL),),
)  # fmt: skip
SILENT = ErrorPath("GET /x", 200, "OK", "application/json", '{"error":"nothing found"}')
VIEWS = {"leaky": LEAKY, "kept": KEPT, "hostile": HOSTILE, "silent": SILENT}
each = pytest.mark.parametrize("path", VIEWS.values(), ids=VIEWS.keys())

MAIN = """
import logging
from fastapi import FastAPI
from fastapi.responses import JSONResponse

class ShopError(Exception): ...

app = FastAPI()

@app.exception_handler(ShopError)
async def handle(_request, error):
    logging.getLogger("app.main").error("%s", error, exc_info=error)
    return JSONResponse({"detail": str(error)}, 503)

def ask():
    raise OSError("10.0.0.7 is down")

@app.get("/kept")
async def kept():
    try:
        ask()
    except (KeyError, OSError) as error:
        raise ShopError("Not now") from error

@app.get("/lost")
async def lost():
    ask()

@app.get("/grouped")
async def grouped():
    import asyncio
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(lost())
    except Exception:
        return "none"


@app.get("/awaited")
async def awaited():
    import asyncio
    return await asyncio.create_task(asyncio.sleep(0, "done"))

@app.get("/fine")
async def fine():
    return list(number for number in range(3))

@app.post("/typed")
async def typed(password: int) -> None: ...
"""


@each
def test_it_keeps_the_rules_of_every_picture(path: ErrorPath) -> None:
    assert broken_rules(error_path_view(path)) == []


def test_a_leak_is_counted_and_named() -> None:
    text = error_path_view(LEAKY).text
    assert "✗ The client learns 2 things that should stay inside." in text
    assert "yes, leaked" in text
    assert "app/main.py, line 9\n      except Exception:" in text


def test_what_a_handler_answered_with_is_no_leak() -> None:
    facts = {fact.what: (fact.client, fact.log, fact.private) for fact in facts_of(KEPT)}
    assert facts == {
        "what OSError says": (False, True, True),
        "what UnavailableError says": (True, True, False),
        "names of classes and files": (False, True, True),
    }
    assert "✓ Nothing leaks." in error_path_view(KEPT).text.splitlines()[1]


def test_an_error_in_a_success_is_no_success() -> None:
    assert "✗" in error_path_view(SILENT).text


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with routes that fail in several ways."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").write_text("")
    (tmp_path / "app/main.py").write_text(MAIN)
    root = tmp_path.resolve()
    monkeypatch.setattr(following, "workspace", lambda: SimpleNamespace(project=root))
    return root


async def followed(shop: Path, method: str, path: str, **request: object) -> str:
    """The text twin of a request to the shop."""
    async with open_client(shop) as api:
        return (await following.follow(api, method, path, **request)).text


async def test_it_follows_an_error_that_became_another(shop: Path) -> None:
    text = await followed(shop, "GET", "/kept")
    assert "OSError is caught\n      app/main.py, line 22\n      except (KeyError, OSError) as error:" in text
    assert "ShopError is handled by handle" in text
    assert "ERROR app.main: Not now" in text
    assert '  File "app/main.py", line 16, in ask' in text
    assert "OSError: 10.0.0.7 is down" in text
    assert "site-packages" not in text
    assert "✓ Nothing leaks." in text


async def test_it_sees_what_nobody_handled(shop: Path) -> None:
    text = await followed(shop, "GET", "/lost")
    assert "OSError leaves the app: the server answers" in text
    assert "on its way through lost" in text


async def test_an_error_of_a_task_goes_on_in_a_group(shop: Path) -> None:
    text = await followed(shop, "GET", "/grouped")
    assert "OSError goes on in an ExceptionGroup" in text
    assert "leaves the app" not in text


async def test_it_is_silent_where_nothing_fails(shop: Path) -> None:
    for path in ("/fine", "/awaited"):
        assert "✓ Nothing was raised." in await followed(shop, "GET", path)


async def test_it_notices_a_password_in_the_answer(shop: Path) -> None:
    text = await followed(shop, "POST", "/typed?password=x", json={"password": "x"})
    assert "the password that was sent  ● yes, leaked" in text
