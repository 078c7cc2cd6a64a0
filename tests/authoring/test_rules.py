"""`rules.toml`: a rule that is left out, or a place that is not there, is a finding."""

from pathlib import Path

import pytest

from course.authoring.rules import Rule, Rules, headings, lint_rules, places, read_rules
from course.catalog import catalog, content
from course.errors import CourseError

SOUND = {"rule": "Sums are summed", "says": ("sum()",), "taught": "Sums", "checked": ("test_a_sum",)}
HEADINGS = {"Sums"}
PLACES = {"test_a_sum", "mypy --strict"}


def lint(section: tuple[str, ...] = ("sum()",), **changed: object) -> list[str]:
    rule = Rule.model_validate(SOUND | changed)
    return lint_rules(Rules(says=section, rules=(rule,)), HEADINGS, PLACES)


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


def test_headings_are_those_outside_code(tmp_path: Path) -> None:
    lesson = tmp_path / "lesson.md"
    lesson.write_text(
        "# Title\n\n## One\n\n````{code-cell}\n## no\n```\n## nor this\n````\n\n## Two, too\n### Small\n"
    )
    assert headings(lesson) == {"One", "Two, too"}


def test_the_places_of_a_chapter() -> None:
    found = places(catalog().chapter(1), content())
    assert {"test_placing_an_order", "test_summary_follows"} <= found  # visible and held out
    assert {"pytest tests/test_api.py", "import contracts"} <= found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("says = [", "rules.toml"),
        ('says = ["a"]\n[[rules]]\nrule = "a"\nsays = ["a"]\nplace = "b"', "rules.0.taught"),
        ('says = ["a"]\nrules = []', "rules: Tuple should have at least 1 item"),
    ],
    ids=["no TOML", "unknown key", "no rules"],
)
def test_a_malformed_file_is_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "rules.toml").write_text(text)
    with pytest.raises(CourseError, match=told):
        read_rules(tmp_path)


def test_no_file_is_none(tmp_path: Path) -> None:
    assert read_rules(tmp_path) is None
