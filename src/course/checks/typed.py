"""What mypy makes of a submission, for check authors: its messages line by line, and who keeps it quiet."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from course.checks.linted import lint
from course.checks.planting import planted
from course.grading.checking import CheckFailed, ProjectFiles, fail
from course.project.tools.findings import MYPY, Finding, read_mypy

type Message = tuple[str, int, str, str]
"""What mypy says: the path, the line, the kind (error, note) and the text."""

PLANT = "what_mypy_sees.py"
REVEALED = re.compile(r'Revealed type is "(.*)"')
OLD_SPELLING = ("UP006", "UP007", "UP035", "UP040", "UP045", "UP046", "UP047")


@dataclass(frozen=True)
class Said:
    """What mypy said of a planted file, by the comment at the end of each line."""

    source: str
    messages: tuple[tuple[int, str, str], ...]

    def errors(self, mark: str) -> list[str]:
        """The errors of the line that ends with this comment."""
        line = self._line(mark)
        return [text for at, kind, text in self.messages if at == line and kind == "error"]

    def notes(self, mark: str) -> list[str]:
        """Which members do not fit a protocol, in mypy's words; empty when all do, or when it is none."""
        line = self._line(mark)
        found = [" ".join(text.split()) for at, kind, text in self.messages if at == line and kind == "note"]
        return found if found and "member" in found[0] else []

    def revealed(self, mark: str) -> str:
        """The type that mypy revealed in this line, modules left out; "nothing" when it did not get there."""
        line = self._line(mark)
        found = [match[1] for at, _, text in self.messages if at == line and (match := REVEALED.search(text))]
        return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", found[0]) if found else "nothing"

    def code(self, mark: str) -> str:
        """The code of the line that ends with this comment; of `reveal_type(…)`, what is inside."""
        code = self.source.splitlines()[self._line(mark) - 1].partition("#")[0].strip()
        return (
            code.removeprefix("reveal_type(").removesuffix(")") if code.startswith("reveal_type(") else code
        )

    def none_elsewhere(self, what: str) -> None:
        """Fail when a line without a mark has an error: what it imports is not there, or is no type."""
        lines = self.source.splitlines()
        for at, kind, text in self.messages:
            if kind == "error" and "  # " not in lines[at - 1]:
                fail(f"mypy looked for {what}, and said: {text}.")

    def _line(self, mark: str) -> int:
        return next(at for at, line in enumerate(self.source.splitlines(), 1) if line.endswith(f"  # {mark}"))


def mypy_says(project: ProjectFiles, source: str, *, clean: tuple[str, ...] = ()) -> Said:
    """Let mypy --strict read a file that uses the learner's; fail when it objects to one of those in `clean`."""
    with planted(project, {PLANT: source}):
        output = mypy(project, PLANT, *clean)
    _fail_at_the_first(project, output, clean)
    return Said(source, tuple((line, kind, text) for path, line, kind, text in output if path == PLANT))


def no_type_errors(project: ProjectFiles, *paths: str) -> None:
    """Fail when mypy --strict objects to one of these files (`app`: to any)."""
    _fail_at_the_first(project, mypy(project, *paths), paths)


def _fail_at_the_first(project: ProjectFiles, output: list[Message], paths: tuple[str, ...]) -> None:
    for path, line, kind, text in output:
        if kind == "error" and (path in paths or "app" in paths):
            code = project.read(path).splitlines()[line - 1].strip()
            fail(f"mypy --strict objects to {path}, line {line} (`{code}`): {text}.")


def mypy(project: ProjectFiles, *paths: str) -> list[Message]:
    """Run mypy --strict, whatever the project configures, and return its messages."""
    options = (
        "--strict",
        "--python-version=3.12",
        "--config-file=",
        "--no-error-summary",
        "--no-color-output",
    )
    said = project.mypy(*options, *MYPY, *paths)
    found = read_mypy(said.output)
    if not said.passed and not found:
        raise CheckFailed("mypy could not read the project. Does every file parse?", said.output)
    return [message for finding in found for message in _messages(finding)]


def _messages(finding: Finding) -> Iterator[Message]:
    """A finding as mypy prints it for people: the error, then a note for each line of its hint."""
    kind = "note" if finding.is_note else "error"
    code = f"  [{finding.code}]" if finding.code and not finding.is_note else ""
    yield finding.path, finding.line, kind, f"{finding.message}{code}"
    for line in finding.hint.splitlines():
        yield finding.path, finding.line, "note", line


def no_way_around(project: ProjectFiles, *paths: str) -> None:
    """Fail when one of these files keeps mypy quiet instead of telling it something, or spells hints the old way."""
    for path in paths:
        source = project.read(path)
        try:
            tree = ast.parse(source)
        except SyntaxError as error:
            fail(f"{path}, line {error.lineno}, is not Python: {error.msg}.")
        for line, what in sorted({*silencers(tree), *silencing_comments(source)}):
            code = source.splitlines()[line - 1].strip()
            fail(f"{path}, line {line}, has `{what}` (`{code}`); expected a hint that says what is there.")
    old = lint(project, "--isolated", "--target-version=py312", f"--select={','.join(OLD_SPELLING)}", *paths)
    if old:
        fail(
            f"{old[0].path}, line {old[0].line}: ruff says {old[0].code}, {old[0].message}. Expected today's spelling."
        )


def aliases(source: str) -> dict[str, str]:
    """What each name that a module gives at its top stands for, as code: `type Id = int` is {"Id": "int"}."""
    found: dict[str, str] = {}
    for node in ast.parse(source).body:
        match node:
            case (
                ast.TypeAlias(name=ast.Name(id=name), value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                found[name] = ast.unparse(value)
            case ast.Assign(targets=targets, value=value):
                found |= {one.id: ast.unparse(value) for one in targets if isinstance(one, ast.Name)}
    return found


_SILENCERS = {"Any", "cast", "no_type_check"}


def silencers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each `Any`, `cast`, `no_type_check` and `if not TYPE_CHECKING` of a syntax tree, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(names=aliases):
                found = {alias.name for alias in aliases}
            case ast.Name(id=name):
                found = {name}
            case (
                ast.Attribute(value=ast.Name(id="typing" | "t"), attr="cast")
                | ast.Attribute(attr="Any" | "no_type_check")
            ):
                found = {node.attr}
            case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=operand)) if "TYPE_CHECKING" in ast.unparse(
                operand
            ):
                yield node.lineno, "not TYPE_CHECKING"
                continue
            case _:
                continue
        yield from ((node.lineno, name) for name in sorted(found & _SILENCERS))


def silencing_comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and (found := re.search(r"type: *ignore|noqa|mypy:", token.string)):
            yield token.start[0], found[0]
