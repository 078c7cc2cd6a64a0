"""The board of a workshop over HTTP: what it says of a room, and what it tells nobody."""

import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from json import dumps
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest

pytest.importorskip("jupyterhub", reason="JupyterHub is not installed: uv sync --extra workshop")

from board_room import Room, event, fails_with_zero, make_course, running_board, until

from course.batch.misconceptions import Fingerprint
from course.project.tools.checkpoint import _commands
from course.workshop.board import facts
from course.workshop.board.beliefs import Beliefs
from course.workshop.board.sent import read
from course.workshop.board.store import forget, kept
from course.workshop.commands import _on_the_board

SEEN_FIRST = "Whoever runs the first cell"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instructor's clone."""
    return make_course(tmp_path_factory.mktemp("content") / "clone")


@pytest.fixture
def room(tmp_path: Path, content: Path) -> Iterator[Room]:
    """A board of its own for a test."""
    with running_board(tmp_path, content) as room:
        yield room


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, content: Path) -> Iterator[Room]:
    """A board that takes nothing: the tests that share it see to that."""
    with running_board(tmp_path_factory.mktemp("empty"), content) as room:
        yield room


def test_a_room_is_seen_with_its_misconceptions(room: Room) -> None:
    teacher = room.hub.token("teacher")
    assert SEEN_FIRST in room.shows(teacher)

    for name in ("ada", "bob", "cleo"):
        room.does(name, event("begin", "lesson"), event("quiz", "01-bound", "FAIL", choice=2, attempt=1))
    room.does("ada", event("checkpoint", outcome="FAIL", red=["mypy --strict"]))
    room.does("bob", event("checkpoint", outcome="PASS", red=[]))
    room.does("ada", event("quiz", "01-bound", "PASS", choice=1, attempt=2))  # not the first choice any more
    room.does("cleo", event("begin", "exercise"), *(fails_with_zero() for _ in range(3)))
    room.does("dan", event("begin", "exercise"), event("check", "1.1", "PASS", failures=""))
    room.does("teacher", event("begin", "exercise"), fails_with_zero())
    until(lambda: "zero is a quantity" in room.shows(teacher, "room"))

    projected, mine = room.shows(room.hub.token("ada")), room.shows(teacher, "instructor/room?names=1")
    for shown in (projected, mine):
        assert "Of 4 people" in shown
        assert re.findall(r'class="number">(\d)</td>', shown)[:3] == [
            "1",
            "1",
            "2",
        ]  # lesson, green, exercise
        assert "red at the checkpoint: mypy --strict (1)" in shown
        assert "1 of 2" in shown
        assert "A quantity below 1 is refused with 422." in shown
        assert "<strong>1 of 2: zero is a quantity.</strong> Not negative is read as ge=0." in shown
        assert "Task 1.1</th><td>1 person" in shown
        assert "3 of 3 chose option 3" in shown
        assert "the &lt;b&gt;client&lt;/b&gt;" in shown
    assert "cleo (3 times)" in mine
    assert "red: mypy --strict" in mine
    assert "✓ right:" in mine
    assert "✓ right:" not in projected


def test_names_are_for_instructors_who_ask_for_them(room: Room) -> None:
    room.does("cleopatra", event("begin", "exercise"), *(fails_with_zero() for _ in range(3)))
    learner, teacher = room.hub.token("cleopatra"), room.hub.token("teacher")
    service = room.hub.token("teacher", kind="service")
    stranger = room.hub.token("teacher", scopes=("access:servers",))

    assert "cleopatra" in room.shows(teacher, "instructor/room?names=1")
    assert "cleopatra" not in room.shows(teacher, "instructor/room")
    for path in ("room", "room?names=1", "", "?names=1"):
        assert "cleopatra" not in room.shows(learner, path)
    for path in ("instructor", "instructor/room", "instructor?names=1", "instructor/room?names=1"):
        for token in (learner, service):
            with room.client(token) as client:
                answer = client.get(path)
                assert (answer.status_code, "cleopatra" in answer.text) == (403, False)
        for token in (stranger, "unknown", ""):
            with room.client(token) as client:
                answer = client.get(path)
                assert answer.status_code in (302, 401, 403)
                assert "cleopatra" not in answer.text
    with room.client() as client:
        assert client.get("room").status_code == 401
        assert client.get("").status_code == 302  # to the hub's login


