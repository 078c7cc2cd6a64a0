"""What checks found: one task, and a whole exercise."""

from course.grading.verdict import TaskVerdict, Verdict
from course.views.theme import el, number, page
from course.views.view import View


def task_verdict_view(
    verdict: TaskVerdict,
    *,
    title: str = "",
    held_out_count: int = 0,
    held_out_points: float = 0.0,
    next_step: str = "",
) -> View:
    """Show one task's verdict; of held-out checks only how many there are and what they came to."""
    lines = [f"{verdict.outcome} {verdict.task} {number(verdict.earned)}/{number(verdict.points)}"]
    lines += [f"{r.outcome} {r.title} {r.message}" for r in verdict.visible().results]
    text = "\n".join(lines)
    return View(page("verdict", el("pre", text)), text)


def verdict_view(verdict: Verdict, *, title: str = "") -> View:
    """Show a submission's verdict, task by task; of held-out checks only counts."""
    text = "\n".join(task_verdict_view(task).text for task in verdict.tasks)
    return View(page("verdict", el("pre", text)), text)
