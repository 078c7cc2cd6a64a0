"""A name that a cell uses and this kernel does not know, though another cell of the notebook makes it."""

import json
import os
import re
from pathlib import Path
from types import TracebackType

from course.errors import CourseError
from course.notebook.session import current
from course.project.cells import source_of

_LONGEST = 60


def unknown_name(name: str, trace: TracebackType | None) -> CourseError | None:
    """Return the sentence for a cell that stumbled over a name of an earlier cell; None where it is another slip.

    The kernel was restarted, or the earlier cell was left out. What the learner's own files stumble over is theirs.
    """
    session = current()
    if session is None or trace is None or not _is_in_a_cell(trace):
        return None
    line = _made_by(name, _notebook(session.workspace.root))
    if not line:
        return None
    return CourseError(
        f"`{name}` is not known: this kernel has not run the cell with `{line}`. Run that one first, or all above (Run ▸ "
        "Run All Above Selected Cell)."
    )


def _is_in_a_cell(trace: TracebackType) -> bool:
    """Whether the innermost code that ran is a cell's."""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return "__file__" not in trace.tb_frame.f_globals


def _notebook(root: Path) -> list[str]:
    """The code cells of this kernel's notebook, as they are saved; none when nobody says which it is."""
    name = os.environ.get("JPY_SESSION_NAME", "")
    for place in (Path(name), root / name) if name else ():
        try:
            cells = json.loads(place.read_text(encoding="utf-8"))["cells"]
            return [source_of(cell) for cell in cells if cell.get("cell_type") == "code"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return []


def _made_by(name: str, cells: list[str]) -> str:
    """The first line of a cell that gives something this name, shortened; empty when no cell does."""
    word = re.escape(name)
    makes = re.compile(
        rf"^(?:{word}\b[^=\n]*=(?!=)|[\w, ]+, ?{word}\b[^=\n]*=(?!=)|(?:async )?def {word}\b|class {word}\b"
        rf"|(?:from \S+ )?import .*\b{word}\b)",
        re.MULTILINE,
    )
    for cell in cells:
        if not cell.startswith("%%") and (found := makes.search(cell)):
            line = cell[found.start() :].split("\n", 1)[0].strip().replace("`", "")
            return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
    return ""
