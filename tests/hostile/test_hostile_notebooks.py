"""Every hostile notebook gets the verdict that it must get, whatever its cells, its metadata or its bytes are."""

import json
from pathlib import Path

import pytest
from hostile_notebooks import BUILDERS, answered
from hostile_world import World

from course.grading import submission
from course.grading.exercise import Exercise
from course.grading.runner import grade
from course.grading.verdict import Verdict


def graded(world: World, path: Path) -> Verdict:
    """Grade a submitted file as the gradebook's commands do."""
    exercise = Exercise.load(1)
    release = json.loads((world.root / "exercises/01-shop/01-shop.ipynb").read_text(encoding="utf-8"))
    text, problem = submission.content_of(path)
    notebook = submission.read(text, release, problem)
    return grade(exercise, submission.answers(notebook, exercise), held_out=True, tasks=("1.1", "1.2"))


@pytest.mark.parametrize("name", BUILDERS)
def test_a_hostile_notebook(name: str, world: World) -> None:
    hostile = BUILDERS[name]
    exercise = Exercise.load(1)
    release = json.loads((world.root / "exercises/01-shop/01-shop.ipynb").read_text(encoding="utf-8"))
    path = world.base / "handed-in" / name / "01-shop.ipynb"
    hostile.write(path, exercise, release, world.fill)
    verdict = graded(world, path)
    told = json.dumps(verdict.to_json(), indent=1, ensure_ascii=False)
    assert world.harm() == []
    assert (verdict.earned, verdict.points) == (hostile.earned, 6.5), told
    assert hostile.says in told, told


@pytest.mark.parametrize("linked", ["notebook", "folder"])
def test_a_link_to_somebody_elses_notebook(linked: str, world: World) -> None:
    """What was cloned from a repository may be a link, to the answers of the one who wrote them."""
    exercise = Exercise.load(1)
    release = json.loads((world.root / "exercises/01-shop/01-shop.ipynb").read_text(encoding="utf-8"))
    theirs = world.base / f"linked-{linked}/grace/01-shop.ipynb"
    theirs.parent.mkdir(parents=True)
    theirs.write_text(json.dumps(answered(release, exercise)), encoding="utf-8")
    path = world.base / f"linked-{linked}/mallory/01-shop.ipynb"
    if linked == "folder":
        path.parent.symlink_to(theirs.parent)
    else:
        path.parent.mkdir()
        path.symlink_to(theirs)
    verdict = graded(world, path)
    assert (verdict.earned, verdict.points) == (0, 6.5)
    assert "The submitted 01-shop.ipynb is a link to another file." in verdict.tasks[0].notes


def test_a_very_large_notebook_is_answered_by_its_size(world: World) -> None:
    exercise = Exercise.load(1)
    release = json.loads((world.root / "exercises/01-shop/01-shop.ipynb").read_text(encoding="utf-8"))
    path = world.base / "very-large.ipynb"
    path.write_text(json.dumps(answered(release, exercise)), encoding="utf-8")
    with path.open("ab") as file:
        file.truncate(200 * 1024 * 1024)
    text, problem = submission.content_of(path)
    assert text == ""
    assert problem == "The submitted file is larger than 100 MB: clear its outputs."
    verdict = graded(world, path)
    path.unlink()
    assert (verdict.earned, verdict.points) == (0, 6.5)
    assert problem in verdict.tasks[0].notes
