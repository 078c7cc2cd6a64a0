"""What tools found, read from what they say for programs."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

RUFF = ("--output-format=json",)
"""The options under which `read_ruff` can read `ruff check`."""

MYPY = ("--output=json",)
"""The options under which `read_mypy` can read mypy."""

PYTEST = ("-rA", "--tb=no", "--no-header", "-p", "no:cacheprovider")
"""The options under which `read_tests` can read pytest."""

_TEST = re.compile(r"^(PASSED|FAILED|ERROR) (?:\S*/)?\S+?\.py::(\S+)(?: - (.*))?$", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """One objection, at a place. Lines and columns as the tool counts them; `hint` goes on with the message."""

    path: str
    line: int
    code: str
    message: str
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    is_note: bool = False
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}, {self.code} ({self.message.rstrip('.')})"


@dataclass(frozen=True)
class TestRun:
    """One test of pytest's: its name, and the message with which it failed."""

    name: str
    passed: bool
    message: str


def read_ruff(output: str) -> list[Finding]:
    """Read `ruff check --output-format=json`; ValueError when it is something else, such as a complaint."""
    rows = json.loads(output[output.index("[") : output.rindex("]") + 1])
    return [
        Finding(
            path=row["filename"].replace("\\", "/"),
            line=row["location"]["row"],
            code=row["code"] or row["name"],
            message=row["message"],
            column=row["location"]["column"],
            end_line=row["end_location"]["row"],
            end_column=row["end_location"]["column"],
        )
        for row in rows
    ]


def read_mypy(output: str) -> list[Finding]:
    """Read `mypy --output=json`; nothing where it says nothing for programs."""
    return [
        Finding(
            path=row["file"].replace("\\", "/"),
            line=row["line"],
            code=row["code"] or "",
            message=row["message"],
            column=row["column"],
            end_line=row["end_line"],
            end_column=row["end_column"],
            is_note=row["severity"] == "note",
            hint=row["hint"] or "",
        )
        for row in _rows(output)
    ]


def read_tests(output: str) -> list[TestRun]:
    """Read pytest's short summary: every test that it names."""
    return [TestRun(name, word == "PASSED", message) for word, name, message in _TEST.findall(output)]


def _rows(output: str) -> Iterator[dict[str, Any]]:
    for line in output.splitlines():
        if line.startswith("{"):
            try:
                yield json.loads(line)
            except ValueError:
                continue
