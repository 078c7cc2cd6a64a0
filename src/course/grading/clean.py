"""The copy of a submission that tools and checks look at: nothing in it steers them that the exercise does not ask for.

A planted `ruff.toml`, `mypy.ini`, `.gitignore`, `conftest.py` or stub decides what a tool finds. So only files that the
exercise itself names may be of any kind; settings that are not its business are the course's own.
"""

import configparser
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from course.grading.exercise import Exercise
from course.project.files import PACKAGE_ROOTS

PLAIN = frozenset({".css", ".html", ".js", ".json", ".mako", ".md", ".py", ".sql", ".txt", ".yaml", ".yml"})
"""Kinds of files that no tool takes for its settings."""

_STEERING_NAMES = frozenset({"conftest.py", "setup.py", "sitecustomize.py", "usercustomize.py"})
_INI = frozenset({".mypy.ini", "mypy.ini", "setup.cfg"})
_MAX_INI_LINE = 500
_MAX_KEY_PARTS = 200
_MAX_KEY_COST = 1_000_000


def clean_copy(exercise: Exercise, files: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Choose from a project's files what is looked at, and say what is left out, for the learner."""
    base = exercise.ground
    asked = {path for path, _ in exercise.starters.values()} | set(exercise.reference)
    folders = {PurePosixPath(path).parts[0] for path in (*base, *asked) if "/" in path} | set(PACKAGE_ROOTS)
    copy: dict[str, str] = {}
    notes: list[str] = []
    for path, text in files.items():
        own = base.get(path)
        if (path in asked and not (reason := _unfit(path, text))) or text == own:
            copy[path] = text
        elif path in asked:
            notes.append(f"{path} {reason}: the tools run without this file.")
        elif own is not None and not path.endswith(".py"):
            copy[path] = own
            notes.append(f"{path} is not part of this exercise: the tools use the course's version.")
        elif own is not None or _is_plain(path, folders):
            copy[path] = text
        else:
            notes.append(f"{path} is not part of this exercise: tools and checks do not look at it.")
    return copy, tuple(notes)


def _unfit(path: str, text: str) -> str:
    """Why a file that the exercise asks for cannot be looked at, or nothing."""
    if slow_to_read(path, text):
        return "has lines that take too long to read"
    found = code_named_in(path, text)
    return f"makes a tool run code ({found})" if found else ""


def slow_to_read(path: str, text: str) -> bool:
    """Whether Python's parsers could need hours, or all memory, for a configuration file.

    Their cost is the square of a TOML key's parts, and of an INI line's length. No list of dependencies comes near.
    """
    name = PurePosixPath(path).name
    lines = text.split("\n")  # as the parsers do: more than this may stand in a key
    if name in _INI:
        return any(len(line) > _MAX_INI_LINE for line in lines)
    parts = [line.count(".") for line in lines] if name == "pyproject.toml" else [0]
    return max(parts) > _MAX_KEY_PARTS or sum(count * count for count in parts) > _MAX_KEY_COST


def code_named_in(path: str, text: str) -> str:
    """The setting of a configuration file that would make a tool run code, or nothing."""
    name = PurePosixPath(path).name
    if name in _INI:
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(text)
        except configparser.Error:
            return ""  # the tool will say so itself
        settings: dict[str, Any] = dict(parser["mypy"]) if parser.has_section("mypy") else {}
        return next(_mypy(settings), "")
    if name != "pyproject.toml":
        return ""
    try:
        tools = tomllib.loads(text).get("tool", {})
    except (ValueError, RecursionError):
        return ""
    mypy, linter = _table(tools, "mypy"), _table(tools, "importlinter")
    return next(_mypy(mypy), "") or ("importlinter.contract_types" if linter.get("contract_types") else "")


def _mypy(settings: Mapping[str, Any]) -> Iterator[str]:
    plugins = settings.get("plugins") or ()
    plugins = plugins.split(",") if isinstance(plugins, str) else plugins
    plugins = plugins if isinstance(plugins, list) else []  # what else TOML can say, mypy refuses
    if any("/" in str(plugin) or ".py" in str(plugin) for plugin in plugins):
        yield "mypy.plugins"  # a file; a module's name is that of an installed package
    for key in ("python_executable", "custom_typeshed_dir", "custom_typing_module"):
        if settings.get(key):
            yield f"mypy.{key}"


def _table(data: object, key: str) -> dict[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _is_plain(path: str, folders: set[str]) -> bool:
    pure = PurePosixPath(path)
    hidden = any(part.startswith(".") for part in pure.parts)
    return (
        len(pure.parts) > 1
        and pure.parts[0] in folders
        and pure.suffix in PLAIN
        and not hidden
        and (pure.name not in _STEERING_NAMES or pure.parts[0] == "tests")
    )
