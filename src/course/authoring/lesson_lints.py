"""What a lesson is held to, beyond being in step: sizes, links, quizzes, its `chapter.toml`."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from course.authoring.report import Report
from course.catalog import Chapter, Content
from course.project.checkpoints import files_at
from course.project.sources import code_cells, split_write

MAX_WRITE_LINES = 40
MAX_DEMO_LINES = 15
MIN_SOURCES = 3
_WEB_LINK = re.compile(r"https?://[^\s)>\"'`\]]+")
_INLINE_CODE = re.compile(r"`[^`]*`")
_LOCAL_LINK = re.compile(r"\]\((?!https?:|#|mailto:|attachment:)([^)\s#]+)")
_QUIZ = re.compile(r"""\bcourse\.quiz\(\s*["']([^"']+)["']""")
_CATCH_ALL = re.compile(r"\b(?:all|none|both) of (?:the )?(?:above|these|them)\b", re.IGNORECASE)


def lint_lesson(chapter: Chapter, where: Content, report: Report) -> None:
    """Note what is wrong with a lesson's source, its quiz and its `chapter.toml`."""
    source = where.lesson_source(chapter)
    name = source.relative_to(where.root).as_posix()
    _lint_entry(chapter, where, report)
    _lint_cells(chapter, source, name, report)
    _lint_links(chapter, source, name, where, report)
    _lint_quizzes(chapter, source, where, report)


def lint_quiz(question_id: str, question: dict[str, Any]) -> list[str]:
    """Return what is wrong with one question of a quiz file."""
    wrong = []
    prompt, options = question.get("prompt"), question.get("options")
    if not isinstance(prompt, str) or not prompt.strip():
        wrong.append("it has no prompt")
    if unknown := sorted(question.keys() - {"prompt", "options"}):
        wrong.append(f"{', '.join(unknown)} does not belong here")
    if not isinstance(options, list) or not all(isinstance(option, dict) for option in options):
        wrong.append("its options are a list of tables")
        options = None
    if options is not None:
        wrong += _wrong_options(options)
    return [f"question {question_id}: {sentence}." for sentence in wrong]


def _wrong_options(options: list[dict[str, Any]]) -> list[str]:
    wrong = []
    if not 3 <= len(options) <= 4:
        wrong.append(f"it has {len(options)} options; 3 or 4 are right")
    if (right := sum(option.get("right") is True for option in options)) != 1:
        wrong.append(f"{right} options are right; exactly one must be")
    texts = [str(option.get("text", "")).strip() for option in options]
    if len(set(texts)) != len(texts):
        wrong.append("two options say the same")
    for number, option in enumerate(options, start=1):
        if not texts[number - 1]:
            wrong.append(f"option {number} has no text")
        if not str(option.get("why", "")).strip():
            wrong.append(f"option {number} has no `why`")
        if _CATCH_ALL.search(texts[number - 1]):
            wrong.append(f"option {number} is a catch-all ({texts[number - 1]!r})")
        if unknown := sorted(option.keys() - {"text", "right", "why"}):
            wrong.append(f"option {number}: {', '.join(unknown)} does not belong here")
    return wrong


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
    code = False
    for number, line in enumerate(text.splitlines(), start=1):
        code ^= line.startswith("```")  # what looks like a link in code is none: page_of[T](items)
        for target in () if code else _LOCAL_LINK.findall(_INLINE_CODE.sub("", line)):
            if not (where.lesson_notebook(chapter).parent / target).exists():
                report.add(f"{name}:{number}", f"the link to {target} leads nowhere.")


def _lint_quizzes(chapter: Chapter, source: Path, where: Content, report: Report) -> None:
    file = where.quiz_file(chapter)
    name = file.relative_to(where.root).as_posix()
    questions: dict[str, Any] = {}
    if file.is_file():
        try:
            questions = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            report.add(name, f"it is not TOML: {error}.")
            return
    for question_id, question in questions.items():
        report.saw("quiz questions")
        sentences = (
            lint_quiz(question_id, question)
            if isinstance(question, dict)
            else [f"{question_id} is no table."]
        )
        for sentence in sentences:
            report.add(name, sentence)
    asked = [match for cell in code_cells(source) for match in _QUIZ.findall(cell.source)]
    for question_id in dict.fromkeys(asked):
        if question_id not in questions:
            report.add(name, f"the lesson asks question {question_id}, which is not there.")
    for question_id in questions.keys() - set(asked):
        report.add(name, f"question {question_id} is never asked in the lesson.")
