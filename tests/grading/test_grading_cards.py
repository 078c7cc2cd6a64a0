"""Answer cards: what is read, and what is refused with its line."""

import textwrap
from pathlib import Path

import pytest

from course.errors import CourseError
from course.grading.cards import read_card, read_cards

WRONG = """\
---
task: "1.2"
message: not through the service
because: the model is one import away
---
Why it is tempting:

```python
from app.users.models import User  # an illustration, no file
```

```python app/orders/service.py
from app.users import models
```

````markdown docs/notes.md
```python
x
```
````

```python app/orders/old.py delete
```
"""


def card_file(folder: Path, text: str, kind: str = "wrong") -> Path:
    path = folder / kind / "imports_the_model.md"
    path.parent.mkdir()
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def test_a_wrong_card(tmp_path: Path) -> None:
    card = read_card(card_file(tmp_path, WRONG), right=False)
    assert (card.name, card.task, card.is_right) == ("wrong/imports_the_model", "1.2", False)
    assert card.message == "not through the service"
    assert card.because == "the model is one import away"
    assert card.files == {
        "app/orders/service.py": "from app.users import models\n",
        "docs/notes.md": "```python\nx\n```\n",
    }
    assert card.removed == ("app/orders/old.py",)


def test_a_right_card_may_be_for_all_tasks(tmp_path: Path) -> None:
    card_file(tmp_path, "---\ntask: all\n---\n```python app/x.py\nx = 1\n```\n", "right")
    (card,) = read_cards(tmp_path)
    assert card.is_right
    assert card.task == "all"


def test_a_card_lies_over_the_reference(tmp_path: Path) -> None:
    card = read_card(card_file(tmp_path, WRONG), right=False)
    reference = {"app/orders/service.py": "", "app/orders/old.py": "", "app/orders/router.py": "r"}
    assert card.over(reference) == {"app/orders/router.py": "r", **card.files}


def test_a_card_can_only_remove_what_is_there(tmp_path: Path) -> None:
    card = read_card(card_file(tmp_path, WRONG), right=False)
    with pytest.raises(
        CourseError, match=r"wrong/imports_the_model: app/orders/old\.py is not a file of the solution"
    ):
        card.over({"app/orders/service.py": ""})


def test_a_card_that_changes_nothing_proves_nothing(tmp_path: Path) -> None:
    card = read_card(
        card_file(tmp_path, "---\ntask: all\n---\n```python a.py\nx = 1\n```\n", "right"), right=True
    )
    with pytest.raises(CourseError, match="the card is the reference solution"):
        card.over({"a.py": "x = 1\n"})


FENCE = "```python app/x.py\nx = 1\n```\n"
FRONT = '---\ntask: "1.2"\nmessage: m\nbecause: b\n---\n'


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (FENCE, 1, "starts with front matter"),
        ('---\ntask: "1.2"\n' + FENCE, 1, "starts with front matter"),
        ("---\ntask: [\n---\n" + FENCE, 2, "not YAML"),
        ("---\njust text\n---\n" + FENCE, 2, "the front matter is lines such as"),
        (FRONT.replace('"1.2"', "1.2") + FENCE, 2, "`task` must be a text: put it in quotes"),
        (FRONT.replace('"1.2"', "second") + FENCE, 2, "'second' is not a task"),
        (FRONT.replace('"1.2"', "all") + FENCE, 2, "'all' is not a task"),
        (FRONT.replace("message: m\n", "") + FENCE, 4, "`message` is missing"),
        (FRONT.replace("because: b", "because: ''") + FENCE, 4, "`because` is empty"),
        (FRONT.replace("because", "reason") + FENCE, 4, "`reason` does not belong here"),
        (FRONT + "prose\n", 6, "it has no file"),
        (FRONT + "```python app/x.py\nx = 1\n", 6, "never closed"),
        (FRONT + FENCE + FENCE, 9, "app/x.py is there twice"),
        (FRONT + FENCE.replace("app/x.py", "../x.py"), 6, "not a path inside my-api"),
        (FRONT + FENCE.replace("app/x.py", "app/x.py remove"), 6, "a fence is"),
    ],
)
def test_a_malformed_card_is_named_with_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    with pytest.raises(CourseError) as raised:
        read_card(card_file(tmp_path, text), right=False)
    assert str(raised.value).startswith(f"wrong/imports_the_model.md, line {line}: ")
    assert what in str(raised.value)


def test_a_right_card_with_a_message_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="line 3: `message` does not belong here"):
        read_card(card_file(tmp_path, FRONT + FENCE, "right"), right=True)
