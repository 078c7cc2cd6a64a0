"""A PostgreSQL server of the tests' own: its data in a temporary folder, reached over a unix socket, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

SECONDS_TO_START = 60


def server_programs() -> Path | None:
    """The folder of `initdb` and `postgres`, which Debian keeps off the PATH; None when there is no server here."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    for folder in (*homes, *([Path(found).parent] if found else [])):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server and yield the SQLAlchemy URL of an empty database; skips the test where that is not possible."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: install the extra `gradebook`")
    programs = server_programs()
    if programs is None:
        pytest.skip("there is no PostgreSQL server (initdb, postgres) on this machine")
    account: dict[str, int] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        entry = next((e for e in pwd.getpwall() if e.pw_name in ("postgres", "nobody")), None)
        if entry is None:
            pytest.skip("PostgreSQL does not run as root, and there is no other account to run it")
        account = {"user": entry.pw_uid, "group": entry.pw_gid}
    base = Path(tempfile.mkdtemp(prefix="course-pg-"))
    try:
        if account:
            os.chown(base, account["user"], account["group"])
        subprocess.run(
            [
                programs / "initdb",
                "-D",
                base / "data",
                "-U",
                "course",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            cwd=base,
            **account,
        )
        server = subprocess.Popen(
            [
                programs / "postgres",
                "-D",
                base / "data",
                "-k",
                base,
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=off",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=base,
            **account,
        )
        try:
            yield _database(base)
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _database(socket: Path) -> str:
    """Wait for the server and make an empty database."""
    url = "postgresql+psycopg://course@/{}?host=" + str(socket)
    engine = create_engine(url.format("postgres"), isolation_level="AUTOCOMMIT")
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            with engine.connect() as connection:
                connection.execute(text("CREATE DATABASE course"))
            break
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        finally:
            engine.dispose()
    return url.format("course")
