"""The commands, as people type them: rightly and wrongly."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from course.cli import main

ROOT = Path(__file__).parents[1]
SMALL_COURSE = Path(__file__).parent / "grading" / "fixture_course"
SLUG = "01-shop"
EXERCISE = f"exercises/{SLUG}/{SLUG}.ipynb"


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str


type Run = Callable[..., Ran]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small course with one exercise, and nobody's work in it."""
    root = tmp_path / "clone"
    shutil.copytree(SMALL_COURSE, root)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    monkeypatch.setenv("COURSE_CONTENT", str(root))
    monkeypatch.delenv("COURSE_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    return root


@pytest.fixture
def run(clone: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, from where the test is."""

    def run(*arguments: str) -> Ran:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", ["course", *arguments])
        monkeypatch.delenv("COURSE_WORKSPACE", raising=False)
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        return Ran(code, *capfd.readouterr())

    return run


@pytest.fixture
def copy(run: Run, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's copy, with the current folder in it and my-api where the exercise starts."""
    from course.project.bring import bring
    from course.project.ground import Ground
    from course.project.workspace import Workspace

    assert run("start", "copy", "--no-server").code == 0
    folder = tmp_path / "copy"
    bring(Workspace(folder), Ground(1, exercise=True))
    monkeypatch.chdir(folder)
    return folder


def answer_right(copy: Path) -> None:
    """Do the exercise, on disk and in the notebook, as the reference does."""
    from course.project.checkpoints import files_after

    reference = files_after(1)
    for path, text in reference.items():
        (copy / "my-api" / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / "my-api" / path).write_text(text)
    book = json.loads((copy / EXERCISE).read_text())
    for cell in book["cells"]:
        first, _, _ = "".join(cell["source"]).partition("\n")
        if first.startswith("%%write "):
            cell["source"] = f"{first}\n{reference[first.removeprefix('%%write ')]}"
    (copy / EXERCISE).write_text(json.dumps(book))


def test_help_names_every_command_and_is_quick_to_load() -> None:
    heavy = "{'nbformat', 'jupyterlab', 'nbgrader', 'fastapi', 'IPython', 'jupytext'}"
    code = f"import sys, course.cli; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    done = subprocess.run(
        [sys.executable, "-m", "course.cli", "--help"], capture_output=True, text=True, check=True
    )
    for command in ("start", "check", "grade", "progress", "reset", "export", "build", "verify"):
        assert f"  {command} " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "x"], "neither a chapter nor a task"),
        (["check", "1.2.3"], "neither a chapter nor a task"),
        (["check", "99"], "no chapter 99"),
        (["check", "1.99"], "no task 1.99"),
        (["check", "3"], "3"),
        (["grade", "99"], "no chapter 99"),
        (["grade", "2"], "2"),
        (["reset", "99"], "no chapter 99"),
        (["reset", "2"], "not written yet"),
        (["build", "99"], "no chapter 99"),
        (["verify", "2"], "not written yet"),
        (["export", "no/such/folder/x.zip"], "could not be written"),
        (["start", "--here", "elsewhere"], "leave the folder"),
        (["start", "../new", "--from", "missing.zip"], "There is no file"),
        (["start", "nbgrader_config.py"], "is a file"),
        (["start", "--port", "99999"], "is not a port"),
        (["start", "my-api/inside"], "another copy"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    run: Run, copy: Path, arguments: list[str], says: str
) -> None:
    ran = run(*arguments)
    assert ran.code == 2, ran
    assert says in ran.err
    assert ran.err.count("\n") == 1, ran.err
    assert "Traceback" not in ran.err + ran.out


