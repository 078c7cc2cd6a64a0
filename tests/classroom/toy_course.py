"""A small course to make copies of: one lesson, one exercise, built."""

import json
from pathlib import Path
from typing import Any

from small_courses import write_index

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
        root.mkdir()
        write_index(root, PARTS, name="toy")
        (root / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'toy-course'\n"
        )
        self.publish("notebooks/00-welcome.ipynb", notebook(("a", "import course"), ("b", "course.map()")))
        exercise = notebook(("answer-1-1", "%%write app/x.py\n..."), ("check-1-1", "check"))
        self.publish("exercises/01-first/01-first.ipynb", exercise)
        self.publish_text("exercises/01-first/checks.py", "# checks\n")

    def publish(self, path: str, content: dict[str, Any]) -> None:
        """Put a built notebook into the clone."""
        self.publish_text(path, json.dumps(content))

    def publish_text(self, path: str, text: str) -> None:
        """Put a file into the clone."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
