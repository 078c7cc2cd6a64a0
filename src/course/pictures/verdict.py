"""What checks found: one task, and a whole exercise."""

from collections.abc import Sequence
from typing import NamedTuple

from course.grading.verdict import CheckResult, Outcome, TaskVerdict, Verdict
from course.pictures.theme import (
    Html,
    count,
    el,
    fold,
    indent,
    join,
    mark,
    number,
    page,
    points,
    prose,
    sign,
    text_table,
)
from course.pictures.view import View

CSS = """& .pfc-why{font-size:14px}
& .pfc-why p{margin:0}
& .pfc-why p+p{margin-top:4px}
& table.pfc-tasks{margin-top:0}"""


class _Face(NamedTuple):
    symbol: str
    word: str
    tone: str


FACES = {
    Outcome.PASS: _Face("✓", "PASS", "ok"),
    Outcome.FAIL: _Face("✗", "FAIL", "bad"),
    Outcome.ERROR: _Face("!", "ERROR", "warn"),
    Outcome.NOT_ATTEMPTED: _Face("○", "NOT ATTEMPTED", "quiet"),
}


def task_verdict_view(
    verdict: TaskVerdict,
    *,
    title: str = "",
    held_out_count: int = 0,
    held_out_points: float = 0.0,
    next_step: str = "",
    open_files: str = "",
) -> View:
    """Show one task's verdict: outcome, the first failure's message, every check, notes.

    `held_out_count` and `held_out_points` say what the grader checks besides: the score is of all points. When the verdict itself contains
    held-out checks, it is shown how many of them passed and which promises of the task the others found broken, never
    what they say. `next_step` is a last line, such as where the next task is; `open_files` a first one, which says what
    the checks looked at in the place of files that are not written yet.
    """
    seen, hidden = verdict.visible(), verdict.held_out()
    outcome = verdict.outcome if not seen.results else seen.outcome
    if outcome is Outcome.PASS and hidden.results and hidden.outcome is not Outcome.PASS:
        outcome = hidden.outcome
    held_out = _held_out(hidden, held_out_count, held_out_points)
    worth = verdict.points + held_out_points
    score = f"{number(verdict.earned)} of {points(worth)}"
    if outcome is Outcome.PASS and held_out_points and not hidden.results:
        score = f"all you can see: {score}; {number(held_out_points)} at grading"
    heading = f"Task {verdict.task}{f' · {title}' if title else ''}"
    if outcome is Outcome.NOT_ATTEMPTED:
        return _not_attempted(verdict, seen, heading, held_out, worth, next_step)
    face = FACES[outcome]
    first = _first_failure(seen.results, outcome)
    unseen = _unseen(seen, hidden)
    if not unseen:
        held_out = f"{held_out} {_broken(hidden)}".strip()
    text = [f"{face.symbol} {face.word}  {heading.replace(' · ', ': ', 1)}  ({score})"]
    text += ["", open_files] if open_files else []
    text += ["", *_why_text(first)] if first else []
    text += ["", unseen] if unseen else []
    text += ["", *(_check_text(result, brief=result is first) for result in seen.results)]
    text += ["", *filter(None, [held_out])] if held_out else []
    text += [f"Note: {note}" for note in verdict.notes]
    text += ["", next_step] if next_step else []

    html = _card(
        face,
        heading,
        score,
        el("p", prose(open_files), cls=f"pfc-box pfc-{face.tone}") if open_files else None,
        _why(first) if first else None,
        el("p", unseen, cls=f"pfc-box pfc-{face.tone}") if unseen else None,
        el("ul", *(_check(result, brief=result is first) for result in seen.results), cls="pfc-list"),
        el("p", held_out, cls="pfc-muted") if held_out else None,
        *_notes(verdict.notes),
        el("p", prose(next_step)) if next_step else None,
        label=f"Task {verdict.task}: {face.word}",
    )
    return View(html, "\n".join(text))


