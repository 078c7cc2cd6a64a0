"""The repository practices what the course preaches."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course import instruments
from course.catalog import Chapter, catalog, content
from course.project.checkpoints import files_after, files_after_lesson
from course.project.files import write_file
from course.project.tools import run_tools

ROOT = Path(__file__).parents[1]
MAX_BYTES = 1_000_000
# Written in two halves, so that this file does not find itself.
MACHINE_PATHS = re.compile(
    "|".join(["/wo" + "rk/", "/ro" + "ot/", "/ho" + r"me/[a-z]+/", "/tm" + r"p/[A-Za-z0-9_-]+"])
)
ADDRESSES = re.compile(r"(registry|resolved|url)\"? *[=:] *\"?https?://[^\"]*(simple|packages|\.tgz|\.whl)")
WRITTEN = [chapter for chapter in catalog().chapters if content().is_written(chapter)]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "ruff", "check", "."],
        ["-m", "ruff", "format", "--check", "."],
        ["-m", "mypy"],
        ["-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        ["-m", "jactionlint", "--shellcheck=", "--pyflakes="],
    ],
    ids=["ruff check", "ruff format", "mypy", "import contracts", "workflows"],
)
def test_the_tools_are_content(command: list[str]) -> None:
    result = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("file", instruments.files(), ids=lambda file: file.relative_to(ROOT).parts[1])
def test_mypy_is_content_with_each_instrument(file: Path) -> None:
    """One run each: folders such as `05-imports` are no packages, so all instruments have the same name."""
    what = file.parent if file.name == "__init__.py" else file
    result = subprocess.run(
        [sys.executable, "-m", "mypy", what], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_engine_knows_no_chapter() -> None:
    """No slug and no "lesson 4" in `src/`: what only one chapter needs is in its folder."""
    slugs = "|".join(re.escape(chapter.slug) for chapter in catalog().chapters)
    named = re.compile(rf"{slugs}|\b(?:lesson|chapter|exercise) \d+\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in tracked()
        if path.is_relative_to(ROOT / "src")
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), 1)
        if (match := named.search(line))
    ]
    assert found == []


def test_the_instruments_do_not_get_in_each_others_way() -> None:
    assert instruments.findings() == []


def test_no_path_of_this_machine_is_committed() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if path.suffix != ".svg"
        and (match := MACHINE_PATHS.search(path.read_text(encoding="utf-8", errors="ignore")))
    ]
    assert found == []


def test_no_download_address_no_secret_no_database_is_committed() -> None:
    names = [path.name for path in tracked()]
    assert not {"uv.lock", ".env"} & set(names)
    assert [name for name in names if name.endswith((".db", ".sqlite", ".pyc"))] == []
    texts = {
        path: path.read_text(encoding="utf-8", errors="ignore")
        for path in tracked()
        if path.suffix in {".toml", ".txt", ".json", ".lock"}
    }
    assert [path.name for path, text in texts.items() if ADDRESSES.search(text)] == []


def test_files_stay_small() -> None:
    assert [path.name for path in tracked() if path.stat().st_size > MAX_BYTES] == []
    long = {
        path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines())
        for path in tracked()
        if path.suffix == ".py"
    }
    # A release carries one file of checks, so that one may be longer; so may a list of tests.
    limits = {
        name: 650 if name.endswith("/checks.py") else 420 if name.startswith("tests/") else 320
        for name in long
    }
    assert {name: lines for name, lines in long.items() if lines > limits[name]} == {}


def test_contributing_names_places_that_are_there() -> None:
    section = (
        (ROOT / "CONTRIBUTING.md").read_text().partition("## Where do I change")[2].partition("\n## ")[0]
    )
    rows = [row.split("|")[2] for row in section.splitlines() if row.startswith("| ")][1:]
    places = [place for row in rows for place in re.findall(r"`([\w.*-]+[/.][\w./*-]+)`", row)]
    assert len(places) > 15
    assert [place for place in places if not any(ROOT.glob(place))] == []


def test_the_readme_shows_the_course() -> None:
    first_screen = (ROOT / "README.md").read_text().partition("\n## ")[0]
    (shown,) = re.findall(r"!\[(.+)\]\((docs/.+)\)", first_screen)
    text, picture = shown
    assert len(text.split()) > 10
    assert (ROOT / picture).stat().st_size <= 200_000, "uv run python docs/picture.py takes it anew"


@pytest.mark.parametrize("chapter", WRITTEN, ids=lambda chapter: chapter.slug)
async def test_every_checkpoint_is_green(chapter: Chapter, tmp_path: Path) -> None:
    number = chapter.number
    stages = {"lesson": files_after_lesson(number), "solution": files_after(number)}
    for stage, files in stages.items():
        project = tmp_path / stage / "my-api"
        for path, text in files.items():
            write_file(project, path, text)
        results = await run_tools(project, cache=tmp_path / "cache")
        assert [f"{stage}: {r.tool}: {r.summary}\n{r.output}" for r in results if not r.passed] == []


AUTHORS_ONLY = {"libcst", "mutmut", "tomli-w"}
"""What only `course verify --mutants` needs: it is run by authors, who have the dev group."""


def imported(file: Path) -> Iterator[str]:
    """The top-level packages that a module names in an import, by name or by `import_module`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                yield from (alias.name.partition(".")[0] for alias in node.names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(module)), *_]):
                yield module.partition(".")[0]


def test_every_import_is_declared() -> None:
    """What is there only because something else needs it can be gone with the next version of that."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    written = [*project["dependencies"], *(line for extra in extras for line in extra)]
    declared = {canonicalize_name(Requirement(line).name) for line in written}
    distributions = packages_distributions()
    not_ours = sys.stdlib_module_names | {"course", "app"}  # app: the learner's, imported where it is graded
    undeclared = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in (ROOT / "src").rglob("*.py")
        for name in imported(file)
        if name not in not_ours
        if not {canonicalize_name(one) for one in distributions.get(name, ["?"])}
        & (declared | (AUTHORS_ONLY if "authoring" in file.parts else set()))
    }
    assert undeclared == set()
