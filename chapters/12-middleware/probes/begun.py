"""Run in the learner's process: a memory that is asked for bodies while the first one is in work."""

from collections.abc import Sequence

from app.idempotency.memory import Key, Memory


async def begun(bodies: Sequence[str]) -> list[str]:
    """Begin with these bodies (hex) under one key; what each gives, or the name of its error."""
    memory, key = Memory(), Key(None, "/api/v1/orders", "1")
    came: list[str] = []
    for body in bodies:
        try:
            came.append(repr(memory.begin(key, bytes.fromhex(body))))
        except Exception as error:
            came.append(type(error).__name__)
    return came
