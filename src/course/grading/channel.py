"""JSON messages over a stream socket: a length, then the text."""

import json
import socket
import struct
import time
from typing import Any

type Json = Any
"""Whatever JSON can say: its reader checks what it is."""

_LENGTH = struct.Struct("!I")
_DESCRIPTOR = b"\x00"
MAX_BYTES = 64 * 1024 * 1024


class ChannelClosedError(Exception):
    """The other side is gone, or what it sent is not a message."""


class ChannelTimeoutError(ChannelClosedError):
    """The other side did not answer in time."""


class Channel:
    """One end of a connection between two of our processes."""

    def __init__(self, sock: socket.socket, *, max_bytes: int = MAX_BYTES) -> None:
        self.sock = sock
        self._max_bytes = max_bytes

    def fileno(self) -> int:
        return self.sock.fileno()

    def close(self) -> None:
        self.sock.close()

    def send(self, message: Json) -> None:
        """Send one message; ChannelClosedError when nobody is there."""
        data = json.dumps(message).encode()
        try:
            self.sock.settimeout(None)
            self.sock.sendall(_LENGTH.pack(len(data)) + data)
        except OSError as error:
            raise ChannelClosedError(str(error)) from error

    def receive(self, seconds: float | None = None) -> Json:
        """Wait for one message; ChannelTimeoutError after `seconds`, ChannelClosedError when the other side is gone or lies."""
        deadline = None if seconds is None else time.monotonic() + seconds
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline))
        if length > self._max_bytes:
            raise ChannelClosedError(f"a message of {length} bytes")
        try:
            return json.loads(self._read(length, deadline))
        except (ValueError, RecursionError) as error:
            raise ChannelClosedError("not JSON") from error

    def send_descriptor(self, descriptor: int) -> None:
        """Hand an open file to the other side, behind the message that announces it."""
        try:
            self.sock.settimeout(None)
            socket.send_fds(self.sock, [_DESCRIPTOR], [descriptor])
        except OSError as error:
            raise ChannelClosedError(str(error)) from error

    def receive_descriptor(self) -> int:
        """Take over an open file that the other side hands over."""
        try:
            self.sock.settimeout(None)
            _, descriptors, _, _ = socket.recv_fds(self.sock, len(_DESCRIPTOR), 1)
        except OSError as error:
            raise ChannelClosedError(str(error)) from error
        if not descriptors:
            raise ChannelClosedError("the other side is gone")
        return descriptors[0]

    def ask(self, message: Json, seconds: float) -> Json:
        """Send a message and wait for the answer."""
        self.send(message)
        return self.receive(seconds)

    def _read(self, size: int, deadline: float | None) -> bytes:
        parts: list[bytes] = []
        while size:
            try:
                left = None if deadline is None else max(deadline - time.monotonic(), 0.001)
                self.sock.settimeout(left)
                part = self.sock.recv(min(size, 1 << 16))
            except TimeoutError as error:
                raise ChannelTimeoutError("no answer in time") from error
            except OSError as error:
                raise ChannelClosedError(str(error)) from error
            if not part:
                raise ChannelClosedError("the other side is gone")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def channel_pair() -> tuple[Channel, Channel]:
    """Two connected ends."""
    left, right = socket.socketpair()
    return Channel(left), Channel(right)
