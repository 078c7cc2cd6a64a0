"""What attacks on a sandbox may go for: made for one test, and harmless to lose."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
AS_ROOT = os.geteuid() == 0


@dataclass
class Stage:
    """A temporary folder, listeners by name, and a process that nobody may touch."""

    base: Path
    listeners: dict[str, socket.socket]
    bystander: subprocess.Popen[bytes]


@contextlib.contextmanager
def make_stage(prefix: str, *, bystander: int) -> Iterator[Stage]:
    """Set one up, and take it down. As root the bystander is this user."""
    with contextlib.ExitStack() as stack:
        base = Path(tempfile.mkdtemp(prefix=f"{prefix}-")).resolve()
        stack.callback(shutil.rmtree, base, ignore_errors=True)
        base.chmod(0o711)  # as root, sandboxes run as other users

        def listen(kind: int, family: int, address: str | tuple[str, int]) -> socket.socket:
            made = stack.enter_context(socket.socket(family, kind))
            made.bind(address)
            if kind == socket.SOCK_STREAM:
                made.listen()
            made.setblocking(False)
            return made

        listeners = {
            "tcp": listen(socket.SOCK_STREAM, socket.AF_INET, ("127.0.0.1", 0)),
            "udp": listen(socket.SOCK_DGRAM, socket.AF_INET, ("127.0.0.1", 0)),
            "abstract": listen(socket.SOCK_STREAM, socket.AF_UNIX, f"\0{prefix}-{secrets.token_hex(8)}"),
            "named": listen(socket.SOCK_STREAM, socket.AF_UNIX, str(base / "named.sock")),
        }
        (base / "named.sock").chmod(0o777)
        sleeping = subprocess.Popen(["sleep", "600"], user=bystander if AS_ROOT else None)
        stack.callback(sleeping.wait)
        stack.callback(sleeping.kill)
        yield Stage(base, listeners, sleeping)
