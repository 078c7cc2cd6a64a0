"""`await course.layers(api, "GET", path)`: one request to the app of `api`, with its database as it is."""

import sys
from pathlib import Path
from typing import Any

import httpx2

from course.project.client import MODULE, current_app

from .data import Run
from .drawing import layers_view, verdict
from .recorder import Recorder


class Layers:
    """The picture of one request, or of several below each other."""

    def __init__(self, *runs: tuple[str, Run]) -> None:
        self.runs = runs

    def beside(self, after: "Layers") -> "Layers":
        """Return both in one picture, this one as "before"."""
        return Layers(("before", self.runs[0][1]), ("after", after.runs[0][1]))

    @property
    def statements(self) -> list[str]:
        """The statements of the (last) request: verb and table of each."""
        return self.runs[-1][1].statements

    @property
    def verdict(self) -> str:
        """What the client was told, and what it took: one line for each request."""
        return "\n".join(verdict(run) for _, run in self.runs)

    def __repr__(self) -> str:
        return layers_view(self.runs).text

    def _repr_mimebundle_(self, **options: Any) -> dict[str, str]:  # noqa: ANN401 - as IPython calls it
        return layers_view(self.runs)._repr_mimebundle_()


async def layers(api: httpx2.AsyncClient, method: str, path: str, **options: Any) -> Layers:  # noqa: ANN401 - httpx2's
    """Send one request and draw the calls that it takes through router, service and repository, and its statements."""
    await current_app(api)
    run = Run(f"{method} {path}")
    folder = Path(str(sys.modules[MODULE].__file__)).parent
    with Recorder(run, folder).listening():
        answer = await api.request(method, path, **options)
    run.status = answer.status_code
    return Layers(("", run))
