"""A batch that is full of attacks: `nbgrader autograde` grades everybody, and its pages run nobody's scripts."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hostile_cards import CARDS
from hostile_course import FIXTURE_COURSE
from hostile_notebooks import BUILDERS, Notebook, answered
from hostile_world import World
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook
from nbgrader.converters import BaseConverter, GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from course.batch.autograde import CourseAutograde
from course.batch.nbgrader_bridge import collected_log, configure
from course.grading.exercise import Exercise

SLUG = "01-shop"

STUDENTS: dict[str, tuple[str, float]] = {
    "ada": ("", 6.5),
    "bomb": ("disk_bomb", 3.5),
    "copied": ("duplicated_check_cell", 6.5),
    "exits": ("exits_with_code_zero", 1.0),
    "extra": ("extra_graded_cells", 4.0),
    "folder": ("folder_for_a_notebook", 0.0),
    "forges": ("claims_points_in_outputs", 4.0),
    "half": ("invalid_json", 0.0),
    "half-characters": ("half_characters_in_an_error", 3.5),
    "half-metadata": ("half_characters_in_its_metadata", 6.5),
    "html": ("html_in_text_cells", 6.5),
    "html-cells": ("html_in_cell_metadata", 6.5),
    "html-error": ("html_in_an_error", 3.5),
    "html-outputs": ("html_in_outputs", 6.5),
    "html-paths": ("html_in_paths", 6.5),
    "latin": ("not_utf8", 6.5),
    "logs": ("logs_warnings", 6.5),
    "odd": ("odd_cells", 6.5),
    "runs": ("code_that_is_no_answer", 6.5),
    "reads": ("reads_held_out", 6.5),
    "żółw-学生": ("unicode_names", 6.5),
    "zoe": ("", 6.5),
}
"""In the order in which they are graded: what each hands in, and the score that the gradebook must have."""


@dataclass
class Batch:
    root: Path
    config: Config
    scores: dict[str, float]
    log: list[str]


@pytest.fixture(scope="module")
def batch(world: World) -> Iterator[Batch]:
    """A course root in which everybody has been graded, and the feedback written."""
    root = world.base / "batch"
    shutil.copytree(FIXTURE_COURSE, root, ignore=shutil.ignore_patterns("__pycache__"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_CONTENT", str(root))
        patch.chdir(root)
        config = Config()
        configure(config, root)
        config.CourseDirectory.assignment_id = SLUG
        release = json.loads((root / "exercises" / SLUG / f"{SLUG}.ipynb").read_text(encoding="utf-8"))
        for student in STUDENTS:
            hand_in(root, student, release, world)
        with collected_log() as log:
            for step in (GenerateAssignment, CourseAutograde, GenerateFeedback):
                convert(step, config)
        with Gradebook(config.CourseDirectory.db_url, config.CourseDirectory.course_id) as gradebook:
            scores = {
                submission.student.id: submission.score
                for submission in gradebook.assignment_submissions(SLUG)
            }
        yield Batch(root, config, scores, list(log))


def convert(step: type[BaseConverter], config: Config) -> None:
    step(coursedir=CourseDirectory(config=config), config=config, force=True).start()


def hand_in(root: Path, student: str, release: Notebook, world: World) -> None:
    name, _ = STUDENTS[student]
    exercise = Exercise.load(1)
    path = root / ".course/submitted" / student / SLUG / f"{SLUG}.ipynb"
    if name in BUILDERS:
        BUILDERS[name].write(path, exercise, release, world.fill)
        return
    notebook = answered(release, exercise)
    if name:
        for file, text in CARDS[name].over(exercise.reference).items():
            source = f"%%write {file}\n{world.fill(text)}"
            notebook["cells"].append(
                {
                    "cell_type": "code",
                    "metadata": {},
                    "outputs": [],
                    "execution_count": None,
                    "source": source,
                }
            )
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_everybody_has_the_score_that_they_must_get(batch: Batch, world: World) -> None:
    assert batch.scores == {student: score for student, (_, score) in STUDENTS.items()}, batch.log
    assert world.harm() == []


class Active(HTMLParser):
    """Collects what a browser would run: scripts, handlers, and addresses that are scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag in ("script", "style")
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
            if name.startswith("on") or address.startswith(("javascript:", "data:text", "vbscript:")):
                self.found.append(f"<{tag} {name}={value}>")
        if tag in ("iframe", "object", "embed", "base", "form", "svg", "math"):
            self.found.append(f"<{tag} {attrs}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.found.append(data.strip())


def active(page: str) -> list[str]:
    parser = Active()
    parser.feed(page)
    parser.close()
    return parser.found


def formgrader(batch: Batch, student: str) -> str:
    """The page on which Formgrader shows a submission."""
    config = Config(batch.config)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    resources = {
        "assignment_id": SLUG,
        "notebook_id": SLUG,
        "submission_id": "0",
        "index": 0,
        "total": 1,
        "base_url": "",
        "student": "somebody",
        "last_name": "",
        "first_name": "",
        "notebook_path": "",
    }
    path = batch.root / ".course/autograded" / student / SLUG / f"{SLUG}.ipynb"
    exporter = HTMLExporter(config=config)  # type: ignore[no-untyped-call] # nbconvert's
    page, _ = exporter.from_filename(str(path), resources=resources)
    return str(page)


def test_no_script_of_a_submission_runs_in_formgrader(batch: Batch) -> None:
    own = active(formgrader(batch, "ada"))
    for student in STUDENTS:
        assert active(formgrader(batch, student)) == own, student


def test_no_script_of_a_submission_runs_in_the_feedback(batch: Batch) -> None:
    pages = {
        student: (batch.root / ".course/feedback" / student / SLUG / f"{SLUG}.html").read_text(
            encoding="utf-8"
        )
        for student in STUDENTS
    }
    own = active(pages["ada"])
    for student, page in pages.items():
        assert active(page) == own, student
    assert "&lt;script&gt;alert" in pages["html-error"]


def test_the_parser_finds_what_would_run() -> None:
    """What the two tests above compare is not blind."""
    page = "<p onclick='x()'><script>y()</script><a href=' java\nscript:z()'>a</a><svg></svg>"
    assert len(active(page)) == 4
