"""Fresh imports: after a write, every module of the learner's app is imported anew, all of them at once.

Partial reloads break type identity ("Input should be an instance of A" for an instance of the older A).
"""

import importlib
import linecache
import sys
from collections.abc import Mapping
from types import ModuleType

PACKAGES = ("app", "tests")
_generation = 0


def generation() -> int:
    """How often the app has been forgotten; it changes whenever imports start afresh."""
    return _generation


def forget_app() -> None:
    """Forget every imported module of the learner's app, so that the next import reads the files again."""
    global _generation
    for name in [name for name in sys.modules if _is_ours(name)]:
        del sys.modules[name]
    importlib.invalidate_caches()
    linecache.checkcache()
    _generation += 1


def stale_names(namespace: Mapping[str, object]) -> list[str]:
    """Return the names in a notebook's namespace that still hold objects of an app that was forgotten, sorted."""
    return sorted(name for name, value in namespace.items() if not name.startswith("_") and _is_stale(value))


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in PACKAGES


def _is_stale(value: object) -> bool:
    if isinstance(value, ModuleType):
        return _is_ours(value.__name__) and sys.modules.get(value.__name__) is not value
    owner = value if hasattr(value, "__qualname__") else type(value)
    module = getattr(owner, "__module__", None)
    if not isinstance(module, str) or not _is_ours(module):
        return False
    home = sys.modules.get(module)
    return home is None or getattr(home, str(getattr(owner, "__qualname__", "")), None) is not owner
