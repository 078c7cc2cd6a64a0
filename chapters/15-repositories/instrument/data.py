"""The calls of one request, in order: who was called in which layer, from when to when."""

import re
from dataclasses import dataclass, field

LAYERS = ("router", "service", "repository", "database")
_CLASS = re.compile(r"(?P<owner>\w+)\.(?P<method>[a-z]\w*)$")


@dataclass
class Call:
    """A call, or a statement; `start` and `end` count what happened, they are no times."""

    layer: str
    name: str
    start: int
    end: int = 0
    whole: str = ""


@dataclass
class Run:
    """One request and what it took."""

    request: str
    status: int = 0
    calls: list[Call] = field(default_factory=list)
    turns: int = 0

    @property
    def statements(self) -> list[str]:
        """The statements, in order: verb and table."""
        return [call.name for call in self.calls if call.layer == "database"]

    def enter(self, layer: str, name: str, whole: str = "") -> Call:
        """Note a call that begins now."""
        call = Call(layer, name, self.turns, self.turns + 1, whole)
        self.calls.append(call)
        self.turns += 1
        return call

    def leave(self, call: Call) -> None:
        """Note that a call is over."""
        call.end = self.turns


def layer_of(module: str, qualname: str) -> str:
    """Return the layer of a function: its class says so, or its module is a router. Empty: none of them."""
    found = _CLASS.search(qualname)
    if found and "<" not in qualname:
        for layer in ("service", "repository"):
            if found["owner"].lower().endswith(layer):
                return layer
    is_route = "." not in qualname and not qualname.startswith(("_", "<"))
    return "router" if is_route and module in ("router", "feeds") else ""
