"""Mutants of a reference solution: one small change each, graded with the real checks.

mutmut's operators change Python; in TOML, what a gap stands for is left out piece by piece.
"""

import ast
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import PurePosixPath

import libcst as cst

# No public API, but mutmut's whole list of operators; pyproject.toml holds mutmut to 3.8 for it.
from mutmut.mutation.mutators import mutation_operators

from course.authoring.config_mutants import left_out
from course.errors import CourseError
from course.grading.answers import Answers
from course.grading.exercise import Exercise
from course.grading.runner import DEFAULT_LIMITS, grade
from course.grading.verdict import CheckResult, Outcome

WORKERS = 2
SEED = 1
"""The same random inputs for every mutant, so that two runs come to the same score."""

_LIMITS = replace(
    DEFAULT_LIMITS,
    import_seconds=30.0,
    request_seconds=20.0,
    check_seconds=60.0,
    tool_seconds=300.0,
    overall_seconds=600.0,
)
"""More time than learners get: on a busy machine, a mutant that is only slow must not count as killed."""
_PATIENT = replace(_LIMITS, overall_seconds=1200.0)

_NOT_CODE = (cst.Annotation, cst.Import, cst.ImportFrom, cst.TypeAlias, cst.TypeParameters, cst.Comment)
_ONE_VARIANT = {
    "operator_string"
}  # its other variants change the case of the same text: the same question again


@dataclass(frozen=True)
class Mutant:
    """One change of one file: `key` says which, by its text, so that it stays when lines move."""

    path: str
    key: str
    text: str


def mutants_of_exercise(exercise: Exercise) -> tuple[Mutant, ...]:
    """Return all mutants of an exercise's reference solution: of its Python files, and of the gaps of its TOML files.

    Raises CourseError for a file that does not parse.
    """
    starters = {path: text for path, text in exercise.starters.values() if path in exercise.reference}
    of_gaps = (
        Mutant(path, f"{path}: left out: {what}", text)
        for path in sorted(starters)
        if path.endswith(".toml")
        for what, text in left_out(path, starters[path], exercise.reference[path])
    )
    return (*mutants_of(exercise.reference), *of_gaps)


def mutants_of(reference: Mapping[str, str]) -> tuple[Mutant, ...]:
    """Return the mutants of a solution's Python files (path -> text), tests excepted, in a fixed order.

    A mutant compiles and differs from the original in more than its layout; no two have the same text. Imports,
    annotations and docstrings are not mutated: what they say at run time is nothing, or nothing at all works.
    Raises CourseError for a file that does not parse.
    """
    found: list[Mutant] = []
    for path in sorted(reference):
        parts = PurePosixPath(path).parts
        if path.endswith(".py") and parts[0] != "tests":
            found += _mutants_of_file(path, reference[path])
    return tuple(found)


def grade_mutants(exercise: Exercise) -> tuple[int, tuple[str, ...]]:
    """Grade all mutants of an exercise's reference, held-out checks included: how many there are, keys of those that live.

    Raises CourseError when the reference itself does not get full points: then every mutant would seem to be killed.
    """
    if not _gets_full_points(exercise, exercise.reference, [task.id for task in exercise.tasks]):
        raise CourseError("The reference solution does not get full points, so its mutants prove nothing.")
    mutants = mutants_of_exercise(exercise)
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        lives = list(pool.map(lambda mutant: survives(exercise, mutant), mutants))
    return len(mutants), tuple(mutant.key for mutant, alive in zip(mutants, lives, strict=True) if alive)


def survives(exercise: Exercise, mutant: Mutant) -> bool:
    """Grade one mutant: True when it gets full points. The tasks that write its file come first, and may end it there."""
    near = [task.id for task in exercise.tasks if mutant.path in exercise.starter_paths(task.id)]
    far = [task.id for task in exercise.tasks if task.id not in near]
    files = {**exercise.reference, mutant.path: mutant.text}
    return all(_gets_full_points(exercise, files, tasks) for tasks in (near, far) if tasks)


