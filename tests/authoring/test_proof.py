"""How a verdict is judged: an accident must not count as a proof."""

import pytest

from course.authoring.proof import judge_right, judge_wrong
from course.grading.verdict import CheckResult, Outcome, TaskVerdict, Verdict


def result(name: str, outcome: Outcome, message: str = "", task: str = "1.1") -> CheckResult:
    return CheckResult(name=name, title="It holds.", task=task, points=1, outcome=outcome, message=message)


def verdict(*tasks: TaskVerdict) -> Verdict:
    return Verdict(chapter=1, tasks=tasks, seed=1, isolation="")


GOOD = TaskVerdict("1.1", (result("test_a", Outcome.PASS),))
BAD = TaskVerdict(
    "1.2", (result("test_b", Outcome.FAIL, "no", "1.2"), result("test_c", Outcome.PASS, task="1.2"))
)


def test_a_right_answer_passes_every_check_of_its_task() -> None:
    assert judge_right(verdict(GOOD, BAD), "1.1") == []
    assert judge_right(verdict(GOOD, BAD), "1.2") == ["task 1.2: test_b came out FAIL: no"]
    assert judge_right(verdict(GOOD, BAD), "all") == ["task 1.2: test_b came out FAIL: no"]


def test_a_task_without_a_check_is_not_passed() -> None:
    assert judge_right(verdict(TaskVerdict("1.1", ())), "1.1") == ["task 1.1 was not checked at all."]


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.ERROR])
def test_a_wrong_answer_must_get_its_message(outcome: Outcome) -> None:
    caught = TaskVerdict(
        "1.1", (result("test_a", Outcome.PASS), result("test_b", outcome, "the model, not the service"))
    )
    assert judge_wrong(caught, "not the service", "test_b") == []
    assert judge_wrong(caught, "not the service", "") == ["say which check catches it: `caught_by: test_b`."]
    assert judge_wrong(caught, "the router", "test_b") == [
        "no failing check of task 1.1 says 'the router'; they say: test_b: the model, not the service"
    ]


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.NOT_ATTEMPTED])
def test_a_wrong_answer_that_nothing_catches_is_named(outcome: Outcome) -> None:
    missed = TaskVerdict("1.1", (result("test_a", outcome, "not the service"),))
    assert judge_wrong(missed, "not the service", "") == [
        f"no check of task 1.1 catches it: it came out {outcome}."
    ]
    assert judge_wrong(missed, "not the service", "test_a") == [
        f"test_a does not catch it: it came out {outcome}."
    ]
