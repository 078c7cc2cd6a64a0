"""Promises and checks: each bullet of a task's text is held by a visible check, and no check asks for anything else."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence

from course.grading.declared import Check
from course.project.cells import source_of
from course.project.myst import Notebook

_TASK = re.compile(r"^#{1,6}\s+Task\s+(\d+\.\d+)\b", re.MULTILINE)
_BULLET = re.compile(r"^- (.*(?:\n(?!- )[ \t]+\S.*)*)", re.MULTILINE)
_SHORTEST = 2  # words: less than that names no promise


def promises_of(solution: Notebook) -> dict[str, list[str]]:
    """The bullets of each task's text, from its heading to the next task's, as plain words."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    task = ""
    for cell in solution["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        text = source_of(cell)
        for part in re.split(r"(?m)^(?=#{1,6}\s)", text):
            if part.startswith("#"):
                heading = _TASK.match(part)
                task = heading[1] if heading else ("" if part.startswith("## ") else task)
            if task:
                found[task] += [plain(bullet) for bullet in _BULLET.findall(part)]
    return dict(found)


def lint_promises(solution: Notebook, visible: Sequence[Check], held_out: Sequence[Check]) -> list[str]:
    """Return what does not agree between the bullets of an exercise's tasks and the promises that its checks name."""
    bullets = promises_of(solution)
    wrong = [_misnamed(check, bullets.get(check.task, [])) for check in (*visible, *held_out)]
    for task in sorted({check.task for check in visible} | bullets.keys()):
        named = [plain(check.promise) for check in visible if check.task == task and check.promise]
        wrong += [
            f"no visible check of task {task} holds to its promise {bullet[:70]!r}."
            for bullet in bullets.get(task, [])
            if not any(promise in bullet for promise in named)
        ]
    return [sentence for sentence in wrong if sentence]


def plain(text: str) -> str:
    """A promise's words: without marks, line breaks, capitals and the stop at its end."""
    words = " ".join(re.sub(r"[`*]|\]\([^)]*\)|\[", "", text).split())
    return words.rstrip(" .;,:").lower()


def _misnamed(check: Check, bullets: Collection[str]) -> str:
    promise = plain(check.promise)
    if len(promise.split()) < _SHORTEST:
        return (
            f'{check.name} names no promise: say @task("{check.task}", …, promise="the words of a bullet").'
        )
    held = [bullet for bullet in bullets if promise in bullet]
    if len(held) == 1:
        return ""
    how = "no bullet" if not held else f"{len(held)} bullets"
    return f"{check.name} names the promise {check.promise[:70]!r}, which {how} of task {check.task} has."