def _gets_full_points(exercise: Exercise, files: Mapping[str, str], tasks: Collection[str]) -> bool:
    """Whether every check of these tasks passes, in one run of the grader: what its tools have learned, they share."""
    for attempt in (_LIMITS, _PATIENT):
        verdict = grade(
            exercise, Answers(files=dict(files)), held_out=True, tasks=tasks, seed=SEED, limits=attempt
        )
        results = [verdict.task(task).results for task in tasks]
        lost = [result for one in results for result in one if result.outcome is not Outcome.PASS]
        if all(results) and not lost:
            return True
        if not all(map(_is_grader, lost)):
            break  # a check has judged; without one, a busy machine may be to blame: again, with more time
    return False


def _is_grader(result: CheckResult) -> bool:
    return result.name == "grader"


def _mutants_of_file(path: str, text: str) -> Iterator[Mutant]:
    try:
        module = cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise CourseError(f"{path}, line {error.raw_line}: the reference solution does not parse.") from error
    places = _Places()
    module.visit(places)
    seen_text = {text}
    seen_tree = {ast.dump(ast.parse(text))}
    seen_key: Counter[str] = Counter()
    for scope, operator, old, new in places.found:
        mutated = cst.ensure_type(module.deep_replace(old, new), cst.Module).code
        if mutated in seen_text or (tree := _tree(mutated)) is None or tree in seen_tree:
            continue
        seen_text.add(mutated)
        seen_tree.add(tree)
        before, after = _changed_lines(text, mutated)
        where = f"{path}: {scope}: " if scope else f"{path}: "
        key = f"{where}{operator}: {before} → {after}"
        seen_key[key] += 1
        yield Mutant(path, key if seen_key[key] == 1 else f"{key} (number {seen_key[key]})", mutated)


def _tree(text: str) -> str | None:
    """The syntax tree as text; None when Python does not compile it."""
    try:
        compile(text, "<mutant>", "exec", dont_inherit=True)
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError):
        return None


class _Places(cst.CSTVisitor):
    """Where an operator of mutmut can do something: scope, the operator's name, the node, what takes its place."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, cst.CSTNode, cst.CSTNode]] = []
        self._scope: list[str] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Collect a node's mutations; False keeps out of what is not code."""
        if isinstance(node, _NOT_CODE) or _is_docstring(node) or _is_for_types(node):
            return False
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                self._collect(node, operator)
        if isinstance(node, cst.ClassDef | cst.FunctionDef):
            self._scope.append(node.name.value)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Leave a class or a function."""
        if isinstance(original_node, cst.ClassDef | cst.FunctionDef):
            self._scope.pop()

    def _collect(self, node: cst.CSTNode, operator: Callable[..., object]) -> None:
        name = operator.__name__
        made: list[cst.CSTNode] = list(operator(node))  # type: ignore[call-overload]  # each operator knows its nodes
        for new in made[:1] if name in _ONE_VARIANT else made:
            self.found.append((".".join(self._scope), name.removeprefix("operator_"), node, new))


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString | cst.ConcatenatedString)


def _is_for_types(node: cst.CSTNode) -> bool:
    """`if TYPE_CHECKING:`, which never runs."""
    return isinstance(node, cst.If) and isinstance(node.test, cst.Name) and node.test.value == "TYPE_CHECKING"


def _changed_lines(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, each side on one line."""
    old, new = before.splitlines(), after.splitlines()
    head = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))))
    old, new = old[head:], new[head:]
    tail = len(
        list(takewhile(lambda pair: pair[0] == pair[1], zip(reversed(old), reversed(new), strict=False)))
    )
    return _on_one_line(old[: len(old) - tail]), _on_one_line(new[: len(new) - tail])


def _on_one_line(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines) or "(nothing)"
