"""Whatever a learner does, in whatever order and in two notebooks: nothing is lost, and every ground is whole."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from course.errors import CourseError
from course.notebook.session import ground_under
from course.project import bring as bringing
from course.project.bring import DOCUMENTS, bring
from course.project.checkpoints import files_at, known_texts
from course.project.files import read_tree, write_atomically
from course.project.ground import Ground, GroundRecord, ground_of
from course.project.workspace import Workspace

GROUNDS = [Ground(0), Ground(1), Ground(1, exercise=True), Ground(2)]
PATHS = [
    "app/main.py",
    "app/users/service.py",
    "app/orders/service.py",
    "app/orders/mine.py",
    "app/orders",
    "json.py",
    "tests/test_mine.py",
    "notes.md",
]
KERNELS = ["lesson", "exercise"]


class Learner(RuleBasedStateMachine):
    """A learner who edits, deletes, renames, restarts and jumps, in two notebooks."""

    def __init__(self) -> None:
        super().__init__()
        self.workspace = Workspace(Path(tempfile.mkdtemp()))
        self.written: set[str] = set()
        self.began: dict[str, Ground] = {}
        self.now: Ground | None = None

    def teardown(self) -> None:
        for ground in GROUNDS:
            bring(self.workspace, next(other for other in GROUNDS if other != ground))
            bring(self.workspace, ground)
            assert self.code() == files_at(ground.chapter, exercise=ground.exercise)
        self.nothing_of_theirs_is_lost()
        shutil.rmtree(self.workspace.root)

    def code(self) -> dict[str, str]:
        """The project without what no tool reads."""
        tree = read_tree(self.workspace.project)
        return {path: text for path, text in tree.items() if Path(path).suffix not in DOCUMENTS}

    @initialize()
    def start(self) -> None:
        self.begin("lesson", GROUNDS[1], "")

    @rule(path=st.sampled_from(PATHS), number=st.integers(0, 3), verbatim=st.booleans())
    def write(self, path: str, number: int, verbatim: bool) -> None:
        """A text of their own, or one that the course gives this path somewhere."""
        known = sorted(known_texts().get(path, set()))
        text = known[number % len(known)] if verbatim and known else f"# mine {number} in {path}\n"
        file = self.workspace.project / path
        if file.is_dir() or any(parent.is_file() for parent in file.parents):
            return
        if file.is_file() and file.read_text() == text:
            return  # a write that changes nothing
        self.forget(file)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        if not GroundRecord.read(self.workspace).brought(path, text):  # else it is what `begin` put there
            self.written.add(text)

    @rule(path=st.sampled_from(PATHS))
    def delete(self, path: str) -> None:
        file = self.workspace.project / path
        if file.is_file():
            self.forget(file)
            file.unlink()

    @rule(path=st.sampled_from(PATHS), to=st.sampled_from(PATHS))
    def rename(self, path: str, to: str) -> None:
        file, target = self.workspace.project / path, self.workspace.project / to
        if file.is_file() and not target.exists() and target.parent.is_dir():
            file.rename(target)

    @rule()
    def delete_the_project(self) -> None:
        for file in self.workspace.project.rglob("*"):
            if file.is_file():
                self.forget(file)
        shutil.rmtree(self.workspace.project, ignore_errors=True)

    @rule(kernel=st.sampled_from(KERNELS))
    def restart(self, kernel: str) -> None:
        self.began.pop(kernel, None)

    @rule(
        kernel=st.sampled_from(KERNELS),
        ground=st.sampled_from(GROUNDS),
        option=st.sampled_from(["", "", "", "mine", "fresh"]),
    )
    def begin(self, kernel: str, ground: Ground, option: str) -> None:
        before = read_tree(self.workspace.project)
        resumed = ground == self.now and option != "fresh"
        done = bring(self.workspace, ground, mine=option == "mine", fresh=option == "fresh")
        self.began[kernel], self.now = ground, ground
        after = read_tree(self.workspace.project)
        assert done.resumed == resumed
        assert after.keys() >= files_at(ground.chapter, exercise=ground.exercise).keys() - set(done.kept)
        if resumed:
            changed = {path for path, text in before.items() if after.get(path) != text}
            assert changed <= set(done.restored) | set(done.put_aside)
        elif option != "mine":
            assert self.code() == files_at(ground.chapter, exercise=ground.exercise)

    @rule(kernel=st.sampled_from(KERNELS), ground=st.sampled_from(GROUNDS), after=st.integers(0, 3))
    def begin_and_be_cut_short(self, kernel: str, ground: Ground, after: int) -> None:
        left = after

        def fails(place: Path, text: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise CourseError("The disk is full.")
            write_atomically(place, text)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bringing, "write_atomically", fails)
            try:
                bring(self.workspace, ground)
            except CourseError:
                self.now = ground_of(self.workspace)
                assert self.now in (None, ground)
            else:
                self.began[kernel], self.now = ground, ground

    @precondition(lambda self: self.began)
    @rule(kernel=st.sampled_from(KERNELS))
    def check(self, kernel: str) -> None:
        """Answers only on the ground that this kernel began, and only while `my-api` is there."""
        if kernel not in self.began:
            return
        stands = self.now == self.began[kernel] and self.workspace.project.is_dir()
        try:
            ground_under(self.workspace, self.began[kernel])
        except CourseError:
            assert not stands
        else:
            assert stands

    def forget(self, file: Path) -> None:
        """They overwrite or delete it themselves: unless it is elsewhere, too, it is gone."""
        if file.is_file():
            self.written.discard(file.read_text())

    @invariant()
    def nothing_of_theirs_is_lost(self) -> None:
        everything = {file.read_text() for file in self.workspace.root.rglob("*") if file.is_file()}
        assert self.written <= everything


def test_whatever_the_learner_did_nothing_is_lost_and_every_ground_is_whole(small_course: Path) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis leaves it untyped
        Learner,
        settings=settings(
            max_examples=50,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
