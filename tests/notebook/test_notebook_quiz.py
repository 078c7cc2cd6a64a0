"""Questions: the widget, and what the browser may know when."""

import json
from pathlib import Path

import pytest
from small_course import Notebook

import course
from course.errors import CourseError
from course.progress import Kind, Progress

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


async def test_one_output_is_the_widget_and_its_static_form(notebook: Notebook) -> None:
    first = (await notebook.run('course.quiz("01-layers")')).bundles[0]
    second = (await notebook.run('course.quiz("01-layers")')).bundles[0]

    assert {WIDGET_VIEW, "text/plain", "text/html"} <= set(first)
    assert "Who may import `app.users.repository`?" in first["text/plain"]
    assert "The service owns the rules." not in first["text/plain"]
    assert "<code>app.users.repository</code>" in first["text/html"]
    for mime in ("text/plain", "text/html"):
        assert first[mime] == second[mime]


async def test_the_browser_does_not_know_the_answer_before_the_attempt(notebook: Notebook) -> None:
    await notebook.run('question = course.quiz("01-layers")')
    question = notebook.shell.user_ns["question"]

    code = ("_esm", "_css")
    sent = json.dumps({name: value for name, value in question.get_state().items() if name not in code})

    assert "the service" in sent
    assert "owns the rules" not in sent
    assert "right" not in sent
    assert question.result == {}


async def test_a_right_answer_explains_every_option_and_is_recorded(
    notebook: Notebook, progress: Progress
) -> None:
    await notebook.run('question = course.quiz("01-layers")')
    question = notebook.shell.user_ns["question"]

    question.choice = 1

    assert question.result["message"] == "Right."
    assert question.result["answer"] == 1
    assert len(question.result["whys"]) == 3
    (event,) = progress.events(Kind.QUIZ)
    assert (event.item, event.chapter, event.outcome) == ("01-layers", 1, "PASS")


@pytest.mark.parametrize(
    ("second", "message"),
    [(1, "Right, at the second try."), (2, "Not quite: read why below each answer.")],
)
async def test_a_wrong_answer_is_explained_alone_and_leaves_a_second_try(
    notebook: Notebook, progress: Progress, second: int, message: str
) -> None:
    await notebook.run('question = course.quiz("01-layers")')
    question = notebook.shell.user_ns["question"]

    question.choice = 0

    assert question.result["message"] == "Not quite: read why, then try once more."
    assert "answer" not in question.result
    assert list(question.result["whys"]) == ["0"]

    question.choice = second

    assert question.result["message"] == message
    assert question.result["answer"] == 1
    assert len(question.result["whys"]) == 3
    outcomes = [(event.outcome, event.detail["attempt"]) for event in progress.events(Kind.QUIZ)]
    assert outcomes == [("FAIL", 1), ("PASS" if second == 1 else "FAIL", 2)]


async def test_an_answer_after_the_last_try_changes_nothing(notebook: Notebook, progress: Progress) -> None:
    await notebook.run('question = course.quiz("01-layers")')
    question = notebook.shell.user_ns["question"]

    question.choice = 1
    question.choice = 0

    assert question.result["message"] == "Right."
    assert len(progress.events(Kind.QUIZ)) == 1


@pytest.mark.parametrize("choice", [-1, 3])
async def test_a_choice_that_is_none_is_ignored(notebook: Notebook, progress: Progress, choice: int) -> None:
    await notebook.run('question = course.quiz("01-layers")')
    question = notebook.shell.user_ns["question"]

    question.choice = choice

    assert question.result == {}
    assert progress.events(Kind.QUIZ) == ()


async def test_an_unknown_question_names_those_of_its_chapter(notebook: Notebook) -> None:
    shown = await notebook.run('course.quiz("01-nothing")')

    assert shown.printed.strip() == "There is no quiz '01-nothing': chapter 01 has 01-layers."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[01-a]\nprompt = 'x'\noptions = 3\n", "01-split/quiz.toml: 01-a: `options` must be a list"),
        ("[01-a\n", "is not TOML"),
    ],
)
def test_an_authors_mistake_is_one_sentence(content: Path, text: str, sentence: str) -> None:
    (content / "chapters/01-split/quiz.toml").write_text(text)

    with pytest.raises(CourseError, match=sentence):
        course.quiz("01-a")
