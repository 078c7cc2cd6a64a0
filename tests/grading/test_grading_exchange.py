"""nbgrader's exchange, whole: release, fetch, submit, collect, autograde, feedback released and fetched."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from grading_helpers import answer

from course.grading.exercise import Exercise

CONFIG = """\
from pathlib import Path
from course.batch.nbgrader_bridge import configure
c = get_config()
configure(c, Path(__file__).parent)
c.Exchange.root = str(Path(__file__).parent.parent / "exchange")
c.Exchange.cache = str(Path(__file__).parent.parent / "cache")
"""
SLUG = "01-shop"


SEVERAL = """\
import json, os, sys
from nbgrader.apps.nbgraderapp import NbGraderApp
from traitlets.config import Application
for folder, arguments in json.loads(sys.argv[1]):
    os.chdir(folder)
    NbGraderApp.launch_instance(arguments)
    type(Application.instance()).clear_instance()
"""
"""Starting nbgrader takes longer than what it does: several commands in one process."""


def nbgrader(clone: Path, *commands: tuple[Path, str]) -> str:
    todo = json.dumps([(str(folder), command.split()) for folder, command in commands])
    done = subprocess.run(
        [sys.executable, "-P", "-c", SEVERAL, todo],
        cwd=clone,
        env={**os.environ, "COURSE_CONTENT": str(clone)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_feedback_goes_through_the_exchange(
    own_course: Path, released: dict[str, Any], exercise: Exercise, tmp_path: Path
) -> None:
    (own_course / "nbgrader_config.py").write_text(CONFIG)
    (own_course.parent / "exchange").mkdir()
    (own_course.parent / "exchange").chmod(0o777)
    learner = tmp_path / "learner"
    learner.mkdir()
    (learner / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.course_id = 'small-course'\n"
        f"c.Exchange.root = {str(own_course.parent / 'exchange')!r}\n"
        f"c.Exchange.cache = {str(own_course.parent / 'cache')!r}\n"
    )

    nbgrader(
        own_course,
        (own_course, f"generate_assignment --force {SLUG}"),
        (own_course, f"release_assignment {SLUG}"),
        (learner, f"fetch_assignment {SLUG}"),
    )
    notebook = learner / SLUG / f"{SLUG}.ipynb"
    fetched = json.loads(notebook.read_text())
    answer(fetched, exercise)
    notebook.write_text(json.dumps(fetched))
    nbgrader(own_course, (learner, f"submit {SLUG}"), (own_course, f"collect {SLUG}"))
    # Others came another way, without nbgrader's paperwork or with something odd in its place: they stop nobody.
    for student, papers in {
        "by-mail": {},
        "odd": {"timestamp.txt": b"soon", "submission_secret.txt": b"\xff"},
    }.items():
        folder = own_course / ".course/submitted" / student / SLUG
        folder.mkdir(parents=True)
        (folder / f"{SLUG}.ipynb").write_text(json.dumps(released))
        for name, content in papers.items():
            (folder / name).write_bytes(content)
    linked = own_course / ".course/submitted/linked" / SLUG
    linked.mkdir(parents=True)
    (linked / f"{SLUG}.ipynb").write_text(json.dumps(released))
    (linked / "submission_secret.txt").symlink_to(own_course / "nbgrader_config.py")
    os.mkfifo(linked / "timestamp.txt")

    steps = ("autograde", "generate_feedback", "release_feedback")
    nbgrader(own_course, *((own_course, f"{step} {SLUG}") for step in steps))
    (student,) = [
        path.parent.name
        for path in (own_course / ".course/submitted").glob("*/*")
        if path.parent.name not in ("by-mail", "odd", "linked")
    ]
    sent, kept = (own_course / ".course" / step / student / SLUG for step in ("submitted", "autograded"))
    for name in ("timestamp.txt", "submission_secret.txt"):
        assert (kept / name).read_text() == (sent / name).read_text()
    secret = own_course / ".course/autograded/linked" / SLUG / "submission_secret.txt"
    assert "configure" not in secret.read_text()
    assert not list((own_course / ".course").glob("staged-*"))

    nbgrader(own_course, (learner, f"fetch_feedback {SLUG}"))
    (page,) = (learner / SLUG / "feedback").rglob("*.html")
    assert "6.5" in page.read_text()
