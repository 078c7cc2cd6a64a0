"""Mutants of a reference solution: which there are, who kills them, and that what is stored of them is in step."""

import re
from pathlib import Path

import pytest
import tomli_w

from course.authoring.build import build
from course.authoring.mutants import Mutant, mutants_of, mutants_of_exercise, survives
from course.authoring.readme import quality_table, with_quality
from course.authoring.report import Report
from course.authoring.survivors import check_survivors, explain
from course.catalog import Chapter, Content, catalog, content
from course.errors import CourseError
from course.grading.exercise import Exercise
from course.grading.verdict import CheckResult, Outcome, TaskVerdict, Verdict

CHECKS = '''\
"""Checks."""

from course.grading.checking import Probe, fail, task


@task("1.1", points=10)
async def test_a_sum(probe: Probe) -> None:
    """Three prices are added up."""
    if await probe("from app.orders import total; result = total([5, 2, 3])") != 10:
        fail("total([5, 2, 3]) is not 10. Look at app/orders.py.")
'''

LIVES = "app/orders.py: total: arg_removal: return sum(prices, 0) → return sum(prices, )"
KILLED = "app/orders.py: total: number: return sum(prices, 0) → return sum(prices, 1)"


def keys(source: str, path: str = "app/x.py") -> list[str]:
    return [mutant.key for mutant in mutants_of({path: source})]


def test_a_mutant_is_named_by_its_text_and_place() -> None:
    assert keys("class Shop:\n    def is_open(self, hour):\n        return hour > 8\n") == [
        "app/x.py: Shop.is_open: swap_op: return hour > 8 → return hour >= 8",
        "app/x.py: Shop.is_open: number: return hour > 8 → return hour > 9",
    ]


def test_the_key_stays_when_lines_move() -> None:
    assert keys("x = 1 + y\n") == keys('"""Now with a docstring."""\n\n\nx = 1 + y\n')


def test_the_same_line_twice_gives_two_keys() -> None:
    found = [key for key in keys("x = 1\nx = 1\n") if ": number: " in key]
    assert found == ["app/x.py: number: x = 1 → x = 2", "app/x.py: number: x = 1 → x = 2 (number 2)"]


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""\n',
        "from app import orders\n",
        "def f(x: 'int | None') -> 'int | str':\n    'A docstring.'\n    return x\n",
        "type Price = int | None\n",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    x = 1\n",
    ],
)
def test_what_says_nothing_at_run_time_is_not_mutated(source: str) -> None:
    assert keys(source) == []


def test_every_mutant_compiles_and_none_is_there_twice() -> None:
    source = "for x in y:\n    if not (x and 1 < 2):\n        break\n    z += f(x, *y, a='b')\n"
    mutants = mutants_of({"app/x.py": source})
    texts = [mutant.text for mutant in mutants]
    assert len(set(texts)) == len(texts) > 5
    assert source not in texts
    for mutant in mutants:
        compile(mutant.text, mutant.key, "exec")
    assert not any(
        "return" in text for text in texts
    )  # mutmut turns break into return: no function, no mutant


def test_tests_and_other_files_are_not_mutated() -> None:
    assert mutants_of({"tests/test_x.py": "x = 1\n", "pyproject.toml": "x = 1\n"}) == ()


def test_a_reference_that_does_not_parse_is_named() -> None:
    with pytest.raises(CourseError, match=r"app/x\.py, line 2: the reference solution does not parse"):
        keys("x = 1\ndef\n")


@pytest.fixture
def chapter(small_course: Path) -> Chapter:
    """The exercise of the small course, released, with a solution of five mutants that one check judges."""
    source = small_course / "chapters/01-add/exercise.md"
    source.write_text(
        source.read_text(encoding="utf-8").replace("sum(prices)", "sum(prices, 0)"), encoding="utf-8"
    )
    (small_course / "chapters/01-add/checks.py").write_text(CHECKS, encoding="utf-8")
    build([1], run=False)
    return catalog().chapter(1)


def stored(where: Content, chapter: Chapter, *survivors: str, mutants: int = 5, killed: int = 4) -> None:
    tables = [{"mutant": key, "reason": "zero is the default"} for key in survivors]
    store(where, chapter, {"count": mutants, "killed": killed, "survivors": tables})


