"""What a learner's server asks of JupyterHub: who is there, and whose token this is."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from jupyterhub import __version__


class _Hub(BaseHTTPRequestHandler):
    tokens: dict[str, str]

    def do_GET(self) -> None:
        name = self.tokens.get(self.headers.get("Authorization", "").rpartition(" ")[2])
        if self.path.rstrip("/") == "/hub/api":
            self._say(200, {"version": __version__})
        elif self.path.startswith("/hub/api/user") and name:
            scopes = [f"access:servers!server={name}/"]
            self._say(200, {"kind": "user", "name": name, "admin": False, "groups": [], "scopes": scopes})
        else:
            self._say(403, {"message": "no"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._say(200, {})

    def log_message(self, *_: object) -> None:
        pass

    def _say(self, status: int, what: object) -> None:
        text = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-JupyterHub-Version", __version__)
        self.end_headers()
        self.wfile.write(text)


@contextmanager
def hub(tokens: dict[str, str]) -> Iterator[str]:
    """A hub that knows whose tokens these are; the address of its API."""
    handler = type("Hub", (_Hub,), {"tokens": tokens})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hub/api"
        finally:
            server.shutdown()
            thread.join()
