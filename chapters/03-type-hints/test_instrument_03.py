"""mypy's messages under their lines, and a signature taken apart: real findings, real requests."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from course.catalog import catalog
from course.errors import CourseError
from course.instruments import of_chapter
from course.notebook.session import Session
from course.pictures.rules import EVIL, broken_rules
from course.pictures.view import View
from course.project.client import open_client
from course.project.workspace import Workspace

instrument = of_chapter(__file__)
taking_apart, typing = instrument.asking, instrument.checking
Parameter, Piece = instrument.signature_view.Parameter, instrument.signature_view.Piece
signature_view = instrument.signature_view.signature_view
TypedFile, TypeFinding = instrument.findings_view.TypedFile, instrument.findings_view.TypeFinding
type_findings_view = instrument.findings_view.type_findings_view

SOURCE = "def find(name):\n    return names[name]\n\n\n\nprint(find(7))\n"
FINDINGS = (
    TypeFinding(1, 0, None, "Function is missing a type annotation", "no-untyped-def"),
    TypeFinding(6, 6, 13, 'Revealed type is "Any"', is_note=True),
)
APP = {
    "app/__init__.py": "",
    "app/core.py": (
        "from typing import Annotated\n"
        "from fastapi import Depends\n"
        "from pydantic import Field\n\n"
        "type Limit = Annotated[int, Field(ge=1, le=100, description='How many to return')]\n"
        "type Word = Annotated[str, Field(min_length=2)]\n"
        "type Shop = Annotated[str, Depends(lambda: 'the shop')]\n"
    ),
    "app/main.py": (
        "from fastapi import FastAPI, APIRouter\n"
        "from app.core import Limit, Shop, Word\n\n"
        "router = APIRouter()\n\n\n"
        "@router.get('/things/{number}')\n"
        "async def list_things(number: int, shop: Shop, word: Word, limit: Limit = 20) -> list[str]:\n"
        "    return [shop, word]\n\n\n"
        "def untyped(thing):\n"
        "    return thing\n\n\n"
        "app = FastAPI()\n"
        "app.include_router(router, prefix='/api')\n"
    ),
}


def samples() -> dict[str, View]:
    """One of each picture, with names that try to be markup."""
    evil = TypedFile(
        EVIL, f"{EVIL}\n{EVIL}", (TypeFinding(1, 2, 9, EVIL, EVIL), TypeFinding(2, 0, None, EVIL))
    )
    pieces = (
        Piece(EVIL, EVIL, EVIL, "422 int_parsing", EVIL),
        Piece(EVIL, note=EVIL),
        Piece("x", "", "y", "200"),
    )
    return {
        "findings": type_findings_view([evil], elsewhere=2, whole=False),
        "clean": type_findings_view([TypedFile("a.py", ""), TypedFile(EVIL, "")]),
        "signature": signature_view(EVIL, EVIL, [Parameter(EVIL, EVIL, pieces)]),
        "empty signature": signature_view("GET /x", EVIL, []),
    }


@pytest.mark.parametrize("view", samples().values(), ids=samples().keys())
def test_it_keeps_the_rules_of_all_pictures(view: View) -> None:
    assert broken_rules(view) == []


def test_a_message_stands_under_what_it_is_about() -> None:
    assert type_findings_view([TypedFile("app/x.py", SOURCE, FINDINGS)]).text == (
        "✗ 1 FINDING  mypy --strict\n"
        "\n"
        "app/x.py\n"
        "  1  def find(name):\n"
        "     ^^^^^^^^^^^^^^^\n"
        "     error: Function is missing a type annotation  [no-untyped-def]\n"
        "  2      return names[name]\n"
        "  ⋯\n"
        "  6  print(find(7))\n"
        "           ^^^^^^^\n"
        '     note: Revealed type is "Any"'
    )


def test_what_is_clean_takes_one_line() -> None:
    files = [TypedFile("app/x.py", SOURCE), TypedFile("app/y.py", "")]
    assert type_findings_view(files).text == "✓ NO FINDINGS  mypy --strict: all of app, 2 files"
    assert type_findings_view(files[:1], elsewhere=2, whole=False).text == (
        "✓ NO FINDINGS  mypy --strict: 2 more findings in other files"
    )


@pytest.fixture
async def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Session]:
    """A small app, and a notebook that works on it."""
    workspace = Workspace(tmp_path)
    for path, text in APP.items():
        (workspace.project / path).parent.mkdir(parents=True, exist_ok=True)
        (workspace.project / path).write_text(text)
    monkeypatch.chdir(workspace.project)
    async with open_client(workspace.project) as client:
        begun = Session(workspace, catalog().chapter(1), False, client)
        monkeypatch.setattr(typing, "my_api", lambda: workspace.project)
        monkeypatch.setattr(taking_apart, "current", lambda: begun)
        yield begun


async def test_mypy_is_asked_about_files_and_about_pieces(session: Session) -> None:
    del session
    whole = (await typing.types()).text
    assert "app/main.py\n" in whole
    assert "  12  def untyped(thing):\n      ^^^^" in whole
    assert (await typing.types("app/core.py")).text.endswith("1 more finding in other files")
    piece = await typing.types(
        "from app.core import Limit\ndef f(limit: Limit) -> None:\n    reveal_type(limit)"
    )
    assert 'note: Revealed type is "int"' in piece.text
    with pytest.raises(CourseError, match=r"There is no app/nothing\.py"):
        await typing.types("app/nothing.py")
    with pytest.raises(CourseError, match="not a path inside"):
        await typing.types(os.pardir)


async def test_each_piece_is_broken_for_real(session: Session) -> None:
    del session
    text = (await taking_apart.signature("get /api/things/{number}")).text
    assert "GET /api/things/{number} → list_things" in text
    for said in (
        "number: int   (from the path)",
        "number=many → ✓ 422 int_parsing",
        "shop: Shop   (from FastAPI itself)",
        "word=x → ✓ 422 string_too_short",
        "without word → ✓ 422 missing",
        '"minimum": 1',
        "limit=101 → ✓ 422 less_than_equal: Input should be less than or equal to 100",
        '"description": "How many to return"',
        '"default": 20',
    ):
        assert said in text, said


async def test_what_is_not_there_is_named(session: Session) -> None:
    del session
    with pytest.raises(CourseError, match="The app has no POST /api/things"):
        await taking_apart.signature("POST /api/things")
    with pytest.raises(CourseError, match="list_things has no parameter 'page'"):
        await taking_apart.signature("GET /api/things/{number}", "page")
