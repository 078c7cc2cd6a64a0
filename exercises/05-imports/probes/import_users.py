# Derived from chapters/05-imports/probes/import_users.py by `course build`: change it there.
"""Run in the learner's process: which module of orders comes along when one of users is imported."""

import importlib
import sys

from probes.watched import forget_the_app


def import_users(modules: list[str]) -> dict[str, str]:
    """Import each module alone; what went wrong or came along, by module: nothing where it is well."""
    return {module: _import_alone(module) for module in modules}


def _import_alone(module: str) -> str:
    forget_the_app()
    try:
        importlib.import_module(module)
    except ImportError as error:
        return f"failed with {type(error).__name__}: {error.msg.partition(' (/')[0]}"
    strangers = sorted(name for name in sys.modules if name.startswith("app.orders"))
    return f"loaded {strangers[-1]}" if strangers else ""
