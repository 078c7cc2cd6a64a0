"""The patterns of `sanitize.cfg`: read once, used by the build and by nbval."""

import re
from functools import lru_cache
from pathlib import Path

from course.errors import CourseError

SANITIZE_FILE = Path(__file__).with_name("sanitize.cfg")
# As nbval reads the file; anything else in it is comment.
_PAIR = re.compile(r"^regex: (.*)$\n^replace: (.*)$", re.MULTILINE)


@lru_cache(maxsize=1)
def patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the pairs (pattern, replacement) in order; CourseError when a line of the file has no partner."""
    text = SANITIZE_FILE.read_text(encoding="utf-8")
    pairs = _PAIR.findall(text)
    if len(pairs) != len(re.findall(r"^(?:regex|replace):", text, re.MULTILINE)) / 2:
        raise CourseError(
            f"{SANITIZE_FILE.name}: each `regex: ` line needs a `replace: ` line right after it."
        )
    return tuple((re.compile(pattern), replacement) for pattern, replacement in pairs)


def sanitize(text: str) -> str:
    """Replace times and ports in a text, as nbval does before it compares."""
    for pattern, replacement in patterns():
        text = pattern.sub(replacement, text)
    return text
