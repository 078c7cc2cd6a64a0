"""Names for what a verdict depends on: when none of it changed, the verdict stands."""

import hashlib
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import course
from course.catalog import content
from course.grading.exercise import Exercise
from course.project.checkpoints import files_at

ROOMS = ("checks", "grading", "project", "sandbox")
"""The rooms whose code decides a verdict."""
DISTRIBUTIONS = (
    *("anyio", "fastapi", "grimp", "httpx2", "import-linter", "mypy", "pydantic", "pytest", "pytest-asyncio"),
    *("ruff", "sqlalchemy", "starlette", "uvicorn"),
)
"""The packages whose behavior checks can see."""


@lru_cache(maxsize=1)
def engine_key() -> str:
    """Name the grader: its own code, Python, and the packages that checks run on."""
    package = Path(course.__file__).parent
    parts = [sys.version]
    for distribution in DISTRIBUTIONS:
        try:
            parts.append(f"{distribution} {version(distribution)}")
        except PackageNotFoundError:
            parts.append(f"{distribution} -")
    for room in ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            parts += [path.relative_to(package).as_posix(), path.read_text(encoding="utf-8")]
    return digest(parts)


def exercise_key(exercise: Exercise) -> str:
    """Name an exercise as it is graded: its release, its checks, the project it starts from, and the grader."""
    release = content().exercise_notebook(exercise.chapter)
    parts = [engine_key(), release.read_text(encoding="utf-8")]
    for path in (exercise.check_file, exercise.held_out_file, *exercise.probe_files):
        parts.append(path.read_text(encoding="utf-8") if path else "-")
    for name, text in sorted(files_at(exercise.chapter.number, exercise=True).items()):
        parts += [name, text]
    return digest(parts)


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
