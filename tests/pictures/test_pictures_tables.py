"""The map, tools, diffs, quizzes, the explorer and the environment: what they say."""

from course.catalog.questions import Option
from course.pictures.course_map import ChapterState, MapRow, Resume, course_map_view
from course.pictures.diff import diff_view
from course.pictures.environment import Requirement, environment_view
from course.pictures.explorer import Operation, explorer_view, operations
from course.pictures.quiz import quiz_view
from course.pictures.tools import tools_view
from course.project.tools import ToolResult

ROWS = (
    MapRow("Start", 0, "Welcome", 15, ChapterState.DONE, lesson="00.ipynb"),
    MapRow("Part I", 1, "Structure", 40, ChapterState.STARTED, 6.5, 10, "01.ipynb", "../e/01.ipynb", 35),
    MapRow("Part I", 2, "Tooling", 40, written=False),
)


def test_the_map_says_where_to_continue_first() -> None:
    assert course_map_view(
        ROWS, Resume("01 Structure, task 1.2", "../e/01.ipynb"), title="The course"
    ).text == (
        "The course\n"
        "Continue: 01 Structure, task 1.2\n"
        "[############------------] 1 of 2 chapters done · 6.5 of 10 points\n"
        "\n"
        "Start (1 of 1 done)\n"
        "  ✓  00 Welcome    done              15 min\n"
        "\n"
        "Part I (0 of 1 done)\n"
        "  ◐  01 Structure  in progress  40 + 35 min  6.5 of 10 points\n"
        "\n"
        "1 more chapter in preparation: 02 Tooling."
    )


def test_the_map_links_what_is_written() -> None:
    html = course_map_view(ROWS).html
    assert html.count('href="01.ipynb"') == 2  # the row, and where to go on: chapter 0 is done
    assert 'href="../e/01.ipynb" aria-label="Exercise 1: Structure"' in html
    assert html.count("<a ") == 4
    assert "Next: " in html


def test_a_newcomer_starts_with_the_first_chapter_and_a_graduate_nowhere() -> None:
    new = (MapRow("Start", 0, "Welcome", 15, lesson="00.ipynb"),)
    assert "Start here: 00 Welcome" in course_map_view(new).text
    assert "Continue" not in course_map_view(ROWS[:1]).text
    assert course_map_view(()).text.endswith("0 of 0 chapters done")


def test_the_output_of_a_failing_tool_is_open() -> None:
    results = (
        ToolResult("ruff", True, "clean"),
        ToolResult("mypy", False, "1 finding", "app/x.py:1: error: no"),
    )
    view = tools_view(results, "Checkpoint 1")
    assert view.text == (
        "✗ FAIL  Checkpoint 1: 1 of 2 tools satisfied\n"
        "\n"
        "  ✓  PASS  ruff  clean\n"
        "  ✗  FAIL  mypy  1 finding\n"
        "\n"
        "mypy:\n"
        "  app/x.py:1: error: no"
    )
    assert "<details open><summary>Output of mypy" in view.html
    assert tools_view(results[:1]).text.startswith("✓ PASS  Checkpoint: 1 of 1 tool satisfied")
    assert tools_view(()).text.startswith("✗ FAIL")  # no verdict is never a pass


def test_a_long_output_is_cut_in_the_text_only() -> None:
    view = tools_view([ToolResult("mypy", False, "many", "\n".join(f"finding {n}" for n in range(50)))])
    assert "… 20 more lines" in view.text
    assert "finding 49" in view.html


DIFF = "--- a/app/x.py\n+++ b/app/x.py\n@@ -4,2 +4,3 @@ class X\n keep\n-old\n+new\n+more\n"


def test_a_rewrite_shows_what_changed() -> None:
    view = diff_view("app/x.py", DIFF, lines=9, notes=("`X` is stale.",))
    assert view.text == (
        "✎ app/x.py: rewritten, 2 lines added, 1 removed\n"
        "  line 4\n   keep\n  -old\n  +new\n  +more\n"
        "Note: `X` is stale."
    )
    assert "<details>" not in view.html


def test_new_and_unchanged_files_take_one_line() -> None:
    assert diff_view("app/x.py", DIFF, created=True, lines=1).text == "+ app/x.py: new file, 1 line"
    assert diff_view("app/x.py", changed=False, lines=9).text == "= app/x.py: unchanged, 9 lines"


def test_a_long_diff_is_folded() -> None:
    assert "<details><summary>What changed (41 lines)" in diff_view("x", "\n".join(["+x"] * 41)).html


def test_a_quiz_keeps_its_answer_folded() -> None:
    view = quiz_view(
        "Which?", [Option(text="a", why="because not"), Option(text="b", why="because", right=True)]
    )
    assert view.text == "Question: Which?\n  A. a\n  B. b\nRun this cell to answer."
    question, _, answer = view.html.partition("<details>")
    assert "because" not in question
    assert "Wrong. </strong>because not" in answer
    assert "Right. </strong>because<" in answer


def test_operations_come_from_the_openapi_document() -> None:
    document = {"paths": {"/users": {"parameters": [], "get": {"summary": "List"}, "post": {}}}}
    found = operations(document)
    assert found == (Operation("GET", "/users", "List"), Operation("POST", "/users"))
    assert explorer_view(found).text == (
        "API explorer: 2 operations. Run this cell to send requests.\n\n  GET   /users  List\n  POST  /users"
    )
    assert explorer_view(()).text == "API explorer: no operations known yet. Run this cell to send requests."


def test_the_environment_says_how_to_fix_first() -> None:
    rows = (
        Requirement("Python", "3.12.1", "3.12", True),
        Requirement("ruff", "not found", "any", False, "Start again."),
        Requirement("Port", "in use", "free", False, "Later.", optional=True),
    )
    assert environment_view(rows).text == (
        "✗ NOT READY  Environment: 1 thing to fix\n"
        "  ruff: Start again.\n"
        "  Port: Later.\n"
        "\n"
        "              What    Found      Needed\n"
        "  ✓ good      Python  3.12.1     3.12\n"
        "  ✗ fix       ruff    not found  any\n"
        "  ○ optional  Port    in use     free"
    )
    assert environment_view(rows[::2]).text.startswith(
        "✓ READY  Environment: everything you need is here; 1 optional"
    )
