"""From ground to ground: all files of the course get there, and nothing of the learner's is lost."""

import os
from pathlib import Path

import pytest

from course.errors import CourseError
from course.project.bring import Brought, bring
from course.project.checkpoints import files_after, files_at
from course.project.files import read_tree
from course.project.ground import GROUND_FILE, Ground, GroundRecord, ground_of
from course.project.workspace import Workspace

ANSWER = "app/orders/service.py"
REFERENCE = "def total(prices: list[int]) -> int:\n    return sum(prices)\n"
WIRING = """
```{code-cell} ipython3
:nbgrader: {grade: false, grade_id: answer-1-2, locked: false, schema_version: 3, solution: true, task: false}

%%write app/main.py
### BEGIN SOLUTION
from app.orders import service
### END SOLUTION
```
"""
LESSON, EXERCISE, LATER = Ground(1), Ground(1, exercise=True), Ground(2)


def write(workspace: Workspace, path: str, text: str = "# mine\n") -> Path:
    file = workspace.project / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def kept(done: Brought, path: str) -> str:
    assert done.backup is not None
    return (done.backup / path).read_text()


def test_an_empty_project_is_filled_and_the_ground_is_known(workspace: Workspace) -> None:
    assert ground_of(workspace) is None
    done = bring(workspace, LESSON)
    assert set(done.added) == set(files_at(1))
    assert (done.updated, done.put_aside, done.backup) == ((), (), None)
    assert read_tree(workspace.project) == files_at(1)
    assert ground_of(workspace) == LESSON
    assert bring(workspace, LESSON) == Brought(resumed=True)


def test_from_another_ground_what_the_learner_changed_is_put_aside(workspace: Workspace) -> None:
    bring(workspace, LESSON)
    write(workspace, "app/main.py")
    done = bring(workspace, LATER)
    assert done.put_aside == ("app/main.py",)
    assert kept(done, "app/main.py") == "# mine\n"
    assert read_tree(workspace.project) == files_at(2)


def test_a_lesson_and_its_exercise_are_two_grounds(workspace: Workspace) -> None:
    bring(workspace, LESSON)
    write(workspace, "app/users/service.py")
    done = bring(workspace, EXERCISE)
    assert done.put_aside == ("app/users/service.py",)
    assert read_tree(workspace.project) == files_at(1, exercise=True)


def test_on_the_same_ground_nothing_is_touched_and_what_is_missing_comes_back(workspace: Workspace) -> None:
    bring(workspace, EXERCISE)
    write(workspace, "app/main.py")
    write(workspace, ANSWER)
    (workspace.project / "app/notes.py").unlink()
    done = bring(workspace, EXERCISE)
    assert done == Brought(resumed=True, added=("app/notes.py",), kept=("app/main.py", ANSWER))
    assert (workspace.project / "app/main.py").read_text() == "# mine\n"


def test_a_project_that_was_deleted_comes_back_whole(workspace: Workspace) -> None:
    bring(workspace, LESSON)
    (workspace.project).rename(workspace.root / "elsewhere")
    assert set(bring(workspace, LESSON).added) == set(files_at(1))


def test_fresh_starts_the_same_ground_again(workspace: Workspace) -> None:
    bring(workspace, EXERCISE)
    write(workspace, ANSWER)
    done = bring(workspace, EXERCISE, fresh=True)
    assert done.put_aside == (ANSWER,)
    assert read_tree(workspace.project) == files_at(1, exercise=True)


def test_fresh_where_nothing_differs_is_a_whole_ground(workspace: Workspace) -> None:
    bring(workspace, LESSON)
    assert not bring(workspace, LESSON, fresh=True).resumed
    assert ground_of(workspace) == LESSON


def test_mine_builds_on_what_is_there(workspace: Workspace) -> None:
    bring(workspace, EXERCISE)
    write(workspace, ANSWER)
    write(workspace, "app/orders/mine.py")
    done = bring(workspace, LATER, mine=True)
    assert done.kept == ("app/orders/mine.py", ANSWER)
    assert done.put_aside == ()
    assert read_tree(workspace.project) == files_at(2) | {
        ANSWER: "# mine\n",
        "app/orders/mine.py": "# mine\n",
    }
    assert bring(workspace, LATER).kept == done.kept  # and so it stays


