from pathlib import Path

from course.project.files import read_tree, write_file
from course.project.tools import run_tools

CONTRACT = """
[tool.importlinter]
root_package = "app"

[[tool.importlinter.contracts]]
name = "core knows no domain"
type = "forbidden"
source_modules = ["app.core"]
forbidden_modules = ["app.users"]
"""


async def test_a_clean_project_passes_every_tool(tmp_path: Path) -> None:
    project = tmp_path / "my-api"
    write_file(project, "app/core/names.py", "NAME = 1\n")
    write_file(project, "app/users/service.py", "from app.core.names import NAME\n\nOTHER = NAME\n")
    write_file(project, "tests/test_it.py", "def test_it() -> None:\n    assert True\n")
    write_file(project, "pyproject.toml", CONTRACT)
    before = read_tree(project)
    results = await run_tools(project)
    assert {result.tool: result.summary for result in results} == {
        "ruff check": "clean",
        "ruff format": "clean",
        "mypy --strict": "clean",
        "import contracts": "1 kept, 0 broken",
        "pytest": "1 passed",
    }
    assert all(result.passed for result in results)
    assert read_tree(project) == before
    assert not list(project.rglob("*cache*"))


async def test_each_tool_names_its_findings(tmp_path: Path) -> None:
    project = tmp_path / "my-api"
    write_file(
        project, "app/core/names.py", "import app.users.service\nimport time\nasync def f(): time.sleep(1)\n"
    )
    write_file(project, "app/users/service.py", "X: int = 'a'\n")
    write_file(project, "tests/test_it.py", "def test_it() -> None:\n    assert False\n")
    write_file(project, "pyproject.toml", CONTRACT)
    results = {result.tool: result for result in await run_tools(project)}
    assert not any(result.passed for result in results.values())
    assert "ASYNC251" in results["ruff check"].output
    assert results["import contracts"].summary == "0 kept, 1 broken"
    assert results["pytest"].summary == "1 failed"
    assert "Incompatible types in assignment" in results["mypy --strict"].output
    assert str(tmp_path) not in "".join(result.output for result in results.values())


async def test_a_tool_with_nothing_to_look_at_is_left_out(tmp_path: Path) -> None:
    project = tmp_path / "my-api"
    write_file(project, "app/main.py", "X = 1\n")
    assert [result.tool for result in await run_tools(project)] == [
        "ruff check",
        "ruff format",
        "mypy --strict",
    ]


async def test_no_test_pays_for_a_slow_password_hash(tmp_path: Path) -> None:
    project = tmp_path / "my-api"
    code = "import hashlib\n\n\ndef test_it() -> None:\n    assert hasattr(hashlib.scrypt, '__wrapped__')\n"
    write_file(project, "tests/test_it.py", code)

    results = await run_tools(project)

    assert {result.tool: result.summary for result in results}["pytest"] == "1 passed"
