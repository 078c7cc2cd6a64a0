"""`course report`: figures, misconceptions, and nothing of the held-out checks."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from batch_helpers import SLUG, TOTALS, filled, hand_in, released

from course.batch import misconceptions
from course.batch.report import write_report
from course.batch.report.figures import figures
from course.batch.run import grade_all
from course.errors import CourseError
from course.grading.verdict import CheckResult, Outcome, TaskVerdict, Verdict

MAXIMUM = "def total(prices: list[int]) -> int:\n    return max(prices)\n"
CARDS = {
    "takes_the_maximum": MAXIMUM,
    "counts_the_prices": "def total(prices: list[int]) -> int:\n    return 'ten'\n",
}
CARD = """\
---
task: "1.2"
message: expected
because: the <largest> price looks like the total
---

```python app/orders/totals.py
{}```
"""


@pytest.fixture
def with_cards(root: Path) -> Path:
    for folder in ("right", "wrong"):
        (root / f"chapters/{SLUG}/{folder}/other.md").unlink()
    for name, text in CARDS.items():
        (root / f"chapters/{SLUG}/wrong/{name}.md").write_text(CARD.format(text))
    (root / f"chapters/{SLUG}/wrong/malformed.md").write_text("no card")
    return root


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_report_of_a_cohort(with_cards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = with_cards
    for student in ("ada", "=cmd()", "<b>eve"):
        hand_in(root, student, filled())
    hand_in(root, "max", filled({TOTALS: MAXIMUM}))
    hand_in(root, "none", released())
    hand_in(root, "broken", "{")
    grade_all(root)
    out = tmp_path / "report"
    assert {path.name for path in write_report(root, out)} == {"report.html", "checks.csv", "learners.csv"}

    checks = {row["check"]: row for row in read(out / "checks.csv")}
    assert list(checks) == [
        "Placing an order answers 201 with the customer's name.",
        "A quantity below 1 is refused with 422.",
        "No module of orders imports app.main.",
        "held-out 1",
        "The total is the sum of the prices.",
        "held-out 2",
    ]
    total = checks["The total is the sum of the prices."]
    assert (total["submissions"], total["attempts"], total["passed"], total["failed"]) == ("6", "4", "3", "1")
    assert (total["pass_rate"], total["difficulty"]) == ("0.75", "0.5")
    assert 0.4 < float(total["discrimination"]) < 1
    assert total["misconceptions"] == "takes_the_maximum (1)"
    assert checks["held-out 2"]["misconceptions"] == ""
    assert re.search(r"\(\d\)", total["isolation"])

    learners = {row["student"]: row for row in read(out / "learners.csv")}
    assert learners["ada"]["look_at"] == ""
    assert "'=cmd()" in learners
    assert learners["max"]["look_at"] == "1.2 looks like takes_the_maximum"
    assert learners["max"]["not_passed"] == "1.2 The total is the sum of the prices; 1.2 held-out 2"
    assert "1.1 was not attempted" in learners["none"]["look_at"]
    assert "not valid JSON" in learners["broken"]["look_at"]

    page = (out / "report.html").read_text()
    assert "SECRET" not in page + (out / "checks.csv").read_text() + (out / "learners.csv").read_text()
    assert "<b>eve" not in page
    assert "the &lt;largest&gt; price looks like the total" in page
    assert "prefers-color-scheme:dark" in page
    assert not re.search(r"<script|<img|<link|https?://|url\(", page)
    shape = Shape(page)
    assert shape.tables == shape.captions == 3
    assert shape.unscoped == 0

    # cards are graded once
    monkeypatch.setattr(misconceptions, "grade", None)
    assert write_report(root, out)
    assert (out / "report.html").read_text() == page


def test_several_isolations_are_told_apart(root: Path, tmp_path: Path) -> None:
    for student in ("ada", "ben", "cleo"):
        hand_in(root, student, filled())
    hand_in(root, "max", filled({TOTALS: MAXIMUM}))
    hand_in(root, "none", released())
    grade_all(root)
    for student in ("ben", "max"):  # graded elsewhere, with less
        path = root / f".course/verdicts/{student}/{SLUG}.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"isolation": "limits only"}))
    write_report(root, tmp_path / "report")
    page = (tmp_path / "report/report.html").read_text()
    captions = re.findall(r"<caption>(.*?)</caption>", page)
    (other,) = {row["isolation"] for row in read(tmp_path / "report/learners.csv")} - {
        *("limits only", "nothing was run")
    }
    tail = {name: f", graded under {name}" for name in (other, "limits only")}
    title = "Exercise 1: A shop"
    assert [caption for caption in captions if caption.startswith("Checks")] == [
        f"Checks of {title}{end}" for end in ("", tail[other], tail["limits only"])
    ]
    assert {caption for caption in captions if caption.startswith("Learners")} == {
        f"Learners in {title}{end}" for end in (tail[other], tail["limits only"], ", nothing was run")
    }
    weaker = page[page.index(f"<caption>Checks of {title}{tail['limits only']}") :]
    totals = weaker[weaker.index("The total is the sum of the prices") :].split("</tr>")[0]
    assert ">50%" in totals
    learners = {row["student"]: row["isolation"] for row in read(tmp_path / "report/learners.csv")}
    assert (learners["ben"], learners["none"]) == ("limits only", "nothing was run")


def test_backticks_are_code(with_cards: Path, tmp_path: Path) -> None:
    root = with_cards
    checks = root / f"chapters/{SLUG}/checks.py"
    text = checks.read_text()
    assert "The total is the sum of the prices." in text
    checks.write_text(
        text.replace("The total is the sum of the prices.", "`total` is the sum of `<prices>`.")
    )
    card = root / f"chapters/{SLUG}/wrong/takes_the_maximum.md"
    card.write_text(card.read_text().replace("looks like the total", "looks like `total`"))
    hand_in(root, "max", filled({TOTALS: MAXIMUM}))
    grade_all(root)
    write_report(root, tmp_path / "report")
    page = (tmp_path / "report/report.html").read_text()
    assert "`" not in page
    # among what cost most, among the checks, in the learner's line
    assert page.count("<code>total</code> is the sum of <code>&lt;prices&gt;</code>") == 3
    assert "looks like <code>total</code>" in page


class Shape(HTMLParser):
    """Counts what a screen reader needs of tables."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables = self.captions = self.unscoped = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tables += tag == "table"
        self.captions += tag == "caption"
        self.unscoped += tag == "th" and "scope" not in dict(attrs)


