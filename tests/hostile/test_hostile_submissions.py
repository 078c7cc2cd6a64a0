"""Every hostile submission gets the verdict that it must get, and changes nothing outside its folder."""

import json

import pytest
from hostile_cards import CARDS, HostileCard
from hostile_world import BREACH, World, layers_here

from course.grading.answers import Answers
from course.grading.exercise import Exercise
from course.grading.isolation import MEGABYTE, NOTHING_RAN, Limits
from course.grading.runner import grade
from course.grading.verdict import Verdict

LIMITS = {
    "request_seconds": 2,
    "check_seconds": 4,
    "memory_bytes": 512 * MEGABYTE,
    "output_bytes": MEGABYTE,
    "response_bytes": MEGABYTE // 4,
}
SEED = 20260101
"""With it, no check asks for what the lying servers have learned by heart."""


def graded(card: HostileCard, world: World) -> Verdict:
    exercise = Exercise.load(1)
    files = {path: world.fill(text) for path, text in card.over(exercise.reference).items()}
    return grade(
        exercise,
        Answers(files),
        held_out=True,
        tasks=card.tasks,
        seed=SEED,
        limits=Limits(**(LIMITS | dict(card.limits))),
    )


@pytest.mark.parametrize("name", CARDS)
def test_a_hostile_submission(name: str, world: World) -> None:
    card = CARDS[name]
    verdict = graded(card, world)
    told = json.dumps(verdict.to_json(), indent=1)
    assert BREACH not in told, told
    assert world.harm() == []
    if card.earned is not None:
        assert verdict.earned == card.earned, told
    else:
        assert verdict.earned <= (card.at_most or 0), told
    assert card.says in told, told
    assert verdict.isolation == (layers_here() if card.runs else NOTHING_RAN)
    assert verdict.points == {("1.1", "1.2"): 6.5, ("1.3",): 3.0}[card.tasks]


def test_the_same_seed_repeats_the_verdict(world: World) -> None:
    """A verdict can be checked again: what the learner's server is asked depends on the recorded seed alone."""
    card = CARDS["answers_by_heart"]
    first, again = graded(card, world), graded(card, world)
    assert first == again
    assert first.seed == SEED
