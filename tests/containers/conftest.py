"""One engine, and the image of `workshop/Dockerfile` in it, for all tests of this folder."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from engine import ROOT, Engine, engine, why_not
from root_files import make_root
from wheels import index, pack

IMAGE = "production-fastapi-course"


@pytest.fixture(scope="session")
def docker() -> Iterator[Engine]:
    """An engine; skips where there can be none."""
    if why := why_not():
        pytest.skip(why)
    with engine() as running:
        yield running


@pytest.fixture(scope="session")
def image(docker: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The image, built as README.md says, but from a base and out of wheels that are made here."""
    program = uv()
    if program is None:
        pytest.skip("uv is not on PATH: `python3 run.py test` brings it along")
    folder = tmp_path_factory.mktemp("image")
    try:
        (folder / "wheels").mkdir()
        pack(ROOT / "workshop/requirements.txt", folder / "wheels")
    except PackageNotFoundError as error:
        pytest.skip(
            f"{error.name} is not installed: the extras `workshop` and `postgresql` bring what the image has"
        )
    (folder / "uv").mkdir()
    shutil.copy2(program, folder / "uv/uv")
    docker.take("uv", folder / "uv")
    with index(folder / "wheels") as address:
        base = make_root(folder / "base")
        (base / "etc/uv").mkdir()
        (base / "etc/uv/uv.toml").write_text(f'no-index = true\nfind-links = ["{address}"]\n')
        _keep_what_mypy_knows(base)
        docker.take("base", base, "ENV PATH=/usr/local/bin:/usr/bin:/bin")
        build = "build --network host --build-arg PYTHON=base --build-arg UV=uv --build-arg UV_COMPILE_BYTECODE=0".split()
        docker.build(context(), *build, "--file", "workshop/Dockerfile", "--tag", IMAGE)
    shutil.rmtree(folder)
    return IMAGE


def context() -> list[str]:
    """What the build may see, as `Dockerfile.dockerignore` says. Only newer builders than the tests' read that file."""
    build = pytest.importorskip("docker.utils.build", reason="the library docker is not installed: uv sync")
    lines = (ROOT / "workshop/Dockerfile.dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    return sorted(build.exclude_paths(str(ROOT), patterns, dockerfile="workshop/Dockerfile"))


def uv() -> str | None:
    """A uv that runs: the one that `uv run` names, the one on PATH, or `run.py`'s own."""
    for found in (os.environ.get("UV"), shutil.which("uv"), str(ROOT / ".course/uv/bin/uv")):
        if (
            found
            and os.path.isfile(found)
            and not subprocess.run([found, "--version"], capture_output=True).returncode
        ):
            return found
    return None


def _keep_what_mypy_knows(base: Path) -> None:
    """Where this environment has read the libraries' types already, the image need not: it would take half a minute."""
    from course.project import type_cache

    if len(list(type_cache.home().glob("mypy*"))) >= len(type_cache.CONFIGURATIONS):
        shutil.copytree(type_cache.home(), base / "opt/course/var/course")
