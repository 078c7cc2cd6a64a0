"""What mybinder.org would do with this repository, as far as that can be seen without it."""

import json
import os
import stat
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from small_courses import make_course

from course.catalog import catalog

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder"
UV = os.environ.get("UV") or "uv"  # `uv run` says where it is


def requirements() -> list[Requirement]:
    lines = (BINDER / "requirements.txt").read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def dockerfile() -> str:
    """The Dockerfile that repo2docker makes of this repository."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "repo2docker",
            *"--no-build --debug --user-id 1000 --user-name jovyan .".split(),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_the_image_has_the_courses_python(dockerfile: str) -> None:
    pinned = (ROOT / ".python-version").read_text().strip()
    assert (BINDER / "runtime.txt").read_text().strip() == f"python-{pinned}"
    assert f"conda environment for python={pinned}" in dockerfile


def test_requirements_are_installed_before_the_repository_is_copied(dockerfile: str) -> None:
    """So that the layer with the packages is reused when only a lesson changed."""
    installed = dockerfile.index('pip install --no-cache-dir -r "binder/requirements.txt"')
    assert installed < dockerfile.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/")


def test_post_build_and_start_are_used(dockerfile: str) -> None:
    assert "RUN ./binder/postBuild" in dockerfile
    assert 'ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"' in dockerfile


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_scripts_run_and_parse(name: str) -> None:
    script = BINDER / name
    assert script.stat().st_mode & stat.S_IXUSR
    subprocess.run(["bash", "-n", str(script)], check=True)


@pytest.mark.parametrize("content", ["", "no-clone"])
def test_start_becomes_the_server_even_when_the_course_cannot_be_prepared(
    tmp_path: Path, content: str
) -> None:
    """A session that does not open is worse than a map that is not up to date."""
    clone = tmp_path / "clone"
    make_course(clone, {"Start": {"00-welcome": {"minutes": 5}}}, {}, name="small")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COURSE_CONTENT": str(clone / content),
    }
    environment.pop("COURSE_WORKSPACE", None)
    show = "import os; print(os.environ.get('COURSE_WORKSPACE'), os.environ['JUPYTER_PATH'], 'the server')"
    done = subprocess.run(
        [str(BINDER / "start"), sys.executable, "-c", show],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    workspace, settings, _ = done.stdout.splitlines()[-1].split(maxsplit=2)
    assert workspace == ("None" if content else str(clone))
    assert (Path(settings) / "kernels/python3/kernel.json").is_file()
    assert ("could not be prepared" in done.stderr) == bool(content)


def test_post_build_puts_the_courses_settings_where_jupyter_reads_them(tmp_path: Path) -> None:
    for name in (
        "python",
        "jupyter",
    ):  # the real ones take half a minute: all they do here is write down what they do
        stand_in = tmp_path / "bin" / name
        stand_in.parent.mkdir(exist_ok=True)
        stand_in.write_text(f'#!/bin/sh\necho {name} "$@" >> {tmp_path}/log\n')
        stand_in.chmod(0o755)
    prefix = tmp_path / "prefix"
    environment = {"PATH": f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}", "NB_PYTHON_PREFIX": str(prefix)}
    subprocess.run([str(BINDER / "postBuild")], cwd=ROOT, env=environment, check=True)
    overrides = json.loads((prefix / "share/jupyter/lab/settings/overrides.json").read_text())
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert "get_config()" in (prefix / "etc/jupyter/jupyter_server_config.py").read_text()
    did = (tmp_path / "log").read_text()
    assert "python -m pip install --no-cache-dir --no-deps --editable ." in did
    assert did.count("jupyter labextension disable") == 3


def test_requirements_hold_pinned_names_and_no_addresses() -> None:
    assert "://" not in (BINDER / "requirements.txt").read_text()
    for requirement in requirements():
        assert [pin.operator for pin in requirement.specifier] == ["=="], requirement
        assert requirement.url is None


def test_requirements_are_in_step_with_what_is_installed() -> None:
    """What runs here and what runs there come from one resolution."""
    pinned = {
        requirement.name: str(next(iter(requirement.specifier)).version)
        for requirement in requirements()
        if requirement.marker is None or requirement.marker.evaluate()
    }
    installed = {name: metadata.version(name) for name in pinned}
    assert pinned == installed, "run binder/export-requirements"


def test_requirements_cover_every_dependency_of_the_course() -> None:
    names = {requirement.name for requirement in requirements()}
    needed = [Requirement(line) for line in metadata.requires("production-fastapi-course") or []]
    always = {one.name for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})}
    assert always <= names, "run binder/export-requirements"


def test_the_readme_badge_opens_the_published_repository_at_the_course_map() -> None:
    readme = (ROOT / "README.md").read_text()
    first = catalog().chapters[0].slug
    link = f"https://mybinder.org/v2/gh/{catalog().repository}/HEAD?urlpath=lab/tree/notebooks/{first}.ipynb"
    assert f"[![Open the course on Binder](https://mybinder.org/badge_logo.svg)]({link})" in readme


def test_the_readme_clones_the_published_repository() -> None:
    assert f"git clone https://github.com/{catalog().repository}\n" in (ROOT / "README.md").read_text()


def test_the_server_on_binder_opens_the_course_map() -> None:
    first = catalog().chapters[0].slug
    assert f'"/lab/tree/notebooks/{first}.ipynb"' in (BINDER / "jupyter_server_config.py").read_text()


def test_requirements_install_into_a_clean_environment(tmp_path: Path) -> None:
    """And the course runs there, installed as postBuild does it."""
    python = tmp_path / "venv" / "bin" / "python"
    try:
        answer = uv("pip", "install", "--dry-run", "--no-cache", "--target", str(tmp_path), "hatchling")
    except FileNotFoundError:
        pytest.skip("uv is not on PATH: `python3 run.py test` brings it along")
    if answer.returncode != 0:
        pytest.skip(f"no package index answers: {answer.stderr.strip().splitlines()[-1]}")
    for command in (
        ["venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv")],
        ["pip", "install", "--quiet", "--python", str(python), "-r", str(BINDER / "requirements.txt")],
        ["pip", "install", "--quiet", "--python", str(python), "--no-deps", "--editable", str(ROOT)],
        ["pip", "check", "--quiet", "--python", str(python)],
    ):
        done = uv(*command)
        assert done.returncode == 0, done.stderr
    imports = "import jupyterlab, nbgrader, fastapi, sqlalchemy.ext.asyncio, course.cli"
    subprocess.run([str(python), "-c", imports], check=True, cwd=tmp_path)


def uv(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run uv as a new machine would: no environment is active."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return subprocess.run([UV, *arguments], env=environment, capture_output=True, text=True, check=False)
