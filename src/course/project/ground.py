"""The ground that `my-api` stands on: a chapter's lesson or its exercise. The workspace knows it, so every kernel does."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Self

from course.project.files import write_atomically
from course.project.workspace import Workspace

GROUND_FILE = "ground.json"


@dataclass(frozen=True)
class Ground:
    """What a notebook begins: a chapter's lesson, or its exercise. One chapter has two grounds."""

    chapter: int
    exercise: bool = False

    def __str__(self) -> str:
        return f"{'exercise' if self.exercise else 'chapter'} {self.chapter}"

    def call(self, *options: str) -> str:
        """The call that begins it, as a learner types it."""
        words = [str(self.chapter), *(["exercise=True"] if self.exercise else []), *options]
        return f"await course.begin({', '.join(words)})"


@dataclass(frozen=True)
class GroundRecord:
    """Where `my-api` is, and which of its files `begin` wrote, by their hashes.

    `whole` is false while files are being brought: what was cut short there is no ground yet. `aside` are the learner's
    files that made room for this ground, `backup` (relative to the workspace) is where they are. `mine`: it is built on
    the learner's files.
    """

    ground: Ground | None = None
    whole: bool = False
    hashes: Mapping[str, str] = field(default_factory=dict)
    aside: tuple[str, ...] = ()
    backup: str = ""
    mine: bool = False

    @classmethod
    def read(cls, workspace: Workspace) -> Self:
        """Return what the workspace says; of a first time, or a damaged file, that nothing is known."""
        try:
            return cls.from_json(json.loads(_file(workspace).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return cls()

    @classmethod
    def from_json(cls, data: Any) -> Self:  # noqa: ANN401 - whatever the file holds
        """Return what `to_json` gave; what is none of that says nothing."""
        try:
            ground = Ground(int(data["chapter"]), bool(data["exercise"]))
            hashes = {str(path): str(digest) for path, digest in data["files"].items()}
            places = [PurePosixPath(place) for place in (data["backup"], *data["aside"])]
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls()
        if any(place.is_absolute() or ".." in place.parts for place in places):
            return cls()
        backup, *aside = map(str, places)
        mine = data.get("mine") is True
        return cls(ground, bool(data.get("whole")), hashes, tuple(aside), backup, mine)

    def to_json(self) -> dict[str, Any]:
        """Return it as data; empty where nothing is known."""
        if self.ground is None:
            return {}
        return {
            "chapter": self.ground.chapter,
            "exercise": self.ground.exercise,
            "whole": self.whole,
            "files": dict(self.hashes),
            "aside": list(self.aside),
            "backup": self.backup,
            "mine": self.mine,
        }

    def write(self, workspace: Workspace) -> None:
        """Record it, whole or not at all; CourseError when it cannot be written."""
        if data := self.to_json():
            write_atomically(_file(workspace), json.dumps(data, indent=1, sort_keys=True) + "\n")

    def brought(self, path: str, text: str | None) -> bool:
        """Whether `begin` wrote this text there: then it is not the learner's."""
        return text is not None and self.hashes.get(path) == digest(text)


def ground_of(workspace: Workspace) -> Ground | None:
    """Return where `my-api` is now; None before the first `begin`, or when one was cut short."""
    record = GroundRecord.read(workspace)
    return record.ground if record.whole else None


def digest(text: str) -> str:
    """Return the hash by which a file's text is known again."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _file(workspace: Workspace) -> Path:
    return workspace.state / GROUND_FILE
