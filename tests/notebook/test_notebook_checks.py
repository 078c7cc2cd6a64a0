"""Checks, hints, the reference and the checkpoint."""

import shutil
from pathlib import Path

import pytest
from small_course import RIGHT, STARTER, WRONG, Notebook

from course.errors import CourseError
from course.grading.answers import Answers
from course.grading.verdict import CheckResult, Outcome, TaskVerdict
from course.notebook.checks import open_files
from course.notebook.exercises import find_tasks
from course.progress import Kind, Progress, TaskScore
from course.project.workspace import Workspace

CHECK = 'await course.check("1.1")'


@pytest.fixture
async def exercise(notebook: Notebook) -> Notebook:
    await notebook.run("api = await course.begin(1, exercise=True)")
    return notebook


async def test_an_untouched_task_is_not_attempted(exercise: Notebook) -> None:
    await exercise.run(STARTER)

    shown = await exercise.run(CHECK)

    assert shown.error is None
    assert "NOT ATTEMPTED" in shown.bundles[0]["text/plain"]
    assert "in the cell of `app/main.py`, run it" in shown.bundles[0]["text/plain"]
    assert "FAIL" not in shown.bundles[0]["text/plain"]
    assert shown.bundles[-1] == {"text/plain": "0.0", "text/html": "0 of 2 points"}


async def test_a_wrong_answer_gets_a_message_and_its_points(exercise: Notebook, progress: Progress) -> None:
    await exercise.run(WRONG)

    shown = await exercise.run(CHECK)

    assert "came back 'Goodbye'. Look at app/main.py." in shown.text
    assert "1 more check that you do not see (0.5 points)" in shown.text
    assert "Umlauts" not in shown.text + shown.html
    assert shown.bundles[-1] == {"text/plain": "1.0", "text/html": "1 of 2 points"}
    assert progress.scores(1) == {"1.1": TaskScore(1.0, passed=False)}


async def test_a_right_answer_passes_and_names_what_is_next(exercise: Notebook, progress: Progress) -> None:
    await exercise.run(RIGHT)

    shown = await exercise.run(CHECK)

    assert "PASS" in shown.text
    assert 'course.solution("1.1")' in shown.text
    assert shown.bundles[-1] == {"text/plain": "1.5", "text/html": "1.5 of 2 points"}
    assert progress.has_passed("1.1")


async def test_validating_gives_full_points_only_for_a_pass(
    exercise: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")

    await exercise.run(WRONG)
    assert (await exercise.run(CHECK)).bundles[-1]["text/plain"] == "1.0"
    await exercise.run(RIGHT)
    assert (await exercise.run(CHECK)).bundles[-1]["text/plain"] == "2.0"


async def test_the_third_same_failure_offers_a_hint(exercise: Notebook) -> None:
    await exercise.run(WRONG)

    offers = ["course.hint" in (await exercise.run(CHECK)).text for _ in range(3)]

    assert offers == [False, False, True]


async def test_a_change_in_an_editor_is_named(exercise: Notebook, workspace: Workspace) -> None:
    await exercise.run(RIGHT)
    assert "outside this notebook" not in (await exercise.run(CHECK)).text
    main = workspace.project / "app/main.py"
    main.write_text(main.read_text() + "# edited\n")
    (workspace.project / "app/extra.py").write_text("X = 1\n")

    shown = await exercise.run(CHECK)

    assert "`app/main.py` was changed outside this notebook" in shown.text
    assert "Not handed in, so not checked: `app/extra.py`." in shown.text


async def test_unreadable_held_out_checks_are_counted_in_points(exercise: Notebook, content: Path) -> None:
    (content / "chapters/01-split/held_out.py").unlink()
    await exercise.run(RIGHT)

    shown = await exercise.run(CHECK)

    assert "more checks that you do not see (0.5 points)" in shown.text


@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        ('"1.7"', "Exercise 1 has no task 1.7: its tasks are 1.1."),
        ("1.1", "1.1 is not a task: name it in quotes"),
        ('"one"', "'one' is not a task"),
        ('"0.1"', "Chapter 0 has no exercise."),
    ],
)
async def test_an_unknown_task_is_one_sentence(exercise: Notebook, task: str, sentence: str) -> None:
    for call in (f"await course.check({task})", f"course.hint({task})", f"course.solution({task})"):
        shown = await exercise.run(call)
        assert isinstance(shown.error, CourseError)
        assert shown.printed.startswith(sentence)


async def test_hints_come_one_by_one(exercise: Notebook, progress: Progress) -> None:
    texts = [(await exercise.run('course.hint("1.1")')).text.splitlines()[0] for _ in range(4)]

    assert texts == [
        "Hint 1 of 3: Read the TODO.",
        "Hint 2 of 3: `name` is the path parameter.",
        "Hint 3 of 3: Return an f-string.",
        "Hint 3 of 3: Return an f-string.",
    ]
    assert progress.hints_taken("1.1") == 3


