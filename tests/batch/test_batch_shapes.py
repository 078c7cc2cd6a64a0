"""What people, browsers and learning platforms put into the submitted folder: it is understood, or it is named."""

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from batch_helpers import SLUG, db_url, filled, hand_in, make_course, released, scores

from course.batch import run, work
from course.batch.autograde import find_all_files
from course.batch.command import grade_all_command
from course.batch.engines import on_this_machine
from course.batch.handed_in import HandedIn, handed_in
from course.batch.names import Assignments
from course.batch.run import grade_all
from course.batch.settings import Settings
from course.batch.work import Graded, Job, do, zero
from course.errors import CourseError
from course.grading.exercise import Exercise

RIGHT = 6.5
NOTEBOOK = f"{SLUG}.ipynb"


@pytest.fixture
def base(root: Path) -> Path:
    """The submitted folder of a course."""
    base = root / ".course/submitted"
    base.mkdir(parents=True)
    return base


def put(path: Path, content: object | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(filled() if content is None else content))
    return path


def look(base: Path) -> HandedIn:
    return handed_in(base, Assignments.of_the_course())


@pytest.mark.parametrize(
    "place",
    [
        f"{SLUG}/{NOTEBOOK}",
        f"{SLUG}/{SLUG}-1.ipynb",
        f"{SLUG}/my answer.IPYNB",
        f"{SLUG}/{SLUG}/{NOTEBOOK}",
        f"01-Shop/{NOTEBOOK}",
        f" 01 Shop /{NOTEBOOK}",
        f"01_shop (2)/{NOTEBOOK}",
        f"Exercise 1/{NOTEBOOK}",
        "Shop/Untitled.ipynb",
        "homework/Untitled.ipynb",
        "a/b/Untitled.ipynb",
        NOTEBOOK,
        "doejane_1234_5678_01-shop-1.ipynb",
        "NB.ipynb",
    ],
)
def test_the_obvious_is_understood(place: str, base: Path) -> None:
    notebook = put(base / "ada" / place)
    found = look(base)
    assert [(one.student, one.assignment, one.notebook) for one in found.submissions] == [
        ("ada", SLUG, notebook)
    ]
    assert found.strays == []
    assert found.submissions[0].content()[1] == ""


