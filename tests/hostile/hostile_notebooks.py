"""Notebooks that are attacks themselves: each file of `notebooks/` builds one, and names the score that it must get."""

import importlib.util
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.grading.exercise import Exercise

NOTEBOOKS = Path(__file__).parent / "notebooks"
TOTALS = "app/orders/totals.py"
WRONG_TOTALS = "def total(prices: list[int]) -> int:\n    return -1\n"
EVIL = "alert(/HOSTILE/)"
"""A script that must never run in anybody's browser."""

type Notebook = dict[str, Any]


@dataclass(frozen=True)
class HostileNotebook:
    """One notebook: what it tries, the score it must get, part of a remark, and how it is built."""

    name: str
    tries: str
    earned: float
    says: str
    build: Callable[..., object]
    wrong: bool
    """Whether it is built over a notebook in which task 1.2 is answered wrong."""

    def write(self, path: Path, exercise: Exercise, release: Notebook, fill: Callable[[str], str]) -> None:
        """Write the submission as `path`, or nothing, or something that is no file."""
        made = self.build(answered(release, exercise, wrong=self.wrong))
        path.parent.mkdir(parents=True, exist_ok=True)
        if made is None:
            return
        if made == {}:
            path.mkdir()
        elif isinstance(made, bytes):
            path.write_bytes(made)
        else:
            path.write_text(fill(made if isinstance(made, str) else json.dumps(made)), encoding="utf-8")


def answered(release: Notebook, exercise: Exercise, *, wrong: bool = False) -> Notebook:
    """The released notebook with the reference solution in it, or with a wrong answer to task 1.2."""
    notebook = copy_of(release)
    for grade_id, (path, _) in exercise.starters.items():
        text = WRONG_TOTALS if wrong and path == TOTALS else exercise.reference[path]
        cell_of(notebook, grade_id)["source"] = f"%%write {path}\n{text}"
    return notebook


def cell_of(notebook: Notebook, grade_id: str) -> dict[str, Any]:
    """The cell with this nbgrader id."""
    found: dict[str, Any] = next(cell for cell in notebook["cells"] if grade_id_of(cell) == grade_id)
    return found


def grade_id_of(cell: dict[str, Any]) -> str:
    """A cell's nbgrader id, or nothing."""
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def copy_of(data: dict[str, Any]) -> dict[str, Any]:
    """A copy that shares nothing."""
    copied: dict[str, Any] = json.loads(json.dumps(data))
    return copied


def code(source: str) -> dict[str, Any]:
    """A code cell of the learner's own."""
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}


def read_hostile_notebook(path: Path) -> HostileNotebook:
    """Load one builder."""
    spec = importlib.util.spec_from_file_location(f"hostile_notebook_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    build = module.build
    return HostileNotebook(
        name=path.stem,
        tries=(module.__doc__ or "").strip(),
        earned=module.EARNED,
        says=getattr(module, "SAYS", ""),
        build=build,
        wrong="wrong" in build.__code__.co_varnames[: build.__code__.co_argcount],
    )


BUILDERS = {path.stem: read_hostile_notebook(path) for path in sorted(NOTEBOOKS.glob("*.py"))}