def store(where: Content, chapter: Chapter, mutants: object) -> None:
    file = where.chapter_file(chapter)
    text = file.read_text(encoding="utf-8").partition("\n[mutants]")[0].rstrip("\n")
    file.write_text(f"{text}\n\n{tomli_w.dumps({'mutants': mutants})}", encoding="utf-8")


def checked(chapter: Chapter, *, grading: bool) -> tuple[list[str], list[str]]:
    report = Report()
    check_survivors(catalog().chapter(chapter.number), content(), report, grading=grading)
    return [finding.message for finding in report.findings], report.notes


def test_a_graded_mutant_that_lives_needs_a_reason(chapter: Chapter) -> None:
    said, notes = checked(chapter, grading=True)
    assert said == [
        f"no check kills it, and nothing says why it may live: {LIVES}",
        "write `count = 5` and `killed = 4` in [mutants].",
    ]
    assert notes == ["01-add: 4 of 5 mutants killed (80 %), 1 survive."]


def result(outcome: Outcome, name: str = "test_a_sum") -> CheckResult:
    return CheckResult(name, "Three prices are added up.", "1.1", 10, outcome)


@pytest.mark.parametrize(
    ("runs", "alive"),
    [
        ([[result(Outcome.PASS)]], True),
        ([[result(Outcome.FAIL)]], False),
        ([[result(Outcome.PASS), result(Outcome.ERROR)]], False),  # the code crashed: killed
        ([[result(Outcome.ERROR, "grader")], [result(Outcome.PASS)]], True),  # no check has judged: again
        ([[result(Outcome.ERROR, "grader")], [result(Outcome.ERROR, "grader")]], False),
        ([[result(Outcome.ERROR, "grader"), result(Outcome.FAIL)]], False),
        ([[], []], False),
    ],
)
def test_only_full_points_keep_a_mutant_alive(
    chapter: Chapter, monkeypatch: pytest.MonkeyPatch, runs: list[list[CheckResult]], alive: bool
) -> None:
    left = iter(runs)

    def grade(*_: object, **__: object) -> Verdict:
        return Verdict(1, (TaskVerdict("1.1", tuple(next(left))),), seed=1, isolation="")

    monkeypatch.setattr("course.authoring.mutants.grade", grade)
    exercise = Exercise.load(1)
    assert survives(exercise, Mutant("app/orders.py", "key", "")) is alive
    assert next(left, None) is None


@pytest.mark.parametrize(
    ("survivors", "expected"),
    [
        ((LIVES,), []),
        ((LIVES, KILLED), [f"it does not survive (any more), remove it: {KILLED}"]),
    ],
)
def test_reasons_are_held_against_what_lives(
    chapter: Chapter, monkeypatch: pytest.MonkeyPatch, survivors: tuple[str, ...], expected: list[str]
) -> None:
    monkeypatch.setattr("course.authoring.mutants.grade_mutants", lambda _: (5, (LIVES,)))
    stored(content(), chapter, *survivors)
    assert checked(chapter, grading=True)[0] == expected


LIKE = "app/orders.py: total: *(prices, *"
"""A pattern that fits the mutant that lives, the one that is killed, and others."""


@pytest.mark.parametrize(
    ("tables", "alive", "expected"),
    [
        ({LIKE: 2}, (LIVES, KILLED), []),
        ({LIKE: 1, LIVES: 1}, (LIVES, KILLED), []),  # who is named exactly is not counted by a pattern
        ({LIKE: 2}, (LIVES,), [f"write `count = 1` for {LIKE}"]),
        ({LIKE: 1}, (LIVES, KILLED), [f"write `count = 2` for {LIKE}"]),
        ({LIKE: 1}, (), [f"it does not survive (any more), remove it: {LIKE}"]),
        (
            {"other.py: *": 1},
            (LIVES,),
            [
                f"no check kills it, and nothing says why it may live: {LIVES}",
                "it does not survive (any more), remove it: other.py: *",
            ],
        ),
    ],
)
def test_one_reason_explains_as_many_as_it_counts(
    chapter: Chapter,
    monkeypatch: pytest.MonkeyPatch,
    tables: dict[str, int],
    alive: tuple[str, ...],
    expected: list[str],
) -> None:
    monkeypatch.setattr("course.authoring.mutants.grade_mutants", lambda _: (5, alive))
    entries = [{"mutant": key, "reason": "r", "count": tables[key]} for key in tables]
    store(content(), chapter, {"count": 5, "killed": 5 - len(alive), "survivors": entries})
    assert checked(chapter, grading=True)[0] == expected