def test_nothing_graded_is_a_sentence(root: Path, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="Nothing has been graded yet: run `course grade-all`"):
        write_report(root, tmp_path / "report")
    assert not (tmp_path / "report").exists()
    assert not (root / ".course/gradebook.db").exists()


def verdict(*passed: bool | None) -> Verdict:
    kinds = {True: Outcome.PASS, False: Outcome.FAIL, None: Outcome.NOT_ATTEMPTED}
    results = tuple(
        CheckResult(f"check_{number}", f"Check {number}.", "1.1", 1, kinds[one], number == 1)
        for number, one in enumerate(passed)
    )
    return Verdict(1, (TaskVerdict("1.1", results),), 0, "none")


def test_the_two_formulas() -> None:
    verdicts = [
        verdict(True, True, True),
        verdict(True, True, False),
        verdict(True, False, False),
        verdict(False, True, False),
        verdict(False, False, False),
        verdict(None, None, None),
    ]
    first, second, third = figures(verdicts, lambda task, result: "card")
    assert (first.submissions, first.attempts, first.pass_rate, first.difficulty) == (6, 5, 0.6, 0.5)
    # passed 1 1 1 0 0 0, rest 2 1 0 1 0 0: means 4/3·3/4 = 1 and 1/3, deviation of the rest sqrt(5/9)
    assert first.discrimination == pytest.approx((1 - 1 / 3) / (5 / 9) ** 0.5 * 0.5)
    assert (second.label, second.misconceptions.total()) == ("held-out 1", 0)
    assert third.misconceptions == {"card": 4}
    assert [one.discrimination for one in figures(verdicts[:4], lambda *_: "")] == [None] * 3
    assert [one.discrimination for one in figures([verdict(True)] * 9, lambda *_: "")] == [None]
