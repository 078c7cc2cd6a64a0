"""Mutants of a solution that no check kills: does `chapter.toml` say of each why it may live, and are its counts in step?"""

from collections import Counter
from collections.abc import Iterable

from course.authoring.report import Report
from course.catalog import Chapter, Content, Mutants
from course.errors import CourseError
from course.grading.exercise import Exercise


def explain(said: Mutants, keys: Iterable[str]) -> tuple[Counter[str], tuple[str, ...]]:
    """Give each key to the table that names it, else to the first one that fits: how many each got, and the rest.

    Tables are counted by their `mutant`; the rest are the keys that no table explains.
    """
    exact = {one.mutant for one in said.survivors}
    given: Counter[str] = Counter()
    rest = []
    for key in keys:
        name = key if key in exact else next((one.mutant for one in said.survivors if one.fits(key)), None)
        if name is None:
            rest.append(key)
        else:
            given[name] += 1
    return given, tuple(rest)


def check_survivors(chapter: Chapter, where: Content, report: Report, *, grading: bool) -> None:
    """Compare what a `chapter.toml` says of its mutants with its solution, and note what differs and the mutation score.

    Without `grading` the mutants are only generated, and a chapter that says nothing is left alone. With it they are
    graded, which takes minutes: one that lives without a reason is a finding, and so is a reason for one that does not.
    """
    name = where.name(where.chapter_file(chapter))
    said = chapter.mutants
    if said is None and not grading:
        return
    try:
        from course.authoring.mutants import grade_mutants, mutants_of_exercise  # only authors have mutmut

        exercise = Exercise.load(chapter.number)
        if said is None or grading:
            count, alive = grade_mutants(exercise)
            killed = count - len(alive)
            _compare(said or Mutants(count=0, killed=0), count, killed, alive, name, report)
        else:
            count, killed = said.count, said.killed
            _in_step(said, {mutant.key for mutant in mutants_of_exercise(exercise)}, name, report)
    except CourseError as error:
        report.add(name, str(error))
        return
    except ModuleNotFoundError as error:
        report.add(name, f"{error.name} is missing here: install the dev group, `uv sync`.")
        return
    report.saw("mutants", count)
    report.notes.append(
        f"{chapter.slug}: {killed} of {count} mutants killed ({Mutants(count=count, killed=killed).score}), {count - killed} survive."
    )


def _in_step(said: Mutants, keys: set[str], name: str, report: Report) -> None:
    again = "run `course verify --mutants`"
    if said.count != len(keys):
        report.add(name, f"it says {said.count} mutants; the solution has {len(keys)}: {again}.")
    if said.killed != said.count - said.alive:
        expected = said.count - said.alive
        report.add(name, f"it says {said.killed} killed; {said.count} less its survivors are {expected}.")
    given, _ = explain(said, keys)
    for one in said.survivors:
        if not given[one.mutant]:
            report.add(name, f"the solution has no such mutant any more, remove it: {one.mutant}")
        elif given[one.mutant] < one.count:
            report.add(
                name,
                f"it counts {one.count} survivors; only {given[one.mutant]} mutants are like {one.mutant}",
            )


def _compare(
    said: Mutants, mutants: int, killed: int, alive: tuple[str, ...], name: str, report: Report
) -> None:
    given, rest = explain(said, alive)
    for mutant in rest:
        report.add(name, f"no check kills it, and nothing says why it may live: {mutant}")
    for one in said.survivors:
        if not given[one.mutant]:
            report.add(name, f"it does not survive (any more), remove it: {one.mutant}")
        elif given[one.mutant] != one.count:
            report.add(name, f"write `count = {given[one.mutant]}` for {one.mutant}")
    if (said.count, said.killed) != (mutants, killed):
        report.add(name, f"write `count = {mutants}` and `killed = {killed}` in [mutants].")
