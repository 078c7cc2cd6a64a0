"""`course grade-all`, as the command line shows it: a bar with the time left, then what came of it."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from course.batch.handed_in import one_line
from course.batch.report import write_report
from course.batch.run import BatchReport, Step, grade_all
from course.catalog import content
from course.errors import CourseError
from course.pictures.theme import count
from course.project.workspace import STATE


def course_root(start: Path | None = None) -> Path:
    """Return the course root that `start` (default: the current folder) lies in: the nearest folder with submissions.

    Without one it is the clone. Raises CourseError when nobody has handed anything in there either.
    """
    here = (start or Path.cwd()).resolve()
    clone = content().root
    for folder in (here, *here.parents, clone):
        if (folder / STATE / "submitted").is_dir() or (folder / "nbgrader_config.py").is_file():
            return folder
    raise CourseError(
        f"There are no submissions: put them into {clone / STATE / 'submitted'}/STUDENT/ASSIGNMENT/, "
        "as `nbgrader collect` does."
    )


def grade_all_command(
    assignment: str | None = None,
    *,
    jobs: int | None = None,
    regrade: bool = False,
    scheduler: str | None = None,
    console: Console | None = None,
) -> bool:
    """Grade all submissions of the course root around the current folder, showing how far it is.

    Returns whether all that lies there could be graded. Raises CourseError as `grade_all` does.
    """
    console = console or Console(highlight=False, soft_wrap=True)
    with bar(console) as show:
        report = grade_all(
            course_root(), assignment, jobs=jobs, regrade=regrade, scheduler=scheduler, progress=show
        )
    for line in lines(report):
        console.print(escape(line))
    return all(problem.graded for problem in report.problems)


def report_command(out: Path | None = None, *, console: Console | None = None) -> None:
    """Write the report of the course root around the current folder, into `.course/report` unless `out` says where.

    Raises CourseError as `write_report` does.
    """
    console = console or Console(highlight=False, soft_wrap=True)
    root = course_root()
    for path in write_report(root, out or root / STATE / "report"):
        console.print(escape(f"Wrote {path}"))


@contextmanager
def bar(console: Console) -> Iterator[Callable[[Step], None]]:
    """A progress bar, and what to call with each step. Nothing is drawn where no terminal is, or nothing to do."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Grading", total=None)

        def show(step: Step) -> None:
            name = f"{step.assignment} {step.student}".strip() or "Grading"
            progress.update(task, description=escape(name[:40]), completed=step.done, total=step.total)

        yield show


def lines(report: BatchReport) -> list[str]:
    """A report in words."""
    names = ", ".join(report.assignments)
    found = []
    if not report.assignments:
        what = "nothing" if not report.problems else "no submission of any assignment"
        found.append(f"There is nothing to grade: {what} lies in the submitted folder.")
    if report.graded:
        per = report.seconds / report.graded
        found.append(
            f"Graded {count(report.graded, 'submission')} of {names} in {report.seconds:.1f} s ({per:.2f} s each)."
        )
        found.append(f"Isolation: {'; '.join(_isolation(report.isolation))}.")
    if late := report.recorded - report.graded:
        if late > 0:
            found.append(f"Recorded {count(late, 'submission')} that an earlier run had graded.")
    if report.unchanged:
        found.append(
            f"{count(report.unchanged, 'submission').capitalize()} of {names} in the gradebook already."
        )
    if report.assignments and not (report.graded or report.recorded):
        found.append("Nothing was graded: nothing has changed. --regrade grades all again.")
    if report.problems:
        found.append("To look at:")
        found += [
            f"  {f'{problem.assignment} {problem.student}'.strip()}: {one_line(problem.reason)}"
            for problem in report.problems
        ]
    return found


def _isolation(counts: Counter[str]) -> list[str]:
    if len(counts) == 1:
        return list(counts)
    return [f"{name} ({count})" for name, count in counts.most_common()]