def test_nobody_posts_as_somebody_else_or_without_the_hubs_word(room: Room) -> None:
    teacher, ada = room.hub.token("teacher"), room.hub.token("ada")
    body = {"events": [event("begin", "lesson") | {"who": "bob", "name": "bob", "user": "bob"}]}
    with room.client(ada) as client:
        assert client.post("events", json=body | {"who": "bob"}).status_code == 204
        assert (
            client.post("events?token=" + teacher, json=body).status_code == 204
        )  # a token in an address is none
    refused = {
        room.hub.token("some-service", kind="service"): 403,
        room.hub.token("bob", scopes=("access:servers!user=bob",)): 403,
        "unknown": 403,
        "": 401,
    }
    for token, status in refused.items():
        with room.client(token) as client:
            assert client.post("events", json=body).status_code == status
    with room.client() as client:  # what a page of another site could bring along
        cookies = {"service-board": ada, "jupyterhub-session-id": "x"}
        client.cookies.update(cookies)
        assert client.post("events", json=body).status_code == 401

    shown = room.shows(teacher, "instructor/room?names=1")
    assert "ada" in shown
    assert "bob" not in shown


def test_an_id_that_another_sent_first_takes_nothing_away(room: Room) -> None:
    mine = event("begin", "lesson")
    room.does("mallory", mine)
    room.does("ada", mine)
    room.does("ada", mine)

    assert "Of 2 people" in room.shows(room.hub.token("teacher"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"events": 3}',
        b'{"events": [{"uid": "x"}]}',
        b'{"events": [NaN]}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
    ids=["empty", "list", "number", "half", "nan", "bytes", "deep"],
)
def test_what_is_no_event_is_refused(empty: Room, body: bytes) -> None:
    with empty.client(empty.hub.token("ada")) as client:
        assert client.post("events", content=body).status_code == 400

    assert SEEN_FIRST in empty.shows(empty.hub.token("teacher"))


def test_a_body_that_is_too_large_is_not_read(empty: Room) -> None:
    body = dumps({"events": [event("begin", "lesson") | {"more": " " * 1_100_000}]})
    with empty.client(empty.hub.token("ada")) as client:
        try:
            assert client.post("events", content=body).status_code == 400
        except httpx2.TransportError:  # the answer comes before the body was sent
            pass

    assert SEEN_FIRST in empty.shows(empty.hub.token("teacher"))


@pytest.mark.parametrize(
    "change",
    [
        {"chapter": -1},
        {"chapter": 10**30},
        {"item": "x" * 121},
        {"at": "yesterday"},
        {"kind": "write"},
        {"uid": "'; DROP TABLE events"},
        {"detail": {"failing": [["a", "x" * 601]]}},
        {"detail": {"failing": [["a", "b"]] * 21}},
        {"detail": {"red": ["x"] * 21}},
        {"detail": {"choice": 10}},
    ],
    ids=str,
)
def test_sizes_are_bounded(change: dict[str, object]) -> None:
    assert read(dumps({"events": [event("begin", "lesson")]}).encode()) is not None
    assert read(dumps({"events": [event("begin", "lesson") | change]}).encode()) is None


