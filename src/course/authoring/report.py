"""What `course verify` found."""

from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text


@dataclass(frozen=True)
class Finding:
    """One thing an author has to put right: where, and one sentence that says what."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass
class Report:
    """Findings, and how much was looked at: a report of nothing must not read like a clean one."""

    findings: list[Finding] = field(default_factory=list)
    looked_at: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    """What was measured: worth reading, nothing to put right."""

    @property
    def passed(self) -> bool:
        return bool(self.looked_at) and not self.findings

    def add(self, where: str, message: str) -> None:
        """Note one finding."""
        self.findings.append(Finding(where, message))

    def saw(self, what: str, count: int = 1) -> None:
        """Count what was looked at; `what` is a plural such as `lessons`."""
        self.looked_at[what] += count

    @property
    def summary(self) -> str:
        """One line: what was looked at, and how many findings there are."""
        if not self.looked_at:
            return "Nothing was verified: no chapter is written."
        seen = ", ".join(f"{count} {what}" for what, count in self.looked_at.items())
        count = len(self.findings)
        verdict = "all good" if not count else "1 finding" if count == 1 else f"{count} findings"
        return f"Verified {seen}: {verdict}."

    def __str__(self) -> str:
        return "\n".join([*map(str, self.findings), *self.notes, self.summary])

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for finding in self.findings:
            yield Text.assemble((finding.where, "bold"), ": ", finding.message)
        yield from map(Text, self.notes)
        yield Text(self.summary, style="green" if self.passed else "red")
