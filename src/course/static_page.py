"""The course in a page: Python is WebAssembly there, without processes, threads or sockets.

The site of `course build --site` brings the package and one lesson as a wheel. What a page cannot do is one sentence.
"""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from course.errors import CourseError

IN_BROWSER = sys.platform == "emscripten"
EDITION = "edition"
"""The folder of the wheel that holds what lessons read: course.toml and chapters."""
ELSEWHERE = frozenset({"check", "checkpoint", "environment", "grade", "hint", "postgres", "solution"})
"""The names of `import course` that start programs, or belong to an exercise: a page has neither."""
LIBRARIES = ("anyio", "anywidget", "asgi_lifespan", "fastapi", "httpx2", "pygments", "yaml")


def needs_a_computer(what: str) -> CourseError:
    """Return the sentence for what a page cannot do."""
    return CourseError(
        f"{what} needs a computer: a browser's Python cannot start programs. The end of this notebook says how to take "
        "the course home."
    )


def published(repository: str, path: str = "") -> str:
    """Return where the course, or one file of it, can be read by everybody."""
    return f"https://github.com/{repository}{f'/blob/HEAD/{path}' if path else ''}"


def elsewhere(what: str) -> Callable[..., NoReturn]:
    """Return what stands in a page for a function that needs a computer: it raises the sentence, awaited or not."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise needs_a_computer(what)

    return refuse


def settle() -> None:
    """Make a page the learner's place: an empty folder in its memory, and `def` routes that run where they are called.

    Raises CourseError when a library is missing: a page goes on without what it could not load.
    """
    for name in LIBRARIES:
        try:
            import_module(name)
        except ModuleNotFoundError as error:
            raise CourseError(
                f"{error.name} did not arrive in this page, the network may be slow: reload it."
            ) from None
    root = Path.home() / "my-course"
    root.mkdir(exist_ok=True)
    os.environ.setdefault("COURSE_WORKSPACE", str(root))
    os.environ.setdefault("COURSE_CONTENT", str(Path(__file__).parent / EDITION))
    from anyio import to_thread

    to_thread.run_sync = _at_once  # type: ignore[assignment]  # there is one thread


async def _at_once(function: Callable[..., Any], *arguments: Any, **_: object) -> Any:  # noqa: ANN401 - as anyio's
    """What `anyio.to_thread.run_sync` returns, without the thread."""
    return function(*arguments)
