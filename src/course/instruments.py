"""Instruments: what a chapter's folder adds to `import course`, such as a picture that only its lesson draws.

A chapter's instrument is `instrument.py` in its folder, or a package `instrument/`; its `__all__` says which names it
adds. They are read from its text: nothing is imported before somebody asks for a name.
"""

import ast
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from course.catalog import content
from course.errors import CourseError

PREFIX = "course_instrument_"


def names() -> dict[str, tuple[Path, ...]]:
    """Return every name that an instrument adds, with the files that add it: more than one is a fault."""
    found: dict[str, tuple[Path, ...]] = {}
    for file in files():
        for name in public_names(file):
            found[name] = (*found.get(name, ()), file)
    return found


def files() -> list[Path]:
    """Return the instruments of all chapters, in the order of the chapters."""
    folders = sorted(content().chapters.glob("*/"))
    places = (folder / place for folder in folders for place in ("instrument.py", "instrument/__init__.py"))
    return [place for place in places if place.is_file()]


def sources(chapter: Path) -> list[Path]:
    """Return the code of the instrument in a chapter's folder, for those whose results depend on it."""
    return sorted([*chapter.glob("instrument.py"), *chapter.glob("instrument/**/*.py")])


def public_names(file: Path) -> tuple[str, ...]:
    """Return an instrument's `__all__`; CourseError when it has none, or does not parse."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise CourseError(f"{_shown(file)} does not parse: line {error.lineno}, {error.msg}.") from error
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                return tuple(ast.literal_eval(value))
    raise CourseError(f"{_shown(file)} has no __all__: name there what lessons call as course.<name>.")


def find(name: str) -> object:
    """Return what a chapter's instrument calls `name`.

    AttributeError when no instrument has that name; CourseError when the one that has it cannot be loaded.
    """
    places = names().get(name, ())
    if not places:
        raise AttributeError(name)
    module = load(places[0])
    try:
        return getattr(module, name)
    except AttributeError as error:
        raise CourseError(f"{_shown(places[0])} names {name} in __all__ and does not define it.") from error


def load(file: Path) -> ModuleType:
    """Import an instrument, once; CourseError when that fails."""
    folder = file.parent if file.name == "__init__.py" else None
    chapter = (folder or file).parent.name
    name = PREFIX + "".join(letter if letter.isalnum() else "_" for letter in chapter)
    known = sys.modules.get(name)
    if known is not None and known.__file__ == str(file):
        return known
    spec = spec_from_file_location(name, file, submodule_search_locations=[str(folder)] if folder else None)
    if spec is None or spec.loader is None:
        raise CourseError(f"{_shown(file)} is no Python file.")
    module = sys.modules[name] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        for loaded in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
            del sys.modules[loaded]
        raise CourseError(f"{_shown(file)} cannot be loaded: {type(error).__name__}: {error}.") from error
    return module


def of_chapter(place: str | Path) -> Any:  # noqa: ANN401 - a module that the type checker cannot know
    """Return the instrument of the chapter whose folder a file is in: for tests that lie beside it, and for checks."""
    folder = Path(place).resolve().parent
    found = next((file for file in files() if folder in (file.parent, file.parent.parent)), None)
    if found is None:
        raise CourseError(f"{folder.name} has no instrument.")
    return load(found)


def findings() -> list[str]:
    """Return what is wrong with the instruments, for `course verify`: names that two of them add, or the engine has."""
    import course

    said = []
    for name, places in names().items():
        if len(places) > 1:
            said.append(f"course.{name} is defined twice: {' and '.join(map(_shown, places))}.")
        if name in course.ENGINE:
            said.append(f"course.{name} of {_shown(places[0])} is hidden: the engine has that name.")
    return said


def _shown(file: Path) -> str:
    return file.relative_to(content().root).as_posix() if file.is_relative_to(content().root) else file.name
