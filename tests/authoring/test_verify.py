"""`verify` on a small course: whole and sound it has nothing to say, and each thing that is wrong is named."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from course.authoring import proof
from course.authoring.build import build
from course.authoring.report import Report
from course.authoring.verify import verify
from course.errors import CourseError
from course.grading.exercise import Exercise
from course.grading.verdict import Verdict

CHECKS = '''
"""Checks."""

from course.grading.checking import Probe, fail, task


async def _expect(probe: Probe, prices: list[int], total: int) -> None:
    got = await probe(f"from app.orders import total; result = total({prices})")
    if got != total:
        fail(f"total({prices}) came back {got}; expected {total}. Look at app/orders.py.")


@task("1.1", points=6, promise="prices are added up")
async def test_a_sum(probe: Probe) -> None:
    """Three prices are added up."""
    await _expect(probe, [5, 2, 3], 10)
'''

HELD_OUT = '''
"""Checks that stay here."""

from course.grading.checking import Probe, fail, task


@task("1.1", points=4, promise="prices are added up")
async def test_no_prices(probe: Probe) -> None:
    """No prices are nothing to pay."""
    got = await probe("from app.orders import total; result = total([])")
    if got != 0:
        fail(f"total([]) came back {got}; expected 0. Look at app/orders.py.")
'''

RULES = """
says = ["sum()"]

