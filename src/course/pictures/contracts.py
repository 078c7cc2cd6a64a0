"""Import contracts: which are kept, and which import breaks the others."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from course.pictures.theme import Html, count, el, fold, join, page, prose, sign, title_line
from course.pictures.view import View

_STATUS = re.compile(r"^(?P<name>\S.*?) (?P<status>KEPT|BROKEN)(?: .*)?$")
_CLAIM = re.compile(r"^\S.*(?:not allowed to import|protected package|depend on).*:$")
_LINK = re.compile(
    r"^(?P<first>-\s+|\s+)(?P<importer>[\w.]+) -> (?P<imported>[\w.]+)(?: \(l\.(?P<lines>[\d?, l.]+)\))?$"
)


@dataclass(frozen=True)
class ImportStep:
    """One import of a chain: `importer` imports `imported` on these lines."""

    importer: str
    imported: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class ContractResult:
    """One contract: its name, whether it is kept, and what breaks it.

    `claims` are import-linter's own sentences (`app.orders is not allowed to import app.users.models`), `chains` the
    imports that break them, `detail` everything else it printed about the contract.
    """

    name: str
    kept: bool
    chains: tuple[tuple[ImportStep, ...], ...] = ()
    claims: tuple[str, ...] = ()
    detail: str = ""


def parse_contracts(output: str) -> tuple[ContractResult, ...]:
    """Read what `lint-imports` printed; no contracts when it could not run at all."""
    lines = output.splitlines()
    results: dict[str, ContractResult] = {}
    for line in lines:
        if found := _STATUS.match(line.rstrip()):
            results[found["name"]] = ContractResult(found["name"], found["status"] == "KEPT")
    for name, section in _sections(lines, results):
        results[name] = _explained(results[name], section)
    return tuple(results.values())


def contracts_view(contracts: Sequence[ContractResult], title: str = "Import contracts") -> View:
    """Show each contract, kept or broken, with the offending imports as sentences."""
    broken = [contract for contract in contracts if not contract.kept]
    good = bool(contracts) and not broken
    symbol, word, tone = ("✓", "KEPT", "ok") if good else ("✗", "BROKEN", "bad")
    verdict = f"{len(contracts) - len(broken)} of {count(len(contracts), 'contract')} kept"
    if not contracts:
        symbol, word, tone, verdict = "○", "NONE", "quiet", "there is no contract to check yet"
    text = [f"{symbol} {word}  {title}: {verdict}", *(line for c in contracts for line in _text(c))]
    html = page(
        "contracts",
        el(
            "div",
            title_line(title, verdict, outcome=(symbol, word, tone)),
            el("ul", *(_item(contract) for contract in contracts), cls="pfc-list") if contracts else None,
            cls=f"pfc-card pfc-{tone}",
        ),
        label=f"{title}: {verdict}",
    )
    return View(html, "\n".join(text))


def sentence(chain: Sequence[ImportStep]) -> str:
    """Return an import chain as a sentence, code in backticks."""
    steps = [f"`{chain[0].importer}` imports `{chain[0].imported}`{_where(chain[0])}"]
    steps += [f"which imports `{step.imported}`{_where(step)}" for step in chain[1:]]
    return ", ".join(steps) + "."


def _where(step: ImportStep) -> str:
    if not step.lines:
        return ""
    return f" ({'line' if len(step.lines) == 1 else 'lines'} {', '.join(map(str, step.lines))})"


def _sections(lines: list[str], names: dict[str, ContractResult]) -> Iterator[tuple[str, list[str]]]:
    """The part of the output about each broken contract: a name, underlined, up to the next one."""
    starts = [
        place
        for place, line in enumerate(lines[:-1])
        if line in names and lines[place + 1] and not lines[place + 1].strip("-")
    ]
    for start, end in pairwise([*starts, len(lines)]):
        yield lines[start], lines[start + 2 : end]


def _explained(result: ContractResult, section: Sequence[str]) -> ContractResult:
    chains: list[tuple[ImportStep, ...]] = []
    claims: list[str] = []
    rest: list[str] = []
    for line in section:
        link = _LINK.match(line)
        if link:
            step = ImportStep(
                link["importer"], link["imported"], tuple(map(int, re.findall(r"\d+", link["lines"] or "")))
            )
            if link["first"].startswith("-") or not chains:
                chains.append((step,))
            else:
                chains[-1] += (step,)
        elif _CLAIM.match(line):
            claims.append(line.removesuffix(":"))
        elif line.strip():
            rest.append(line)
    return replace(result, chains=tuple(chains), claims=tuple(claims), detail="\n".join(rest))


def _text(contract: ContractResult) -> Iterator[str]:
    symbol, word = ("✓", "kept") if contract.kept else ("✗", "broken")
    yield f"  {symbol} {word}  {contract.name}"
    for line in (*contract.claims, *map(sentence, contract.chains), *contract.detail.splitlines()):
        yield f"      {line}"


def _item(contract: ContractResult) -> Html:
    symbol, word, tone = ("✓", "kept", "ok") if contract.kept else ("✗", "broken", "bad")
    return el(
        "li",
        sign(symbol, "", tone),
        prose(contract.name),
        el("span", f" {word}", cls="pfc-muted"),
        *(el("div", claim, cls="pfc-muted") for claim in contract.claims),
        join(*(el("p", prose(sentence(chain))) for chain in contract.chains)) if contract.chains else None,
        fold("More from import-linter", el("pre", contract.detail, tabindex=0)) if contract.detail else None,
    )
