"""What every kernel of the course's JupyterLab knows from its first second: `course`, `%%write`, and sentences for slips.

An IPython extension. It is loaded before anything was begun, so it imports what it needs when it is needed.
"""

import contextlib
import os
from pathlib import Path, PurePosixPath
from types import TracebackType

from IPython.core.getipython import get_ipython
from IPython.core.interactiveshell import ExecutionInfo, InteractiveShell

import course
from course.errors import CourseError
from course.static_page import IN_BROWSER, elsewhere

_RUNNING_LOOP = "cannot be called from a running event loop"

_cell = ""


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Make a shell the course's. Loading it twice changes nothing."""
    shell.push({"course": course}, interactive=False)  # type: ignore[no-untyped-call]  # IPython's
    shell.magics_manager.register_function(write, magic_kind="cell", magic_name="write")
    shell.magics_manager.register_function(writefile, magic_kind="cell", magic_name="writefile")
    shell.events.register("pre_run_cell", _remember)
    if IN_BROWSER:
        shell.system = shell.getoutput = elsewhere("A command after `!`")  # type: ignore[method-assign]  # in a page, for good
    # IPython asks an error itself (`_render_traceback_`) unless an ExceptionGroup led to it.
    shell.set_custom_exc((CourseError, NameError, RuntimeError), _show_error)  # type: ignore[no-untyped-call]  # IPython's


def running_cell() -> str:
    """Return the text of the cell that runs now, as it stands in the notebook; empty where nobody says so."""
    parent = getattr(
        get_ipython(), "parent_header", None
    )  # Jupyter's request; a magic may run cells of its own
    asked = parent.get("content", {}) if isinstance(parent, dict) else {}
    return str(asked.get("code") or _cell)


def write(line: str, cell: str) -> None:
    """Write the cell as a file of my-api: %%write app/users/schemas.py.

    The file is written whole or not at all; Python that does not parse leaves the old file as it is. The next
    request and the next import use the new code.
    """
    from course.notebook.magics import write_cell

    write_cell(line, cell)


def writefile(line: str, cell: str) -> None:
    """IPython's own %%writefile, for files outside of my-api: inside, only %%write is handed in."""
    path = line.split()[-1] if line.split() else ""
    from course.notebook.session import current

    session = current()
    target = Path(os.path.expanduser(path)).absolute()
    if session is not None and target.is_relative_to(session.workspace.project):
        inside = PurePosixPath(target.relative_to(session.workspace.project))
        raise CourseError(
            f"Nothing was written: files of my-api are written, checked and handed in by `%%write {inside}`."
        )
    from IPython.core.magics.osm import OSMagics

    OSMagics().writefile(line, cell)  # type: ignore[no-untyped-call]  # IPython's


def _remember(info: ExecutionInfo) -> None:
    global _cell
    _cell = info.raw_cell or ""


def _show_error(
    shell: InteractiveShell,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
    tb_offset: int | None = None,
) -> list[str] | None:
    said = error if isinstance(error, CourseError) else _slip(error, trace)
    if said is None:
        shell.showtraceback((kind, error, trace), running_compiled_code=True)
        return None
    sentence = said._render_traceback_()
    shell._showtraceback(kind, error, sentence)
    return sentence


def _serve_command() -> str:
    """How uvicorn is to be started: my-api has an app at first, later a function that makes one."""
    from course.notebook.session import workspace
    from course.project.client import FACTORY, MODULE

    with contextlib.suppress(CourseError, OSError):
        if FACTORY in (workspace().project / "app" / "main.py").read_text(encoding="utf-8"):
            return f"uvicorn {MODULE}:{FACTORY} --factory --reload"
    return f"uvicorn {MODULE}:app --reload"


def _slip(error: BaseException, trace: TracebackType | None) -> CourseError | None:
    """The course's sentence for an error that people meet in notebooks only; None for any other."""
    if isinstance(error, RuntimeError) and _RUNNING_LOOP in str(error):
        if "uvicorn" in running_cell():
            return CourseError(
                'In a notebook, no server is needed: `await api.get("/…")` calls the app as it is. To serve it, run '
                f"`{_serve_command()}` in a terminal, in the folder my-api."
            )
        return CourseError(
            "In a notebook, the event loop runs already: write `await …` instead of `asyncio.run(…)`."
        )
    if isinstance(error, NameError) and not isinstance(error, UnboundLocalError):
        from course.notebook.session import current

        if current() is None and _is_the_courses_notebook():
            return CourseError(
                f"`{error.name}` is not known yet: this kernel has run nothing of this notebook. Run the first cell, and "
                "then the cells above this one (Run ▸ Run All Above Selected Cell)."
            )
        from course.notebook.slips import unknown_name

        return unknown_name(error.name or "", trace)
    return None


def _is_the_courses_notebook() -> bool:
    """Whether the notebook of this kernel is one of the course; yes where Jupyter does not say which it is."""
    name = os.environ.get("JPY_SESSION_NAME", "")
    place = Path(name)
    return not name or "notebooks" in place.parts or "exercises" in place.parts
