"""The rules of the house, each broken once."""

from pathlib import Path
from typing import Any

import pytest

from course.authoring.exercise_lints import lint_gaps, lint_tasks
from course.authoring.lesson_lints import lint_lesson
from course.authoring.promises import lint_promises
from course.authoring.proof import sentences
from course.authoring.report import Report
from course.catalog import catalog, content
from course.grading.declared import Check, read_checks
from course.grading.release import solution_notebook


def lesson_findings(root: Path, chapter: int, addition: str) -> list[str]:
    lesson = content().lesson_source(catalog().chapter(chapter))
    lesson.write_text(lesson.read_text(encoding="utf-8") + addition, encoding="utf-8")
    report = Report()
    lint_lesson(catalog().chapter(chapter), content(), report)
    return [str(finding) for finding in report.findings]


def test_a_good_lesson_has_no_findings(small_course: Path) -> None:
    assert lesson_findings(small_course, 0, "") == []


@pytest.mark.parametrize(
    ("addition", "finding"),
    [
        ("\n```{code-cell} ipython3\n" + "x = 1\n" * 16 + "```\n", "this cell has 16 lines; 15 at most"),
        (
            "\n```{code-cell} ipython3\n%%write app/x.py\n" + "x = 1\n" * 41 + "```\n",
            "this cell writes 41 lines of app/x.py that are new to the reader; 40 at most",
        ),
        ("\n```{code-cell} ipython3\n[1].pop();\n```\n", "nbval does not see the `;`"),
        ("\n[there](nowhere.ipynb)\n", "the link to nowhere.ipynb leads nowhere"),
        (
            '\n```{code-cell} ipython3\ncourse.quiz("00-x")\n```\n',
            "the lesson asks question 00-x, which is not there",
        ),
    ],
)
def test_a_lesson_that_breaks_a_rule_is_named(small_course: Path, addition: str, finding: str) -> None:
    found = lesson_findings(small_course, 0, addition)
    assert [said for said in found if finding in said] == found
    assert len(found) == 1


def test_lines_that_were_there_before_are_not_new(small_course: Path) -> None:
    first, second = "".join(f"x{i} = 1\n" for i in range(40)), "".join(f"x{i} = 1\n" for i in range(80))
    cells = "".join(f"\n```{{code-cell}} ipython3\n%%write app/x.py\n{text}```\n" for text in (first, second))
    assert lesson_findings(small_course, 0, cells) == []


def test_a_lesson_of_a_section_cites_three_sources_and_needs_its_entry(small_course: Path) -> None:
    toml = small_course / "chapters/01-add/chapter.toml"
    toml.write_text("title = 'Add'\nminutes = 10\nexercise_minutes = 20\n", encoding="utf-8")
    found = lesson_findings(small_course, 1, "")
    assert "chapters/01-add/chapter.toml: it names no `handbook` section." in found
    assert "chapters/01-add/chapter.toml: the chapter is written, but has no `promise`." in found


def test_too_few_sources_are_named(small_course: Path) -> None:
    assert lesson_findings(small_course, 1, "") == [
        "chapters/01-add/lesson.md: primary sources cited: 1; 3 at least."
    ]


def test_a_question_that_is_never_asked_is_named(small_course: Path) -> None:
    (small_course / "chapters/00-start/quiz.toml").write_text("[00-x]\nprompt = 'Why?'\n", encoding="utf-8")
    found = lesson_findings(small_course, 0, "")
    assert "chapters/00-start/quiz.toml: question 00-x is never asked in the lesson." in found


CHECKS = '''
from course.grading.checking import task


@task("1.1", points=1.5)
async def test_a(api):
    """A sentence."""


@task("1.1", points=1)
def test_b(project):
    pass


def test_c(project):
    """A sentence."""


def helper():
    pass


@task("1.2", points=1)
def test_a(project):
    """Another."""
'''


def test_checks_are_read_and_judged_without_running() -> None:
    checks, wrong = read_checks(CHECKS)
    assert [(c.name, c.task, c.points, c.docstring) for c in checks] == [
        ("test_a", "1.1", 1.5, "A sentence."),
        ("test_b", "1.1", 1, ""),
        ("test_a", "1.2", 1, "Another."),
    ]
    assert [sentence for _, sentence in wrong] == [
        "test_b has no docstring: it is the sentence that learners read.",
        'test_c has no mark such as @task("1.1", points=1).',
        "test_a is there twice: the first one never runs.",
    ]


def test_checks_that_do_not_parse_are_named() -> None:
    assert read_checks("def test_a(:\n") == ([], [(1, "it does not parse: invalid syntax.")])


def graded(grade_id: str, source: str, **changes: object) -> dict[str, Any]:
    is_answer = grade_id.startswith("answer")
    data = {
        "grade_id": grade_id,
        "grade": not is_answer,
        "solution": is_answer,
        "locked": not is_answer,
    } | changes
    return {"id": grade_id, "cell_type": "code", "source": source, "metadata": {"nbgrader": data}}


def check(task: str, points: float) -> Check:
    return Check("test_x", task, points, "It holds.", 1)


ANSWER = "%%write app/x.py\n# TODO: one\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION"


