"""What needs a folder of its own: `course.hooks(…)` tries a commit, `course.finds_tests(…)` a layout of tests."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from course.notebook.session import my_api

TOLD = ("ModuleNotFoundError", "mismatch", "passed")


def hooks(fault: str = "") -> None:
    """Run the hooks of `my-api` over all of a copy of it that is about to be committed, and print what they say.

    `fault` is added to the copy's app/main.py.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "my-api"
        shutil.copytree(my_api(), copy, ignore=shutil.ignore_patterns("*_cache", "__pycache__"))
        with (copy / "app/main.py").open("a", encoding="utf-8") as main:
            main.write(fault)
        home = os.environ | {"PRE_COMMIT_HOME": f"{folder}/home"}
        _said("git", "init", "--quiet", place=copy, environment=home)
        _said("git", "add", ".", place=copy, environment=home)
        print(_said("pre-commit", "run", "--all-files", "--color=never", place=copy, environment=home))  # noqa: T201


def finds_tests(settings: str, *, packages: bool = False) -> None:
    """Run pytest over `tests/test_users/test_router.py` and `tests/test_orders/test_router.py`, which import `app`.

    `settings` is what [tool.pytest] says beside `testpaths`; with `packages`, each folder has an `__init__.py`. Prints
    the line that says how it went.
    """
    with tempfile.TemporaryDirectory() as folder:
        for place in (Path(folder, name) for name in ("app", "tests/test_users", "tests/test_orders")):
            place.mkdir(parents=True)
            (place / "test_router.py").write_text("import app\n\n\ndef test_it(): ...\n", encoding="utf-8")
            if packages:
                (place / "__init__.py").touch()
        config = f"[tool.pytest]\ntestpaths = ['tests']\n{settings}"
        Path(folder, "pyproject.toml").write_text(config, encoding="utf-8")
        said = _said(
            "pytest",
            "-q",
            place=Path(folder),
            environment=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        )
    lines = [line for line in said.splitlines() if any(word in line for word in TOLD)]
    print(lines[0] if lines else said)  # noqa: T201


def _said(*command: str, place: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip()
