"""Production FastAPI: the engine behind the notebooks.

In a notebook: `import course`, then `api = await course.begin(1)`. Importing it does nothing else: each call is
loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course.notebook.begin import begin
    from course.notebook.bug_table import bug_table
    from course.notebook.checks import check, checkpoint
    from course.notebook.environment import environment
    from course.notebook.explorer import explore
    from course.notebook.follow import follow
    from course.notebook.hints import hint, solution
    from course.notebook.import_times import import_cycle, import_times
    from course.notebook.naming import naming_audit
    from course.notebook.overview import course_map as map  # noqa: A004 - learners type course.map()
    from course.notebook.overview import import_graph
    from course.notebook.quiz import quiz
    from course.notebook.signature import signature
    from course.notebook.timeline import timeline
    from course.notebook.types import types

__all__ = [
    "begin",
    "bug_table",
    "check",
    "checkpoint",
    "environment",
    "explore",
    "follow",
    "hint",
    "import_cycle",
    "import_graph",
    "import_times",
    "map",
    "naming_audit",
    "quiz",
    "signature",
    "solution",
    "timeline",
    "types",
]

_HOMES = {
    "begin": ("begin", "begin"),
    "bug_table": ("bug_table", "bug_table"),
    "check": ("checks", "check"),
    "checkpoint": ("checks", "checkpoint"),
    "environment": ("environment", "environment"),
    "explore": ("explorer", "explore"),
    "follow": ("follow", "follow"),
    "hint": ("hints", "hint"),
    "import_cycle": ("import_times", "import_cycle"),
    "import_graph": ("overview", "import_graph"),
    "import_times": ("import_times", "import_times"),
    "map": ("overview", "course_map"),
    "naming_audit": ("naming", "naming_audit"),
    "quiz": ("quiz", "quiz"),
    "signature": ("signature", "signature"),
    "solution": ("hints", "solution"),
    "timeline": ("timeline", "timeline"),
    "types": ("types", "types"),
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'course' has no attribute {name!r}; it has {', '.join(__all__)}")
    module, attribute = _HOMES[name]
    value: object = getattr(import_module(f"course.notebook.{module}"), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