@pytest.mark.parametrize(
    ("survivors", "mutants", "killed", "expected"),
    [
        ((LIVES,), 5, 4, []),
        ((LIVES,), 6, 5, ["it says 6 mutants; the solution has 5: run `course verify --mutants`."]),
        ((LIVES,), 5, 5, ["it says 5 killed; 5 less its survivors are 4."]),
        (("gone",), 5, 4, ["the solution has no such mutant any more, remove it: gone"]),
        ((LIKE,), 5, 4, []),
        (("app/*",), 6, 5, ["it says 6 mutants; the solution has 5: run `course verify --mutants`."]),
    ],
)
def test_what_is_stored_is_in_step_without_grading(
    chapter: Chapter, survivors: tuple[str, ...], mutants: int, killed: int, expected: list[str]
) -> None:
    stored(content(), chapter, *survivors, mutants=mutants, killed=killed)
    assert checked(chapter, grading=False)[0] == expected


def test_a_reference_that_fails_kills_no_mutant(chapter: Chapter) -> None:
    checks = content().folder(chapter) / "checks.py"
    checks.write_text(CHECKS.replace("!= 10", "!= 11"), encoding="utf-8")
    said, notes = checked(chapter, grading=True)
    assert said == ["The reference solution does not get full points, so its mutants prove nothing."]
    assert notes == []


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"count": 5}, "mutants: `killed` is missing"),
        (
            {"count": 5, "killed": 5, "survivors": [{"mutant": "m", "reason": " "}]},
            "mutants.survivors 1.reason",
        ),
        (
            {"count": 5, "killed": 4, "survivors": [{"mutant": "m", "reason": "r", "count": 0}]},
            "mutants.survivors 1.count: input should be greater than 0",
        ),
        (
            {"count": 5, "killed": 4, "survivors": [{"mutant": "m", "reason": "r", "number": 2}]},
            "mutants.survivors 1: `number` does not belong here",
        ),
        (
            {"count": 5, "killed": 3, "survivors": [{"mutant": "m", "reason": "r"}] * 2},
            "mutants.survivors: 'm' is explained twice",
        ),
    ],
)
def test_a_malformed_table_is_named(small_course: Path, said: object, what: str) -> None:
    store(content(), catalog().chapter(1), said)
    with pytest.raises(CourseError, match=re.escape(f"01-add/chapter.toml: {what}")):
        catalog()


def test_the_quality_table_is_derived_from_what_is_stored(small_course: Path) -> None:
    where, course = content(), catalog()
    assert quality_table(course, where).endswith(
        "| 01 Add | none | | | 0 right, 0 wrong | not measured | |\n"
    )
    stored(where, course.chapter(1), LIVES, mutants=300, killed=299)
    course = catalog()
    readme = with_quality("a\n<!-- quality -->\nold\n<!-- /quality -->\nb\n", course, where)
    assert "| 01 Add | none | | | 0 right, 0 wrong | 299 of 300 (99 %) | 1 |\n" in readme
    assert "old" not in readme
    assert with_quality(readme, course, where) == readme
    with pytest.raises(CourseError, match="the table of quality needs"):
        with_quality("<!-- quality -->\n", course, where)


def test_the_stored_counts_of_the_real_exercises_are_in_step() -> None:
    for found in catalog().chapters:
        if (said := found.mutants) is not None:
            keys_now = {mutant.key for mutant in mutants_of_exercise(Exercise.load(found.number))}
            assert said.count == len(keys_now), found.slug
            assert said.killed == said.count - said.alive, found.slug
            given, _ = explain(said, keys_now)
            assert all(given[one.mutant] >= one.count for one in said.survivors), found.slug