def test_no_text_of_a_learners_is_on_the_projector(room: Room) -> None:
    bad = "<script>alert(1)</script>"
    room.does(
        bad,
        event("begin", bad),
        event("begin", "lesson", chapter=77),
        *(event("check", bad, "FAIL", failures=bad, failing=[[bad, bad]]) for _ in range(3)),
        *(event("check", "1.1", "FAIL", failures=bad, failing=[[bad, bad]]) for _ in range(3)),
        event("checkpoint", outcome="FAIL", red=[bad]),
        event("quiz", bad, "FAIL", choice=1),
        event("quiz", "01-bound", "FAIL", choice=9),
    )
    teacher = room.hub.token("teacher")

    assert "alert" not in room.shows(teacher, "")
    assert "alert" not in room.shows(teacher, "instructor")
    named = room.shows(teacher, "instructor?names=1")
    assert bad not in named
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in named


def test_a_board_that_starts_again_knows_what_it_knew(tmp_path: Path, content: Path) -> None:
    with running_board(tmp_path, content) as room:
        room.does("ada", event("begin", "lesson"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in room.state.iterdir()}
    with running_board(tmp_path, content) as room:
        assert "Of 1 person" in room.shows(room.hub.token("teacher"))

    assert modes == {"board.db": 0o600, "cards": 0o700}


def test_a_board_forgets_while_it_is_shown(room: Room) -> None:
    database = room.state / "board.db"
    assert kept(database) is None
    assert list(_on_the_board(SimpleNamespace(board=room.state))) == []
    for name in ("cleopatra", "dan"):
        room.does(name, event("begin", "exercise"), fails_with_zero())
    teacher = room.hub.token("teacher")
    assert "cleopatra" in room.shows(teacher, "instructor/room?names=1")
    found = kept(database)
    assert found is not None
    assert (found.people, found.since.date()) == (2, datetime.now(UTC).date())

    (said,) = _on_the_board(SimpleNamespace(board=room.state))  # as `course workshop start` does
    assert said.startswith(f"The board has what 2 people did since {found.since:%Y-%m-%d}: ")

    assert forget(database) == 2

    assert SEEN_FIRST in room.shows(teacher, "instructor/room?names=1")
    assert kept(database) is None
    assert b"cleopatra" not in database.read_bytes()
    room.does("cleopatra", event("begin", "lesson"))  # whoever goes on is there again
    assert "Of 1 person" in room.shows(teacher)
    assert forget(database) == 1


def test_nothing_is_forgotten_where_there_is_nothing(tmp_path: Path) -> None:
    assert forget(tmp_path / "board.db") == 0
    assert list(tmp_path.iterdir()) == []


def test_the_board_knows_every_tool_of_a_checkpoint(tmp_path: Path) -> None:
    for name, text in {
        "app/main.py": "",
        "tests/test_api.py": "",
        "pyproject.toml": '[[tool.importlinter.contracts]]\nname = "one"\n',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert tuple(name for name, _ in _commands(tmp_path, tmp_path / "cache")) == facts.TOOLS


def test_the_page_runs_nothing_that_is_not_its_own(empty: Room) -> None:
    with empty.client(empty.hub.token("teacher")) as client:
        page = client.get("")
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"
        assert "://" not in page.text
        for name in ("board.css", "board.js"):
            assert client.get(f"static/{name}").status_code == 200
            assert "://" not in client.get(f"static/{name}").text
        assert client.get("static/../web.py").status_code == 404


def test_misconceptions_that_look_the_same_are_named_together(tmp_path: Path) -> None:
    marks = (("test_total", "it is 0"),)
    beliefs = Beliefs(tmp_path / "cards")
    cards = [Fingerprint(f"takes_{name}", "1.2", f"Because of {name}.", marks) for name in ("all", "none")]

    beliefs.know(1, cards)
    assert beliefs.names(1, "1.2", [("test_total", "it is 7")]) == {
        "test_total": ("takes all or takes none", "Because of all. Because of none.")
    }
    beliefs.know(1, [*cards, *(Fingerprint(str(number), "1.2", "", marks) for number in range(2))])
    assert beliefs.names(1, "1.2", [("test_total", "it is 7")]) == {}
