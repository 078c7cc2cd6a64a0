"""Lessons, run from top to bottom in a kernel of their own."""

import copy
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.postgresql import why_missing
from course.project.myst import Notebook, skip_slow_import, source_lines
from course.project.sources import where_is
from course.project.workspace import TEMPORARY

CELL_TIMEOUT = 120
POSTGRESQL = "postgresql"
"""The tag of a cell whose output depends on a database that an earlier cell asked for."""
ASKS_FOR_POSTGRESQL = "course.postgres("
_CHANGES_WHAT_TOOLS_PRINT = frozenset(
    {
        *("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "PY_COLORS"),
        *("PYTEST_ADDOPTS", "PYTEST_THEME", "RUFF_OUTPUT_FORMAT", "MYPY_FORCE_COLOR", "PYTHONWARNINGS"),
        *("CI", "BUILD_NUMBER"),  # with these pytest does not cut its lines
    }
)


def execute(notebook: Notebook, source: Path, folder: Path) -> Notebook:
    """Return a copy of a lesson with the outputs of a fresh run in this folder.

    The kernel gets an empty workspace of its own. Raises CourseError naming the cell and its line in the source when
    a cell fails without the tag `raises-exception`, takes longer than two minutes, or takes the kernel down.
    """
    if (missing := why_missing()) and any(map(needs_postgresql, notebook["cells"])):
        raise CourseError(
            f"{where_is(source)} shows what PostgreSQL does: it cannot be built without. {missing}"
        )
    skip_slow_import()
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    node = nbformat.from_dict(copy.deepcopy(notebook))  # type: ignore[no-untyped-call]  # nbformat
    client = NotebookClient(
        node,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
        coalesce_streams=True,
        record_timing=False,
    )
    running = _Running()
    client.on_cell_execute = running.started
    try:
        with tempfile.TemporaryDirectory(prefix="course-build-") as temporary:
            environment = kernel_environment(Path(temporary))
            client.execute(env=environment, stderr=subprocess.DEVNULL)  # the kernel's own log
    except CellExecutionError as error:
        message = f"{error.ename}: {error.evalue}".strip().removesuffix(".")
        raise running.failure(source, message) from error
    except CellTimeoutError as error:
        raise running.failure(source, f"it took longer than {CELL_TIMEOUT} seconds") from error
    except DeadKernelError as error:
        raise running.failure(source, "the kernel died") from error
    return {key: node[key] for key in node}


def needs_postgresql(cell: Mapping[str, Any]) -> bool:
    """Whether what a cell shows is another thing where there is no PostgreSQL: it asks for one, or has the tag."""
    tags = cell.get("metadata", {}).get("tags", [])
    return cell["cell_type"] == "code" and (POSTGRESQL in tags or ASKS_FOR_POSTGRESQL in cell["source"])


def kernel_environment(temporary: Path) -> dict[str, str]:
    """Return the environment in which lessons are run and validated.

    An empty workspace; no setting of this machine that changes what the tools print; `temporary` for everything that
    is not to stay, also when the kernel is killed before it can clean up.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _CHANGES_WHAT_TOOLS_PRINT}
    return kept | {"COURSE_WORKSPACE": TEMPORARY, "TMPDIR": str(temporary)}


class _Running:
    """Which cell a client is at: its exceptions do not say."""

    def __init__(self) -> None:
        self.index = 0

    def started(self, *, cell: object, cell_index: int) -> None:
        self.index = cell_index

    def failure(self, source: Path, what: str) -> CourseError:
        line = source_lines(source)[self.index]
        return CourseError(f"{where_is(source)}, line {line}: cell {self.index + 1} failed: {what}.")
