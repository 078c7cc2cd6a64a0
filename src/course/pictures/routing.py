"""Right-angled ways for arrows between boxes: around the boxes, with few bends and few crossings."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

BEND, CROSSING, TOGETHER = 26.0, 34.0, 400.0
SHARED = 0.35  # what a stretch costs that already leads to the same box
CLEAR = 9.0  # an arrow keeps so far from boxes that are not its own
ABROAD = 2.2  # how much dearer a way is inside a zone where it neither starts nor ends
ASIDE = 9.0  # beside the middle of a side there are doors, a little dearer
ASIDE_COST = 7.0
WIDE = 240.0  # a box so wide is a bar: all its doors are equal

Point = tuple[float, float]
Node = tuple[int, int]
State = tuple[int, int, int]  # column, row, heading
DOWN, RIGHT, UP, LEFT = range(4)
STEPS = ((0, 1), (1, 0), (0, -1), (-1, 0))
Owner = tuple[int, object]


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

    def covers(self, x: float, y: float, around: float = 0.0) -> bool:
        """Whether a point is inside, or nearer than `around`."""
        across = self.x - around < x < self.x + self.width + around
        return across and self.y - around < y < self.y + self.height + around


class Router:
    """Finds ways on a grid of lines that leave the boxes free; later ways see where earlier ones run."""

    def __init__(
        self, boxes: Sequence[Box], xs: Iterable[float], ys: Iterable[float], zones: Sequence[Box] = ()
    ) -> None:
        self.boxes = boxes
        beside = (-ASIDE, 0.0, ASIDE)
        self.xs = sorted({*xs, *(box.center + offset for box in boxes for offset in beside)})
        self.ys = sorted({*ys, *(box.middle + offset for box in boxes for offset in beside)})
        self._column = {x: i for i, x in enumerate(self.xs)}
        self._row = {y: j for j, y in enumerate(self.ys)}
        self._inside = {
            (i, j): number
            for number, box in enumerate(boxes)
            for i, x in enumerate(self.xs)
            for j, y in enumerate(self.ys)
            if box.covers(x, y, CLEAR)
        }
        self._zone = {
            (i, j): number
            for number, zone in enumerate(zones)
            for i, x in enumerate(self.xs)
            for j, y in enumerate(self.ys)
            if zone.covers(x, y)
        }
        self._used: dict[tuple[int, int, bool], set[Owner]] = {}

    def way(self, source: int, target: int, kind: object = None) -> list[Point]:
        """Return the corners of a way between two boxes, from border to border.

        Ways of the same `kind` to the same box may run together; others keep apart.
        """
        owner: Owner = (target, kind)
        steps = self._search(source, target, owner)
        for (i, j), (ni, nj) in pairwise(steps):
            self._used.setdefault((min(i, ni), min(j, nj), i != ni), set()).add(owner)
        corners = [(self.xs[i], self.ys[j]) for i, j in _corners(steps)]
        source_box, target_box = self.boxes[source], self.boxes[target]
        first = _border(corners[1], corners[0], source_box)
        return [first, *corners[1:-1], _border(corners[-2], corners[-1], target_box)]

    def _doors(self, box: Box) -> Iterator[tuple[Node, bool, float]]:
        """Where ways meet a box: a point inside, whether the way there is horizontal, and what it costs."""
        center, middle = self._column[box.center], self._row[box.middle]
        for y, j in self._row.items():
            if abs(y - box.middle) <= ASIDE:
                yield (center, j), True, ASIDE_COST if j != middle else 0.0
        for x, i in self._column.items():
            if abs(x - box.center) <= box.width / 2 - ASIDE:
                yield (i, middle), False, ASIDE_COST if i != center and box.width < WIDE else 0.0

    def _search(self, source: int, target: int, owner: Owner) -> list[Node]:
        home = {None, self._zone.get(self._node(source)), self._zone.get(self._node(target))}
        best: dict[State, float] = {}
        before: dict[State, State] = {}
        queue: list[tuple[float, State]] = []
        for (i, j), across, cost in self._doors(self.boxes[source]):
            for heading in (RIGHT, LEFT) if across else (DOWN, UP):
                best[i, j, heading] = min(cost, best.get((i, j, heading), cost))
                heapq.heappush(queue, (cost, (i, j, heading)))
        goals = {
            (*node, heading): cost
            for node, across, cost in self._doors(self.boxes[target])
            for heading in ((RIGHT, LEFT) if across else (DOWN, UP))
        }
        arrived: tuple[float, State] | None = None
        while queue:
            cost, state = heapq.heappop(queue)
            if arrived and arrived[0] <= cost:
                break
            if cost > best[state]:
                continue
            if state in goals and (arrived is None or cost + goals[state] < arrived[0]):
                arrived = cost + goals[state], state
            for following, price in self._next(state, source, target, owner):
                abroad = self._zone.get(following[:2]) not in home
                total = cost + (price * ABROAD if abroad else price)
                if total < best.get(following, float("inf")):
                    best[following] = total
                    before[following] = state
                    heapq.heappush(queue, (total, following))
        if arrived is None:  # walled in: a straight line is better than none
            return [self._node(source), self._node(target)]
        return _walk_back(arrived[1], before)

    def _node(self, box: int) -> Node:
        return self._column[self.boxes[box].center], self._row[self.boxes[box].middle]

    def _next(self, state: State, source: int, target: int, owner: Owner) -> Iterator[tuple[State, float]]:
        i, j, heading = state
        here = self._inside.get((i, j))
        for turn, (di, dj) in enumerate(STEPS):
            ni, nj = i + di, j + dj
            if (turn + 2) % 4 == heading or not (0 <= ni < len(self.xs) and 0 <= nj < len(self.ys)):
                continue
            # a way leaves its first box once, ends in its last one, and runs straight inside both
            there = self._inside.get((ni, nj))
            if there is not None and there != here and there != target:
                continue
            if here is not None and (turn != heading or (here == target != there)):
                continue
            bend = BEND if turn != heading else 0.0
            yield (ni, nj, turn), bend + self._price(i, j, ni, nj, owner)

    def _price(self, i: int, j: int, ni: int, nj: int, owner: Owner) -> float:
        length = abs(self.xs[i] - self.xs[ni]) + abs(self.ys[j] - self.ys[nj])
        owners = self._used.get((min(i, ni), min(j, nj), i != ni))
        if owners:
            return length * SHARED if owners == {owner} else length + TOGETHER
        crossed = self._crossed(ni, nj, across=i != ni)
        return length + CROSSING if crossed and crossed != {owner} else length

    def _crossed(self, i: int, j: int, *, across: bool) -> set[Owner]:
        """Who passes this point at a right angle."""
        sides = ((i, j, False), (i, j - 1, False)) if across else ((i, j, True), (i - 1, j, True))
        empty: set[Owner] = set()
        return self._used.get(sides[0], empty) | self._used.get(sides[1], empty)


def _walk_back(state: State, before: dict[State, State]) -> list[Node]:
    steps = [state[:2]]
    while state in before:
        state = before[state]
        steps.append(state[:2])
    return steps[::-1]


def _corners(steps: Sequence[Node]) -> list[Node]:
    inner = (
        here
        for was, here, then in zip(steps, steps[1:], steps[2:], strict=False)
        if (here[0] == was[0]) != (then[0] == here[0])
    )
    return [steps[0], *inner, steps[-1]]


def _border(outside: Point, inside: Point, box: Box) -> Point:
    """Where the straight line between two points passes the border of the box that one of them is in."""
    if outside[0] == inside[0]:
        return inside[0], box.y + (box.height if outside[1] > inside[1] else 0)
    return box.x + (box.width if outside[0] > inside[0] else 0), inside[1]