def verdict_view(verdict: Verdict, *, title: str = "") -> View:
    """Show a submission's verdict, task by task; of held-out checks how many passed, and the promises found broken."""
    heading = title or f"Exercise {verdict.chapter}"
    score = _score(verdict)
    rows = [_task_row(task) for task in verdict.tasks]
    table = el(
        "table",
        el("caption", heading, " · ", score),
        el(
            "thead",
            el("tr", *(el("th", name, scope="col") for name in ("Task", "Outcome", "Points", "Checks"))),
        ),
        el("tbody", *(row.html for row in rows)),
        cls="pfc-tasks",
    )
    failures = [
        (task.task, failure)
        for task in verdict.tasks
        if (failure := _first_failure(task.visible().results, task.outcome))
    ]
    text = [f"{heading}  ({score})", "", text_table([row.text for row in rows], right=(2,))]
    for task, failure in failures:
        text += ["", f"{task}  {failure.title}", *_why_text(failure)]
    broken = [f"{task.task}  {said}" for task in verdict.tasks if (said := _broken(task.held_out()))]
    text += ["", *broken] if broken else []
    notes = [f"{task.task}: {note}" for task in verdict.tasks for note in task.notes]
    text += ["", *(f"Note: {note}" for note in notes)] if notes else []
    parts = [
        join(el("p", el("strong", f"{task} "), prose(failure.title)), _why(failure))
        for task, failure in failures
    ]
    parts += [el("p", said) for said in broken]
    html = page(
        "verdict",
        el("div", el("div", table, cls="pfc-scroll"), *parts, *_notes(notes), cls="pfc-card pfc-plain"),
        css=CSS,
        label=heading,
    )
    return View(html, "\n".join(text))


class _Row(NamedTuple):
    html: Html
    text: tuple[str, str, str, str]


def _task_row(task: TaskVerdict) -> _Row:
    face = FACES[task.outcome]
    seen, hidden = task.visible().results, task.held_out().results
    passed = f"{_passed(seen)} of {len(seen)}"
    if hidden:
        passed += f", held-out {_passed(hidden)} of {len(hidden)}"
    earned = f"{number(task.earned)} of {number(task.points)}"
    html = el(
        "tr",
        el("th", task.task, scope="row"),
        el("td", mark(face.symbol, face.word, face.tone)),
        el("td", earned, cls="pfc-num"),
        el("td", passed),
    )
    return _Row(html, (task.task, f"{face.symbol} {face.word}", earned, passed))


def _not_attempted(
    verdict: TaskVerdict, seen: TaskVerdict, heading: str, held_out: str, worth: float, next_step: str
) -> View:
    """An invitation, not a failure: what the task will be checked for."""
    face = FACES[Outcome.NOT_ATTEMPTED]
    message = next((result.message for result in seen.results if result.message), "")
    to_do = next_step or "Fill the gaps marked TODO, run the cell, then run this one again."
    invitation = message or f"Nothing to check yet. {to_do}"
    text = [f"{face.symbol} {face.word}  {heading.replace(' · ', ': ', 1)}", "", invitation]
    text += ["", "It will be checked that:", *(f"  · {r.title} ({points(r.points)})" for r in seen.results)]
    text += [held_out] if held_out else []
    text += [f"Note: {note}" for note in verdict.notes]
    html = _card(
        face,
        heading,
        f"{points(worth)} to earn",
        el("div", el("p", prose(invitation)), cls="pfc-box pfc-why"),
        el("p", "It will be checked that:", cls="pfc-muted"),
        el("ul", *(_promise(result) for result in seen.results), cls="pfc-list"),
        el("p", held_out, cls="pfc-muted") if held_out else None,
        *_notes(verdict.notes),
        label=f"Task {verdict.task}: not attempted yet",
    )
    return View(html, "\n".join(text))


def _card(face: _Face, heading: str, end: str, *parts: Html | None, label: str) -> str:
    """One task's card: its outcome, its name and what it came to, then the parts."""
    head = el(
        "div",
        mark(face.symbol, face.word, face.tone),
        el("span", prose(heading), cls="pfc-title"),
        el("span", end, cls="pfc-end pfc-muted"),
        cls="pfc-head",
    )
    return page("verdict", el("div", head, *parts, cls=f"pfc-card pfc-{face.tone}"), css=CSS, label=label)


