"""What ruff finds in a submission, for check authors."""

import re
from dataclasses import dataclass

from course.grading.checking import CheckFailed, ProjectFiles


@dataclass(frozen=True)
class Finding:
    """One objection of ruff's."""

    path: str
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}, {self.code} ({self.message.rstrip('.')})"


_FOUND = re.compile(r"^(\S+?):(\d+):\d+: ([A-Z]+\d+|invalid-syntax):? (?:\[\*\] )?(.*)$", re.MULTILINE)


def lint(project: ProjectFiles, *arguments: str) -> list[Finding]:
    """What `ruff check` finds; under the learner's configuration unless the arguments say otherwise.

    Raises CheckFailed when ruff cannot read the configuration.
    """
    said = project.ruff("check", "--output-format=concise", "--force-exclude", *arguments)
    found = _FOUND.findall(said.output.replace("\\", "/"))
    if not said.passed and not found:
        raise CheckFailed(
            f"ruff cannot read your pyproject.toml: {first_line(said.output)}. Mend that first.", said.output
        )
    return [Finding(path, int(line), code, message) for path, line, code, message in found]


def first_line(output: str) -> str:
    """The line in which a tool says what it cannot read; else its first line, without the full stop."""
    lines = [line.strip().rstrip(".") for line in output.splitlines() if line.strip()]
    return next(
        (line for line in lines if "unknown" in line or "expected" in line),
        lines[0] if lines else "no output",
    )
