"""Right-angled ways for arrows between boxes: around the boxes, with few bends and few crossings."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

BEND, CROSSING, TOGETHER = 26.0, 34.0, 400.0
SHARED = 0.35  # what a stretch costs that already leads to the same box
CLEAR = 5.0  # an arrow keeps so far from boxes that are not its own

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle of a drawing."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center(self) -> float:
        return self.x + self.width / 2

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    def covers(self, x: float, y: float) -> bool:
        """Whether a point is inside, or nearer than an arrow may come."""
        return (
            self.x - CLEAR < x < self.x + self.width + CLEAR
            and self.y - CLEAR < y < self.y + self.height + CLEAR
        )


class Router:
    """Finds ways on a grid of lines that leave the boxes free; later ways see where earlier ones run."""

    def __init__(self, boxes: Sequence[Box], xs: Iterable[float], ys: Iterable[float]) -> None:
        self.boxes = boxes
        self.xs = sorted({*xs, *(box.center for box in boxes)})
        self.ys = sorted({*ys, *(box.middle for box in boxes)})
        self._column = {x: i for i, x in enumerate(self.xs)}
        self._row = {y: i for i, y in enumerate(self.ys)}
        self._inside: dict[tuple[int, int], int] = {}
        for number, box in enumerate(boxes):
            for i, x in enumerate(self.xs):
                for j, y in enumerate(self.ys):
                    if box.covers(x, y):
                        self._inside[i, j] = number
        self._used: dict[tuple[int, int, bool], set[tuple[int, object]]] = {}

    def way(self, source: int, target: int, kind: object = None) -> list[Point]:
        """Return the corners of a way between two boxes, from border to border.

        Ways of the same `kind` to the same box may run together; others keep apart.
        """
        start = (self._column[self.boxes[source].center], self._row[self.boxes[source].middle])
        goal = (self._column[self.boxes[target].center], self._row[self.boxes[target].middle])
        steps = self._search(start, goal, source, target, (target, kind))
        self._occupy(steps, (target, kind))
        corners = [(self.xs[i], self.ys[j]) for i, j in _corners(steps)]
        return _clip(corners, self.boxes[source], self.boxes[target])

    def _search(
        self,
        start: tuple[int, int],
        goal: tuple[int, int],
        source: int,
        target: int,
        owner: tuple[int, object],
    ) -> list[tuple[int, int]]:
        best: dict[tuple[int, int, int], float] = {}
        before: dict[tuple[int, int, int], tuple[int, int, int]] = {}
        queue: list[tuple[float, tuple[int, int, int]]] = []
        for heading in range(4):
            best[*start, heading] = 0.0
            heapq.heappush(queue, (0.0, (*start, heading)))
        while queue:
            cost, state = heapq.heappop(queue)
            if cost > best[state]:
                continue
            i, j, heading = state
            if (i, j) == goal:
                return _walk_back(state, before)
            for turn, (di, dj) in enumerate(((0, 1), (1, 0), (0, -1), (-1, 0))):
                ni, nj = i + di, j + dj
                if (turn + 2) % 4 == heading or not (0 <= ni < len(self.xs) and 0 <= nj < len(self.ys)):
                    continue
                inside = self._inside.get((ni, nj))
                if inside is not None and inside not in (source, target):
                    continue
                # inside its own two boxes a way runs straight, from the middle of a side
                here = self._inside.get((i, j))
                if turn != heading and here in (source, target) and (i, j) != start:
                    continue
                price = cost + self._price(i, j, ni, nj, owner) + (BEND if turn != heading else 0.0)
                following = (ni, nj, turn)
                if price < best.get(following, float("inf")):
                    best[following] = price
                    before[following] = state
                    heapq.heappush(queue, (price, following))
        return [start, goal]

    def _price(self, i: int, j: int, ni: int, nj: int, owner: tuple[int, object]) -> float:
        across = i != ni
        length = abs(self.xs[i] - self.xs[ni]) + abs(self.ys[j] - self.ys[nj])
        price = length
        owners = self._used.get((min(i, ni), min(j, nj), across))
        if owners:
            price = length * SHARED if owners == {owner} else length + TOGETHER
        elif (crossed := self._crossed(ni, nj, across)) and crossed != {owner}:
            price += CROSSING
        return price

    def _crossed(self, i: int, j: int, across: bool) -> set[tuple[int, object]]:
        """Who passes this point at a right angle."""
        if across:
            sides = ((i, j, False), (i, j - 1, False))
        else:
            sides = ((i, j, True), (i - 1, j, True))
        return set().union(*(self._used.get(side, set()) for side in sides))

    def _occupy(self, steps: Sequence[tuple[int, int]], owner: tuple[int, object]) -> None:
        for (i, j), (ni, nj) in pairwise(steps):
            self._used.setdefault((min(i, ni), min(j, nj), i != ni), set()).add(owner)


def _walk_back(
    state: tuple[int, int, int], before: dict[tuple[int, int, int], tuple[int, int, int]]
) -> list[tuple[int, int]]:
    steps = [state[:2]]
    while state in before:
        state = before[state]
        steps.append(state[:2])
    return steps[::-1]


def _corners(steps: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    inner = (
        here
        for was, here, then in zip(steps, steps[1:], steps[2:], strict=False)
        if (here[0] - was[0] == 0) != (then[0] - here[0] == 0)
    )
    return [steps[0], *inner, steps[-1]]


def _clip(corners: list[Point], source: Box, target: Box) -> list[Point]:
    """The way without the two stretches inside its own boxes."""
    return [
        _border(corners[1], corners[0], source),
        *corners[1:-1],
        _border(corners[-2], corners[-1], target),
    ]


def _border(outside: Point, center: Point, box: Box) -> Point:
    if outside[0] == center[0]:
        return center[0], box.y + (box.height if outside[1] > center[1] else 0)
    return box.x + (box.width if outside[0] > center[0] else 0), center[1]
