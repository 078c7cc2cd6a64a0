"""Run in the learner's process: what a recorder tells the memory, and when."""

from collections.abc import Sequence

from app.idempotency.memory import Answer, Key, Memory
from app.idempotency.recorder import Recorder
from starlette.types import Message

KEY = Key("1", "/api/v1/orders", "1")


class Noted(Memory):
    """A memory that notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def keep(self, key: Key, answer: Answer) -> None:
        """Note an answer: its status, its headers, its body."""
        self.told.append(f"keep {answer.status} {len(answer.headers)} {answer.body.decode()}")
        super().keep(key, answer)

    def forget(self, key: Key) -> None:
        """Note that a key is new again."""
        self.told.append("forget")
        super().forget(key)


async def recorded(status: int, parts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Send an answer with these parts, the last of which ends it; what the memory was told by then, and in the end."""
    memory = Noted()
    memory.begin(KEY, b"{}")

    async def send(message: Message) -> None:
        """Nobody listens."""

    recorder = Recorder(memory, KEY, send)
    cookies = [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    await recorder.send({"type": "http.response.start", "status": status, "headers": cookies})
    for number, part in enumerate(parts, 1):
        more = number < len(parts)
        await recorder.send({"type": "http.response.body", "body": part.encode(), "more_body": more})
    out = list(memory.told)
    if memory.told == ["forget"]:
        memory.begin(KEY, b"{}")  # a repeat is in work by then
    recorder.close()
    return out, memory.told
