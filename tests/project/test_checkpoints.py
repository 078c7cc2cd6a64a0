from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from course.project.checkpoints import bring, files_after, files_at
from course.project.files import read_tree
from course.project.workspace import Workspace

MAIN = "from fastapi import FastAPI\n\napp = FastAPI()\n"
MARKERS = {"app/__init__.py": "", "app/users/__init__.py": "", "app/orders/__init__.py": ""}


def test_checkpoints_add_up(small_course: Path) -> None:
    start = {"app/__init__.py": "", "app/main.py": MAIN, "app/notes.py": "NOTES = 'given'\n"}
    lesson = start | {"app/users/__init__.py": "", "app/users/service.py": "STEP = 2\n"}
    solved = lesson | {
        "app/orders/__init__.py": "",
        "app/orders/service.py": "def total(prices: list[int]) -> int:\n    return sum(prices)\n",
    }
    assert files_at(0) == {}
    assert files_at(1) == start
    assert files_at(1, exercise=True) == lesson
    assert files_after(1) == files_at(2) == solved


def test_an_empty_project_is_filled(workspace: Workspace) -> None:
    done = bring(workspace, 1)
    assert set(done.added) == set(files_at(1))
    assert (done.updated, done.kept, done.set_aside, done.backup) == ((), (), (), None)
    assert read_tree(workspace.project) == files_at(1)
    assert bring(workspace, 1) == type(done)()


def test_intermediate_steps_are_recognized(workspace: Workspace) -> None:
    bring(workspace, 1, exercise=True)
    (workspace.project / "app/users/service.py").write_text("STEP = 1\n")
    assert bring(workspace, 2).updated == ("app/users/service.py",)
    assert read_tree(workspace.project) == files_at(2)


def test_a_changed_file_is_kept_and_named(workspace: Workspace) -> None:
    bring(workspace, 1)
    main = workspace.project / "app/main.py"
    main.write_text(MAIN + "# mine\n")
    done = bring(workspace, 2)
    assert done.kept == ("app/main.py",)
    assert main.read_text() == MAIN + "# mine\n"
    replaced = bring(workspace, 2, replace=True)
    assert main.read_text() == MAIN
    assert replaced.backup is not None
    assert (replaced.backup / "app/main.py").read_text() == MAIN + "# mine\n"


def test_going_back_sets_later_files_aside(workspace: Workspace) -> None:
    bring(workspace, 2)
    mine = workspace.project / "app/orders/mine.py"
    mine.write_text("MINE = 1\n")
    done = bring(workspace, 1)
    assert set(done.set_aside) == {"app/orders/service.py", "app/users/service.py", "app/users/__init__.py"}
    assert done.backup is not None
    assert (done.backup / "app/orders/service.py").is_file()
    assert read_tree(workspace.project) == files_at(1) | {
        "app/orders/mine.py": "MINE = 1\n",
        "app/orders/__init__.py": "",
    }


def test_an_answer_equal_to_the_reference_survives_a_second_begin(workspace: Workspace) -> None:
    bring(workspace, 1, exercise=True)
    answer = workspace.project / "app/orders/service.py"
    answer.parent.mkdir()
    answer.write_text(files_after(1)["app/orders/service.py"])
    done = bring(workspace, 1, exercise=True)
    assert done.set_aside == ()
    assert answer.is_file()


def test_an_exercise_that_was_skipped_comes_back_unsolved(workspace: Workspace) -> None:
    bring(workspace, 2)  # with the reference answer of exercise 1 in it
    done = bring(workspace, 1, exercise=True)
    assert read_tree(workspace.project) == files_at(1, exercise=True)
    assert done.kept == ()


def test_an_answer_of_the_learners_own_stays_although_a_later_chapter_came_between(
    workspace: Workspace,
) -> None:
    bring(workspace, 1, exercise=True)
    answer = workspace.project / "app/orders/service.py"
    answer.parent.mkdir()
    answer.write_text(files_after(1)["app/orders/service.py"])
    bring(workspace, 2)
    bring(workspace, 1, exercise=True)
    assert answer.is_file()


class Learner(RuleBasedStateMachine):
    """A learner who edits, deletes and jumps between chapters in any order."""

    workspace: Workspace
    written: set[str]

    @initialize()
    def start(self) -> None:
        import tempfile

        self.workspace = Workspace(Path(tempfile.mkdtemp()))
        self.written = set()

    @rule(
        path=st.sampled_from(
            ["app/main.py", "app/users/service.py", "app/orders/service.py", "app/mine.py", "notes.txt"]
        ),
        text=st.text(alphabet="ab\n", min_size=1, max_size=6),
    )
    def edit(self, path: str, text: str) -> None:
        mine = f"# mine: {text}\n"
        file = self.workspace.project / path
        if file.is_file():
            self.written.discard(file.read_text())  # overwritten by the learner, not by us
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(mine)
        self.written.add(mine)

    @rule(chapter=st.integers(0, 2), exercise=st.booleans(), replace=st.booleans())
    def begin(self, chapter: int, exercise: bool, replace: bool) -> None:
        before = read_tree(self.workspace.project)
        done = bring(self.workspace, chapter, exercise=exercise, replace=replace)
        after = read_tree(self.workspace.project)
        for path, text in files_at(chapter, exercise=exercise).items():
            assert after[path] == text or (path in done.kept and after[path] == before[path])
        if not replace:
            for path, text in before.items():
                assert not text.startswith("# mine") or after[path] == text, "an edited file was changed"

    @invariant()
    def nothing_of_theirs_is_lost(self) -> None:
        if not hasattr(self, "workspace"):
            return
        everything = {file.read_text() for file in self.workspace.root.rglob("*") if file.is_file()}
        assert self.written <= everything


def test_whatever_the_learner_did_nothing_of_theirs_is_lost(small_course: Path) -> None:
    run_state_machine_as_test(
        Learner,
        settings=settings(
            max_examples=60,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
