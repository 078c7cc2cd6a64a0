"""Fresh imports: after a write, every module of the learner's app is imported anew, all of them at once.

Partial reloads break type identity ("Input should be an instance of A" for an instance of the older A).
"""

import importlib
import linecache
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from course.project.engines import engines_of
from course.project.files import IGNORED_FOLDERS

PACKAGES = ("app", "tests")
_generation = 0
_engines: list[Any] = []  # of SQLAlchemy, left by modules that were forgotten
_forgotten: set[str] = set()  # beside those of PACKAGES: whatever of the project was imported once


def generation() -> int:
    """How often the app has been forgotten; it changes whenever imports start afresh."""
    return _generation


def forget_app(project: Path | None = None) -> None:
    """Forget every imported module of the learner's app, so that the next import reads the files again.

    With `project`, every module that lies in it: another notebook begins, and its scripts are other scripts.
    """
    global _generation
    _engines.extend(imported_engines())
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in PACKAGES:
            del sys.modules[name]
        elif project is not None and _lies_in(module, project):
            _forgotten.add(name)
            del sys.modules[name]
    importlib.invalidate_caches()
    linecache.checkcache()
    _generation += 1


def imported_engines() -> list[Any]:
    """Return the engines of the app's modules that are imported now."""
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] in PACKAGES]
    return engines_of(value for module in modules for value in vars(module).values())


def left_engines() -> list[Any]:
    """Return the engines of the modules that were forgotten, once: whoever asks disposes them."""
    found = _engines.copy()
    _engines.clear()
    return found


def _lies_in(module: object, project: Path) -> bool:
    """Whether a module's file, or the folder of a package without one, is the learner's: scripts, say, or one beside app."""
    name = getattr(module, "__name__", "")
    places = (
        [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
        if name != "__main__"
        else []
    )
    for place in places:
        path = Path(str(place))
        if path.is_relative_to(project):
            return IGNORED_FOLDERS.isdisjoint(path.relative_to(project).parts)
    return False


def stale_names(namespace: Mapping[str, object]) -> list[str]:
    """Return the names in a notebook's namespace that still hold objects of an app that was forgotten, sorted."""
    return sorted(name for name, value in namespace.items() if not name.startswith("_") and _is_stale(value))


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in PACKAGES or module in _forgotten


def _is_stale(value: object) -> bool:
    if isinstance(value, ModuleType):
        return _is_ours(value.__name__) and sys.modules.get(value.__name__) is not value
    owner = value if hasattr(value, "__qualname__") else type(value)
    module = getattr(owner, "__module__", None)
    if not isinstance(module, str) or not _is_ours(module):
        return False
    home = sys.modules.get(module)
    return home is None or getattr(home, str(getattr(owner, "__qualname__", "")), None) is not owner
