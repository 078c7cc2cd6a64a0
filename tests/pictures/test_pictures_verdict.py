"""Verdicts: the message first, notes last, and of held-out checks how many, and the promises found broken."""

from dataclasses import replace

import pytest
from picture_samples import check

from course.grading.verdict import CheckResult, Outcome, TaskVerdict, Verdict
from course.pictures.verdict import task_verdict_view, verdict_view

SECRET = check(
    Outcome.FAIL, title="secret title", points=2, held_out=True, message="secret message", detail="secret"
)
GOOD = check(Outcome.PASS, title="Placing an order answers 201.", points=1)
WRONG = check(
    Outcome.FAIL,
    title="Zero is refused.",
    points=0.5,
    message="It came back 201.\nLook at x.",
    detail="trace",
)
CRASH = check(
    Outcome.ERROR, title="It starts.", points=1, message="It crashed in line 3.", detail="Traceback …"
)
TODO = check(Outcome.NOT_ATTEMPTED, title="It is listed.", points=2)


def test_the_message_of_a_failure_comes_first_and_notes_last() -> None:
    verdict = TaskVerdict("1.1", (GOOD, WRONG), ("Mind `x`.",))
    text = task_verdict_view(verdict, title="Orders", held_out_count=3, held_out_points=2).text
    assert text == (
        "✗ FAIL  Task 1.1: Orders  (1 of 3.5 points)\n"
        "\n"
        "It came back 201.\n"
        "Look at x.\n"
        "\n"
        "  ✓ PASS  Placing an order answers 201. (1 point)\n"
        "  ✗ FAIL  Zero is refused. (0 of 0.5 points)\n"
        "\n"
        "The grader runs 3 more checks that you do not see (2 points).\n"
        "Note: Mind `x`."
    )


def test_what_the_machine_printed_is_folded_and_not_in_the_text() -> None:
    view = task_verdict_view(TaskVerdict("1.1", (GOOD, WRONG)))
    assert "<details><summary>Details</summary><pre" in view.html
    assert "trace" not in view.text


def test_a_crash_is_told_before_a_failure() -> None:
    text = task_verdict_view(TaskVerdict("1.1", (WRONG, CRASH))).text
    assert text.startswith("! ERROR  Task 1.1")
    assert text.splitlines()[2] == "It crashed in line 3."
    assert "      It came back 201.\n      Look at x." in text


def test_nothing_of_held_out_checks_is_shown_but_how_many() -> None:
    for verdict in (
        TaskVerdict("1.1", (GOOD, SECRET)),
        TaskVerdict("1.1", (SECRET,)),
        TaskVerdict("1.1", (TODO, SECRET)),
    ):
        for view in (task_verdict_view(verdict), verdict_view(Verdict(1, (verdict,), 7, "none"))):
            assert "secret" not in view.text + view.html
    view = task_verdict_view(TaskVerdict("1.1", (GOOD, SECRET)))
    assert view.text.startswith("✗ FAIL  Task 1.1  (1 of 3 points)")
    assert "0 of 1 held-out check passed (0 of 2 points)." in view.text
    assert "Every check that you can see passes." in view.text


@pytest.mark.parametrize("beside", [GOOD, WRONG])
def test_a_promise_that_a_held_out_check_found_broken_is_named_once(beside: CheckResult) -> None:
    broken = replace(SECRET, promise="each order keeps its price")
    verdict = TaskVerdict("1.1", (beside, broken, replace(broken, name="test_more")))
    for view in (task_verdict_view(verdict), verdict_view(Verdict(1, (verdict,), 7, "none"))):
        said = "With other inputs, this promise of the task did not hold: “each order keeps its price”."
        assert view.text.count(said) == view.html.count(said) == 1
        assert "secret" not in view.text + view.html


def test_not_attempted_is_an_invitation() -> None:
    view = task_verdict_view(TaskVerdict("1.1", (TODO,)), title="List", held_out_count=1, held_out_points=1)
    assert view.text.startswith("○ NOT ATTEMPTED  Task 1.1: List")
    assert "It will be checked that:\n  · It is listed. (2 points)" in view.text
    assert "FAIL" not in view.html

    named = task_verdict_view(TaskVerdict("1.1", (TODO,)), next_step="Fill the gaps of `app/main.py`.")
    assert "Nothing to check yet. Fill the gaps of `app/main.py`." in named.text


def test_files_that_are_not_written_are_named_before_any_message() -> None:
    view = task_verdict_view(TaskVerdict("1.1", (WRONG,)), open_files="`app/main.py` has its gaps still.")
    for shown in (view.text, view.html):
        assert shown.index("has its gaps still") < shown.index("It came back 201.")


def test_a_pass_says_what_comes_next() -> None:
    assert task_verdict_view(TaskVerdict("1.1", (GOOD,)), next_step="Next: task 1.2.").text.endswith(
        "Next: task 1.2."
    )


def test_a_whole_exercise() -> None:
    tasks = (
        TaskVerdict("1.1", (GOOD, SECRET), ("Mind `x`.",)),
        TaskVerdict("1.2", (TODO,)),
        TaskVerdict("1.3", (WRONG,)),
    )
    view = verdict_view(Verdict(1, tasks, 7, "none"), title="Project structure")
    assert view.text == (
        "Project structure  (1 of 5.5 points)\n"
        "\n"
        "1.1  ✗ FAIL             1 of 3  1 of 1, held-out 0 of 1\n"
        "1.2  ○ NOT ATTEMPTED    0 of 2  0 of 1\n"
        "1.3  ✗ FAIL           0 of 0.5  0 of 1\n"
        "\n"
        "1.3  Zero is refused.\n"
        "It came back 201.\n"
        "Look at x.\n"
        "\n"
        "Note: 1.1: Mind `x`."
    )


def test_a_verdict_without_results_is_no_pass() -> None:
    assert task_verdict_view(TaskVerdict("1.1", ())).text.startswith("! ERROR")