def test_mine_after_the_fact_takes_back_what_was_put_aside(workspace: Workspace) -> None:
    bring(workspace, EXERCISE)
    write(workspace, ANSWER)
    write(workspace, "app/orders/mine.py")
    bring(workspace, LATER)
    bring(workspace, LATER)  # the cell is run again, as it is
    done = bring(workspace, LATER, mine=True)
    assert done.restored == ("app/orders/mine.py", ANSWER)
    assert (workspace.project / ANSWER).read_text() == "# mine\n"
    assert (workspace.project / "app/orders/mine.py").is_file()
    assert bring(workspace, LATER, mine=True).restored == ()


@pytest.mark.parametrize("before", [True, False])
def test_mine_goes_without_the_files_of_another_answer(
    small_course: Path, workspace: Workspace, before: bool
) -> None:
    """The reference writes main.py and app/orders/service.py: who has all of it in main.py does without the other."""
    exercise = small_course / "chapters/01-split/exercise.md"
    exercise.write_text(exercise.read_text() + WIRING)
    bring(workspace, EXERCISE)
    write(workspace, "app/main.py", "from app import notes\n\nORDERS = notes\n")
    if before:
        bring(workspace, LATER)
        assert (workspace.project / ANSWER).is_file()
    bring(workspace, LATER, mine=True)
    for _ in range(2):
        assert not (workspace.project / ANSWER).exists()
        assert bring(workspace, LATER).kept == ("app/main.py",)
    bring(workspace, LATER, fresh=True)
    assert read_tree(workspace.project) == files_at(2)


def test_what_was_written_since_is_not_overwritten_by_what_was_put_aside(workspace: Workspace) -> None:
    bring(workspace, EXERCISE)
    write(workspace, ANSWER)
    bring(workspace, LATER)
    write(workspace, ANSWER, "# newer\n")
    assert bring(workspace, LATER, mine=True).restored == ()
    assert (workspace.project / ANSWER).read_text() == "# newer\n"


def test_mine_and_fresh_are_opposites(workspace: Workspace) -> None:
    with pytest.raises(CourseError, match="choose one of them"):
        bring(workspace, LESSON, mine=True, fresh=True)


def test_the_courses_own_texts_leave_without_a_word(workspace: Workspace) -> None:
    bring(workspace, EXERCISE)
    starter = REFERENCE.replace("return sum(prices)", "# TODO: add them up\n    ...")
    write(workspace, ANSWER, starter)  # the cell was run as it came
    write(workspace, "app/users/service.py", "STEP = 1\n")  # a step of the lesson
    done = bring(workspace, LESSON)
    assert done.put_aside == ()
    assert set(done.removed) == {ANSWER, "app/users/service.py", "app/users/__init__.py"}
    assert read_tree(workspace.project) == files_at(1)
    assert kept(done, ANSWER) == starter


def test_an_answer_equal_to_the_reference_is_kept_when_the_first_cell_runs_again(
    workspace: Workspace,
) -> None:
    bring(workspace, LATER)  # with the reference answer in it
    bring(workspace, EXERCISE)
    assert not (workspace.project / ANSWER).exists()
    answer = write(workspace, ANSWER, files_after(1)[ANSWER])
    assert bring(workspace, EXERCISE).kept == (ANSWER,)
    assert answer.read_text() == REFERENCE
    done = bring(workspace, EXERCISE, fresh=True)
    assert done.put_aside == (ANSWER,)
    assert kept(done, ANSWER) == REFERENCE


def test_an_answer_equal_to_the_reference_is_not_lost_on_the_way_back(workspace: Workspace) -> None:
    bring(workspace, EXERCISE)
    write(workspace, ANSWER, files_after(1)[ANSWER])
    bring(workspace, LATER)
    assert kept(bring(workspace, LESSON), ANSWER) == REFERENCE


def test_an_exercise_that_was_skipped_comes_back_unsolved(workspace: Workspace) -> None:
    bring(workspace, LATER)
    done = bring(workspace, EXERCISE)
    assert read_tree(workspace.project) == files_at(1, exercise=True)
    assert (done.put_aside, done.backup) == ((), None)


def test_a_correction_of_the_course_reaches_whoever_did_not_touch_the_file(
    workspace: Workspace, small_course: Path
) -> None:
    bring(workspace, LESSON)
    (small_course / "chapters/01-split/given/app/notes.py").write_text("NOTES = 'corrected'\n")
    assert bring(workspace, LESSON).updated == ("app/notes.py",)
    (small_course / "chapters/01-split/given/app/notes.py").write_text("NOTES = 'again'\n")
    write(workspace, "app/notes.py")
    assert bring(workspace, LESSON).kept == ("app/notes.py",)


