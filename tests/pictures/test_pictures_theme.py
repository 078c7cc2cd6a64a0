"""The style sheet in JupyterLab's two themes, and the building blocks."""

import re
import sys
from pathlib import Path

import pytest

from course.pictures.theme import Html, count, el, join, number, points, prose, text_table
from course.pictures.view import SHEET

THEMES = Path(sys.prefix) / "share/jupyter/lab/themes/@jupyterlab"
NAMED = {"white": "#ffffff", "black": "#000000"}
type Color = tuple[float, float, float, float]


class Theme:
    """Resolves the colors that the style sheet names, as a browser would in one of JupyterLab's themes."""

    def __init__(self, name: str) -> None:
        css = (THEMES / f"theme-{name}-extension/index.css").read_text(encoding="utf-8")
        self.variables = dict(re.findall(r"(--[\w-]+):\s*([^;}]+)", css))
        self.variables |= dict(re.findall(r"(--[\w-]+):([^;}]+)", SHEET.partition("margin")[0]))

    def color(self, text: str) -> Color:
        text = text.strip()
        if found := re.fullmatch(r"var\((--[\w-]+)(?:,(.*))?\)", text):
            return self.color(self.variables.get(found[1], found[2] or ""))
        if found := re.fullmatch(r"color-mix\(in srgb,(.*) (\d+)%,(.*)\)", text):
            return mix(self.color(found[1]), self.color(found[3]), int(found[2]) / 100)
        if text == "transparent":
            return (0, 0, 0, 0)
        if found := re.fullmatch(r"rgba\(([\d.]+),([\d.]+),([\d.]+),([\d.]+)\)", text):
            red, green, blue, alpha = map(float, found.groups())
            return (red, green, blue, alpha)
        digits = NAMED.get(text, text).removeprefix("#")
        digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
        red, green, blue = (float(int(digits[at : at + 2], 16)) for at in (0, 2, 4))
        return (red, green, blue, 1)


def mix(a: Color, b: Color, share: float) -> Color:
    alpha = a[3] * share + b[3] * (1 - share)
    if not alpha:
        return (0, 0, 0, 0)
    red, green, blue = (
        (x * a[3] * share + y * b[3] * (1 - share)) / alpha for x, y in zip(a[:3], b[:3], strict=True)
    )
    return (red, green, blue, alpha)


def over(front: Color, back: Color) -> Color:
    red, green, blue = (f * front[3] + b * (1 - front[3]) for f, b in zip(front[:3], back[:3], strict=True))
    return (red, green, blue, 1)


def contrast(front: Color, back: Color) -> float:
    def light(color: Color) -> float:
        channels = [c / 255 for c in color[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(over(front, back)), light(back)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("tone", ["ink", "quiet", "ok", "bad", "warn", "info"])
@pytest.mark.parametrize("ground", ["paper", "card"])
def test_text_can_be_read_in_both_themes(name: str, tone: str, ground: str) -> None:
    theme = Theme(name)
    text, back = theme.color(f"var(--{tone})"), theme.color(f"var(--{ground})")
    tinted = over(theme.color(f"color-mix(in srgb,var(--{tone}) 10%,transparent)"), back)
    gray = over(theme.color("var(--tint)"), back)
    assert min(contrast(text, back), contrast(text, tinted), contrast(text, gray)) >= 4.5


def test_plain_strings_are_escaped_and_markup_is_kept() -> None:
    assert el("p", "<b>", Html("<i>x</i>"), None, title='"') == '<p title="&quot;">&lt;b&gt;<i>x</i></p>'
    assert join("a&", el("br")) == "a&amp;<br></br>"


def test_prose_sets_code_between_backticks() -> None:
    assert prose("run `a<b` now") == "run <code>a&lt;b</code> now"
    assert prose("one ` alone") == "one ` alone"


def test_numbers_and_counts_read_as_people_write_them() -> None:
    assert [number(2.0), number(1.5), number(0), number(10)] == ["2", "1.5", "0", "10"]
    assert [points(1), points(2.5), count(1, "check"), count(2, "check"), count(0, "line")] == [
        "1 point",
        "2.5 points",
        "1 check",
        "2 checks",
        "0 lines",
    ]


def test_tables_are_aligned() -> None:
    assert text_table([("a", "10", "x"), ("bbb", "2", "")], right=(1,)) == "a    10  x\nbbb   2"
