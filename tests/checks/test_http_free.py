"""Whether a file knows HTTP: what `knows_no_http` objects to, and what it lets pass."""

from pathlib import Path

import pytest

from course.checks.http_free import knows_no_http
from course.grading.checking import ProjectFiles
from course.grading.failures import CheckFailed


def judge(root: Path, text: str) -> None:
    """Judge a project of one file."""
    (root / "app").mkdir()
    (root / "app/rules.py").write_text(text)
    knows_no_http(ProjectFiles(root, lambda message: {}), ["app/rules.py", "app/missing.py"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from fastapi import HTTPException", "`from fastapi import …`"),
        ("def f():\n    import starlette.status", "line 2, has `import starlette.status`"),
        ("from http import HTTPStatus", "`from http import …`"),
        ("import importlib\nimportlib.import_module('fastapi')", "an import of fastapi"),
        ("class Taken(Exception):\n    code = 409", "the status 409"),
        ("from app.problems import make_problem", "`from app.problems import …`"),
        ("raise ValueError(status_code=1)", "`status_code`"),
    ],
)
def test_http_is_found(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CheckFailed) as failed:
        judge(tmp_path, text)
    assert said in str(failed.value)


def test_the_rest_passes(tmp_path: Path) -> None:
    judge(
        tmp_path, 'from app.exceptions import NotFoundError\n\nMAX = 50\nFREE = True\nTEXT = "409 fastapi"\n'
    )
