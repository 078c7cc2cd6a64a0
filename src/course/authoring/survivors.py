"""`survivors.toml`: how many mutants of a solution there are, and why those that no check kills may live."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from course.authoring.report import Report
from course.catalog import Chapter, Content
from course.errors import CourseError
from course.grading.exercise import Exercise

NAME = "survivors.toml"
_SHAPE = "it has `mutants = …`, `killed = …`, and [[survivors]] tables with `mutant` and `reason`"


@dataclass(frozen=True)
class Survivors:
    """What a `survivors.toml` says: how many mutants there are, how many are killed, and the reason for each that is not."""

    mutants: int
    killed: int
    reasons: dict[str, str]

    @property
    def score(self) -> str:
        """The part that is killed, rounded down: 99.9 % is not all of them."""
        return f"{100 * self.killed // self.mutants} %" if self.mutants else "none"


def read_survivors(solution: Path) -> Survivors | None:
    """Read the file in a solution's folder, None when there is none; CourseError when it is malformed."""
    path = solution / NAME
    if not path.is_file():
        return None
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _malformed(path, str(error)) from error
    mutants, killed, tables = data.get("mutants"), data.get("killed"), data.get("survivors", [])
    if type(mutants) is not int or type(killed) is not int or not isinstance(tables, list):
        raise _malformed(path, _SHAPE)
    reasons: dict[str, str] = {}
    for table in tables:
        mutant, reason = _entry(path, table)
        if mutant in reasons:
            raise _malformed(path, f"it explains {mutant!r} twice")
        reasons[mutant] = reason
    return Survivors(mutants, killed, reasons)


def check_survivors(chapter: Chapter, where: Content, report: Report, *, grading: bool) -> None:
    """Compare a chapter's `survivors.toml` with its solution, and note what differs and the mutation score.

    Without `grading` the mutants are only generated, and a file that is not there is left alone. With it they are
    graded, which takes minutes: one that lives without a reason is a finding, and so is a reason for one that does not.
    """
    solution = where.solution(chapter)
    name = (solution / NAME).relative_to(where.root).as_posix()
    try:
        said = read_survivors(solution)
        if said is None and not grading:
            return
        from course.authoring.mutants import grade_mutants, mutants_of  # only authors have mutmut

        exercise = Exercise.load(chapter.number)
        if said is None or grading:
            count, alive = grade_mutants(exercise)
            found = Survivors(count, count - len(alive), dict.fromkeys(alive, ""))
            _compare(said or Survivors(0, 0, {}), found, name, report)
        else:
            found = said
            _in_step(said, {mutant.key for mutant in mutants_of(exercise.reference)}, name, report)
    except CourseError as error:
        report.add(name, str(error))
        return
    except ModuleNotFoundError as error:
        report.add(name, f"{error.name} is missing here: install the dev group, `uv sync`.")
        return
    report.saw("mutants", found.mutants)
    report.notes.append(
        f"{chapter.slug}: {found.killed} of {found.mutants} mutants killed ({found.score}), "
        f"{found.mutants - found.killed} survive."
    )


def _in_step(said: Survivors, keys: set[str], name: str, report: Report) -> None:
    again = "run `course verify --mutants`"
    if said.mutants != len(keys):
        report.add(name, f"it says {said.mutants} mutants; the solution has {len(keys)}: {again}.")
    if said.killed != said.mutants - len(said.reasons):
        expected = said.mutants - len(said.reasons)
        report.add(name, f"it says {said.killed} killed; {said.mutants} less its survivors are {expected}.")
    for mutant in said.reasons:
        if mutant not in keys:
            report.add(name, f"the solution has no such mutant any more, remove it: {mutant}")


def _compare(said: Survivors, found: Survivors, name: str, report: Report) -> None:
    for mutant in found.reasons:
        if mutant not in said.reasons:
            report.add(name, f"no check kills it, and nothing says why it may live: {mutant}")
    for mutant in said.reasons:
        if mutant not in found.reasons:
            report.add(name, f"it does not survive (any more), remove it: {mutant}")
    if (said.mutants, said.killed) != (found.mutants, found.killed):
        report.add(name, f"write `mutants = {found.mutants}` and `killed = {found.killed}`.")


def _entry(path: Path, table: object) -> tuple[str, str]:
    if isinstance(table, dict):
        mutant, reason = table.get("mutant"), table.get("reason")
        if isinstance(mutant, str) and isinstance(reason, str) and mutant.strip() and reason.strip():
            return mutant, reason
    raise _malformed(path, _SHAPE)


def _malformed(path: Path, what: str) -> CourseError:
    return CourseError(f"{path.parent.name}/{path.name}: {what}.")
