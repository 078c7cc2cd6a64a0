"""For check authors: put something into the graded copy of a project for a moment, and let the tools look at it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from course.grading.checking import ProjectFiles


@contextmanager
def planted(project: ProjectFiles, files: Mapping[str, str]) -> Iterator[None]:
    """Put files into the graded copy, path to text, for a moment. Text for a file that is there goes to its end."""
    with ExitStack() as stack:
        for path, text in files.items():
            stack.enter_context(added(project, path, text))
        yield


@contextmanager
def added(project: ProjectFiles, path: str, text: str) -> Iterator[None]:
    """Add text to a file of the graded copy (or make the file), for a moment."""
    file = project.root / path
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((before or "") + text, encoding="utf-8")
    try:
        yield
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before, encoding="utf-8")