@pytest.mark.parametrize(
    "arguments", [["bogus"], ["reset", "one"], ["reset"], ["start", "--bogus"], ["start", "--port", "x"]]
)
def test_what_the_command_line_does_not_know_is_exit_code_2(run: Run, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert "Error:" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "arguments", [["check", "1"], ["grade", "1"], ["progress"], ["reset", "1"], ["export"]]
)
def test_outside_a_copy_it_says_how_to_make_one(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert "course start" in ran.err


def test_start_makes_the_copy_then_says_it_is_up_to_date(run: Run, clone: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert "Made your copy" in run("start", str(copy), "--no-server").out
    assert (copy / EXERCISE).is_file()
    assert "up to date" in run("start", str(copy), "--no-server").out


def test_start_without_a_folder_takes_the_clones_my_course(
    run: Run, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("start", "--no-server")
    assert (clone / "my-course" / EXERCISE).is_file()
    monkeypatch.chdir(clone)
    assert "Made" not in run("start", "--no-server").out
    ran = run("progress")  # in the clone, commands mean the copy that start made there
    assert ran.code == 0
    assert "A shop" in ran.out


def test_start_inside_a_copy_updates_that_copy(run: Run, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copy / "my-api")
    assert str(copy) in run("start", "--no-server").out


def test_in_place_nothing_is_copied(run: Run, clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    before = sorted(path for path in clone.rglob("*") if ".course" not in path.parts)
    for arguments in (["--here"], ["."]):
        assert "course's own folder" in run("start", *arguments, "--no-server").out
    assert sorted(path for path in clone.rglob("*") if ".course" not in path.parts) == before


def test_an_untouched_exercise_is_not_passed(run: Run, copy: Path) -> None:
    ran = run("check", "1")
    assert ran.code == 1, ran
    assert "NOT ATTEMPTED" in ran.out.upper()


def test_a_right_answer_passes_its_checks_and_is_on_the_map(run: Run, copy: Path) -> None:
    answer_right(copy)
    ran = run("check", "1.1")
    assert ran.code == 0, ran
    assert "PASS" in ran.out.upper()
    assert "not started" not in next(line for line in run("progress").out.splitlines() if "A shop" in line)


@pytest.mark.filterwarnings("error")
def test_grade_says_the_score_and_where_the_feedback_is(run: Run, copy: Path) -> None:
    answer_right(copy)
    ran = run("grade", "1")
    assert ran.code == 0, ran
    score = next(line for line in ran.out.splitlines() if line.startswith("Score: "))
    earned, _, maximum = score.removeprefix("Score: ").split()[:3]
    assert earned == maximum
    feedback = next(line for line in ran.out.splitlines() if line.startswith("Feedback: "))
    assert Path(feedback.removeprefix("Feedback: ")).is_file()
    assert ran.err == ""


def test_reset_starts_the_chapter_again_and_keeps_what_was_there(run: Run, copy: Path) -> None:
    fresh = json.loads((copy / EXERCISE).read_text())["cells"]
    answer_right(copy)
    mine = (copy / EXERCISE).read_bytes()
    ran = run("reset", "1")
    assert ran.code == 0, ran
    assert json.loads((copy / EXERCISE).read_text())["cells"] == fresh
    assert mine in [file.read_bytes() for file in (copy / ".course/backup").rglob("*.ipynb")]
    ran = run("check", "1")  # of the lesson, not of the exercise: no check answers there
    assert (ran.code, ran.out) == (2, "")
    assert "my-api is in chapter 1 now: begin exercise 1 first" in ran.err
    assert "up to date" in run("start", "--no-server").out


def test_export_then_start_from_it_elsewhere(run: Run, copy: Path, tmp_path: Path) -> None:
    answer_right(copy)
    run("check", "1.1")
    assert run("export", "work.zip").code == 0
    ran = run("start", str(tmp_path / "home"), "--from", "work.zip", "--no-server")
    assert ran.code == 0, ran
    assert (tmp_path / "home" / EXERCISE).read_bytes() == (copy / EXERCISE).read_bytes()
    assert (tmp_path / "home/my-api/app/main.py").is_file()


def test_work_done_in_place_goes_on_in_a_copy(
    run: Run, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From Binder, where the clone is the workspace, to a desk."""
    monkeypatch.chdir(clone)
    (clone / "my-api").mkdir()
    answer_right(clone)
    ran = run("export", str(tmp_path / "work.zip"))
    assert ran.code == 0, ran
    answered = json.loads((clone / EXERCISE).read_text())["cells"]
    shutil.copy(SMALL_COURSE / EXERCISE, clone / EXERCISE)  # at the desk, the clone is as it was published
    ran = run("start", str(tmp_path / "home"), "--from", str(tmp_path / "work.zip"), "--no-server")
    assert ran.code == 0, ran
    at_home = json.loads((tmp_path / "home" / EXERCISE).read_text())["cells"]
    assert ["".join(cell["source"]) for cell in at_home] == ["".join(cell["source"]) for cell in answered]


def test_a_reader_that_goes_away_is_no_error(copy: Path) -> None:
    code = f"{sys.executable} -m course.cli progress | head -n 1"
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(
        ["bash", "-c", code], cwd=copy, env=environment, capture_output=True, text=True, check=True
    )
    assert "Traceback" not in done.stderr
