"""What a reader of a lesson has to get through: words of prose, and lines of code that are not folded."""

import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from course.project.myst import Cell, read_source
from course.project.sources import WRITE

MAX_WORDS, MAX_CODE, MAX_IDEA, MAX_WRITES = 1500, 300, 40, 3
_WORD = re.compile(r"[^\W_][\w'\u2019-]*")
_UNREAD = re.compile(r"<details>.*?</details>|```.*?```|\]\([^)]*\)|<[^>]+>", re.DOTALL)


@dataclass(frozen=True)
class Weight:
    """How heavy a lesson is: words, visible lines of code, the most of them without prose between, writes in a row."""

    words: int
    code: int
    idea: int
    writes: int

    def __str__(self) -> str:
        measured = (
            (f"{self.words} words of prose", self.words, MAX_WORDS),
            (f"{self.code} visible lines of code", self.code, MAX_CODE),
            (f"{self.idea} of them in one go", self.idea, MAX_IDEA),
            (f"{self.writes} files written in a row", self.writes, MAX_WRITES),
        )
        return ", ".join(f"{said}{f' (over {most})' if is_ > most else ''}" for said, is_, most in measured)


def weigh(lesson: Path) -> Weight:
    """Measure a lesson's source; CourseError like `read_source`."""
    cells = read_source(lesson)["cells"]
    prose = " ".join(_UNREAD.sub(" ", cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    lines = [(cell["cell_type"] == "code", _lines(cell)) for cell in cells]
    ideas = (
        sum(count for _, count in run) for is_code, run in groupby(lines, lambda pair: pair[0]) if is_code
    )
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    rows = (len(list(run)) for writes, run in groupby(code, _writes) if writes)
    return Weight(
        words=len(_WORD.findall(prose)),
        code=sum(count for is_code, count in lines if is_code),
        idea=max(ideas, default=0),
        writes=max(rows, default=0),
    )


def _lines(cell: Cell) -> int:
    if cell["metadata"].get("jupyter", {}).get("source_hidden"):
        return 0
    return sum(bool(line.strip()) for line in cell["source"].splitlines())


def _writes(cell: Cell) -> bool:
    return bool(cell["source"].startswith(WRITE))
