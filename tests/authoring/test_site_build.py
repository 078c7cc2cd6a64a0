"""The page to try the first lesson in: its notebook, its packages, and the sentences for what is missing."""

import asyncio
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from small_courses import make_course

from course import static_page
from course.authoring.site import build, downloads, packages
from course.authoring.site.edition import binder, files, lesson, notebook
from course.catalog import catalog, content
from course.errors import CourseError

ROOT = Path(__file__).parents[2]
PAGE = packages.page_environment("3.14.2")


def cell(kind: str, source: str, html: str = "") -> dict[str, object]:
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    if html:
        shown = {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}
        code |= {"outputs": [shown]}
    return {"cell_type": kind, "id": f"c{abs(hash(source))}", "metadata": {}, "source": source, **code}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of three chapters, two of them written, and the first one built."""
    cells = [
        cell(
            "markdown",
            "# Start\n\n[On](01-go.ipynb), [exercise](../exercises/01-go/01-go.ipynb), [out](https://x.y/a.ipynb)",
        ),
        cell("code", "course.map()", "<p>the map</p>"),
        cell("code", "await course.checkpoint(0)", "<style>p {}</style><p>all green</p>"),
    ]
    built = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    sources = {
        "chapters/00-start/lesson.md": "the lesson",
        "chapters/00-start/quiz.toml": "",
        "chapters/00-start/given/app/one.py": "ONE = 1\n",
        "chapters/01-go/lesson.md": "not for the page",
        "chapters/01-go/checks.py": "not for the page",
        "notebooks/00-start.ipynb": json.dumps(built),
    }
    parts = {"All": {"00-start": {}, "01-go": {"exercise_minutes": 5}, "02-later": {}}}
    root = make_course(tmp_path / "clone", parts, sources)
    monkeypatch.setenv("COURSE_CONTENT", str(root))
    return root


def test_the_lesson_is_the_built_one_without_outputs_between_a_welcome_and_the_way_home(small: Path) -> None:
    cells = notebook(lesson())["cells"]

    assert [one["cell_type"] for one in cells] == ["markdown", "markdown", "code", "markdown", "markdown"]
    assert "in your browser" in cells[1]["source"]
    assert cells[2]["source"] == "course.map()"
    assert cells[2]["outputs"] == []
    home = cells[4]["source"]
    assert "2 chapters so far" in home
    assert "git clone https://github.com/someone/small\n" in home
    assert binder("someone/small", "00-start") in home


def test_what_a_page_cannot_run_is_a_picture_of_what_was_built(small: Path) -> None:
    picture = notebook(lesson())["cells"][3]["source"]

    assert "`await course.checkpoint(0)` needs a computer" in picture
    assert "<p>all green</p>" in picture
    assert "<style>" not in picture


def test_links_to_what_is_not_in_the_page_lead_to_the_repository(small: Path) -> None:
    told = notebook(lesson())["cells"][0]["source"]

    there = "https://github.com/someone/small/blob/HEAD"
    assert f"[On]({there}/notebooks/01-go.ipynb)" in told
    assert f"[exercise]({there}/exercises/01-go/01-go.ipynb)" in told
    assert "[out](https://x.y/a.ipynb)" in told


def test_the_page_gets_the_lesson_and_of_other_chapters_what_the_map_says(small: Path) -> None:
    assert dict(files()).keys() == {
        "course.toml",
        "chapters/00-start/chapter.toml",
        "chapters/00-start/lesson.md",
        "chapters/00-start/quiz.toml",
        "chapters/00-start/given/app/one.py",
        "chapters/01-go/chapter.toml",
        "chapters/02-later/chapter.toml",
        "notebooks/01-go.ipynb",  # empty: it is written, and to be read elsewhere
    }


def test_a_lesson_that_is_not_built_is_named(small: Path) -> None:
    (small / "notebooks/00-start.ipynb").unlink()
    with pytest.raises(CourseError, match="course build 0"):
        lesson()


def test_every_picture_of_the_real_lesson_has_its_output() -> None:
    pictures = [
        one["source"] for one in notebook(lesson())["cells"] if "A picture, not a cell" in one["source"]
    ]
    assert len(pictures) >= 1
    assert all('class="pfc' in picture for picture in pictures)


def test_the_packages_are_those_of_a_page_and_not_of_this_system() -> None:
    needed = packages.needs(PAGE)

    assert {"fastapi", "pydantic-core", "email-validator", "ipython", "pyyaml"} <= needed.keys()
    assert "httpx2-jsfetch" in needed["httpx2"]
    assert not {"httpcore2", "pexpect", "uvicorn", "widgetsnbextension"} & needed.keys()
    assert all(below <= needed.keys() for below in needed.values())


def test_their_releases_are_those_of_here_then_those_that_binder_or_pyodide_names() -> None:
    from fastapi import __version__

    found = packages.releases(
        ["fastapi", "httpx2-jsfetch", "micropip"], {"micropip": "0.9", "fastapi": "0.1"}
    )
    assert found["fastapi"] == __version__
    assert f"httpx2-jsfetch=={found['httpx2-jsfetch']} " in (ROOT / "binder/requirements.txt").read_text()
    assert found["micropip"] == "0.9"
    with pytest.raises(CourseError, match="no-such-thing"):
        packages.releases(["no-such-thing"], {})


def test_the_courses_wheel_is_the_same_twice_and_holds_no_room_that_a_page_cannot_use() -> None:
    name, data = packages.of_the_course()

    assert packages.of_the_course() == (name, data)
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert {"course/static_page.py", "course/edition/course.toml", "course/notebook/quiz.js"} <= set(names)
    assert not [
        path for path in names if path.startswith(("course/authoring/", "course/workshop/", "course/cli"))
    ]
    assert not [path for path in names if "held_out" in path or path.endswith((".pyc", "exercise.md"))]


def test_the_lock_names_each_wheel_and_what_it_needs(tmp_path: Path) -> None:
    pytest.importorskip("pyodide_lock", reason="the extra `site` is not installed")
    name, data = packages.wheel("one-thing", "1.0", {"one_thing.py": b""})
    (tmp_path / name).write_bytes(data)
    place = tmp_path / "pyodide-lock.json"
    info = {"arch": "wasm32", "platform": "emscripten_5_0_3", "python": "3.14.2", "abi_version": "2026_0"}
    place.write_text(json.dumps({"info": info, "packages": {}}))

    packages.write_lock(place, {"one-thing": set()})

    locked = json.loads(place.read_text())["packages"]["one-thing"]
    assert (locked["file_name"], locked["imports"], locked["version"]) == (name, ["one_thing"], "1.0")
    with pytest.raises(CourseError, match="misses wheels of other"):
        packages.write_lock(place, {"one-thing": {"other"}, "other": set()})


def test_without_npm_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "course.cli", "build", "--site", str(tmp_path / "site")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "npm" in done.stderr or "uv sync --extra site" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_one_sentence_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "find_spec", lambda name: None)
    with pytest.raises(downloads.NotToBeHadError, match="uv sync --extra site"):
        build.build_site(tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CourseError, match="holds something else"):
        build.build_site(tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_download_that_fails_says_why_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pip", reason="the extra `site` is not installed")
    monkeypatch.setattr(downloads, "cache", lambda: tmp_path / "site")
    for name, value in {
        "INDEX_URL": "http://127.0.0.1:9/simple",
        "EXTRA_INDEX_URL": "",
        "RETRIES": "0",
    }.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with pytest.raises(downloads.NotToBeHadError, match=r"needs a network.*idna"):
        downloads.wheels({"idna": "3.0"}, {"python": "3.14.2", "abi_version": "2026_0"})
    assert list((tmp_path / "site").iterdir()) == []


async def test_in_a_page_a_thread_is_not_needed_and_the_work_has_a_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from anyio import to_thread

    monkeypatch.setattr(to_thread, "run_sync", to_thread.run_sync)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("COURSE_WORKSPACE", raising=False)
    static_page.settle()
    assert (tmp_path / "my-course").is_dir()
    assert await to_thread.run_sync(asyncio.current_task, limiter=None) is asyncio.current_task()


def test_a_library_that_did_not_arrive_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_page, "LIBRARIES", ("json", "no_such_library"))
    with pytest.raises(CourseError, match=r"^no_such_library did not arrive in this page.*reload"):
        static_page.settle()


async def test_what_needs_a_computer_is_one_sentence() -> None:
    with pytest.raises(
        CourseError, match=r"^course.checkpoint needs a computer: .*take\s+the course home\.$"
    ):
        await static_page.elsewhere("course.checkpoint")(0)


def test_the_readme_leads_to_the_page_of_the_published_repository() -> None:
    owner, _, name = catalog().repository.partition("/")
    assert (
        f"[**Try it now in the browser**](https://{owner}.github.io/{name}/)"
        in (ROOT / "README.md").read_text()
    )


def test_the_way_home_has_the_address_of_the_readmes_badge() -> None:
    assert (
        f"({binder(catalog().repository, catalog().chapters[0].slug)})"
        in (content().root / "README.md").read_text()
    )
