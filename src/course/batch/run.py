"""`grade_all`: every submission of a course root graded, each once, and recorded by one writer."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from course.batch.autograde import date_of, date_remark
from course.batch.engines import Engine, on_scheduler, on_this_machine, processors
from course.batch.gradebook import OpenGradebook, open_gradebook
from course.batch.handed_in import HandedIn, Submission, shown
from course.batch.journal import Journal
from course.batch.names import Assignments
from course.batch.recorder import NotRecordedError, Recorder, exclusively
from course.batch.settings import Settings
from course.batch.work import Graded, Job, zero
from course.catalog import Chapter, catalog, content, readable
from course.errors import CourseError
from course.grading.exercise import Exercise
from course.grading.keys import digest, exercise_key, submission_key
from course.grading.runner import warm_up
from course.grading.verdict import Outcome, Verdict
from course.project.type_cache import read_libraries


@dataclass(frozen=True)
class Step:
    """How far the batch is: so many of so many, and the last submission that was recorded."""

    done: int
    total: int
    student: str = ""
    assignment: str = ""


@dataclass(frozen=True)
class Problem:
    """Something that somebody should look at, and why.

    `student` is a learner, or the place below the submitted folder of what is nobody's.
    """

    assignment: str
    student: str
    reason: str
    graded: bool = True
    """Whether it has its points: then this is a remark on them."""


@dataclass
class BatchReport:
    """What one run did."""

    assignments: tuple[str, ...] = ()
    graded: int = 0
    """Submissions whose checks ran now."""
    recorded: int = 0
    """Submissions that the gradebook got now; more than `graded` when an earlier run was cut short."""
    unchanged: int = 0
    """Submissions that the gradebook has already."""
    problems: list[Problem] = field(default_factory=list)
    isolation: Counter[str] = field(default_factory=Counter)
    """Of the submissions graded now: under which isolation."""
    seconds: float = 0.0


def grade_all(
    root: Path,
    assignment: str | None = None,
    *,
    jobs: int | None = None,
    regrade: bool = False,
    scheduler: str | None = None,
    progress: Callable[[Step], None] | None = None,
) -> BatchReport:
    """Grade what lies in nbgrader's submitted folder of a course root, and record it in nbgrader's gradebook.

    `assignment` (slug or chapter number; None: all) is graded by `jobs` workers of this machine (None: one a
    processor), or by those of the dask `scheduler` at an address. Submissions that are in the gradebook as they are
    now are left alone, unless `regrade`. Whatever ends this process: the same call goes on where it was.

    Raises CourseError for what the caller can fix: an unknown assignment, another batch at work, a gradebook that
    cannot be opened or written to, a grader or scheduler that cannot be used.
    """
    if jobs is not None and jobs < 1:
        raise CourseError(f"--jobs is {jobs}: give it at least 1 worker.")
    started = time.perf_counter()
    settings = Settings.load(root)
    wanted = settings.assignment(assignment) if assignment is not None else None
    found = settings.handed_in()
    handed_in = {one.assignment for one in found.submissions}
    slugs = [
        one.slug for one in catalog().chapters if one.slug == wanted or (not wanted and one.slug in handed_in)
    ]
    engine: Engine = partial(on_this_machine, workers=jobs or processors())
    if scheduler is not None:
        engine = partial(on_scheduler, address=scheduler)
    report = BatchReport(tuple(slugs), problems=list(not_graded(found, wanted)))
    with (
        exclusively(settings),
        Journal(settings.state / "journal.db") as journal,
        open_gradebook(settings.db_url, str(settings.course.course_id)) as gradebook,
    ):
        batch = _Batch(settings, gradebook, journal, report, found, here=scheduler is None)
        plans = [batch.plan(catalog().by_slug(slug), regrade=regrade) for slug in slugs]
        batch.carry_out(plans, engine, tell=progress or (lambda _: None))
    report.seconds = time.perf_counter() - started
    return report


@dataclass(frozen=True)
class _Plan:
    """What is to be done for one assignment."""

    exercise: Exercise
    key: str
    record: list[Submission]
    """Graded by a run that was cut short."""
    grade: list[Submission]
    require: tuple[str, ...] = ()
    """Layers of isolation without which nothing is graded."""


class _Batch:
    def __init__(
        self,
        settings: Settings,
        gradebook: OpenGradebook,
        journal: Journal,
        report: BatchReport,
        found: HandedIn,
        *,
        here: bool,
    ) -> None:
        self._here = here  # graded by this machine, which reads the submissions itself
        self._settings = settings
        self._gradebook = gradebook
        self._journal = journal
        self._report = report
        self._found = found
        self._recorder = Recorder(settings, gradebook)
        self._facts: dict[str, list[str]] = {}

    def plan(self, chapter: Chapter, *, regrade: bool) -> _Plan:
        """Sort an assignment's submissions by what is to be done with them."""
        exercise = Exercise.load(chapter.number)
        if exercise.check_file is None or not readable(content().solution_notebook(chapter)):
            raise CourseError(
                f"{chapter.slug} is graded where its solution is, and that is not on this machine: grade in the clone."
            )
        plan = _Plan(exercise, exercise_key(exercise), [], [], self._settings.require)
        self._register(chapter.slug, plan.key)
        self._facts[chapter.slug] = [str(self._gradebook.due(chapter.slug)), self._settings.db_url]
        extensions = self._gradebook.extensions(chapter.slug)
        for submission in self._found.submissions:
            if submission.assignment != chapter.slug:
                continue
            entry = self._journal.entry(chapter.slug, submission.student)
            key = submission_key(plan.key, *submission.content())
            if regrade or entry is None or entry.key != key:
                plan.grade.append(submission)
                continue
            known = submission.student in extensions
            name = self._name(submission, key, extensions.get(submission.student))
            if known and entry.recorded == name and self._settings.autograded(submission).exists():
                self._report.unchanged += 1
                self._look_at(submission, entry.problem)
            else:
                plan.record.append(submission)
        return plan

    def carry_out(self, plans: list[_Plan], engine: Engine, tell: Callable[[Step], None]) -> None:
        """Record what is graded, grade the rest, and record each result as it comes."""
        total = sum(len(plan.record) + len(plan.grade) for plan in plans)
        done = 0
        tell(Step(done, total))
        for plan in plans:
            by_student = {submission.student: submission for submission in plan.grade}
            for submission, graded in self._results(plan, by_student, engine):
                self._record(plan, submission, graded)
                done += 1
                tell(Step(done, total, shown(submission.student), submission.assignment))

    def _results(
        self, plan: _Plan, by_student: dict[str, Submission], engine: Engine
    ) -> Iterator[tuple[Submission, Graded]]:
        for submission in plan.record:
            entry = self._journal.entry(submission.assignment, submission.student)
            if entry is not None:
                verdict = self._journal.verdict(submission.assignment, submission.student)
                yield (
                    submission,
                    Graded(
                        submission.student, submission.assignment, entry.key, verdict, problem=entry.problem
                    ),
                )
        if not plan.grade:
            return
        if self._here and plan.exercise.asks_mypy:
            with contextlib.suppress(OSError):
                read_libraries()  # before the clock of the first one runs
        for graded in _in_turn(plan, engine, here=self._here):
            self._report.graded += 1
            if graded.failure:
                verdict = zero(plan.exercise, graded.failure).to_json()
                graded = Graded(graded.student, graded.assignment, graded.key, verdict, graded.failure)
            else:
                self._report.isolation[graded.verdict["isolation"]] += 1
            problem = graded.failure or graded.problem
            self._journal.keep(graded.assignment, graded.student, graded.key, graded.verdict, problem)
            yield by_student[graded.student], graded

    def _record(self, plan: _Plan, submission: Submission, graded: Graded) -> None:
        """Give one verdict to the gradebook. What nbgrader cannot take is recorded as 0, with the reason."""
        verdict, problem = Verdict.from_json(graded.verdict), graded.failure or graded.problem
        try:
            self._recorder.record(submission, verdict)
        except NotRecordedError as error:
            problem = f"nbgrader cannot record this submission: {error}."
            placeholder = replace(submission, problem=problem)
            try:
                self._recorder.record(placeholder, zero(plan.exercise, problem))
            except NotRecordedError:
                self._look_at(submission, problem)
                return
        problem = problem or _problem_of(verdict)
        self._look_at(submission, problem, verdict)
        extension = self._gradebook.extension(submission.assignment, submission.student)
        name = self._name(submission, graded.key, extension)
        self._journal.recorded(submission.assignment, submission.student, name, problem)
        self._report.recorded += 1

    def _look_at(self, submission: Submission, problem: str, verdict: Verdict | None = None) -> None:
        """Name a submission that has no points or not all of its checks, and what else there is to say of it."""
        name = (submission.assignment, shown(submission.student))
        if problem:
            self._report.problems.append(Problem(*name, problem, graded=False))
        if verdict is None and not problem:
            verdict = Verdict.from_json(self._journal.verdict(submission.assignment, submission.student))
        if verdict is not None and not problem and _nothing_attempted(verdict):
            self._report.problems.append(Problem(*name, self._why_nothing(submission)))
        notes = [note for task in verdict.tasks for note in task.notes] if verdict is not None else []
        left_out = dict.fromkeys(note for note in notes if note.startswith("Cell "))
        for remark in filter(None, (*left_out, date_remark(submission), *submission.remarks)):
            self._report.problems.append(Problem(*name, remark))

    def _why_nothing(self, submission: Submission) -> str:
        said = Assignments.of_the_course().said_in(submission.content()[0])
        if said and said != submission.assignment:
            return f"Nothing was attempted: this is the notebook of {said}."
        return "Nothing was attempted: no %%write cell holds anything but what was given."

    def _register(self, slug: str, key: str) -> None:
        """Have the gradebook know the assignment as it is now."""
        name = digest([key, self._settings.db_url])
        if self._journal.registered(slug) != name or not self._gradebook.knows(slug):
            if self._here:
                warm_up()  # the grader imports what it needs meanwhile
            self._recorder.register(slug)
            self._journal.register(slug, name)

    def _name(self, submission: Submission, key: str, extension: object) -> str:
        """Name what the gradebook is given of a submission: the verdict, and all that a late penalty depends on."""
        return digest([key, date_of(submission), str(extension), *self._facts[submission.assignment]])


