"""`survivors.toml`: how many mutants of a solution there are, and why those that no check kills may live."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from course.authoring.report import Report
from course.catalog import Chapter, Content
from course.errors import CourseError
from course.grading.exercise import Exercise

NAME = "survivors.toml"
_SHAPE = "it has `mutants = …`, `killed = …`, and [[survivors]] tables with `mutant`, `reason` and, for more than one, `count`"


@dataclass(frozen=True)
class Explained:
    """Survivors that one reason explains: a mutant's key, in which `*` stands for any text, and how many fit it."""

    mutant: str
    reason: str
    count: int = 1

    def fits(self, key: str) -> bool:
        """Whether this reason is for the mutant with this key."""
        return re.fullmatch(".*".join(map(re.escape, self.mutant.split("*"))), key) is not None


@dataclass(frozen=True)
class Survivors:
    """What a `survivors.toml` says: how many mutants there are, how many are killed, and the reasons for those that are not."""

    mutants: int
    killed: int
    explained: tuple[Explained, ...] = ()

    @property
    def alive(self) -> int:
        """How many survive, by their reasons."""
        return sum(one.count for one in self.explained)

    def explain(self, keys: Iterable[str]) -> tuple[Counter[str], tuple[str, ...]]:
        """Give each key to the table that names it, else to the first one that fits: how many each got, and the rest.

        Tables are counted by their `mutant`; the rest are the keys that no table explains.
        """
        exact = {one.mutant for one in self.explained}
        given: Counter[str] = Counter()
        rest = []
        for key in keys:
            name = (
                key if key in exact else next((one.mutant for one in self.explained if one.fits(key)), None)
            )
            if name is None:
                rest.append(key)
            else:
                given[name] += 1
        return given, tuple(rest)

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
    explained = tuple(_entry(path, table) for table in tables)
    twice = [name for name, count in Counter(one.mutant for one in explained).items() if count > 1]
    if twice:
        raise _malformed(path, f"it explains {twice[0]!r} twice")
    return Survivors(mutants, killed, explained)


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
        from course.authoring.mutants import grade_mutants, mutants_of_exercise  # only authors have mutmut

        exercise = Exercise.load(chapter.number)
        if said is None or grading:
            count, alive = grade_mutants(exercise)
            killed = count - len(alive)
            _compare(said or Survivors(0, 0), count, killed, alive, name, report)
        else:
            count, killed = said.mutants, said.killed
            _in_step(said, {mutant.key for mutant in mutants_of_exercise(exercise)}, name, report)
    except CourseError as error:
        report.add(name, str(error))
        return
    except ModuleNotFoundError as error:
        report.add(name, f"{error.name} is missing here: install the dev group, `uv sync`.")
        return
    report.saw("mutants", count)
    report.notes.append(
        f"{chapter.slug}: {killed} of {count} mutants killed ({Survivors(count, killed).score}), {count - killed} survive."
    )


def _in_step(said: Survivors, keys: set[str], name: str, report: Report) -> None:
    again = "run `course verify --mutants`"
    if said.mutants != len(keys):
        report.add(name, f"it says {said.mutants} mutants; the solution has {len(keys)}: {again}.")
    if said.killed != said.mutants - said.alive:
        expected = said.mutants - said.alive
        report.add(name, f"it says {said.killed} killed; {said.mutants} less its survivors are {expected}.")
    given, _ = said.explain(keys)
    for one in said.explained:
        if not given[one.mutant]:
            report.add(name, f"the solution has no such mutant any more, remove it: {one.mutant}")
        elif given[one.mutant] < one.count:
            report.add(
                name,
                f"it counts {one.count} survivors; only {given[one.mutant]} mutants are like {one.mutant}",
            )


def _compare(
    said: Survivors, mutants: int, killed: int, alive: tuple[str, ...], name: str, report: Report
) -> None:
    given, rest = said.explain(alive)
    for mutant in rest:
        report.add(name, f"no check kills it, and nothing says why it may live: {mutant}")
    for one in said.explained:
        if not given[one.mutant]:
            report.add(name, f"it does not survive (any more), remove it: {one.mutant}")
        elif given[one.mutant] != one.count:
            report.add(name, f"write `count = {given[one.mutant]}` for {one.mutant}")
    if (said.mutants, said.killed) != (mutants, killed):
        report.add(name, f"write `mutants = {mutants}` and `killed = {killed}`.")


def _entry(path: Path, table: object) -> Explained:
    if isinstance(table, dict):
        mutant, reason, count = table.get("mutant"), table.get("reason"), table.get("count", 1)
        texts = isinstance(mutant, str) and isinstance(reason, str) and mutant.strip() and reason.strip()
        if texts and type(count) is int and count > 0 and table.keys() <= {"mutant", "reason", "count"}:
            return Explained(str(mutant), str(reason), count)
    raise _malformed(path, _SHAPE)


def _malformed(path: Path, what: str) -> CourseError:
    return CourseError(f"{path.parent.name}/{path.name}: {what}.")
