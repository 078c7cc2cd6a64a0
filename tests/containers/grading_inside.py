"""Runs in a container, with the image's Python: grades right answers and hostile ones, and prints what came of them.

The verdict's isolation, the points, and for the hostile ones what the tests outside ask for, too.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

HOSTILE = Path("/repository/tests/hostile")
sys.path[:0] = [str(HOSTILE), str(HOSTILE.parent)]

from hostile_cards import CARDS  # noqa: E402
from hostile_world import BREACH, World, layers_here, make_world  # noqa: E402
from test_hostile_submissions import graded  # noqa: E402

from course.grading import runner  # noqa: E402
from course.grading.answers import Answers  # noqa: E402
from course.grading.cards import read_card  # noqa: E402
from course.grading.exercise import Exercise  # noqa: E402
from course.grading.runner import grade  # noqa: E402


def right() -> dict[str, object]:
    exercise = Exercise.load(1)
    card = read_card(
        sorted(Path(os.environ["COURSE_CONTENT"]).glob("chapters/01-*/right/*.md"))[0], right=True
    )
    verdict = grade(exercise, Answers(card.over(exercise.reference)), held_out=True)
    return {"earned": verdict.earned, "points": verdict.points, "isolation": verdict.isolation}


def hostile(name: str, world: World) -> dict[str, object]:
    card = CARDS[name]
    verdict = graded(card, world)
    told = json.dumps(verdict.to_json())
    allowed = (
        verdict.earned == card.earned if card.earned is not None else verdict.earned <= (card.at_most or 0)
    )
    return {
        "breach": BREACH in told,
        "harm": world.harm(),
        "earned": verdict.earned,
        "as outside": allowed and card.says in told,
        "isolation": verdict.isolation,
    }


def _say(what: dict[str, object]) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


def main(names: list[str]) -> None:
    _say({"name": "who", "user": os.getuid(), "layers": layers_here()})
    _say({"name": "right", **right()})
    with make_world() as world:
        runner._warm_parent().stop()
        os.environ |= {
            "COURSE_CONTENT": str(world.root),
            "HOME": str(world.home),
            "TMPDIR": str(world.temporary),
            "HOSTILE_TOKEN": world.token,
        }
        tempfile.tempdir = None
        runner.read_libraries_meanwhile = lambda: None
        for name in names or CARDS:
            _say({"name": name, **hostile(name, world)})
        runner._warm_parent().stop()


if __name__ == "__main__":
    main(sys.argv[1:])
