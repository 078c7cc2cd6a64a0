"""The record of what a learner did survives everything that happens to a file."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from course.errors import CourseError
from course.progress import ChapterProgress, Kind, Place, Progress, TaskScore


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    return Progress(tmp_path / ".course" / "progress.db")


def test_nothing_is_made_before_the_first_event(progress: Progress) -> None:
    assert progress.events() == ()
    assert progress.chapters() == {}
    assert progress.last_place() is None
    assert progress.export() == []
    assert not progress.path.parent.exists()


def test_the_place_to_continue_is_the_last_one_begun(progress: Progress) -> None:
    progress.record(Kind.BEGIN, chapter=1, item="lesson")
    progress.record(Kind.BEGIN, chapter=1, item="exercise")
    progress.record(Kind.CHECK, chapter=0, item="0.1", outcome="PASS", points=1)

    assert progress.last_place() == Place(chapter=1, exercise=True)


def test_a_later_failure_takes_no_score_away(progress: Progress) -> None:
    progress.record(Kind.CHECK, chapter=1, item="1.1", outcome="FAIL", points=0.5)
    progress.record(Kind.CHECK, chapter=1, item="1.1", outcome="PASS", points=1.5)
    progress.record(Kind.CHECK, chapter=1, item="1.1", outcome="ERROR")
    progress.record(Kind.CHECK, chapter=1, item="1.2", outcome="FAIL", points=0.5)

    assert progress.scores(1) == {"1.1": TaskScore(1.5, passed=True), "1.2": TaskScore(0.5, passed=False)}
    assert progress.has_passed("1.1")
    assert not progress.has_passed("1.2")


def test_the_map_gets_one_summary_per_chapter(progress: Progress) -> None:
    progress.record(Kind.BEGIN, chapter=0, item="lesson")
    progress.record(Kind.BEGIN, chapter=1, item="lesson")
    progress.record(Kind.CHECKPOINT, chapter=1, outcome="FAIL")
    progress.record(Kind.CHECKPOINT, chapter=1, outcome="PASS")
    progress.record(Kind.CHECK, chapter=1, item="1.1", outcome="PASS", points=2)

    chapters = progress.chapters()

    assert chapters[0] == ChapterProgress(lesson_begun=True)
    assert chapters[1].checkpoint_passed
    assert chapters[1].earned == 2
    assert not chapters[1].exercise_begun


def test_a_hint_shown_twice_is_taken_once(progress: Progress) -> None:
    for hint in (1, 2, 2):
        progress.record(Kind.HINT, chapter=1, item="1.2", detail={"hint": hint})

    assert progress.hints_taken("1.2") == 2
    assert progress.hints_taken("1.1") == 0


def test_only_the_same_failure_counts_as_being_stuck(progress: Progress) -> None:
    def fail(how: str) -> int:
        progress.record(Kind.CHECK, chapter=1, item="1.1", outcome="FAIL", detail={"failures": how})
        return progress.same_failure_in_a_row("1.1")

    assert progress.same_failure_in_a_row("1.1") == 0
    assert [fail("a"), fail("b"), fail("b"), fail("b")] == [1, 1, 2, 3]
    progress.record(Kind.CHECK, chapter=1, item="1.1", outcome="PASS")
    assert progress.same_failure_in_a_row("1.1") == 0
    assert fail("b") == 1


def test_the_last_write_of_a_path_is_remembered(progress: Progress) -> None:
    progress.record(Kind.WRITE, chapter=1, item="app/main.py", detail={"sha": "old"})
    progress.record(Kind.WRITE, chapter=1, item="app/main.py", detail={"sha": "new"})

    assert progress.written() == {"app/main.py": "new"}


def test_work_taken_home_counts_once(progress: Progress, tmp_path: Path) -> None:
    progress.record(Kind.BEGIN, chapter=1, item="lesson")
    progress.record(
        Kind.CHECK, chapter=1, item="1.1", outcome="PASS", points=1.5, detail={"of": 2.0, "ü": [1]}
    )
    home = Progress(tmp_path / "home" / "progress.db")
    home.record(Kind.BEGIN, chapter=0, item="lesson")
    taken = json.loads(json.dumps(progress.export()))

    assert home.import_events(taken) == 2
    assert home.import_events(taken) == 0
    assert home.last_place() == Place(0, exercise=False)
    assert home.scores(1) == progress.scores(1)
    assert [row for row in home.export() if row["chapter"] == 1] == progress.export()


def _without_uid(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "uid"}


@pytest.mark.parametrize(
    "spoil",
    [
        _without_uid,
        lambda row: row | {"at": "yesterday"},
        lambda row: row | {"points": None},
        lambda row: row | {"detail": 3},
        lambda row: "not a row",
    ],
)
def test_an_import_is_all_or_nothing(progress: Progress, spoil: Callable[[dict[str, Any]], Any]) -> None:
    progress.record(Kind.BEGIN, chapter=1, item="lesson")
    (row,) = progress.export()

    with pytest.raises(CourseError, match="not progress that the course exported"):
        progress.import_events([row | {"uid": "another"}, spoil(row)])

    assert progress.export() == [row]


def test_a_damaged_file_is_one_sentence(progress: Progress) -> None:
    progress.path.parent.mkdir()
    progress.path.write_bytes(b"this is no database" * 100)

    for use in (progress.events, lambda: progress.record(Kind.BEGIN, chapter=1)):
        with pytest.raises(CourseError, match=r"\.course/progress\.db is damaged .* move it") as caught:
            use()
        assert "\n" not in str(caught.value)
    assert progress.path.read_bytes().startswith(b"this is no database")


def test_an_empty_file_is_an_empty_record(progress: Progress) -> None:
    progress.path.parent.mkdir()
    progress.path.touch()

    assert progress.events() == ()
    progress.record(Kind.BEGIN, chapter=1)
    assert len(progress.events()) == 1


def test_a_file_of_a_newer_course_is_not_touched(progress: Progress) -> None:
    progress.record(Kind.BEGIN, chapter=1)
    with sqlite3.connect(progress.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(CourseError, match="newer version of the course"):
        progress.events()


def test_a_record_that_cannot_be_written_can_still_be_read(
    progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress.record(Kind.BEGIN, chapter=1)
    connect = sqlite3.connect

    def read_only(place: str, *, uri: bool, timeout: float) -> sqlite3.Connection:
        # root may write anything, so SQLite is the one to say no
        return connect(place.replace("mode=rwc", "mode=ro"), uri=uri, timeout=timeout)

    monkeypatch.setattr("course.progress.sqlite3.connect", read_only)

    with pytest.raises(CourseError, match=r"progress\.db cannot be used .*readonly"):
        progress.record(Kind.BEGIN, chapter=2)
    assert len(progress.events()) == 1


def test_a_state_folder_that_is_a_file_is_one_sentence(progress: Progress) -> None:
    progress.path.parent.write_text("in the way")

    with pytest.raises(CourseError, match=r"progress\.db cannot be written"):
        progress.record(Kind.BEGIN, chapter=1)


def test_two_notebooks_may_record_at_the_same_time(progress: Progress) -> None:
    def work(chapter: int) -> None:
        for _ in range(10):
            progress.record(Kind.HINT, chapter=chapter)

    threads = [Thread(target=work, args=(chapter,)) for chapter in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(progress.events()) == 20


def test_what_came_after_an_event_is_all_where_that_event_is_not_known(progress: Progress) -> None:
    for item in ("1.1", "1.2", "1.3"):
        progress.record(Kind.CHECK, chapter=1, item=item)
        progress.record(Kind.WRITE, chapter=1, item=item)

    def items(number: int, most: int = 10) -> list[tuple[int, str]]:
        return [(n, row["item"]) for n, row in progress.after(number, Kind.CHECK, most=most)]

    assert items(0, most=2) == [(1, "1.1"), (3, "1.2")]
    assert items(3) == [(5, "1.3")]
    assert items(6) == []
    assert items(99) == items(0)  # of another file
    assert progress.after(0, Kind.CHECK, most=1)[0][1] == progress.export()[0]
