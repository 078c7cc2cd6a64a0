"""What `my-api` keeps at the last checkpoint, beyond what its own tests and the lessons show."""

import subprocess
import sys
from pathlib import Path

from course.catalog import catalog, content
from course.project.checkpoints import files_after
from course.project.files import write_file

TWO_CRASHES = """
import asyncio

from app.main import create_app
from httpx2 import ASGITransport, AsyncClient

app = create_app()


@app.get("/boom")
async def boom() -> None:
    raise RuntimeError("unforeseen")


async def outside(scope, receive, send):
    async def add_header(message):
        if message["type"] == "http.response.start":
            message["headers"].append((b"x-request", scope["query_string"]))
        await send(message)

    await app(scope, receive, add_header)


async def main() -> None:
    async with AsyncClient(transport=ASGITransport(app=outside), base_url="http://shop") as client:
        for number in "12":
            answer = await client.get(f"/boom?{number}")
            print(answer.status_code, answer.headers.get_list("x-request"))


asyncio.run(main())
"""


def test_each_unforeseen_error_has_an_answer_of_its_own(tmp_path: Path) -> None:
    """One answer for all would keep what middleware outside of it adds to its headers."""
    last = max(chapter.number for chapter in catalog().chapters if content().is_written(chapter))
    for path, text in files_after(last).items():
        write_file(tmp_path, path, text)

    done = subprocess.run(
        [sys.executable, "-c", TWO_CRASHES], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines() == ["500 ['1']", "500 ['2']"], done.stderr