async def test_the_reference_opens_with_a_pass(exercise: Notebook, progress: Progress) -> None:
    early = await exercise.run('course.solution("1.1")')
    assert isinstance(early.error, CourseError)
    assert "opens when its check passes" in early.printed
    await exercise.run(RIGHT)
    await exercise.run(CHECK)

    shown = await exercise.run('course.solution("1.1")')

    assert '-    return "Hello " + name' in shown.text
    assert '+    return f"Hello {name}"' in shown.text
    assert "BEGIN SOLUTION" not in shown.text
    assert "Another way: one constant." in shown.text
    assert "A constant keeps the greeting in one place; it costs one more name." in shown.text
    assert '+GREETING = "Hello"' in shown.text
    assert len(progress.events(Kind.SOLUTION, item="1.1")) == 1


async def test_a_reference_that_is_not_here_is_one_sentence(exercise: Notebook, content: Path) -> None:
    await exercise.run(RIGHT)
    await exercise.run(CHECK)
    for name in ("checks.py", "hints.toml"):
        shutil.copy(content / "chapters/01-split" / name, content / "exercises/01-split" / name)
    for file in (content / "chapters/01-split").rglob("*.*"):
        if file.name not in ("chapter.toml", "lesson.md"):
            file.unlink()

    shown = await exercise.run('course.solution("1.1")')

    assert "The reference of task 1.1 is not on this machine" in shown.printed
    assert (await exercise.run(CHECK)).error is None


async def test_a_checkpoint_is_judged_and_recorded(notebook: Notebook, progress: Progress) -> None:
    await notebook.run("api = await course.begin(1)")

    shown = await notebook.run("await course.checkpoint(1)")

    assert shown.error is None
    assert "ruff check" in shown.text
    assert "All green. Next: the exercise of chapter 1, 20 minutes." in shown.text
    await notebook.run("%%write app/users/service.py\nimport os\n")

    shown = await notebook.run("await course.checkpoint(1)")

    assert "F401" in shown.text
    assert "Fix what is named above" in shown.text
    assert [event.outcome for event in progress.events(Kind.CHECKPOINT)] == ["PASS", "FAIL"]


async def test_a_checkpoint_needs_a_project(notebook: Notebook, workspace: Workspace) -> None:
    shown = await notebook.run("await course.checkpoint(1)")

    assert shown.printed.startswith("Run the first cell of this notebook first")
    await notebook.run("await course.begin(1)")
    shutil.rmtree(workspace.project / "app")

    shown = await notebook.run("await course.checkpoint(1)")

    assert "my-api has no app/ yet: run the cells above, from `await course.begin(1)` on." in shown.printed


async def test_a_checkpoint_is_of_the_chapter_that_was_begun(notebook: Notebook) -> None:
    await notebook.run("await course.begin(0)")

    shown = await notebook.run("await course.checkpoint(1)")

    assert "This notebook began chapter 0: there, it is `course.checkpoint(0)`." in shown.printed


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
async def test_a_file_in_another_encoding_is_named(
    exercise: Notebook, workspace: Workspace, encoding: str
) -> None:
    await exercise.run(RIGHT)
    main = workspace.project / "app/main.py"
    main.write_bytes(f"# Ü\n{main.read_text()}".encode(encoding))

    shown = await exercise.run(CHECK)

    assert shown.printed.startswith("app/main.py is not saved as UTF-8 (byte 0x")
    assert shown.printed.strip().endswith("save it as UTF-8 in your editor, or run its cell again.")
    main.write_text(RIGHT.partition("\n")[2], encoding="utf-8-sig")
    assert "PASS" in (await exercise.run(CHECK)).text


async def test_all_tasks_of_an_exercise_are_checked_at_once(exercise: Notebook) -> None:
    await exercise.run(RIGHT)

    for asked in ('"1"', '"1.1"'):
        shown = await exercise.run(f"await course.check({asked})")

        assert "Task 1.1: Greet  (all you can see: 1.5 of 2 points; 0.5 at grading)" in shown.text
        assert shown.bundles[-1] == {"text/plain": "1.5", "text/html": "1.5 of 2 points"}


async def test_other_failures_of_the_same_check_are_not_the_same_result(exercise: Notebook) -> None:
    crashes = WRONG.replace('return "Goodbye"', "raise KeyError(name)")
    texts = [
        (await exercise.run(cell), (await exercise.run(CHECK)).text)[1]
        for cell in (WRONG, WRONG, crashes, WRONG, crashes)
    ]

    assert not any("course.hint" in text for text in texts)


def test_a_task_of_several_files_says_which_are_open() -> None:
    """Of exercise 1's third task: the router is written, main.py has its gaps."""
    [task] = find_tasks("1.3")
    failed = TaskVerdict("1.3", (CheckResult("test_x", "It is listed.", "1.3", 1.0, Outcome.FAIL),))
    written = {"app/orders/router.py": "router = 1\n"}
    said = open_files(task, failed, Answers(written))
    assert said.startswith("`app/main.py` has its gaps still.")
    assert not open_files(task, failed, Answers(written | {"app/main.py": "app = 1\n"}))
