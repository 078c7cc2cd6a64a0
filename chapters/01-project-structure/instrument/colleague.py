"""The colleague's small change to `app/main.py`: made, shown as a diff, and taken back."""

import difflib
from pathlib import Path

from course.errors import CourseError
from course.pictures.diff import diff_view
from course.pictures.view import View
from course.project.files import write_file
from course.project.imports import forget_app

PATH = "app/main.py"
LINES = (
    ("    customer_name: str\n", "    customer: User\n"),
    ('"Product not found")\n', '    customer.hashed_password = ""  # never send the hash\n'),
    ("customer_name=customer.full_name,\n", "        customer=customer,\n"),
)
"""After which text of the file comes which new line."""
IMPORT = ("from app.users.router import router as users_router\n", "from app.users.models import User\n")
"""Before which line comes the import, where `User` lives elsewhere."""


def show_the_customer(project: Path, *, undo: bool) -> View:
    """Make the change, or take it back, whatever was there before; CourseError for a file that it does not fit."""
    file = project / PATH
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    plain = _without(text)
    if any(plain.count(place) != 1 for place, _ in LINES):
        raise CourseError(
            f"{PATH} is not the one of this lesson any more: run the notebook from its first cell, or its last %%write {PATH}."
        )
    changed = _with(plain)
    old, new = (changed, plain) if undo else (plain, changed)
    write_file(project, PATH, new)
    forget_app()
    diff = difflib.unified_diff(old.splitlines(), new.splitlines(), "before", "after", n=1, lineterm="")
    return diff_view(PATH, "\n".join(diff))


def _with(text: str) -> str:
    for place, line in LINES:
        text = text.replace(place, place + line)
    return text.replace(IMPORT[0], IMPORT[1] + IMPORT[0])


def _without(text: str) -> str:
    for _, line in (*LINES, IMPORT):
        text = text.replace(line, "")
    return text
