"""What leaves a kernel for the board of a workshop, and that nothing does where there is none."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from board_double import Double, board, until
from small_course import WRONG, Notebook

from course.notebook import board as sending
from course.notebook import session
from course.progress import Kind, Progress
from course.project.workspace import Workspace


@pytest.fixture(autouse=True)
def a_new_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_BOARD", raising=False)
    monkeypatch.setattr(sending, "_sender", None)
    monkeypatch.setattr(sending, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(sending, "LONGEST_PAUSE", 0.05)


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[Double]:
    """A board, named as a hub names it."""
    with board() as double:
        monkeypatch.setenv("COURSE_BOARD", double.url)
        monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "of-this-server")
        yield double


async def test_without_a_board_nothing_leaves_the_machine(
    notebook: Notebook, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses: list[object] = []
    connect = socket.socket.connect

    def remembered(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            addresses.append(address)
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", remembered)

    begun = await notebook.run("api = await course.begin(1, exercise=True)")
    await notebook.run(WRONG)
    await notebook.run('await course.check("1.1")')
    shown = await notebook.run("course.map()")

    assert len(progress.events(Kind.CHECK)) == 1
    assert addresses == []
    assert "course-board" not in {thread.name for thread in threading.enumerate()}
    assert "board" not in begun.text + shown.text


async def test_a_board_hears_what_happens_and_the_learner_hears_of_the_board(
    notebook: Notebook, double: Double
) -> None:
    shown = await notebook.run("course.map()")
    begun = await notebook.run("api = await course.begin(1, exercise=True)")
    await notebook.run(WRONG)
    await notebook.run('await course.check("1.1")')
    until(lambda: len(double.events) == 2)

    check = double.events[-1]
    assert [event["kind"] for event in double.events] == ["begin", "check"]  # no file that was written
    assert (check["chapter"], check["item"], check["outcome"]) == (1, "1.1", "FAIL")
    assert [name for name, _ in check["detail"]["failing"]] == ["test_by_name"]
    assert "came back 'Goodbye'" in check["detail"]["failing"][0][1]
    assert double.tokens == {"token of-this-server"}
    assert "its board gets your name" in shown.text
    assert "its board gets your name" in begun.text


def test_nothing_is_lost_while_the_board_is_away(
    workspace: Workspace, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    double.status = lambda events: 503
    for number in range(45):
        assert session.record(Kind.QUIZ, chapter=1, item=f"01-{number}") == ""
    until(lambda: double.asked > 1)
    double.status = lambda events: 204

    until(lambda: len(double.events) == 45)
    assert [event["item"] for event in double.events] == [f"01-{number}" for number in range(45)]


def test_the_next_kernel_sends_what_the_last_one_could_not(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with board() as gone:
        port = gone.server_port
        monkeypatch.setenv("COURSE_BOARD", gone.url)
    session.record(Kind.BEGIN, chapter=1, item="lesson")
    until((workspace.state / "board.json").is_file)
    monkeypatch.setattr(sending, "_sender", None)
    monkeypatch.setattr(sending, "_BEGAN", "2999-01-01T00:00:00.000000+00:00")  # as late as kernels can be

    with board(port) as double:
        session.record(Kind.BEGIN, chapter=1, item="exercise")
        until(lambda: len({event["uid"] for event in double.events}) == 2)
        kept = workspace.state / "board.json"
        until(lambda: json.loads(kept.read_text())["sent"] == 2)


def test_what_was_done_before_there_was_a_board_is_not_sent(
    workspace: Workspace, progress: Progress, double: Double
) -> None:
    at_home = Progress(workspace.root / "home" / "progress.db")
    at_home.record(Kind.QUIZ, chapter=1, item="at home")
    rows = [row | {"at": "2020-01-01T00:00:00+00:00"} for row in at_home.export()]
    progress.import_events(rows)

    session.record(Kind.QUIZ, chapter=1, item="here")
    until(lambda: len(double.events) == 1)
    progress.import_events([row | {"uid": "other"} for row in rows])
    session.record(Kind.QUIZ, chapter=1, item="here, too")
    until(lambda: len(double.events) == 2)

    assert [event["item"] for event in double.events] == ["here", "here, too"]


def test_nobody_waits_for_a_board_that_does_not_answer(workspace: Workspace, double: Double) -> None:
    double.answers.clear()

    session.record(Kind.BEGIN, chapter=1, item="lesson")
    until(lambda: double.asked == 1)
    for _ in range(30):  # the board still holds its first answer
        session.record(Kind.BEGIN, chapter=1, item="lesson")

    assert double.events == []
    double.answers.set()
    until(lambda: len({event["uid"] for event in double.events}) == 31)


def test_one_event_that_the_board_never_takes_keeps_no_other_back(
    workspace: Workspace, double: Double
) -> None:
    double.status = lambda events: 413 if any(event["item"] == "too much" for event in events) else 204
    double.answers.clear()
    for item in ("one", "too much", "three"):
        session.record(Kind.QUIZ, chapter=1, item=item)
    double.answers.set()

    until(lambda: len(double.events) >= 2)
    assert [event["item"] for event in double.events] == ["one", "three"]


def test_the_token_is_for_the_board_alone(workspace: Workspace, double: Double) -> None:
    with board() as other:
        double.status = lambda events: 302
        double.elsewhere = other.url
        session.record(Kind.BEGIN, chapter=1, item="lesson")
        until(lambda: double.asked > 1)

        assert other.asked == 0


def test_a_build_or_a_validation_sends_nothing(workspace: Workspace, double: Double, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_WORKSPACE", ":temporary:")
        session.record(Kind.BEGIN, chapter=1, item="lesson")
        assert sending.address() == ""
        assert sending.told() == ""

    assert sending._sender is None
