"""What holds for every picture, whoever draws it: the tests of the engine and of each instrument ask this."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from course.pictures.view import View

VOID = {"br", "img", "col", "hr", "input"}
ALLOWED = set(
    "style div span p strong em b i br code pre ul ol li details summary table caption thead tbody tr th td a figure "
    "figcaption img".split()
)
HELPERS = {"min", "more", "Marked"}
EVIL = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
"""A name that tries to be markup: pictures are tested with it."""
_PLACED = re.compile(r"(^|;)left:")
_CLOCK = re.compile(r"\d+ ms\b")


class _Page(HTMLParser):
    """Collects elements, and notes where they are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.said: list[str] = []
        self.tangled = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        self.said += [attributes.get(name, "") for name in ("aria-label", "title", "alt")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tangled |= not self.open or self.open.pop() != tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.said.append(data)


def broken_rules(view: View) -> list[str]:
    """Return what a picture does wrong, in sentences; nothing when it is as every picture must be.

    It is made of harmless elements, readable without eyes and without color, each mark has a tooltip, its own style
    stays in its own box, and its text twin is text, without times, and says nothing that the picture does not say.
    """
    page = _Page(view.html)
    return [*_safety(page), *_without_eyes(page), *_styles(view), *_twin(view, page)]


def _safety(page: _Page) -> Iterator[str]:
    if page.tangled or page.open:
        yield "elements are not closed in order"
    if strange := {tag for tag, _ in page.elements} - ALLOWED:
        yield f"elements that no picture is made of: {', '.join(sorted(strange))}"
    for tag, attributes in page.elements:
        if any(name.startswith("on") for name in attributes):
            yield f"<{tag}> carries code"
        if tag == "img" and not attributes.get("src", "").startswith("data:image/svg+xml"):
            yield "an image comes from elsewhere"


def _without_eyes(page: _Page) -> Iterator[str]:
    for tag, attributes in page.elements:
        if tag == "th" and attributes.get("scope") not in {"row", "col", "rowgroup"}:
            yield "a <th> does not say of what"
        if tag == "img" and "alt" not in attributes:
            yield "an image says nothing"
        if attributes.get("aria-label") and tag not in {"table", "a"} and not attributes.get("role"):
            yield f"<{tag}> has a label and no role"
        if _PLACED.search(attributes.get("style", "")) and not attributes.get("title"):
            yield f"a mark has no tooltip: {attributes.get('class', tag)}"


def _styles(view: View) -> Iterator[str]:
    for style in re.findall(r"<style>(.*?)</style>", view.html, flags=re.DOTALL):
        if not re.match(r"\.pfc\.pfc\.pfc\.pfc-[\w-]+{", style) or "url(" in style:
            yield "a style leaves its own box"


def _twin(view: View, page: _Page) -> Iterator[str]:
    if not view.text.strip() or any(line != line.rstrip() for line in view.text.splitlines()):
        yield "the text twin is empty or has blanks at the end of a line"
    if _CLOCK.search(view.text):
        yield "the text twin tells a time, which is another one each time"
    said = " ".join(page.said).lower()
    missing = {word for word in re.findall(r"\w{3,}", view.text) if word.lower() not in said} - HELPERS
    if missing:
        yield f"the picture does not say what its text says: {', '.join(sorted(missing))}"
