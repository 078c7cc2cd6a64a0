"""Import contracts: which are kept, and which import breaks the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from course.views.theme import el, page
from course.views.view import View


@dataclass(frozen=True)
class ImportStep:
    """One import of a chain: `importer` imports `imported` on these lines."""

    importer: str
    imported: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class ContractResult:
    """One contract: its name, whether it is kept, and the import chains that break it."""

    name: str
    kept: bool
    chains: tuple[tuple[ImportStep, ...], ...] = ()
    warnings: tuple[str, ...] = ()


def contracts_view(contracts: Sequence[ContractResult], title: str = "Import contracts") -> View:
    """Show each contract, kept or broken, with the offending imports as sentences."""
    text = "\n".join(f"{'kept' if c.kept else 'broken'} {c.name}" for c in contracts)
    return View(page("contracts", el("pre", text)), text)
