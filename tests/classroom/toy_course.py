"""A small course to make copies of: one lesson, one exercise, built."""

import json
from pathlib import Path
from typing import Any

from small_courses import make_course, write

PARTS = {"Start": {"00-welcome": {"minutes": 5}, "01-first": {"minutes": 5, "exercise_minutes": 5}}}


def notebook(*cells: tuple[str, str], kind: str = "code") -> dict[str, Any]:
    """A notebook of (id, source) cells."""
    body = [
        {"cell_type": kind, "id": identity, "metadata": {}, "source": source}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for identity, source in cells
    ]
    return {"cells": body, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


class ToyCourse:
    """A clone with built notebooks, and the means to publish new ones."""

    def __init__(self, root: Path) -> None:
        self.root = root
        exercise = notebook(("answer-1-1", "%%write app/x.py\n..."), ("check-1-1", "check"))
        welcome = notebook(("a", "import course"), ("b", "course.map()"))
        files = {
            "nbgrader_config.py": "c = get_config()\nc.CourseDirectory.course_id = 'toy-course'\n",
            "notebooks/00-welcome.ipynb": json.dumps(welcome),
            "exercises/01-first/01-first.ipynb": json.dumps(exercise),
            "exercises/01-first/checks.py": "# checks\n",
        }
        make_course(root, PARTS, files, name="toy")

    def publish(self, path: str, content: dict[str, Any]) -> None:
        """Put a built notebook into the clone."""
        self.publish_text(path, json.dumps(content))

    def publish_text(self, path: str, text: str) -> None:
        """Put a file into the clone."""
        write(self.root / path, text)