def test_a_notebook_says_itself_which_exercise_it_answers(base: Path) -> None:
    stripped = filled()
    for cell in stripped["cells"]:
        cell["metadata"] = {}
    put(base / "ada/NB.ipynb", stripped)
    put(base / "bob/NB.ipynb", {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    found = look(base)
    assert [(one.student, one.assignment) for one in found.submissions] == [("ada", SLUG)]
    assert [(one.place, one.reason) for one in found.strays] == [
        ("bob/NB.ipynb", "it says of no exercise of this course that it answers it")
    ]


def test_what_systems_leave_behind_is_nobody(base: Path) -> None:
    for name in ("__MACOSX", ".ipynb_checkpoints", ".git", "lost+found"):
        put(base / name / SLUG / NOTEBOOK)
    put(base / "ada" / SLUG / NOTEBOOK)
    for name in ("__MACOSX/._x", ".ipynb_checkpoints/01-shop-checkpoint.ipynb", ".DS_Store", "Thumbs.db"):
        put(base / "ada" / name)
        put(base / "ada" / SLUG / name)
        put(base / name.split("/")[0] / "x") if "/" in name else put(base / name)
    found = look(base)
    assert [one.student for one in found.submissions] == ["ada"]
    assert (found.strays, found.alike, found.submissions[0].remarks) == ([], [], ())


def test_everything_else_is_named(base: Path) -> None:
    put(base / "notes.txt")
    put(base / "class.zip")
    (base / "empty").mkdir()
    put(base / "ada" / SLUG / NOTEBOOK)
    put(base / "ada" / "cv.pdf")
    put(base / "ada" / "pictures" / "cat.png")
    put(base / "ada" / "Shop" / NOTEBOOK)
    put(base / "bob" / SLUG / "one.ipynb")
    put(base / "bob" / SLUG / "two.ipynb")
    put(base / "cleo" / SLUG / "README.md")
    put(base / "cleo" / "work.tar.gz")
    (base / "link").symlink_to(base / "ada")
    os.mkdir(os.fsencode(base) + b"/jos\xe9")
    (base / "two\nlines").mkdir()
    (base / "esc\x1b[2Jape").mkdir()
    (base / "\u202eright to left").mkdir()
    put(base / " blanks " / SLUG / NOTEBOOK)
    put(base / "blanks" / SLUG / NOTEBOOK)
    found = look(base)
    problems = {one.student: one.content()[1] for one in found.submissions}
    assert problems["ada"] == problems["blanks"] == ""
    assert problems["bob"] == (
        "There is no 01-shop.ipynb in the submission; there are one.ipynb, two.ipynb, and none has its name."
    )
    assert problems["cleo"] == "There is no 01-shop.ipynb in the submission."
    said = {one.place: one.reason for one in found.strays}
    assert said == {
        "notes.txt": "it is no learner's folder: put it into one",
        "class.zip": "it is an archive: unpack it into a folder of the learner's",
        "empty": "nothing is handed in: the folder is empty",
        "ada/cv.pdf": "it belongs to no assignment",
        "ada/pictures": "it is no assignment's name, and no notebook is in it",
        "ada/Shop/01-shop.ipynb": "it is not looked at: 01-shop/01-shop.ipynb is taken for the answer",
        "cleo/work.tar.gz": "it is an archive: unpack it",
        "link": "it is a link: links are not followed",
        "jos\ufffd": "nbgrader cannot take this folder's name ('jos\\udce9'): rename it",
        "two lines": "nbgrader cannot take this folder's name ('two\\nlines'): rename it",
        "esc\ufffd[2Jape": "nbgrader cannot take this folder's name ('esc\\x1b[2Jape'): rename it",
        "\ufffdright to left": "nothing is handed in: the folder is empty",
        "blanks": "but for the blanks around it, another folder has the same name",
    }
    for name in (b"/jos\xe9",):
        os.rmdir(os.fsencode(base) + name)


def test_names_that_look_alike_are_pointed_out(base: Path) -> None:
    for name in ("Jos\u00e9", "Jose\u0301", "ada", "Ada", "bob"):
        put(base / name / SLUG / NOTEBOOK)
    found = look(base)
    assert len(found.submissions) == 5
    assert [one.reason for one in found.alike] == [
        "these names look alike: 'Ada' and 'ada'; are they one person?",
        "these names look alike: 'Jose\\u0301' and 'Jos\\xe9'; are they one person?",
    ]


@pytest.mark.parametrize("deep", [False, True])
def test_many_folders_cost_little(deep: bool, base: Path) -> None:
    put(base / "ada" / SLUG / NOTEBOOK)
    place = base / "ada" / SLUG
    for number in range(4_000):
        if deep and number < 200:
            place /= "d"
            place.mkdir()
        else:
            (base / "ada" / SLUG / f"folder{number}").mkdir()
    started = time.process_time()
    (found,) = look(base).submissions
    assert time.process_time() - started < 1
    assert found.content()[1] == ""
    assert any("more than 2000" in remark for remark in found.remarks)


def test_nbgraders_search_asks_the_disk_for_no_pattern(tmp_path: Path) -> None:
    odd = tmp_path / "[2026] course" / "a[1]"
    put(odd / "x.ipynb")
    put(odd / "checks.py")
    put(odd / "__pycache__" / "checks.pyc")
    (odd / "link.txt").symlink_to(odd / "checks.py")
    found = find_all_files(str(odd), ["*.ipynb", "__pycache__"])
    assert found == [str(odd / "checks.py")]


def test_every_run_names_what_it_did_not_grade(
    root: Path, base: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """grade-all, the report and nbgrader's grades.csv say the same."""
    hand_in(root, "ada", filled())
    put(base / "bob" / "Shop" / "homework.ipynb")
    put(base / "cleo" / SLUG / NOTEBOOK).write_text(json.dumps(filled())[:-100])
    put(base / "dan" / SLUG / NOTEBOOK).write_bytes(json.dumps(filled()).encode("utf-16"))
    put(base / "eve" / SLUG / NOTEBOOK, released())
    put(base / "fay" / "essay.docx")
    monkeypatch.chdir(root)
    for _ in range(2):
        assert grade_all_command() is False
        said = capsys.readouterr().out
        assert (
            "01-shop cleo: The submitted file is not a notebook: it is not valid JSON (it is cut short)."
            in said
        )
        assert (
            "01-shop dan: The submitted file is not a notebook: it is not valid JSON, but text in UTF-16"
            in said
        )
        assert "01-shop eve: Nothing was attempted" in said
        assert "  fay/essay.docx: Not graded: it belongs to no assignment." in said
        assert "bob" not in said
    assert scores(db_url(root)) == {"ada": RIGHT, "bob": RIGHT, "cleo": 0, "dan": 0, "eve": 0}

    from course.batch.report import write_report

    hand_in(root, "gus", filled())  # after the last run
    write_report(root, root / "report")
    table = (root / "report/learners.csv").read_text()
    page = (root / "report/report.html").read_text()
    for text in (table, page):
        assert "fay/essay.docx" in text
        assert "Not graded: it belongs to no assignment." in text
        assert "Not graded yet: run" in text
        assert "cut short" in text

    for name in ("cleo", "dan", "gus"):
        put(base / name / SLUG / NOTEBOOK)
    (base / "fay/essay.docx").unlink()
    (base / "fay").rmdir()
    assert grade_all_command() is True


def test_a_course_whose_folder_is_named_like_a_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_course(tmp_path / "[2026] course")
    monkeypatch.setenv("COURSE_CONTENT", str(root))
    hand_in(root, "ada", filled())
    assert grade_all(root).recorded == 1
    assert scores(db_url(root)) == {"ada": RIGHT}


def test_another_exercises_notebook_is_named_as_such(root: Path, base: Path) -> None:
    other = json.loads(
        json.dumps(released()).replace("check-1-", "check-7-").replace("answer-1-", "answer-7-")
    )
    put(base / "ada" / SLUG / NOTEBOOK, other)
    (problem,) = grade_all(root, "Exercise 1").problems
    assert problem.reason == "Nothing was attempted: no %%write cell holds anything but what was given."
    assert Settings.load(root).assignment(" 01 SHOP ") == SLUG


def test_who_was_stopped_on_a_busy_machine_is_graded_again_alone(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And who is stopped then, too, is named, and tried again with the next run."""
    for student in ("ada", "ben", "never"):
        hand_in(root, student, filled())
    at_work: list[tuple[str, bool]] = []

    def at_this_pace(job: Job) -> Graded:
        at_work.append((job.student, job.patient))
        done = do(job)
        if job.student == "never" or (job.student == "ben" and not job.patient):
            stopped = zero(Exercise.load(1), "Grading was stopped after 120 s in all.")
            return replace(done, verdict=replace(stopped, hurried=True).to_json())
        return done

    monkeypatch.setattr(
        run, "on_this_machine", lambda jobs, **_: on_this_machine(jobs, workers=2, work=at_this_pace)
    )
    report = grade_all(root)
    assert sorted(at_work[:3]) == [("ada", False), ("ben", False), ("never", False)]
    assert at_work[3:] == [("ben", True), ("never", True)]
    assert scores(db_url(root)) == {"ada": RIGHT, "ben": RIGHT, "never": 0}
    assert report.graded == report.recorded == 3
    assert [(one.student, one.graded, one.reason) for one in report.problems] == [
        ("never", False, "Grading was stopped after 120 s in all.")
    ]
    monkeypatch.undo()
    monkeypatch.setenv("COURSE_CONTENT", str(root))
    again = grade_all(root)
    assert (again.graded, again.unchanged, again.problems) == (1, 2, [])
    assert scores(db_url(root))["never"] == RIGHT


def test_less_isolation_than_is_asked_for_grades_nobody(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(root, "ada", filled())
    config = root / "nbgrader_config.py"
    settings = config.read_text()
    config.write_text(settings + 'c.GradeAnswers.require = ["walls"]\n')
    with pytest.raises(
        CourseError, match=r"GradeAnswers\.require names 'walls': the layers are namespaces, "
    ):
        grade_all(root)
    config.write_text(settings + 'c.GradeAnswers.require = ["limits"]\n')
    grade_here = work.grade
    monkeypatch.setattr(work, "grade", lambda *args, **kinds: grade_here(*args, **kinds, without=("limits",)))
    with pytest.raises(CourseError, match="cannot be both required and left out"):
        grade_all(root)
    assert not (root / ".course/autograded").exists()
    monkeypatch.setattr(work, "grade", grade_here)
    assert grade_all(root).graded == 1
    assert scores(db_url(root)) == {"ada": RIGHT}