@pytest.mark.parametrize(
    "path",
    [
        "app/orders/mine.py",
        "tests/test_mine.py",
        "json.py",
        "conftest.py",
        "ruff.toml",
        ".env",
        "app/data.bin",
    ],
)
def test_a_file_of_their_own_that_could_matter_is_put_aside(workspace: Workspace, path: str) -> None:
    bring(workspace, LESSON)
    write(workspace, path)
    done = bring(workspace, LATER)
    assert done.put_aside == (path,)
    assert kept(done, path) == "# mine\n"
    assert read_tree(workspace.project) == files_at(2)


@pytest.mark.parametrize(
    "path", ["notes.md", "sketch.png", ".coverage", ".vscode/settings.json", ".git/config"]
)
def test_what_no_tool_reads_stays(workspace: Workspace, path: str) -> None:
    bring(workspace, LESSON)
    file = write(workspace, path)
    assert bring(workspace, LATER).put_aside == ()
    assert file.is_file()


def test_what_is_no_text_is_put_aside_too(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, LESSON)
    (workspace.project / "app/main.py").write_bytes("# Ü\n".encode("latin-1"))
    (workspace.project / "tests").mkdir()
    (workspace.project / "tests/test_x.py").write_bytes(b"\xff\xfe\x00")
    (workspace.project / "app/link.py").symlink_to(tmp_path / "nowhere")
    done = bring(workspace, LATER)
    assert set(done.put_aside) == {"app/link.py", "app/main.py", "tests/test_x.py"}
    assert done.backup is not None
    assert (done.backup / "app/main.py").read_bytes() == b"# \xdc\n"
    assert read_tree(workspace.project) == files_at(2)


@pytest.mark.parametrize("kind", ["file", "folder", "link to a folder"])
def test_what_is_in_the_way_is_put_aside(workspace: Workspace, tmp_path: Path, kind: str) -> None:
    bring(workspace, LESSON)
    if kind == "file":
        write(workspace, "app/orders", "a file where a folder belongs")
    elif kind == "folder":
        (workspace.project / "app/main.py").unlink()
        write(workspace, "app/main.py/mine.py")
    else:
        (tmp_path / "other").mkdir()
        (workspace.project / "app/orders").symlink_to(tmp_path / "other")
    done = bring(workspace, LATER)
    assert done.put_aside
    assert read_tree(workspace.project) == files_at(2)
    assert not list((tmp_path).glob("other/*"))


def test_folders_that_became_empty_cannot_be_imported(workspace: Workspace) -> None:
    bring(workspace, LATER)
    write(workspace, "app/orders/__pycache__/service.cpython-312.pyc", "")
    bring(workspace, LESSON)
    assert not (workspace.project / "app/orders").exists()


def test_a_run_that_was_cut_short_is_no_ground_and_is_done_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(workspace, LESSON)
    write(workspace, "app/main.py")
    with monkeypatch.context() as patch:
        patch.setattr("course.project.bring.write_atomically", _fails)
        with pytest.raises(CourseError, match="disk is full"):
            bring(workspace, LATER)
    assert ground_of(workspace) is None
    bring(workspace, LATER)
    assert ground_of(workspace) == LATER
    assert read_tree(workspace.project) == files_at(2)
    assert "# mine\n" in {file.read_text() for file in (workspace.state / "backup").rglob("*.py")}


def _fails(*_: object) -> None:
    raise CourseError("The disk is full.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"chapter": 1}',
        "\x00",
        '{"chapter": 1, "exercise": false, "whole": true, "files": {}, "aside": ["../../x"], "backup": ""}',
        '{"chapter": 1, "exercise": false, "whole": true, "files": {}, "aside": [], "backup": "/etc"}',
    ],
)
def test_a_damaged_record_means_that_nothing_is_known(workspace: Workspace, text: str) -> None:
    bring(workspace, LESSON)
    (workspace.state / GROUND_FILE).write_text(text)
    assert GroundRecord.read(workspace) == GroundRecord()
    write(workspace, "app/main.py")
    assert bring(workspace, LESSON).put_aside == ("app/main.py",)


def test_a_folder_that_is_gone_is_not_made_again(workspace: Workspace) -> None:
    bring(workspace, LESSON)
    workspace.root.rename(workspace.root.with_name("moved"))
    with pytest.raises(CourseError, match="moved or renamed"):
        bring(workspace, LESSON)
    assert not os.path.lexists(workspace.root)
