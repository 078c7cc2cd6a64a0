"""A chapter is one folder and one line of course.toml: a small one is added to a copy of the course, and all works.

It is built, verified, copied to a learner, opened there, answered and graded; no other source changes.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from course.authoring.build import build
from course.authoring.execute import kernel_environment
from course.authoring.verify import verify
from course.catalog import catalog, content
from course.classroom.copy import make_or_update
from course.classroom.grade import grade
from course.project.workspace import Workspace

NUMBER = catalog().chapters[-1].number + 1
SLUG = f"{NUMBER}-shipping"
EXTRA = Path(__file__).with_name("extra_chapter")
BODY = "max(kilos, 1) * CENTS_PER_KILO"
RIGHT = {
    "turned": "CENTS_PER_KILO * max(1, kilos)",
    "a_condition": "CENTS_PER_KILO * (kilos if kilos > 1 else 1)",
    "sorted": "CENTS_PER_KILO * sorted((kilos, 1))[-1]",
}
WRONG = {
    "free": ("0", "came back 0"),
    "euros": ("kilos * 2.5", "came back 7.5"),
    "at_most_one": ("min(kilos, 1) * CENTS_PER_KILO", "came back 250; expected 750"),
    "nothing": ("None", "came back None"),
    "a_text": ("str(kilos)", "came back '3'"),
    "no_floor": ("kilos * CENTS_PER_KILO or CENTS_PER_KILO", "expected 250"),
    "squares": ("kilos * kilos * CENTS_PER_KILO", "came back 2250"),
    "crashes": ("kilos // 0", "ZeroDivisionError"),
}


def add_chapter(root: Path) -> None:
    """Make the chapter's folder, and name it in course.toml."""
    folder = root / "chapters" / SLUG
    shutil.copytree(EXTRA, folder)
    for file in folder.rglob("*.*"):  # its files say 24: it is the next one, whatever that is
        file.write_text(file.read_text().replace("24", str(NUMBER)))
    (answer,) = re.findall(
        r"%%write app/postage.py\n(.*?)```", (EXTRA / "exercise.md").read_text(), re.DOTALL
    )
    answer = re.sub(r" +(?:# TODO|### ).*\n", "", answer)
    for kind, cards in (("right", RIGHT), ("wrong", WRONG)):
        (folder / kind).mkdir()
        for name, card in cards.items():
            body, front = (card, "") if isinstance(card, str) else (card[0], front_of(name, card[1]))
            text = f'---\ntask: "{NUMBER}.1"\n{front}---\n\n```python app/postage.py\n{answer.replace(BODY, body)}```\n'
            (folder / kind / f"{name}.md").write_text(text)
    index = root / "course.toml"
    text = index.read_text()
    index.write_text(f'{text.rstrip()[:-1]}    "{SLUG}",\n]\n')


def front_of(name: str, message: str) -> str:
    check = "test_a_light_parcel_costs_a_kilo" if name == "no_floor" else "test_a_parcel_has_a_price"
    return f"message: {json.dumps(message)}\ncaught_by: {check}\nbecause: people do\n"


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the course with one more chapter."""
    real, root = content().root, tmp_path / "clone"
    for name in ("chapters", "notebooks", "exercises", "solutions"):
        shutil.copytree(
            real / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        )
    for name in ("course.toml", "README.md", "nbgrader_config.py"):
        shutil.copy(real / name, root / name)
    add_chapter(root)
    monkeypatch.setenv("COURSE_CONTENT", str(root))
    monkeypatch.delenv("COURSE_WORKSPACE", raising=False)
    return root


def test_a_chapter_is_one_folder_and_one_line(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = {path.relative_to(clone).as_posix() for path in build([NUMBER])}
    assert changed == {
        "README.md",
        f"notebooks/{SLUG}.ipynb",
        *(
            f"{built}/{SLUG}/{name}"
            for built in ("exercises", "solutions")
            for name in (f"{SLUG}.ipynb", "checks.py", "hints.toml", "probes/price_of.py")
        ),
    }
    the_gap_is_the_learners(clone / f"notebooks/{SLUG}.ipynb")
    report = verify([NUMBER])
    assert report.passed, str(report)

    copy = tmp_path / "copy"
    make_or_update(copy)
    lesson = open_and_run(copy / f"notebooks/{SLUG}.ipynb", tmp_path)
    assert "200" in lesson
    assert "Why are prices whole cents?" in lesson

    exercise = copy / f"exercises/{SLUG}/{SLUG}.ipynb"
    answer(exercise, "    ...", f"    return {WRONG['no_floor'][0]}")
    assert "PASS" in open_and_run(exercise, tmp_path)
    monkeypatch.chdir(copy)
    assert "Score: 6 of 10 points" in grade(Workspace(copy), NUMBER)
    answer(exercise, WRONG["no_floor"][0], BODY)
    assert "Score: 10 of 10 points" in grade(Workspace(copy), NUMBER)


def the_gap_is_the_learners(notebook: Path) -> None:
    """What learners get has a gap; what stands below it was run with the answer, and is validated with it."""
    cells = nbformat.read(notebook, as_version=4).cells
    (number,) = [at for at, cell in enumerate(cells) if "app/weights.py" in cell.source]
    assert "    # TODO: round up\n    ...\n" in f"{cells[number].source}\n"
    assert cells[number].outputs == []
    assert cells[number + 1].outputs[0]["data"]["text/plain"] == "2"
    (notebook.parent / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    command = [sys.executable, "-m", "pytest", "-p", "course.authoring.validation", "-q", notebook.name]
    run = subprocess.run(command, cwd=notebook.parent, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def answer(notebook: Path, old: str, new: str) -> None:
    data = nbformat.read(notebook, as_version=4)
    (cell,) = [cell for cell in data.cells if cell.source.startswith("%%write app/postage.py")]
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    nbformat.write(data, notebook)


def open_and_run(notebook: Path, folder: Path) -> str:
    """Run a notebook of the learner's in a kernel where it lies; return all that it shows as text."""
    data = nbformat.read(notebook, as_version=4)
    environment = kernel_environment(folder) | {"COURSE_CONTENT": str(content().root)}
    environment.pop("COURSE_WORKSPACE")  # the copy that it lies in
    client = NotebookClient(
        data, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(notebook.parent)}}
    )
    client.execute(env=environment)
    outputs = [output for cell in data.cells if cell.cell_type == "code" for output in cell.outputs]
    return "\n".join(str(output.get("text") or output["data"].get("text/plain", "")) for output in outputs)
