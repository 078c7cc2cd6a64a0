"""Open JupyterLab on a learner's folder, at the course map."""

import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from course.catalog import catalog, content
from course.classroom.places import enter
from course.classroom.welcome import put_map, trust_built
from course.errors import CourseError
from course.project.myst import skip_slow_import
from course.project.workspace import Workspace

LOOPBACK = "127.0.0.1"
JUPYTER = Path(__file__).with_name("jupyter")


def open_lab(workspace: Workspace, *, port: int | None, browser: bool, say: Callable[[str], None]) -> None:
    """Run JupyterLab on the workspace until Ctrl-C; `say` gets the lines to print.

    Without `port` the first free one from 8888 on is taken. Raises CourseError when the port is taken or may not be
    used.
    """
    if port is not None:
        refuse_taken(port)
    skip_slow_import()
    prepare_environment(workspace)
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]  # JupyterLab ships no types

    start_page = f"/lab/tree/notebooks/{quote(catalog().chapters[0].slug)}.ipynb"
    server = LabApp.initialize_server(argv=_arguments(workspace, start_page, port=port, browser=browser))
    show_map(workspace, server.contents_manager.notary, say)
    say(f"JupyterLab: {_address(server, start_page)}")
    say("Ctrl-C here stops it. Your work is in the folder above.")
    _stop_at_once_on_ctrl_c(server)
    server.start()


def prepare_only(workspace: Workspace, *, say: Callable[[str], None]) -> None:
    """Do what `open_lab` does before the server runs: for places that start their own, such as Binder."""
    skip_slow_import()
    prepare_environment(workspace)
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()  # type: ignore[no-untyped-call]  # nbformat leaves it untyped
    with closing(notary.store):
        show_map(workspace, notary, say)


def show_map(workspace: Workspace, notary: Any, say: Callable[[str], None]) -> None:  # noqa: ANN401 - see welcome.py
    """Have the course map in view before any kernel runs; when that fails, say why, and let people in all the same."""
    try:
        if workspace.root == content().root:
            trust_built(notary)
        else:
            put_map(workspace, notary)
    except CourseError as error:
        say(f"The course map is not up to date: {error}")


def refuse_taken(port: int) -> None:
    """Raise CourseError when nobody can listen on this port of the loopback address."""
    if not 1 <= port <= 65535:
        raise CourseError(f"{port} is not a port: choose a number from 1024 to 65535.")
    with closing(socket.socket()) as probe:
        if os.name == "posix":  # as the server does: a port that was just given up counts as free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise CourseError(
                f"Port {port} is taken ({error.strerror}): choose another, or leave --port out and the next free "
                "one is used."
            ) from error


def prepare_environment(workspace: Workspace) -> None:
    """Set this process up so that JupyterLab, its kernels and its terminals find the course and this workspace."""
    know_the_course()
    enter(workspace)
    os.chdir(workspace.root)  # nbgrader reads nbgrader_config.py from the current folder


def know_the_course() -> None:
    """Have Jupyter in this process, and in those it starts, know the course, whatever workspace they are about.

    The course's settings go in as defaults through one more Jupyter configuration folder: what a learner has set
    in JupyterLab stays, here and in their other projects, and so does what a hub sets. The course's own `python3` kernel
    comes first: it knows the course from its first second, and no other of that name on this machine takes its place.
    """
    _add("JUPYTER_PATH", JUPYTER, first=True)
    _add("JUPYTER_CONFIG_PATH", JUPYTER, first=False)
    _add("PATH", Path(sys.executable).parent, first=True)


def _add(variable: str, folder: Path, *, first: bool) -> None:
    """Put a folder into a path of the environment, unless it is there."""
    known = [one for one in os.environ.get(variable, "").split(os.pathsep) if one]
    if str(folder) not in known:
        os.environ[variable] = os.pathsep.join([str(folder), *known] if first else [*known, str(folder)])


def _arguments(workspace: Workspace, start_page: str, *, port: int | None, browser: bool) -> list[str]:
    """The server's options. On the command line they win over the person's own Jupyter configuration."""
    import zmq

    arguments = [
        f"--ServerApp.root_dir={workspace.root}",
        f"--ServerApp.ip={LOOPBACK}",
        f"--ServerApp.open_browser={browser}",
        f"--LabApp.default_url={start_page}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--IdentityProvider.token={secrets.token_hex(24)}",  # one that Jupyter makes up, it prints in a banner
        "--Application.log_level=WARN",
    ]
    if zmq.has("curve"):  # without it each kernel warns in the terminal that it speaks in the clear
        arguments.append("--KernelManager.transport_encryption=auto")
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append(
            "--ServerApp.allow_root=True"
        )  # in a container people are root; we listen on loopback only
    return arguments


def _address(server: Any, start_page: str) -> str:  # noqa: ANN401 - ServerApp, without importing it for its name
    token = server.identity_provider.token
    query = f"?{urlencode({'token': token})}" if token else ""
    return f"http://{LOOPBACK}:{server.port}{start_page}{query}"


def _stop_at_once_on_ctrl_c(server: Any) -> None:  # noqa: ANN401 - see above
    """End server and kernels on the first Ctrl-C; JupyterLab asks back, although notebooks save themselves."""

    def stop(_signal: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a second one does not wait for the kernels
        server.stop(from_signal=True)

    signal.signal(signal.SIGINT, stop)