def _promise(result: CheckResult) -> Html:
    return el(
        "li",
        el("span", "○", cls="pfc-mark", aria_hidden="true"),
        prose(result.title),
        el("span", f" {points(result.points)}", cls="pfc-muted"),
    )


def _check(result: CheckResult, *, brief: bool) -> Html:
    """One line of the list; a failure whose message stands above already (`brief`) does not repeat it."""
    face = FACES[result.outcome]
    more = None
    if not brief and result.outcome is not Outcome.PASS:
        more = join(
            el("div", prose(result.message), cls="pfc-muted") if result.message else None,
            _detail(result.detail),
        )
    return el(
        "li",
        sign(face.symbol, face.word, face.tone),
        prose(result.title),
        el("span", f" {_earned(result)}", cls="pfc-muted"),
        more,
    )


def _check_text(result: CheckResult, *, brief: bool) -> str:
    face = FACES[result.outcome]
    line = f"  {face.symbol} {face.word}  {result.title} ({_earned(result)})"
    shows_more = not brief and result.outcome is not Outcome.PASS and result.message
    return f"{line}\n{indent(result.message, '      ')}" if shows_more else line


def _why(result: CheckResult) -> Html:
    """The message of a failure, large; what the machine printed folded under it."""
    face = FACES[result.outcome]
    return el(
        "div",
        *(el("p", prose(line)) for line in _why_text(result)),
        _detail(result.detail),
        cls=f"pfc-box pfc-why pfc-{face.tone}",
    )


def _why_text(result: CheckResult) -> list[str]:
    return result.message.splitlines() or [
        f"{result.title} This was not the case, and there is nothing more to say."
    ]


def _detail(detail: str) -> Html | None:
    return fold("Details", el("pre", detail, tabindex=0)) if detail.strip() else None


def _notes(notes: Sequence[str]) -> list[Html]:
    return [el("p", el("strong", "Note: "), prose(note)) for note in notes]


def _first_failure(results: Sequence[CheckResult], outcome: Outcome) -> CheckResult | None:
    """The failure to talk about: the first that is as bad as the whole, or else the first of all."""
    failures = [r for r in results if r.outcome in (Outcome.FAIL, Outcome.ERROR)]
    return next((r for r in failures if r.outcome is outcome), failures[0] if failures else None)


def _unseen(seen: TaskVerdict, hidden: TaskVerdict) -> str:
    """A word for those who pass all that they can see, and not the rest."""
    if seen.outcome is not Outcome.PASS or hidden.outcome is Outcome.PASS or not hidden.results:
        return ""
    return f"Every check that you can see passes. {_broken(hidden) or 'What the task asks for beyond them is not all there yet.'}"


def _broken(hidden: TaskVerdict) -> str:
    """Which promises of the task's own text held-out checks found broken, or nothing."""
    failed = (result for result in hidden.results if result.outcome in (Outcome.FAIL, Outcome.ERROR))
    promises = list(dict.fromkeys(result.promise for result in failed if result.promise))
    if not promises:
        return ""
    return f"With other inputs, this promise of the task did not hold: {'; '.join(f'“{one}”' for one in promises)}."


def _earned(result: CheckResult) -> str:
    if result.outcome is Outcome.PASS:
        return points(result.points)
    return f"0 of {points(result.points)}"


def _score(verdict: Verdict) -> str:
    return f"{number(verdict.earned)} of {points(verdict.points)}"


def _passed(results: Sequence[CheckResult]) -> int:
    return sum(result.outcome is Outcome.PASS for result in results)


def _held_out(hidden: TaskVerdict, amount: int, worth: float) -> str:
    """The one sentence about held-out checks: how many, what they are worth or came to. Never what they say."""
    if hidden.results:
        of = points(hidden.points)
        passed = f"{_passed(hidden.results)} of {count(len(hidden.results), 'held-out check')} passed"
        return f"{passed} ({number(hidden.earned)} of {of})."
    if not amount:
        return ""
    return f"The grader runs {count(amount, 'more check')} that you do not see ({points(worth)})."
