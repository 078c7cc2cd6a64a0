"""What a lesson is held to, beyond being in step: sizes, links, quizzes, its `chapter.toml`."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

from course.authoring.report import Report
from course.catalog import Chapter, Content
from course.catalog.questions import Question
from course.catalog.tables import problems, read_toml
from course.errors import CourseError
from course.project.checkpoints import files_at
from course.project.fences import outside
from course.project.sources import code_cells, split_write

MAX_WRITE_LINES = 40
MAX_DEMO_LINES = 15
MIN_SOURCES = 3
_WEB_LINK = re.compile(r"https?://[^\s)>\"'`\]]+")
_INLINE_CODE = re.compile(r"`[^`]*`")
_LOCAL_LINK = re.compile(r"\]\((?!https?:|#|mailto:|attachment:)([^)\s#]+)")
_QUIZ = re.compile(r"""\bcourse\.quiz\(\s*["']([^"']+)["']""")


def lint_lesson(chapter: Chapter, where: Content, report: Report) -> None:
    """Note what is wrong with a lesson's source, its quiz and its `chapter.toml`."""
    source = where.lesson_source(chapter)
    name = where.name(source)
    _lint_entry(chapter, where, report)
    _lint_cells(chapter, source, name, report)
    _lint_links(chapter, source, name, where, report)
    _lint_quizzes(chapter, source, where, report)


def _lint_entry(chapter: Chapter, where: Content, report: Report) -> None:
    name = where.name(where.chapter_file(chapter))
    if not chapter.promise:
        report.add(name, "the chapter is written, but has no `promise`.")
    if chapter.has_exercise and chapter.handbook is None:
        report.add(name, "it names no `handbook` section.")
    if chapter.has_exercise and not where.exercise_source(chapter).is_file():
        report.add(name, "it has `exercise_minutes`, but no exercise.md.")


def _lint_cells(chapter: Chapter, source: Path, name: str, report: Report) -> None:
    files = files_at(chapter.number)
    for cell in code_cells(source):
        written = split_write(cell.source)
        if written is None:
            lines, limit, what = len(cell.source.splitlines()), MAX_DEMO_LINES, "this cell has {} lines"
            if cell.source.rstrip().endswith(";"):
                report.add(
                    f"{name}:{cell.line}", "nbval does not see the `;` that silences it: write `_ = …`."
                )
        else:
            path, text = written
            lines, limit = _new_lines(files.get(path, ""), text), MAX_WRITE_LINES
            what = f"this cell writes {{}} lines of {path} that are new to the reader"
            files[path] = text
        if lines > limit:
            report.add(f"{name}:{cell.line}", f"{what.format(lines)}; {limit} at most.")


def _new_lines(old: str, new: str) -> int:
    """How many lines of a file the reader has not seen in its last version."""
    return (Counter(new.splitlines()) - Counter(old.splitlines())).total()


def _lint_links(chapter: Chapter, source: Path, name: str, where: Content, report: Report) -> None:
    text = source.read_text(encoding="utf-8")
    links = set(_WEB_LINK.findall(text))
    wanted = MIN_SOURCES if chapter.handbook else 1
    if len(links) < wanted:
        report.add(name, f"primary sources cited: {len(links)}; {wanted} at least.")
    for number, line in outside(text.splitlines()):  # what looks like a link in code is none
        for target in _LOCAL_LINK.findall(_INLINE_CODE.sub("", line)):
            if not (where.lesson_notebook(chapter).parent / target).exists():
                report.add(f"{name}:{number}", f"the link to {target} leads nowhere.")


def _lint_quizzes(chapter: Chapter, source: Path, where: Content, report: Report) -> None:
    file = where.quiz_file(chapter)
    name = where.name(file)
    questions: dict[str, Any] = {}
    if file.is_file():
        try:
            questions = read_toml(file)
        except CourseError as error:
            report.add(name, str(error))
            return
    report.saw("quiz questions", len(questions))
    for problem in problems(dict[str, Question], questions):
        report.add(name, f"{problem}.")
    asked = [match for cell in code_cells(source) for match in _QUIZ.findall(cell.source)]
    for question_id in dict.fromkeys(asked):
        if question_id not in questions:
            report.add(name, f"the lesson asks question {question_id}, which is not there.")
    for question_id in questions.keys() - set(asked):
        report.add(name, f"question {question_id} is never asked in the lesson.")
