"""Which exercise a name or a notebook is of, as people, browsers and learning platforms write them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Self

from course.catalog import Chapter, catalog, content
from course.grading.submission import content_of

_BLANKS = re.compile(r"[\s_.\-]+")
_COPY = re.compile(r"-?(?:\(\d{1,3}\)|-copy-?\d{0,3}|-\d{1,3})$")
"""What a second download or a copy has at the end of its name."""
_SAYS = re.compile(
    r"(?:answer|check)-(?P<cell>\d{1,3})-\d|course\.check\(\W{1,3}(?P<call>\d{1,3})\.\d|"
    r"chapters/(?P<folder>\d\d)-[a-z0-9-]+/exercise\.md"
)
"""Where a notebook says which chapter's exercise it is, in the text of its JSON."""


class Assignments:
    """The course's exercises, by all the names that can mean only one of them."""

    def __init__(self, chapters: Collection[Chapter]) -> None:
        self._slugs = {chapter.number: chapter.slug for chapter in chapters}
        keys: dict[str, set[str]] = {}
        for chapter in chapters:
            number, title = chapter.slug[:2], _plain(chapter.title)
            names = {chapter.slug, chapter.slug[3:], title, f"{number}-{title}", number, str(chapter.number)}
            names |= {
                f"{word}-{one}" for word in ("exercise", "chapter") for one in (number, str(chapter.number))
            }
            for name in names:
                keys.setdefault(name, set()).add(chapter.slug)
        self._by_name = {name: slugs.pop() for name, slugs in keys.items() if len(slugs) == 1}

    @classmethod
    def of_the_course(cls) -> Self:
        """Those that the catalog names; CourseError when it cannot be read."""
        return cls([chapter for chapter in catalog().chapters if chapter.has_exercise])

    def named(self, name: str) -> str:
        """The slug that a folder's or a notebook's name stands for, or nothing.

        `Large Things`, `01_large_things`, `1` and `01-large-things (2)` are all one; so is a name in which a platform
        put the learner's before it.
        """
        plain = _plain(name)
        shorter = _COPY.sub("", plain)
        inside = (slug for slug in self._slugs.values() if f"-{slug}-" in f"-{plain}-")
        found = next(inside, "")
        return self._by_name.get(plain) or self._by_name.get(shorter) or found

    def of_notebook(self, path: Path) -> str:
        """The slug of the exercise that a notebook answers, by its name or by what is in it, or nothing."""
        return self.named(path.stem) or self.of_text(path)

    def of_text(self, path: Path) -> str:
        """The same, by what is in it alone."""
        return self.said_in(content_of(path)[0])

    def said_in(self, text: str) -> str:
        """The slug of the exercise whose cells are in this notebook's text, or nothing."""
        chapters = Counter(int(next(filter(None, match.groups()))) for match in _SAYS.finditer(text))
        return next(
            (self._slugs[number] for number, _ in chapters.most_common() if number in self._slugs), ""
        )

    @cached_property
    def released(self) -> frozenset[str]:
        """The names of what is released beside notebooks: `nbgrader submit` sends it back."""
        folders = [content().root / "exercises" / slug for slug in self._slugs.values()]
        return frozenset(path.name for folder in folders for path in folder.glob("*"))


def _plain(name: str) -> str:
    """A name without case, accents' two spellings, and kinds of blanks."""
    text = unicodedata.normalize("NFKC", name).casefold().encode("utf-8", "replace").decode()
    return _BLANKS.sub("-", text).strip("-")
