"""The course's own check files and probes are typed, and no more than 2 of 10 points hang on probes."""

import ast
import os
from pathlib import Path

import pytest

from course.catalog import Chapter, catalog, content
from course.grading.declared import read_checks
from course.project.checkpoints import files_after
from course.project.tools.launch import run
from course.project.type_cache import STANDARD, mypy_cache

TYPED = [chapter for chapter in catalog().chapters if (content().folder(chapter) / "checks.py").is_file()]
MOST_POINTS = 2.0


@pytest.mark.parametrize("chapter", TYPED, ids=lambda chapter: chapter.slug)
async def test_mypy_reads_the_checks_and_their_probes(chapter: Chapter, tmp_path: Path) -> None:
    """Under --strict, with the project as the exercise leaves it on the path."""
    project = tmp_path / "project"
    for path, text in files_after(chapter.number).items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    folder = content().folder(chapter)
    files = [*folder.glob("*.py"), *folder.glob("probes/*.py")]
    ran = await run(
        "mypy",
        "--strict",
        "--explicit-package-bases",
        f"--config-file={STANDARD / 'mypy-pydantic.ini'}",
        f"--cache-dir={mypy_cache(tmp_path, 'mypy-pydantic.ini')}",
        *(
            str(file)
            for file in files
            if file.name in ("checks.py", "held_out.py") or file.parent.name == "probes"
        ),
        project=folder,
        more={"MYPYPATH": os.pathsep.join(map(str, (folder, project, content().root / "src")))},
        seconds=300,
    )
    assert ran.status == 0, ran.said


@pytest.mark.parametrize("chapter", TYPED, ids=lambda chapter: chapter.slug)
def test_few_points_hang_on_probes(chapter: Chapter) -> None:
    points = 0.0
    for name in ("checks.py", "held_out.py"):
        text = (content().folder(chapter) / name).read_text(encoding="utf-8")
        asking = {
            node.name
            for node in ast.parse(text).body
            if isinstance(node, ast.AsyncFunctionDef)
            and "probe" in {argument.arg for argument in node.args.args}
        }
        points += sum(check.points for check in read_checks(text)[0] if check.name in asking)
    assert points <= MOST_POINTS
