"""What holds for every picture: safe, the same twice, readable without eyes, without color and without a style sheet."""

import pytest
from picture_samples import every_view

from course.pictures.rules import broken_rules
from course.pictures.view import SHEET, View, with_current_sheet, with_sheet

VIEWS = dict(every_view())


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_it_keeps_the_rules_of_all_pictures(view: View) -> None:
    assert broken_rules(view) == []


def test_every_view_is_the_same_twice() -> None:
    again = dict(every_view())
    assert {name: (view.html, view.text) for name, view in VIEWS.items()} == {
        name: (view.html, view.text) for name, view in again.items()
    }


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<script></script>", "elements that no picture"),
        ("<p><b></p></b>", "not closed in order"),
        ('<p onclick="x">a</p>', "carries code"),
        ('<img src="http://elsewhere" alt="">', "from elsewhere"),
        ("<table><tr><th>a</th></tr></table>", "<th>"),
        ('<i style="left:2%"></i>', "no tooltip"),
        ("<style>p{color:red}</style>", "leaves its own box"),
        ("<p>other</p>", "does not say what its text says: words"),
    ],
)
def test_a_picture_that_breaks_a_rule_is_named(html: str, said: str) -> None:
    assert any(said in broken for broken in broken_rules(View(html, "words")))


def test_a_times_is_no_word_of_a_text_twin() -> None:
    assert broken_rules(View("<p>took 12 ms</p>", "took 12 ms"))


def test_the_sheet_stays_in_the_pictures_box_and_loads_nothing() -> None:
    assert SHEET.startswith(".pfc.pfc.pfc{")
    assert SHEET.count("{") == SHEET.count("}")
    assert SHEET.rstrip().endswith("}}")
    assert not any(
        line and not line.startswith(("&", "/*", "--", ".pfc.pfc.pfc{", "border"))
        for line in SHEET.split("\n")
    )
    assert "url(" not in SHEET
    assert "@import" not in SHEET


def test_one_output_carries_the_sheet_for_all_of_a_notebook() -> None:
    view = View("<p>x</p>", "x")
    assert with_sheet(view).html == f"<style>{SHEET}</style><p>x</p>"
    assert with_sheet(view).text == "x"
    assert not any(SHEET[:40] in shown.html for shown in VIEWS.values())


def test_an_older_sheet_becomes_that_of_today_and_nothing_else_changes() -> None:
    own = "<style>.pfc.pfc.pfc.pfc-x{& p{color:red}}</style><p>x</p>"
    assert (
        with_current_sheet(f"<style>.pfc.pfc{{--ink:red;& p{{}}}}</style>{own}")
        == f"<style>{SHEET}</style>{own}"
    )
    new = with_sheet(View(own, "x")).html
    assert with_current_sheet(new) == new
