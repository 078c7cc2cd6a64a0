"""The rules of a `chapter.toml`: a rule that is left out, or a place that is not there, is a finding."""

from pathlib import Path

import pytest

from course.authoring.rules import Section, lint_corrections, lint_rules, places, sections
from course.catalog import Chapter, catalog, content

SOUND = {"rule": "Sums are summed", "says": ("sum()",), "taught": "Sums", "checked": ("test_a_sum",)}
HEADINGS = {"Sums"}
PLACES = {"test_a_sum", "mypy --strict"}


def chapter(**said: object) -> Chapter:
    entry = {"slug": "01-add", "part": "Part", "title": "Add", "minutes": 10}
    return Chapter.model_validate(entry | said)


def lint(section: tuple[str, ...] = ("sum()",), **changed: object) -> list[str]:
    return lint_rules(chapter(says=section, rules=(SOUND | changed,)), HEADINGS, PLACES)


@pytest.mark.parametrize(
    "changed",
    [{}, {"checked": ("mypy --strict", "ruff UP006")}, {"checked": (), "unchecked": "it is English"}],
    ids=["a check", "tools", "a reason"],
)
def test_what_is_sound_has_no_finding(changed: dict[str, object]) -> None:
    assert lint(**changed) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"says": ("sum()", "fsum()")}, '"fsum()", which is not in `says`'),
        ({"taught": "Products"}, 'taught in "Products": the lesson has no such heading'),
        ({"checked": ("test_products",)}, 'checked by "test_products": there is no such check'),
        ({"checked": ("ruff ZZZ1",)}, 'checked by "ruff ZZZ1"'),
        ({"checked": ("pytest tests/test_gone.py",)}, "there is no such check, test file or tool"),
        ({"checked": ()}, "needs either `checked` or `unchecked`"),
        ({"unchecked": "it is English"}, "needs either `checked` or `unchecked`"),
    ],
    ids=["a word", "a heading", "a check", "a family", "a test file", "neither", "both"],
)
def test_a_place_that_is_not_there_is_named(changed: dict[str, object], told: str) -> None:
    (finding,) = lint(**changed)
    assert told in finding


def test_a_rule_that_is_left_out_is_named() -> None:
    assert lint(section=("sum()", "prod()")) == ['no rule is about "prod()".']


def test_sections_are_split_at_the_headings_outside_code(tmp_path: Path) -> None:
    lesson = tmp_path / "lesson.md"
    lesson.write_text(
        "# Title\n\n## One\n\n````{code-cell}\n## no\n```\n## nor this\n````\nSaid.\n\n## Two, too\n### Small\n"
    )
    assert sections(lesson) == {
        "One": Section("\nSaid.\n\n", "## no\n```\n## nor this\n"),
        "Two, too": Section("### Small\n"),
    }


PROVED = {"erratum": "E90", "corrects": "sums round", "taught": "Sums", "proof": "sum([0.1])"}
LESSON = {"Sums": Section(prose="A sum of floats rounds.", code="print(sum([0.1]))")}


def lint_erratum(changed: dict[str, object]) -> list[str]:
    correction = {name: value for name, value in (PROVED | changed).items() if name != "errata"}
    listed = {"says": ["sum()"], "errata": changed.get("errata", ["E90"]), "rules": [SOUND]}
    return lint_corrections(chapter(**listed, corrections=[correction]), LESSON)


@pytest.mark.parametrize("changed", [{}, {"proof": "", "minor": "floats rounds"}], ids=["a cell", "prose"])
def test_a_correction_that_the_lesson_has(changed: dict[str, object]) -> None:
    assert lint_erratum(changed) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"errata": ["E90", "E91"]}, "no correction is about E91"),
        ({"errata": []}, "E90 must be in `errata`"),
        ({"taught": "Products"}, 'taught in "Products": the lesson has no such heading'),
        ({"proof": "fsum"}, 'no code cell under "Sums" has "fsum"'),
        ({"proof": "", "minor": "fsum"}, 'the prose under "Sums" does not have "fsum"'),
        ({"proof": ""}, "needs either `proof`"),
        ({"minor": "floats"}, "needs either `proof`"),
    ],
    ids=["left out", "not listed", "a heading", "a cell", "prose", "neither", "both"],
)
def test_a_correction_that_the_lesson_does_not_have(changed: dict[str, object], told: str) -> None:
    (finding,) = lint_erratum(changed)
    assert told in finding


def test_the_places_of_a_chapter() -> None:
    found = places(catalog().chapter(1), content())
    assert {"test_placing_an_order", "test_summary_follows"} <= found  # visible and held out
    assert {"pytest tests/test_api.py", "import contracts"} <= found