@pytest.mark.parametrize(
    ("cells", "checks", "sentence"),
    [
        ([], [check("1.1", 10)], "task 1.1 has checks, but no graded cell check-1-1"),
        ([], [check("2.1", 10)], "the checks name task 2.1, which is none of chapter 1"),
        ([graded("check-1-1", 'await course.check("1.1")', points=9)], [check("1.1", 10)], "its cell says 9"),
        ([graded("check-1-1", "pass", points=10)], [check("1.1", 10)], "nothing else"),
        (
            [graded("check-1-1", 'await course.check("1.1")', points=10, locked=False)],
            [check("1.1", 10)],
            "must be locked",
        ),
        (
            [graded("check-1-2", 'await course.check("1.2")', points=1)],
            [],
            "the graded cell check-1-2 has no checks",
        ),
        ([], [check("1.1", 4), check("1.1", 5)], "the checks are worth 9 points together"),
        ([], [check("1.1", 10)], "task 1.1 has no answer cell answer-1-1"),
    ],
)
def test_points_and_ids_that_disagree_are_named(
    cells: list[dict[str, Any]], checks: list[Check], sentence: str
) -> None:
    found = lint_tasks(1, {cell["id"]: cell for cell in cells}, checks)
    assert any(sentence in said for said in found), found


def test_points_and_ids_that_agree_pass() -> None:
    cells = [
        graded("answer-1-1-router", ANSWER),
        graded("check-1-1", 'await course.check("1.1")', points=10),
    ]
    assert lint_tasks(1, {cell["id"]: cell for cell in cells}, [check("1.1", 7.5), check("1.1", 2.5)]) == []


@pytest.mark.parametrize(
    ("solution", "starter", "sentence"),
    [
        ("%%write app/x.py\nx = 1", "...", "has no ### BEGIN SOLUTION"),
        (ANSWER.replace("# TODO: one\n", ""), "%%write app/x.py\n...", "a gap without a `# TODO: …` line"),
        (ANSWER.replace("%%write app/x.py\n", ""), "# TODO: one\n...", "does not start with `%%write PATH`"),
        (
            ANSWER,
            "%%write app/x.py\n# TODO: one\nraise E",
            "has a line that the solution does not: 'raise E'",
        ),
        (
            ANSWER.replace("### BEGIN", "def f():\n    # TODO: x\n    ### BEGIN"),
            "%%write app/x.py\n# TODO: one\ndef f():\n    # TODO: x",
            "the starter of answer-1-1 does not parse",
        ),
    ],
)
def test_a_gap_that_does_not_work_is_named(solution: str, starter: str, sentence: str) -> None:
    released = {"cells": [graded("answer-1-1", starter)]}
    found = lint_gaps({"answer-1-1": graded("answer-1-1", solution)}, released)
    assert any(sentence in said for said in found), found


def test_the_gap_of_the_small_course_works(small_course: Path) -> None:
    solution = solution_notebook(catalog().chapter(1), content())
    cells = {cell["id"]: cell for cell in solution["cells"] if cell["id"] == "answer-1-1"}
    released = {
        "cells": [graded("answer-1-1", cells["answer-1-1"]["source"].replace("### BEGIN SOLUTION", "..."))]
    }
    released["cells"][0]["source"] = "\n".join(
        line
        for line in released["cells"][0]["source"].splitlines()
        if "SOLUTION" not in line and "sum" not in line
    )
    assert lint_gaps(cells, released) == []


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("POST /api/v1/orders came back 201; expected 422. Look at app/orders/schemas.py.", 2),
        ("It costs 3.50, e.g. for two.", 1),
        ("One. Two! Three? Four.", 4),
        ("No period at the end", 0),
    ],
)
def test_sentences_are_counted(message: str, count: int) -> None:
    assert sentences(message) == count


TASK = """## Task 1.1 · Refuse (2 points)

After this task

- a quantity below 1 is refused with `422`,
  and nothing is kept;
- an unknown user is a **404**.

## Task 1.2 · Add

- the total is the sum of [the prices](x.md).
"""


def promising(task: str, promise: str) -> Check:
    return Check("test_it", task, 1.0, "It holds.", 1, promise)


ALL_HELD = [
    promising("1.1", "A quantity below 1 is refused with 422, and nothing is kept."),
    promising("1.1", "an unknown user is a 404"),
    promising("1.2", "the total is the sum"),
]


@pytest.mark.parametrize(
    ("visible", "held_out", "sentence"),
    [
        (ALL_HELD, [promising("1.1", "nothing is kept")], ""),
        (ALL_HELD[1:], ALL_HELD[:1], "no visible check of task 1.1 holds to its promise 'a quantity below 1"),
        (ALL_HELD, [promising("1.2", "an unknown user is a 404")], "which no bullet of task 1.2 has"),
        ([*ALL_HELD, promising("1.1", "")], [], "test_it names no promise"),
        ([*ALL_HELD, promising("1.1", "404")], [], "test_it names no promise"),
        (
            [promising("1.1", "is a"), *ALL_HELD],
            [promising("1.1", "below 1 is a 404")],
            "which no bullet of task 1.1 has",
        ),
    ],
)
def test_promises_that_nobody_holds_to_and_checks_of_no_promise_are_named(
    visible: list[Check], held_out: list[Check], sentence: str
) -> None:
    cells = [{"cell_type": "markdown", "source": part} for part in TASK.split("\n\n")]
    found = lint_promises({"cells": cells}, visible, held_out)
    assert any(sentence in said for said in found) if sentence else found == [], found
