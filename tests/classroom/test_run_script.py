"""`run.py`: the way in for people who have Python and nothing else."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "run.py"

type Handed = list[tuple[list[str], dict[str, str]]]


def load() -> ModuleType:
    """Return run.py as a module."""
    spec = importlib.util.spec_from_file_location("run", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py in a clone of its own, where it finds no uv."""
    module = load()
    monkeypatch.setattr(module, "ROOT", str(tmp_path))
    monkeypatch.setattr(module, "UV_HOME", str(tmp_path / ".course" / "uv"))
    monkeypatch.setattr(module, "find_uv", lambda: None)
    monkeypatch.chdir(tmp_path)
    return module


@pytest.fixture
def handed_over(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Handed:
    """What run.py would become, with a uv at hand."""
    calls: Handed = []
    monkeypatch.setattr(run, "find_uv", lambda: "/bin/uv")
    monkeypatch.setattr(run, "hand_over", lambda *call: calls.append(call) or 0)
    monkeypatch.setattr(run, "quiet", lambda *_: (0, ""))
    return calls


def test_an_old_python_can_read_it() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_it_says_how_it_is_used(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == (0 if arguments else 2)
    assert "python3 run.py start" in done.stdout


def test_start_runs_the_course_with_its_arguments(
    run: ModuleType, handed_over: Handed, tmp_path: Path
) -> None:
    (tmp_path / ".venv").mkdir()
    run.main(["start", "here", "--port", "9000"])
    ((command, environment),) = handed_over
    assert command[:-4] == ["/bin/uv", "run", "--quiet", "--no-dev", "--project", str(tmp_path), "course"]
    assert command[-4:] == ["start", "here", "--port", "9000"]
    assert "VIRTUAL_ENV" not in environment


def test_test_runs_pytest_with_its_arguments(run: ModuleType, handed_over: Handed) -> None:
    run.main(["test", "-k", "x"])
    assert handed_over[0][0] == ["/bin/uv", "run", "pytest", "-k", "x"]


def test_any_other_command_is_one_of_the_course(run: ModuleType, handed_over: Handed) -> None:
    run.main(["check", "1.2"])
    assert handed_over[0][0][-3:] == ["course", "check", "1.2"]


def test_this_python_is_used_when_uv_finds_none_of_the_pinned_version(
    run: ModuleType, handed_over: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV_PYTHON", raising=False)
    monkeypatch.setattr(run, "quiet", lambda *_: (2, "no interpreter found"))
    run.main(["test"])
    assert handed_over[0][1]["UV_PYTHON"] == sys.executable
    monkeypatch.setattr(sys, "version_info", (3, 11, 7))
    run.main(["test"])
    assert "UV_PYTHON" not in handed_over[1][1]


def test_a_python_that_somebody_chose_stays(
    run: ModuleType, handed_over: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_PYTHON", "3.13")
    monkeypatch.setattr(run, "quiet", lambda *_: (2, "no interpreter found: uv will download one"))
    run.main(["test"])
    assert handed_over[0][1]["UV_PYTHON"] == "3.13"


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 7, 16)])
def test_an_old_python_gets_one_sentence(
    run: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: tuple[int, int, int],
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert run.main(["start"]) == 2
    said = capsys.readouterr().err
    assert f"Python {version[0]}.{version[1]}, which is too old" in said
    assert said.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="stands in for Unix's python3")
@pytest.mark.parametrize(
    ("has", "code", "says"),
    [
        ("nothing", 2, "has neither venv nor pip"),
        ("pip only", 0, ""),
        ("pip without network", 2, "pip could not install uv (no route to host)"),
    ],
)
def test_what_python_lacks_is_said(
    run: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    has: str,
    code: int,
    says: str,
) -> None:
    """Debian ships Python without venv; pip alone is enough."""

    def quiet(command: list[str], *_: object) -> tuple[int, str]:
        if "venv" in command:
            return 1, "ensurepip is not available"
        if "--version" in command:
            return (1, "No module named pip") if has == "nothing" else (0, "")
        if "install" in command and has == "pip only":
            assert command[command.index("--target") + 1] == run.UV_HOME
            Path(run.private_uv()).parent.mkdir(parents=True)
            Path(run.private_uv()).touch()
            return 0, ""
        return 1, "WARNING: retrying\nno route to host\n"

    monkeypatch.setattr(run, "quiet", quiet)
    monkeypatch.setattr(run, "hand_over", lambda *_: 0)
    monkeypatch.setattr(run, "answers", os.path.isfile)
    assert run.main(["start"]) == code
    assert says in capsys.readouterr().err


def test_a_uv_on_path_that_leads_nowhere_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = tmp_path / "uv"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    fresh = load()
    monkeypatch.setattr(fresh, "UV_HOME", str(tmp_path / "none"))
    assert shutil.which("uv") == str(shim)
    assert fresh.find_uv() is None
