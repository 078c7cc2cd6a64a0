"""The learner's own tests, for check authors: run in a copy of the project, also with a fault put back."""

from collections.abc import Mapping

from course.grading.checking import Probe


async def run_tests(probe: Probe, files: Mapping[str, str], target: str) -> tuple[int, str]:
    """Run pytest on a path in a copy of the project with these files; return its exit code and its output.

    Text for a file that is there goes to its end. A test may do what it likes: the copy is gone with the probe.
    """
    return await probe.run_tests(files, target)


def last_line(output: str) -> str:
    """The last failure that pytest names, in one line."""
    lines = [line for line in output.splitlines() if line.startswith(("FAILED", "ERROR", "E  "))]
    return " ".join(lines[-1].split()).rstrip(".") if lines else "pytest could not run it"
