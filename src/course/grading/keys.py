"""Names for what a verdict depends on: when none of it changed, the verdict stands."""

import hashlib
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import course
from course import instruments
from course.catalog import content
from course.grading.exercise import Exercise

ROOMS = ("catalog", "checks", "grading", "project", "sandbox")
"""The rooms whose code decides a verdict."""
DISTRIBUTIONS = (
    *("aiosqlite", "alembic", "anyio", "asyncpg", "fastapi", "grimp", "httpx2", "import-linter", "mypy"),
    *("pwdlib", "pydantic", "pydantic-settings", "pyjwt", "pytest", "pytest-asyncio", "python-multipart"),
    *("ruff", "sqlalchemy", "starlette", "structlog", "uvicorn"),
)
"""The packages whose behavior checks can see."""
OF_THE_LESSON = ("lesson.md", "quiz.toml", "hints.toml", "chapter.toml", "test_instrument")
"""How the names begin of what no verdict depends on in a chapter's folder. What the exercise starts with is its ground;
checks may ask the instrument."""
LEFTOVERS = frozenset({"__pycache__", ".ipynb_checkpoints", ".mypy_cache", ".ruff_cache", ".DS_Store"})


@lru_cache(maxsize=1)
def engine_key() -> str:
    """Name the grader: its own code, and the packages that checks run on."""
    package = Path(course.__file__).parent
    parts = []
    for distribution in DISTRIBUTIONS:
        try:
            parts.append(f"{distribution} {version(distribution)}")
        except PackageNotFoundError:
            parts.append(f"{distribution} -")
    for room in ROOMS:
        parts += _texts(package / room, package)
    return digest(parts)


def exercise_key(exercise: Exercise) -> str:
    """Name an exercise as it is graded here: its release, its checks, what it starts from, the grader, and Python."""
    release = content().exercise_notebook(exercise.chapter)
    parts = [sys.version, engine_key(), release.read_text(encoding="utf-8")]
    for path in (exercise.check_file, exercise.held_out_file, *exercise.probe_files):
        parts.append(path.read_text(encoding="utf-8") if path else "-")
    for path in instruments.sources(content().folder(exercise.chapter)):  # checks may ask it
        parts += [path.name, path.read_text(encoding="utf-8")]
    parts += _ground(exercise)
    # what fails is read once more beside the reference's version of the other tasks' files
    parts += (text for pair in sorted(exercise.reference.items()) for text in pair)
    return digest(parts)


def proof_key(exercise: Exercise, judges: Iterable[Path]) -> str:
    """Name all that the proof of an exercise depends on, on any machine: the same for each system and each Python.

    That is the grader, the ground (all chapters before it), the chapter's own files but those of the lesson, and the
    code that judges.
    """
    where = content()
    parts = [engine_key(), where.exercise_notebook(exercise.chapter).read_text(encoding="utf-8")]
    parts += _ground(exercise)
    parts += _texts(where.folder(exercise.chapter), where.root, but=OF_THE_LESSON)
    parts += [path.read_text(encoding="utf-8") for path in judges]
    return digest(parts)


def _ground(exercise: Exercise) -> list[str]:
    return [part for name, text in sorted(exercise.ground.items()) for part in (name, text)]


def _texts(folder: Path, root: Path, *, but: tuple[str, ...] = ()) -> list[str]:
    """The files of a folder: names and texts, in order, without what an editor or an interpreter leaves there."""
    parts = []
    for path in sorted(folder.rglob("*")):
        names = path.relative_to(folder).parts
        if path.is_file() and not LEFTOVERS.intersection(names) and not names[0].startswith(but):
            text = path.read_text(encoding="utf-8", errors="surrogateescape")
            parts += [path.relative_to(root).as_posix(), text]
    return parts


def submission_key(exercise: str, text: str, problem: str) -> str:
    """Name one submission under one exercise key."""
    return digest([exercise, text, problem])


def digest(parts: Iterable[str]) -> str:
    """Hash texts so that no two lists of texts have one hash."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()
