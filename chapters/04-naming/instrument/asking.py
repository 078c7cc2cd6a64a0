"""`await course.naming_audit(api)`: every name of the live API, judged by the project's own test of names."""

import httpx2

from course.catalog import catalog
from course.errors import CourseError
from course.notebook.session import my_api
from course.pictures.view import View
from course.project.checkpoints import files_after_lesson
from course.project.files import read_tree

from .drawing import naming_view
from .naming import RULES_FILE, Rules, Surface, audit

CHAPTER = "04-naming"
DOCUMENT = "/openapi.json"


async def naming_audit(api: httpx2.AsyncClient) -> View:
    """Return what the rules in `tests/test_conventions.py` say of every name that `/openapi.json` and the app's files have.

    `api` is the client that `course.begin` returned. Before lesson 4 has written that file, its text is taken from
    the lesson. CourseError when the API shows no document, or the test cannot be run.
    """
    answer = await api.get(DOCUMENT)
    if answer.status_code != 200:
        raise CourseError(
            f"GET {DOCUMENT} came back {answer.status_code}: the audit reads the names from there."
        )
    project = read_tree(my_api())
    own = project.get(RULES_FILE)
    lesson = files_after_lesson(catalog().by_slug(CHAPTER).number)[RULES_FILE] if own is None else ""
    app = {path: text for path, text in project.items() if path.startswith("app/") and path.endswith(".py")}
    rules = Rules(lesson if own is None else own)
    source = RULES_FILE if own is not None else f"{RULES_FILE}, which you write in this lesson,"
    return naming_view(audit(Surface(answer.json(), app), rules), source=source)
