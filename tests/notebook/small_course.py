"""A course small enough to read, and a notebook that runs its cells in a real IPython shell."""

import textwrap
from dataclasses import dataclass, field
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

COURSE = """
    title = "Small course"
    id = "small"
    repository = "someone/small"
    [[parts]]
    title = "Start"
    [[parts.chapters]]
    number = 0
    slug = "00-start"
    title = "Start"
    minutes = 5
    [[parts]]
    title = "Part I"
    [[parts.chapters]]
    number = 1
    slug = "01-split"
    title = "Split"
    minutes = 10
    exercise_minutes = 20
    [[parts.chapters]]
    number = 2
    slug = "02-later"
    title = "Later"
    minutes = 10
    exercise_minutes = 20
"""

LESSON_0 = """
    # Start

    ```{code-cell} ipython3
    %%write app/main.py
    from fastapi import FastAPI

    app = FastAPI(title="Shop")


    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}
    ```
"""

LESSON_1 = """
    # Split

    ```{code-cell} ipython3
    %%write app/users/service.py
    GREETING = "Hello"
    ```
"""

QUIZ_1 = """
    [01-layers]
    prompt = "Who may import `app.users.repository`?"
    options = [
      {text = "the router", why = "It asks the service."},
      {text = "the service", right = true, why = "The service owns the rules."},
      {text = "everybody", why = "Then nothing can be replaced."},
    ]
"""


@dataclass
class Shown:
    """What a cell showed: the bundles of its outputs in order, what it printed, and what it failed with."""

    bundles: list[dict[str, Any]] = field(default_factory=list)
    printed: str = ""
    error: BaseException | None = None

    @property
    def text(self) -> str:
        """The text twins of the outputs."""
        return "\n".join(str(bundle.get("text/plain", "")) for bundle in self.bundles)

    @property
    def html(self) -> str:
        return "\n".join(str(bundle.get("text/html", "")) for bundle in self.bundles)


@dataclass
class Notebook:
    """Cells, run in a real shell in this process."""

    shell: InteractiveShell

    async def run(self, source: str) -> Shown:
        """Run a cell and return what it showed."""
        text = textwrap.dedent(source).lstrip("\n")
        with capture_output() as captured:
            result = await self.shell.run_cell_async(text, transformed_cell=self.shell.transform_cell(text))
        bundles = [dict(output.data) for output in captured.outputs]
        if result.result is not None and self.shell.display_formatter is not None:
            bundles.append(self.shell.display_formatter.format(result.result)[0])
        return Shown(bundles, captured.stdout, result.error_before_exec or result.error_in_exec)
