# Derived from chapters/05-imports/probes/import_main.py by `course build`: change it there.
"""Run in the learner's process: who connects while the app is imported and started, and nobody has asked for a tax."""

import importlib
import sqlite3
import threading

from fastapi.testclient import TestClient
from probes.watched import Connections, forget_the_app


def import_main() -> list[list[str | int]]:
    """Import the app, start it, ask it for products; each connection, and at last one of ours: a sign of life."""
    forget_the_app()
    connections = Connections()
    app = importlib.import_module("app.main").app
    with TestClient(app, base_url="http://test") as client:
        client.get("/api/v1/products")
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(0.5)
    made = [*connections.made]
    sqlite3.connect(":memory:").close()
    return [*made, connections.made[-1]] if len(connections.made) > len(made) else []
