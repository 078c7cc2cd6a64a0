"""Fenced blocks of Markdown, as CommonMark has them: https://spec.commonmark.org/0.31.2/#fenced-code-blocks.

A reader of its own: importing a Markdown parser costs more than a first cell may take.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_OPENING = re.compile(r"^ {0,3}(?P<ticks>`{3,}|~{3,})(?P<info>.*)$")


@dataclass(frozen=True)
class Fence:
    """One fenced block: what stands after its ticks, its lines, and where it is, lines counted from 1."""

    info: str
    lines: tuple[str, ...]
    opening: int
    closing: int | None
    """None when it is never closed: then it has no lines."""

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def fences(lines: Sequence[str]) -> Iterator[Fence]:
    """Yield the fences of a text in order. One that is never closed is named, and read over."""
    number = 0
    while number < len(lines):
        found = _OPENING.match(lines[number])
        number += 1
        if found is None or (found["ticks"][0] == "`" and "`" in found["info"]):
            continue
        closing = re.compile(rf" {{0,3}}{re.escape(found['ticks'][0])}{{{len(found['ticks'])},}}\s*")
        end = next((i for i in range(number, len(lines)) if closing.fullmatch(lines[i])), None)
        info = found["info"].strip()
        if end is None:
            yield Fence(info, (), number, None)
            continue
        yield Fence(info, tuple(lines[number:end]), number, end + 1)
        number = end + 1


def outside(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines that stand in no fence, with their numbers, counted from 1."""
    inside: set[int] = set()
    for fence in fences(lines):
        inside |= set(range(fence.opening, (fence.closing or fence.opening) + 1))
    yield from ((number, line) for number, line in enumerate(lines, start=1) if number not in inside)
