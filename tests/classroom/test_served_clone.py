"""A clone served in place, by `course start --here` and as Binder does it: everything in it can be opened."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from clone import clone_at

TOKEN = "a-token-of-these-tests"
COURSE = (sys.executable, "-m", "course.cli", "start", "--here")
OPTIONS = ("--ServerApp.ip=127.0.0.1", "--ServerApp.allow_root=True", f"--IdentityProvider.token={TOKEN}")
BINDER = (sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.port=0", *OPTIONS)


@dataclass(frozen=True)
class Served:
    """A Jupyter server on a clone."""

    clone: Path
    client: httpx2.Client

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """What the contents API says of a file or folder of the clone."""
        answer = self.client.get(f"api/contents/{quote(path)}", params=query)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="module", params=["course start --here", "binder"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    base = tmp_path_factory.mktemp("served")
    clone = clone_at(base / "clone")
    (base / "config").mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")} | {
        "COURSE_CONTENT": str(clone),  # the package is installed from another clone here
        "JUPYTER_CONFIG_DIR": str(base / "config"),
        "JUPYTER_DATA_DIR": str(base / "data"),
        "JUPYTER_RUNTIME_DIR": str(base / "runtime"),
    }
    if request.param == "binder":
        shutil.copy(clone / "binder/jupyter_server_config.py", base / "config")
        done = subprocess.run(
            [*COURSE, "--no-server"], cwd=clone, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "not up to date" not in done.stdout
        command = BINDER
    else:
        command = (*COURSE, "--no-browser")
    with (base / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=clone, env=environment, stdout=log, stderr=log)
    try:
        with client_of(process, base) as client:
            yield Served(clone, client)
    finally:
        process.terminate()
        process.wait(timeout=30)


def client_of(process: "subprocess.Popen[bytes]", base: Path) -> httpx2.Client:
    """A client of the server, as soon as it answers."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, (base / "log").read_text()
        for file in (base / "runtime").glob("jpserver-*.json"):
            if text := file.read_text():
                found = json.loads(text)
                headers = {"Authorization": f"token {found['token']}"}
                return httpx2.Client(base_url=found["url"], headers=headers, timeout=60)
        time.sleep(0.05)
    pytest.fail(f"the server did not start: {(base / 'log').read_text()}")


def test_every_folder_file_and_notebook_opens(served: Served) -> None:
    opened = []
    waiting = [""]
    while waiting:
        folder = served.get(waiting.pop())
        assert folder["type"] == "directory"
        for entry in folder["content"]:
            if entry["type"] == "directory":
                waiting.append(entry["path"])
            else:
                opened.append(served.get(entry["path"]))
    names = {entry["path"] for entry in opened}
    assert {"README.md", "chapters/01-project-structure/lesson.md"} <= names
    notebooks = {entry["path"] for entry in opened if entry["type"] == "notebook"}
    built = {path.relative_to(served.clone).as_posix() for path in served.clone.rglob("*.ipynb")}
    shown = {path for path in built if not any(part.startswith(".") for part in Path(path).parts)}
    assert notebooks >= shown
    assert len(shown) > 10


def test_sources_open_as_notebooks_too(served: Served) -> None:
    """So an author works on a lesson: `.md`, opened with jupytext."""
    for source in sorted(served.clone.glob("chapters/*/*.md")):
        found = served.get(source.relative_to(served.clone).as_posix(), type="notebook")
        assert found["content"]["cells"]


def test_the_lessons_are_trusted_as_they_were_built(served: Served) -> None:
    for path in sorted((served.clone / "notebooks").glob("*.ipynb")):
        cells = served.get(f"notebooks/{path.name}")["content"]["cells"]
        assert all(cell["metadata"]["trusted"] for cell in cells if cell["cell_type"] == "code"), path.name


def test_saving_a_lesson_writes_nothing_into_its_source(served: Served) -> None:
    source = served.clone / "chapters/00-welcome/lesson.md"
    before = source.read_bytes()
    found = served.get("notebooks/00-welcome.ipynb")
    body = {"type": "notebook", "format": "json", "content": found["content"]}
    answer = served.client.put("api/contents/notebooks/00-welcome.ipynb", json=body)
    assert answer.status_code == 200, answer.text
    assert source.read_bytes() == before
    assert [path.name for path in (served.clone / "notebooks").iterdir() if path.suffix == ".md"] == []
