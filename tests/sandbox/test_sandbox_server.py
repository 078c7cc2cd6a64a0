"""What a learner's app needs works under every layer: a server on a unix socket, a database, files, threads, tools."""

import asyncio
import contextlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import anyio.to_thread
import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from sandbox_world import (
    AS_ROOT,
    BACKENDS,
    IDENTITIES,
    World,
    become_nobody,
    make_world,
    preload,
    python_is_public,
)
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from course.sandbox import NAMESPACES, Limits, apply, stop


def build_app(folder: Path) -> FastAPI:
    """An app that uses what the course's chapters use."""
    app = FastAPI()

    @app.get("/database")
    async def database() -> int:
        engine = create_async_engine(f"sqlite+aiosqlite:///{folder}/app.db")
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE IF NOT EXISTS users (name TEXT)"))
            await connection.execute(text("INSERT INTO users VALUES ('Ada'), ('Grace')"))
            count = await connection.scalar(text("SELECT count(*) FROM users"))
        await engine.dispose()
        return int(count)

    @app.get("/temporary")
    async def temporary() -> str:
        with tempfile.NamedTemporaryFile() as file, tempfile.TemporaryDirectory() as other:
            file.write(b"x")
            return os.path.commonpath([file.name, other])

    @app.get("/threads")
    def threads() -> str:  # a plain function: FastAPI runs it in a thread
        return asyncio.run(work_in_threads())

    async def work_in_threads() -> str:
        await asyncio.gather(*(anyio.to_thread.run_sync(time.sleep, 0.01) for _ in range(40)))
        return await asyncio.to_thread(lambda: "done")

    @app.get("/shell")
    async def shell() -> str:
        process = await asyncio.create_subprocess_exec("/bin/sh", "-c", "echo hello", stdout=subprocess.PIPE)
        output, _ = await process.communicate()
        return output.decode().strip()

    @app.get("/python")
    def python() -> str:
        done = subprocess.run(
            [sys.executable, "-c", "import ssl, sqlite3, fastapi; print('hello')"],
            capture_output=True,
            text=True,
        )
        return done.stdout.strip() or done.stderr

    @app.get("/ruff")
    def ruff() -> str:
        (folder / "app.py").write_text("import os\n")
        program = Path(sys.executable).parent / "ruff"
        done = subprocess.run(
            [program, "check", "--no-cache", "--isolated", "app.py"], capture_output=True, text=True
        )
        return done.stdout or done.stderr

    @app.get("/lock")
    def lock() -> str:
        with multiprocessing.get_context("fork").Lock():
            return "held"

    @app.get("/write")
    def write() -> str:
        (folder / "first").write_text("x")
        (folder / "first").rename(folder / "second")
        os.utime(folder / "second", (1, 1))
        return ", ".join(sorted(path.name for path in folder.glob("second")))

    return app


@contextlib.contextmanager
def serving(world: World, without: tuple[str, ...], identity: str) -> Iterator[httpx2.Client]:
    """A client of the app above, in a sandbox."""
    preload()
    address = str(world.work / "api.sock")
    keeper = os.fork()
    if keeper == 0:
        try:
            if identity != "root" and AS_ROOT:
                become_nobody()
            apply(world.policy(without, limits=Limits()))
            uvicorn.run(build_app(world.work), uds=address, log_level="error", loop="asyncio", ws="none")
        finally:
            os._exit(1)
    try:
        client = httpx2.Client(
            transport=httpx2.HTTPTransport(uds=address, retries=0), base_url="http://api", timeout=30
        )
        with client:
            wait_for(address)
            yield client
    finally:
        stop(keeper)


def wait_for(address: str) -> None:
    """Wait until the server accepts connections."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with (
            contextlib.suppress(OSError),
            httpx2.Client(transport=httpx2.HTTPTransport(uds=address)) as client,
        ):
            with contextlib.suppress(httpx2.TransportError):
                client.get("http://api/")
                return
        time.sleep(0.02)
    pytest.fail("the app did not start")


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("backend", ["all layers", "no namespaces", "limits only"])
def test_an_app_has_what_it_needs(identity: str, backend: str) -> None:
    without = BACKENDS[backend]
    with make_world(identity) as world, serving(world, without, identity) as client:
        got = {path: client.get(path) for path in ("/database", "/temporary", "/threads", "/shell", "/write")}
        assert {answer.status_code for answer in got.values()} == {200}
        assert got["/database"].json() == 2
        assert got["/temporary"].json() == str(world.work)
        assert got["/threads"].json() == "done"
        assert got["/shell"].json() == "hello"
        assert got["/write"].json() == "second"
        if identity == "root" or python_is_public():
            assert client.get("/python").json() == "hello"
            assert "F401" in client.get("/ruff").json()
        if NAMESPACES not in without:
            assert client.get("/lock").json() == "held"
