"""Small courses on disk, in the layout of the real one: what tests of the engine are about."""

import textwrap
from collections.abc import Mapping
from pathlib import Path

type Entry = str | int
"""What a chapter.toml says of one key."""


def write(path: Path, text: str) -> Path:
    """Write a file of a course, its common indent removed; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    return path


def make_course(
    root: Path,
    parts: Mapping[str, Mapping[str, Mapping[str, Entry]]],
    files: Mapping[str, str],
    *,
    name: str = "small",
) -> Path:
    """Make a course of these parts (`write_index`) with these files, path -> text; return its root."""
    write_index(root, parts, name=name)
    for path, text in files.items():
        write(root / path, text)
    return root


def write_index(
    root: Path, parts: Mapping[str, Mapping[str, Mapping[str, Entry]]], *, name: str = "small"
) -> None:
    """Write `course.toml` and each chapter's `chapter.toml`: part -> slug -> what its file says."""
    lines = [f'title = "{name.capitalize()}"', f'id = "{name}"', f'repository = "someone/{name}"']
    for title, chapters in parts.items():
        lines += ["[[parts]]", f'title = "{title}"', f"chapters = {list(chapters)}"]
        for slug, entries in chapters.items():
            said = {"title": slug[3:].capitalize(), "minutes": 10} | dict(entries)
            write(
                root / "chapters" / slug / "chapter.toml",
                "".join(f"{key} = {value!r}\n" for key, value in said.items()),
            )
    write(root / "course.toml", "\n".join(lines) + "\n")
