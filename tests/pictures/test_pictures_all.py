"""What holds for every picture: safe, the same twice, readable without eyes, without color and without a style sheet."""

import re
from html.parser import HTMLParser

import pytest
from picture_samples import every_view

from course.pictures.theme import STYLE
from course.pictures.view import View

VIEWS = dict(every_view())
VOID = {"br", "img", "col", "hr", "input"}
ALLOWED = set(
    "style div span p strong code pre ul ol li details summary table caption thead tbody tr th td a figure figcaption "
    "svg g rect path polygon circle text i".split()
)
every = pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())


class Page(HTMLParser):
    """Collects elements, and complains where they are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


@every
def test_nothing_of_the_data_becomes_markup(view: View) -> None:
    page = Page(view.html)
    assert {tag for tag, _ in page.elements} <= ALLOWED
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


def test_every_view_is_the_same_twice() -> None:
    again = dict(every_view())
    assert {name: (view.html, view.text) for name, view in VIEWS.items()} == {
        name: (view.html, view.text) for name, view in again.items()
    }


@every
def test_it_can_be_read_without_eyes(view: View) -> None:
    page = Page(view.html)
    for tag, attributes in page.elements:
        assert tag not in {"h1", "h2", "h3", "h4", "h5", "h6"}  # a picture is no section of the notebook
        if tag == "th":
            assert attributes.get("scope") in {"row", "col", "rowgroup"}
        if tag == "svg":
            assert attributes["role"] == "img"
            assert attributes["aria-label"]
        if attributes.get("aria-label") is not None:
            assert tag in {"svg", "table", "a"} or attributes.get("role")


@every
def test_there_is_one_style_and_it_stays_in_its_own_box(view: View) -> None:
    styles = re.findall(r"<style>(.*?)</style>", view.html, flags=re.DOTALL)
    assert len(styles) == 1
    selectors = [s for rule in styles[0].split("}") if "{" in rule for s in rule.partition("{")[0].split(",")]
    assert all(selector.strip().startswith(".pfc.pfc") for selector in selectors)
    # the last style sheet of a page wins: what is added for one kind of picture names that kind
    added = [s for s in selectors if s not in STYLE]
    assert all(re.match(r"\s*\.pfc\.pfc\.pfc-\w+[ {]", selector) for selector in added)
    assert "url(" not in styles[0]
    assert "base64" not in view.html


@every
def test_the_text_twin_is_text(view: View) -> None:
    assert view.text.strip()
    assert all(line == line.rstrip() for line in view.text.splitlines())
    assert "ms" not in re.findall(r"\d+ (ms)\b", view.text)


@every
def test_the_html_says_what_the_text_says(view: View) -> None:
    """Every word of the twin is in the picture: as text, or for those who hear it."""
    page = Page(view.html)
    labels = [attributes.get("aria-label") or "" for _, attributes in page.elements]
    said = " ".join([*page.text, *labels])
    words = set(re.findall(r"\w{3,}", view.text))
    missing = {word for word in words if word.lower() not in said.lower()}
    assert missing <= {"min", "more", "Marked"}
