"""What a TOML file's gaps stand for is left out piece by piece, and nothing that the starter gives."""

import tomllib

import pytest

from course.authoring.config_mutants import left_out
from course.errors import CourseError

STARTER = """\
[project]
name = "shop"
# TODO: what it needs
...

[groups]
dev = [
    "ruff", # stays
    ...
]

[[contracts]]
name = "layers"
...

[[contracts]]
name = "circle"
"""
REFERENCE = """\
[project]
name = "shop"
needs = ["fastapi", "uvicorn"]

[groups]
dev = [
    "ruff",
    "mypy",
]

[[contracts]]
name = "layers"
layers = ["main"]

[[contracts]]
name = "new"

[[contracts]]
name = "circle"
"""


def test_only_what_a_gap_stands_for_is_left_out() -> None:
    assert [name for name, _ in left_out("x.toml", STARTER, REFERENCE)] == [
        "project.needs",
        'project.needs["fastapi"]',
        'project.needs["uvicorn"]',
        'groups.dev["mypy"]',
        'contracts["layers"].layers',
        'contracts["layers"].layers["main"]',
        'contracts["new"]',
        'contracts["new"].name',
    ]


def test_a_mutant_lacks_one_thing_and_nothing_else() -> None:
    mutants = {name: tomllib.loads(text) for name, text in left_out("x.toml", STARTER, REFERENCE)}
    whole = tomllib.loads(REFERENCE)
    assert mutants["project.needs"] == whole | {"project": {"name": "shop"}}
    assert mutants['groups.dev["mypy"]'] == whole | {"groups": {"dev": ["ruff"]}}
    circle, layers = {"name": "circle"}, {"name": "layers", "layers": ["main"]}
    assert mutants['contracts["new"]'] == whole | {"contracts": [layers, circle]}


def test_a_file_without_gaps_has_no_mutants() -> None:
    assert list(left_out("x.toml", REFERENCE, REFERENCE)) == []


@pytest.mark.parametrize(
    ("starter", "reference", "what"),
    [
        ("a = ...\n", "a = 1\n", r"x\.toml: the starter does not parse"),
        ("...\n", "a = \n", r"x\.toml: the reference solution does not parse"),
    ],
)
def test_what_is_no_toml_is_named(starter: str, reference: str, what: str) -> None:
    with pytest.raises(CourseError, match=what):
        list(left_out("x.toml", starter, reference))
