"""What the site is made of and is not ours: Pyodide from npm, wheels from the package index. Kept, so asked for once."""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from course.catalog import content
from course.errors import CourseError

INSTALL = "uv sync --extra site"
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
PATIENCE = 300  # seconds for one download


class NotToBeHadError(CourseError):
    """Something that the site is made of is neither here nor to be downloaded now."""


def refuse_missing() -> None:
    """Raise NotToBeHadError when a program or package that builds the site is not here."""
    wanted = ("jupyterlite_core", "jupyterlite_pyodide_kernel", "pyodide_lock", "pip")
    if any(find_spec(name) is None for name in wanted):
        raise NotToBeHadError(f"The site is built with JupyterLite, which is not installed: `{INSTALL}`.")
    if shutil.which("npm") is None:
        raise NotToBeHadError(
            "The site needs npm, which brings Pyodide, and it is not on PATH: install Node.js (on Debian: `apt-get "
            "install npm`)."
        )


def cache() -> Path:
    """Return the folder for what was downloaded; git ignores it."""
    return content().root / ".course" / "site"


def runtime() -> Path:
    """Return a folder with the Pyodide that JupyterLite's kernel is made for; NotToBeHadError when it cannot be had."""
    from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION

    kept = cache() / f"pyodide-{PYODIDE_VERSION}"
    if not kept.is_dir():
        with _whole_or_not_at_all(kept) as folder:
            command = [
                "npm",
                "pack",
                f"pyodide@{PYODIDE_VERSION}",
                "--loglevel=error",
                "--fetch-retries=1",
                "--fetch-retry-mintimeout=1000",
                "--pack-destination",
                str(folder),
            ]
            _run(command, "npm (it needs a network)", NotToBeHadError)
            (archive,) = folder.glob("*.tgz")
            with tarfile.open(archive) as packed:
                packed.extractall(folder, filter="data")
            for name in RUNTIME:
                (folder / "package" / name).rename(folder / name)
            shutil.rmtree(folder / "package")
            archive.unlink()
    return kept


def lock_of(folder: Path) -> dict[str, Any]:
    """Return what a Pyodide says of itself: its Python, its ABI, and the releases of packages that it was built with."""
    found: dict[str, Any] = json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))
    return found


def wheels(releases: Mapping[str, str], info: Mapping[str, str]) -> Path:
    """Return a folder with a wheel of each release, as a Pyodide loads them; NotToBeHadError when one cannot be had."""
    python, abi = info["python"].split(".")[:2], info["abi_version"]
    tag = f"pyemscripten_{abi}_wasm32"
    pins = sorted(f"{name}=={version}" for name, version in releases.items())
    kept = cache() / f"wheels-{hashlib.sha256(' '.join([*python, tag, *pins]).encode()).hexdigest()[:12]}"
    if not kept.is_dir():
        version, interpreter = ".".join(python), f"cp{''.join(python)}"
        options = ["--no-deps", "--only-binary=:all:", "--platform", tag, "--python-version", version]
        options += ["--implementation", "cp", "--abi", interpreter, "--abi", "abi3", "--abi", "none"]
        with _whole_or_not_at_all(kept) as folder:
            quiet = ["--quiet", "--disable-pip-version-check", "--dest", str(folder)]
            _run(
                [sys.executable, "-m", "pip", "download", *quiet, *options, *pins],
                "pip (it needs a network)",
                NotToBeHadError,
            )
    return kept


def build(lite: Path, target: Path, extensions: list[Path]) -> None:
    """Let JupyterLite build what is in `lite`, with these extensions of JupyterLab and no other."""
    settings = {
        "apps": ["lab"],
        "federated_extensions": [str(path) for path in extensions],
        "ignore_sys_prefix": True,
        "no_libarchive": True,
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "output_dir": str(target),
    }
    (lite / "jupyter_lite_config.json").write_text(
        json.dumps({"LiteBuildConfig": settings}), encoding="utf-8"
    )
    _run([sys.executable, "-m", "jupyterlite_core", "build"], "JupyterLite", CourseError, folder=lite)


@contextmanager
def _whole_or_not_at_all(kept: Path) -> Iterator[Path]:
    """A new folder that becomes `kept` when the block ends well."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as building:
        folder = Path(building) / kept.name
        folder.mkdir()
        yield folder
        folder.rename(kept)


def _run(command: list[str], who: str, failed: type[CourseError], *, folder: Path | None = None) -> None:
    """Run a program; raise `failed` with what it says when it fails, or does not come to an end."""
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise failed(f"The site was not built: {who} did not answer within {PATIENCE} seconds.") from None
    if done.returncode != 0:
        lines = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()
        errors = [line for line in lines if "ERR" in line.upper()] or lines[-1:]
        raise failed(f"The site was not built: {who} says: {errors[0].strip()}")
