"""What ruff finds in a submission, for check authors."""

from course.grading.checking import CheckFailed, ProjectFiles
from course.project.tools.findings import RUFF, Finding, read_ruff

__all__ = ["Finding", "first_line", "lint"]


def lint(project: ProjectFiles, *arguments: str) -> list[Finding]:
    """What `ruff check` finds; under the learner's configuration unless the arguments say otherwise.

    Raises CheckFailed when ruff cannot read the configuration.
    """
    said = project.ruff("check", *RUFF, "--force-exclude", *arguments)
    try:
        return read_ruff(said.output)
    except ValueError:
        if said.passed:
            return []
    raise CheckFailed(
        f"ruff cannot read your pyproject.toml: {first_line(said.output)}. Fix that first.", said.output
    )


def first_line(output: str) -> str:
    """The line in which a tool says what it cannot read; else its first line, without the full stop."""
    lines = [line.strip().rstrip(".") for line in output.splitlines() if line.strip()]
    return next(
        (line for line in lines if "unknown" in line or "expected" in line),
        lines[0] if lines else "no output",
    )
