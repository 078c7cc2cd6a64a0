"""What a cohort's submissions and settings do to a batch."""

import os
from pathlib import Path

import pytest
from batch_helpers import SLUG, TOTALS, db_url, filled, hand_in, rows, scores
from nbgrader.api import Gradebook

from course.batch import run
from course.batch.command import grade_all_command, lines
from course.batch.engines import on_this_machine
from course.batch.recorder import exclusively
from course.batch.run import grade_all
from course.batch.settings import Settings
from course.batch.work import Graded, Job, do
from course.errors import CourseError

RIGHT, HALF = 6.5, 4.0


def gradebook(root: Path) -> Gradebook:
    return Gradebook(db_url(root), "small-course")


def test_submissions_that_cannot_be_read_get_nothing_and_stop_nobody(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(root, "right", filled())
    (hand_in(root, "gone", filled()) / f"{SLUG}.ipynb").unlink()
    pipe = hand_in(root, "pipe", filled()) / f"{SLUG}.ipynb"
    pipe.unlink()
    os.mkfifo(pipe)
    folder = hand_in(root, "folder", filled()) / f"{SLUG}.ipynb"
    folder.unlink()
    folder.mkdir()
    with (hand_in(root, "huge", filled()) / f"{SLUG}.ipynb").open("a") as file:
        file.truncate(200 * 1024 * 1024)
    many = filled()
    many["cells"] += [{}] * 3000
    hand_in(root, "many", many)
    long = filled()
    long["cells"].append({"cell_type": "raw", "metadata": {}, "source": "\n" * 1_100_000})
    hand_in(root, "long", long)
    markup = filled()
    markup["cells"].append({"cell_type": "raw", "metadata": {}, "source": "<a" * 300_000})
    hand_in(root, "markup", markup)
    (hand_in(root, "when", filled()) / "timestamp.txt").write_text("on a sunny day")
    clock = hand_in(root, "clock", filled()) / "timestamp.txt"
    clock.unlink(missing_ok=True)
    os.mkfifo(clock)  # who reads it waits for ever
    secret = root / "secret.txt"
    secret.write_text("somebody else's")
    for name in ("notes.txt", ".notes"):
        (hand_in(root, "links", filled()) / name).symlink_to(secret)
    hand_in(root, "a[1]", filled())
    hand_in(root, "bug", filled())

    def work(job: Job) -> Graded:
        with pytest.MonkeyPatch.context() as broken:
            if job.student == "bug":
                broken.setattr("course.batch.work.submission.content_of", lambda _: ("{}", ""))
                broken.setattr("course.batch.work._release", lambda _: 1 / 0)
            return do(job)

    monkeypatch.setattr(run, "on_this_machine", lambda jobs, **_: on_this_machine(jobs, workers=1, work=work))
    report = grade_all(root)
    assert report.graded == report.recorded == 13
    nothing = ("gone", "pipe", "folder", "huge", "bug")
    whole = ("right", "a[1]", "links", "many", "long", "markup", "when", "clock")
    assert scores(db_url(root)) == dict.fromkeys(whole, RIGHT) | dict.fromkeys(nothing, 0)
    said = {(problem.student, problem.graded) for problem in report.problems}
    assert said == {(name, False) for name in nothing} | {("when", True), ("clock", True), ("links", True)}
    assert any("timestamp" in line for line in lines(report))
    again = grade_all(root)
    assert (again.graded, again.unchanged) == (1, 12)  # the grader's own fault is tried again
    assert set(again.problems) == set(report.problems)  # named on every run
    notebooks = {
        path.parent.parent.name: path.read_text() for path in (root / ".course/autograded").rglob("*.ipynb")
    }
    assert notebooks.keys() == {*whole, *nothing}
    copied = [path for path in (root / ".course/autograded").rglob("*") if "notes" in path.name]
    assert copied == []
    for student, reason in {
        "gone": "There is no 01-shop.ipynb in the submission.",
        "pipe": "is not a file.",
        "folder": "is not a file.",
        "huge": "larger than 100 MB",
        "long": "Cut short here: 1100000 characters.",
        "markup": "Cut short here: 600000 characters.",
        "bug": "ZeroDivisionError",
    }.items():
        assert reason in notebooks[student]


def test_only_what_changed_is_graded_and_manual_grades_stay(root: Path) -> None:
    hand_in(root, "ada", filled())
    hand_in(root, "ben", filled({TOTALS: "def total(prices: list[int]) -> int:\n    return max(prices)\n"}))
    assert grade_all(root, "1").graded == 2
    with gradebook(root) as found:
        grade = found.find_grade("check-1-1", SLUG, SLUG, "ben")
        grade.manual_score, grade.needs_manual_grade = 2.25, False
        found.db.commit()
    by_hand = scores(db_url(root))
    assert by_hand["ada"] == RIGHT
    assert grade_all(root).unchanged == 2
    assert grade_all(root, SLUG, regrade=True).graded == 2
    assert scores(db_url(root)) == by_hand
    with gradebook(root) as found:
        assert found.find_grade("check-1-1", SLUG, SLUG, "ben").needs_manual_grade  # as nbgrader: look again
        assert not found.find_grade("check-1-1", SLUG, SLUG, "ada").needs_manual_grade

    hand_in(root, "cleo", filled())
    hand_in(root, "ada", filled({TOTALS: "def total(prices: list[int]) -> int:\n    return max(prices)\n"}))
    report = grade_all(root)
    assert (report.graded, report.unchanged) == (2, 1)
    assert scores(db_url(root))["ada"] == HALF

    checks = root / "chapters" / SLUG / "checks.py"
    checks.write_text(checks.read_text() + "\n# the checks changed\n")
    assert grade_all(root).graded == 3


def test_late_penalties_and_a_lost_gradebook(root: Path) -> None:
    hand_in(root, "early", filled(), hour=9)
    hand_in(root, "late", filled(), hour=15)
    grade_all(root)
    assert scores(db_url(root)) == {"early": RIGHT, "late": RIGHT}
    with gradebook(root) as found:
        found.update_or_create_assignment(SLUG, duedate="2026-03-01 12:00:00 UTC")
    report = grade_all(root)
    assert (report.graded, report.recorded) == (0, 2)
    assert scores(db_url(root)) == {"early": RIGHT, "late": 0}
    with gradebook(root) as found:
        found.grant_extension(SLUG, "late", hours=4)
    assert (grade_all(root).recorded, scores(db_url(root))["late"]) == (1, RIGHT)

    before = rows(db_url(root))
    (root / ".course/gradebook.db").unlink()
    report = grade_all(root)
    assert (report.graded, report.recorded) == (0, 2)
    assert [row["auto_score"] for row in rows(db_url(root))["grade"]] == [
        row["auto_score"] for row in before["grade"]
    ]


def test_what_a_person_gets_wrong_is_a_sentence(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CourseError, match="no chapter named 'nonsense'"):
        grade_all(root, "nonsense")
    with pytest.raises(CourseError, match="There is no chapter 9"):
        grade_all(root, "9")
    with pytest.raises(CourseError, match="--jobs is 0: give it at least 1 worker"):
        grade_all(root, jobs=0)
    with (
        exclusively(Settings.load(root)),
        pytest.raises(CourseError, match="Another `course grade-all` is at work"),
    ):
        grade_all(root)
    monkeypatch.chdir(root)
    grade_all_command()  # nothing to grade is no error
    hand_in(root, "ada", filled())
    (root / ".course/gradebook.db").write_text(
        "this is no database, and it is long enough to be told so " * 20
    )
    with pytest.raises(CourseError, match=r"gradebook\.db cannot be opened: file is not a database"):
        grade_all(root)
    (root / "nbgrader_config.py").write_text("1 / 0\n")
    with pytest.raises(CourseError, match=r"nbgrader_config\.py of .* cannot be used: division by zero"):
        grade_all(root)
