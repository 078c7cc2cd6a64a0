"""The proxy in front of the hub, in Python: configurable-http-proxy from PyPI, with what JupyterLab asks of a proxy.

JupyterLab's kernels talk over websockets in binary messages of a subprotocol of their own. The package hands on neither
(0.4.0), and lets ten requests through at a time. Its namesake from npm needs none of this; where there is one, it is used.
"""

from configurable_http_proxy import cli, configproxy
from configurable_http_proxy.handlers import ProxyHandler
from tornado.httpclient import AsyncHTTPClient

MOST_REQUESTS = 2_000
LONGEST_SECONDS = 3_600.0
LARGEST_BYTES = 500_000_000


class Handler(ProxyHandler):  # type: ignore[misc]  # the package has no types
    """Hands websockets on as they are."""

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Agree to what the server behind agreed to."""
        agreed: str | None = self.ws_client.selected_subprotocol if self.ws_client else None
        return agreed if agreed in subprotocols else None

    def on_message(self, message: str | bytes) -> None:
        """Send it on as what it is, text or bytes."""
        if self.ws_client:
            if self.target:
                self.proxy.update_last_activity(self.target["prefix"])
            self.ws_client.write_message(message, binary=isinstance(message, bytes))


def main() -> None:
    """Run the package's command line with this handler."""
    configproxy.ProxyHandler = Handler
    AsyncHTTPClient.configure(
        None,
        max_clients=MOST_REQUESTS,
        max_body_size=LARGEST_BYTES,
        defaults={"connect_timeout": 20.0, "request_timeout": LONGEST_SECONDS},
    )
    cli.main()


if __name__ == "__main__":
    main()
