"""Production FastAPI: the engine behind the notebooks.

In a notebook: `import course`, then `api = await course.begin(1)`. Importing it does nothing else: each call is
loaded when it is first used. What is not here comes from the chapters (`course.instruments`).
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from course import static_page

ENGINE = {
    "begin": "begin",
    "check": "checks",
    "checkpoint": "checks",
    "environment": "environment",
    "explore": "explorer",
    "grade": "grade",
    "hint": "hints",
    "map": "overview:course_map",
    "postgres": "postgres",
    "quiz": "quiz",
    "solution": "hints",
}
"""The names of the engine, with the module of the notebook's room that has them, and its name there."""

if static_page.IN_BROWSER:
    static_page.settle()


def __getattr__(name: str) -> Any:  # noqa: ANN401 - what a chapter adds can be anything
    if static_page.IN_BROWSER and name in static_page.ELSEWHERE:
        value: Any = static_page.elsewhere(f"course.{name}")
    elif name in ENGINE:
        module, _, other = ENGINE[name].partition(":")
        value = getattr(import_module(f"course.notebook.{module}"), other or name)
    elif name.startswith("__") or find_spec(f"course.{name}"):  # `from course import grading` asks here first
        raise AttributeError(name)
    else:
        from course import instruments

        try:
            value = instruments.find(name)
        except AttributeError:
            known = ", ".join(__dir__())
            raise AttributeError(f"module 'course' has no attribute {name!r}; it has {known}") from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    from course import instruments

    return sorted([*ENGINE, *instruments.names()])
