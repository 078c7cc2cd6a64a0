from pathlib import Path

import httpx2
import pytest

from course.errors import CourseError
from course.project.client import current_app, open_client
from course.project.files import write_file

APP = """
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fastapi import FastAPI, Request

@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
    print("up {name}")
    yield {{"name": "{name}"}}
    print("down {name}")

app = FastAPI(lifespan=lifespan)

@app.get("/name")
async def name(request: Request) -> str:
    return request.state.name

@app.get("/boom")
async def boom() -> None:
    raise KeyError("stock")
"""


async def test_lifespan_runs_and_its_state_is_visible(tmp_path: Path) -> None:
    write_file(tmp_path, "app/main.py", APP.format(name="first"))
    async with open_client(tmp_path) as api:
        assert type(api) is httpx2.AsyncClient
        assert (await api.get("/name")).json() == "first"


async def test_a_rewrite_starts_the_new_app_after_stopping_the_old(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_file(tmp_path, "app/main.py", APP.format(name="one"))
    async with open_client(tmp_path) as api:
        assert (await api.get("/name")).json() == "one"
        assert await current_app(api) is await current_app(api), "no file changed, so the app goes on"
        write_file(tmp_path, "app/main.py", APP.format(name="two"))
        assert (await api.get("/name")).json() == "two"
        (tmp_path / "app/main.py").write_text(APP.format(name="three"))  # as an editor would
        assert (await api.get("/name")).json() == "three"
    assert capsys.readouterr().out.splitlines() == [
        "up one",
        "down one",
        "up two",
        "down two",
        "up three",
        "down three",
    ]


async def test_sqlalchemy_models_and_settings_are_rewritten_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = (
        "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n"
        "class Base(DeclarativeBase): pass\n"
        "class User(Base):\n    __tablename__ = 'users'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
    )
    settings = (
        "from functools import lru_cache\nfrom pydantic_settings import BaseSettings\n"
        "class Settings(BaseSettings):\n    shop: str = 'none'\n"
        "@lru_cache\ndef get_settings() -> Settings:\n    return Settings()\n"
    )
    main = (
        "from fastapi import FastAPI\nfrom app.config import get_settings\nfrom app.models import User\n"
        "def create_app() -> FastAPI:\n    app = FastAPI(title=get_settings().shop)\n"
        "    app.state.columns = list(User.__table__.columns.keys())\n    return app\n"
    )
    for path, text in {"app/models.py": model, "app/config.py": settings, "app/main.py": main}.items():
        write_file(tmp_path, path, text)
    async with open_client(tmp_path) as api:
        assert (await current_app(api)).state.columns == ["id"]
        monkeypatch.setenv("SHOP", "corner")
        write_file(tmp_path, "app/models.py", model + "    name: Mapped[str]\n")
        app = await current_app(api)
        assert app.state.columns == ["id", "name"]
        assert app.title == "corner"


async def test_an_exception_is_a_500_that_names_the_line(tmp_path: Path) -> None:
    write_file(tmp_path, "app/main.py", APP.format(name="x"))
    async with open_client(tmp_path) as api:
        response = await api.get("/boom")
    assert response.status_code == 500
    assert (
        response.extensions["app_exception"]
        == "KeyError: 'stock' (app/main.py, line 20: raise KeyError(\"stock\"))"
    )


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (
            "import nowhere\n",
            r"ModuleNotFoundError: No module named 'nowhere' \(app/main\.py, line 1: import nowhere\)",
        ),
        ("x = 1\n", "has no attribute 'app'"),
        ("raise SystemExit(3)\n", r"SystemExit: 3 \(app/main\.py, line 1"),
    ],
)
async def test_an_app_that_does_not_start_is_one_sentence(tmp_path: Path, source: str, says: str) -> None:
    write_file(tmp_path, "app/main.py", source)
    async with open_client(tmp_path) as api:
        with pytest.raises(CourseError, match=f"The app does not start: .*{says}"):
            await api.get("/")
        write_file(tmp_path, "app/main.py", APP.format(name="mended"))
        assert (await api.get("/name")).json() == "mended"
