"""Hostile submissions as files: what each tries, the verdict that it must get, and its answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

SUBMISSIONS = Path(__file__).parent / "submissions"
_FENCE = re.compile(r"^```(?:\w+)? (?P<path>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)

SOUND = "*sound*"
"""In a card: a file's text in the reference solution."""


@dataclass(frozen=True)
class HostileCard:
    """One submission. `earned` is the score it must get, `at_most` the one it must not exceed.

    `says` is part of a message, `runs` tells whether anything of it is started at all.
    """

    name: str
    tries: str
    earned: float | None = None
    at_most: float | None = None
    says: str = ""
    runs: bool = True
    tasks: tuple[str, ...] = ("1.1", "1.2")
    limits: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def over(self, reference: Mapping[str, str]) -> dict[str, str]:
        """The whole answer: the reference with this card's files, each of which may contain the reference's text."""
        return dict(reference) | {
            path: text.replace(f"{SOUND}\n", reference.get(path, "")) for path, text in self.files.items()
        }


def read_hostile_card(path: Path) -> HostileCard:
    """Read one submission; KeyError or TypeError when its front matter is not complete."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    data = yaml.safe_load(front)
    data["tasks"] = tuple(data.get("tasks", HostileCard.tasks))
    files = {match["path"]: match["text"] for match in _FENCE.finditer(body)}
    card = HostileCard(name=path.stem, files=files, **data)
    if not files or (card.earned is None) == (card.at_most is None):
        raise TypeError(f"{path.name} has no files, or not one of earned and at_most")
    return card


CARDS = {path.stem: read_hostile_card(path) for path in sorted(SUBMISSIONS.glob("*.md"))}