def _in_turn(plan: _Plan, engine: Engine, *, here: bool) -> Iterator[Graded]:
    """Grade all, then once more, one at a time and patiently, those that the clock stopped on a busy machine.

    Who is stopped again has no key: the next run tries again.
    """
    again: set[str] = set()
    for graded in engine(_jobs(plan, here=here)):
        if graded.verdict.get("hurried"):
            again.add(graded.student)
        else:
            yield graded
    for job in _jobs(plan, here=here):
        if job.student in again:
            for graded in engine([replace(job, patient=True)]):
                yield replace(graded, key="") if graded.verdict.get("hurried") else graded


def _jobs(plan: _Plan, *, here: bool) -> Iterable[Job]:
    for submission in plan.grade:
        if not here or submission.problem:
            text, problem = submission.content()
            job = Job(submission.student, submission.assignment, plan.key, text=text, problem=problem)
        else:
            job = Job(submission.student, submission.assignment, plan.key, path=str(submission.notebook))
        yield replace(job, require=plan.require)


def not_graded(found: HandedIn, wanted: str | None = None) -> Iterator[Problem]:
    """What lies in the submitted folder and is nobody's submission, but for what is clearly of another assignment."""
    for stray in found.strays:
        if not (wanted and stray.assignment and stray.assignment != wanted):
            yield Problem(stray.assignment, stray.place, f"Not graded: {stray.reason}.", graded=False)
    yield from (Problem("", shown(one.student), one.reason) for one in found.alike)


def _nothing_attempted(verdict: Verdict) -> bool:
    return all(task.outcome is Outcome.NOT_ATTEMPTED for task in verdict.tasks)


def _problem_of(verdict: Verdict) -> str:
    """Why the checks of a submission did not run to their end, when they did not."""
    for task in verdict.tasks:
        for result in task.results:
            if result.name == "grader":
                return result.message
    return verdict.stopped