[[rules]]
rule = "Sums are summed"
says = ["sum()"]
taught = "Sums"
checked = ["test_a_sum"]
"""

RIGHT = {
    "a_loop": "    result = 0\n    for price in prices:\n        result += price\n    return result",
    "recursion": "    return prices[0] + total(prices[1:]) if prices else 0",
    "a_generator": "    return sum(price for price in prices)",
}
WRONG = {
    "counts": ("return len(prices)", "came back 3; expected 10"),
    "the_first": ("return prices[0] if prices else 0", "came back 5; expected 10"),
    "the_last": ("return prices[-1] if prices else 0", "came back 3; expected 10"),
    "the_dearest": ("return max(prices, default=0)", "came back 5; expected 10"),
    "one_off": ("return sum(prices[1:])", "came back 5; expected 10"),
    "one_for_nothing": ("return sum(prices) or 1", "total([]) came back 1; expected 0"),
    "forgets_return": ("sum(prices)", "came back None; expected 10"),
    "doubles": ("return 2 * sum(prices)", "came back 20; expected 10"),
}


def _answer(body: str) -> str:
    return f"```python app/orders.py\ndef total(prices: list[int]) -> int:\n{body}\n```\n"


@pytest.fixture
def sound_course(small_course: Path) -> Path:
    """The small course, built, with lessons that cite enough and an exercise that is proved."""
    lesson = small_course / "chapters/01-add/lesson.md"
    lesson.write_text(
        lesson.read_text(encoding="utf-8") + "\nhttps://docs.python.org/3/a https://docs.python.org/3/b\n",
        encoding="utf-8",
    )
    exercise = small_course / "chapters/01-add"
    (exercise / "checks.py").write_text(CHECKS.lstrip(), encoding="utf-8")
    (exercise / "held_out.py").write_text(HELD_OUT.lstrip(), encoding="utf-8")
    with (exercise / "chapter.toml").open("a", encoding="utf-8") as file:
        file.write(RULES)
    for name, body in RIGHT.items():
        card = exercise / "right" / f"{name}.md"
        card.parent.mkdir(exist_ok=True)
        card.write_text("---\ntask: all\n---\n" + _answer(body), encoding="utf-8")
    for name, (body, message) in WRONG.items():
        card = exercise / "wrong" / f"{name}.md"
        card.parent.mkdir(exist_ok=True)
        caught_by = "test_no_prices" if "total([])" in message else "test_a_sum"
        front = {"task": "1.1", "message": message, "because": "people do", "caught_by": caught_by}
        card.write_text(f"---\n{json.dumps(front)}\n---\n" + _answer(f"    {body}"), encoding="utf-8")
    build(run=True)
    return small_course


def findings(report: Report) -> list[str]:
    return [str(finding) for finding in report.findings]


def test_a_sound_course_has_no_findings_and_each_flaw_is_named(sound_course: Path) -> None:
    report = verify()
    assert findings(report) == []
    assert report.passed
    assert report.summary == (
        "Verified 2 chapters, 3 sources, 2 lessons, 0 quiz questions, 7 derived files, 1 hints, 3 right answers, 8 wrong answers, 1 rules, 0 corrections: all good."
    )

    wrong = sound_course / "chapters/01-add/wrong"
    card = (wrong / "doubles.md").read_text(encoding="utf-8")
    (wrong / "doubles.md").write_text(card.replace("2 * sum(prices)", "0 + sum(prices)"), encoding="utf-8")
    card = (wrong / "counts.md").read_text(encoding="utf-8")
    (wrong / "counts.md").write_text(card.replace("came back 3", "came back 4"), encoding="utf-8")
    (wrong / "one_off.md").unlink()
    right = sound_course / "chapters/01-add/right/a_loop.md"
    right.write_text(right.read_text(encoding="utf-8").replace("result = 0", "result = 1"), encoding="utf-8")
    said = findings(verify([1]))
    assert len(said) == 5
    for expected in (
        "chapters/01-add/wrong: it has 7 cards; 8 at least.",
        "chapters/01-add/wrong/doubles.md: test_a_sum does not catch it: it came out PASS.",
        "chapters/01-add/wrong/counts.md: no failing check of task 1.1 says 'came back 4; expected 10'",
        "chapters/01-add/right/a_loop.md: right/a_loop: task 1.1: test_a_sum came out FAIL",
        "chapters/01-add/right/a_loop.md: right/a_loop: task 1.1: test_no_prices came out FAIL",
    ):
        assert any(sentence.startswith(expected) for sentence in said), said


def test_what_is_proved_is_only_sampled_until_it_changes(
    sound_course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded: list[str] = []

    verdicts: dict[str, Verdict] = {}
    grade_trial = proof._grade

    def grade_once(trial: proof.Trial, exercise: Exercise) -> Verdict:
        graded.append(trial.name)
        if trial.name not in verdicts:
            verdicts[trial.name] = grade_trial(trial, exercise)
        return verdicts[trial.name]

    monkeypatch.setattr(proof, "_grade", grade_once)
    days = [date(2026, 11, 26) + timedelta(days) for days in range(4)]
    assert findings(verify([1], day=days[0], keep=True)) == []
    assert len(graded) == 2 + 3 + 8
    kept = (sound_course / "proofs/01-add.toml").read_text(encoding="utf-8")

    seen = set()
    for day in days:
        graded.clear()
        report = verify([1], day=day, keep=True)
        assert findings(report) == []
        assert f"01-add: proved before; 3 of its 11 cards are graded today, {day}." in report.notes
        assert len(graded) == 2 + 3
        seen.update(graded)
    assert len(seen) == 2 + 3 + 8  # in four days, all of them
    assert (sound_course / "proofs/01-add.toml").read_text(encoding="utf-8") == kept

    graded.clear()
    assert findings(verify([1])) == []  # without a day: --prove-all
    assert len(graded) == 2 + 3 + 8

    lesson = sound_course / "chapters/01-add/quiz.toml"
    lesson.write_text("# of the lesson\n", encoding="utf-8")
    card = sound_course / "chapters/01-add/wrong/counts.md"
    graded.clear()
    verify([1], day=days[0])
    assert len(graded) == 2 + 3
    instrument = sound_course / "chapters/01-add/instrument.py"  # its checks may ask it
    for file, text in (
        (card, card.read_text(encoding="utf-8") + "\nChanged.\n"),
        (instrument, "__all__ = ()\n"),
    ):
        before = file.read_text(encoding="utf-8") if file.exists() else None
        file.write_text(text, encoding="utf-8")
        graded.clear()
        verify([1], day=days[0])
        assert len(graded) == 2 + 3 + 8
        if before is not None:
            file.write_text(before, encoding="utf-8")


def test_a_chapter_with_a_finding_is_not_proved(sound_course: Path) -> None:
    (sound_course / "chapters/01-add/wrong/counts.md").unlink()
    assert len(findings(verify([1], keep=True))) == 1
    assert not (sound_course / "proofs").exists()


def test_a_card_that_names_no_check_is_told_which(sound_course: Path) -> None:
    card = sound_course / "chapters/01-add/wrong/counts.md"
    text = card.read_text(encoding="utf-8")
    assert "test_a_sum" in text
    card.write_text(text.replace(', "caught_by": "test_a_sum"', ""), encoding="utf-8")
    assert findings(verify([1])) == [
        "chapters/01-add/wrong/counts.md: say which check catches it: `caught_by: test_a_sum`."
    ]
    card.write_text(text.replace("test_a_sum", "test_gone"), encoding="utf-8")
    assert findings(verify([1])) == ["chapters/01-add: wrong/counts: task 1.1 has no check test_gone."]


OUT_OF_STEP = [
    ("chapters/00-start/lesson.md", "# Start", "# Begin", "notebooks/00-start.ipynb: cell 1 ('# Begin"),
    ("notebooks/00-start.ipynb", "Start", "Begin", "notebooks/00-start.ipynb: cell 1 ('# Start"),
    (
        "notebooks/00-start.ipynb",
        '"... ms',
        '"3.1 ms',
        "notebooks/00-start.ipynb: its outputs are not normalized",
    ),
    ("notebooks/00-start.ipynb", "{", "", "notebooks/00-start.ipynb: it is not a notebook"),
    ("chapters/00-start/lesson.md", "format_name", "x: 1\n    format_name", "not in its canonical form"),
    ("README.md", "[00 Start]", "[00 Begin]", "README.md: it is out of step with its source"),
]


def test_what_is_out_of_step_is_named(small_course: Path) -> None:
    (small_course / "chapters/01-add/lesson.md").unlink()  # a chapter is enough
    build()
    for path, old, new, finding in OUT_OF_STEP:
        file = small_course / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        said = findings(verify())
        assert any(finding in sentence for sentence in said), (finding, said)
        file.write_text(text, encoding="utf-8")


def test_what_does_not_belong_is_named(small_course: Path) -> None:
    build([0], run=False)
    for path in (
        "exercises/01-add/held_out.py",
        "solutions/01-add/held_out.py",
        "exercises/09-gone/x.ipynb",
        "notebooks/gone.ipynb",
        "notebooks/notes.md",
        "chapters/09-gone/lesson.md",
    ):
        (small_course / path).parent.mkdir(parents=True, exist_ok=True)
        (small_course / path).touch()
    (small_course / "chapters/01-add/lesson.md").unlink()
    said = findings(verify())
    assert "exercises/01-add/held_out.py: it does not belong to a built exercise; remove it." in said
    assert "solutions/01-add/held_out.py: it does not belong to a built exercise; remove it." in said
    assert "notebooks/notes.md: it is no built lesson; remove it." in said
    assert "chapters/09-gone: course.toml does not name it; add it there." in said
    assert "exercises/09-gone: it has no source; remove it." in said
    assert "notebooks/gone.ipynb: it has no source; remove it." in said
    assert (
        "notebooks/00-start.ipynb: not all of it was executed; run `course build` without --no-execute."
        in said
    )


def test_a_course_that_cannot_be_read_is_a_finding(small_course: Path) -> None:
    (small_course / "chapters/00-start/lesson.md").write_text("---\nx: 1\n---\n", encoding="utf-8")
    assert findings(verify([0])) == ["00-start: 00-start/lesson.md: the front matter holds x; remove it."]


def test_a_chapter_that_is_not_written_is_refused(small_course: Path) -> None:
    with pytest.raises(CourseError, match="Chapter 2 is not written yet"):
        verify([2])


def test_a_report_of_nothing_does_not_read_like_a_clean_one() -> None:
    assert not Report().passed
    assert Report().summary == "Nothing was verified: no chapter is written."
