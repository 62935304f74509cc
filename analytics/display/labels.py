"""Labels that stand where nothing else does.

In: anchors, sizes of texts and what is drawn already, in pixels. Out: boxes. It must not know what
is labelled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Box", "place_flags", "place_labels"]

DISTANCES = (14.0, 26.0, 40.0, 56.0, 74.0, 94.0, 118.0, 146.0, 180.0, 220.0, 260.0)
DIRECTIONS = 24
DOT = 8.0  # radius of what is drawn at a dot
WORST = 420.0  # a label that would cost more is left out
POLE = 12.0  # least height of a flag above its dot
STEP = 9.0
PATIENCE = 4_000  # arrangements looked at
SHADED = 60.0  # cost of a flag on a coloured ground, in pixels of height


@dataclass(frozen=True)
class Box:
    """A rectangle, from ``(x0, y0)`` to ``(x1, y1)``."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def grown(self, margin: float) -> Box:
        """The same with a margin on all sides."""
        return Box(self.x0 - margin, self.y0 - margin, self.x1 + margin, self.y1 + margin)

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """Its point nearest to ``(x, y)``."""
        return min(max(x, self.x0), self.x1), min(max(y, self.y0), self.y1)

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        return (
            self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1
        )

    def holds(self, points: np.ndarray) -> int:
        """How many of the (N, 2) points lie inside."""
        x, y = points[:, 0], points[:, 1]
        return int(((x > self.x0) & (x < self.x1) & (y > self.y0) & (y < self.y1)).sum())


def place_labels(
    anchors: np.ndarray,
    sizes: Sequence[tuple[float, float]],
    *,
    line: np.ndarray,
    dots: np.ndarray,
    room: tuple[float, float],
) -> list[Box | None]:
    """A box for each label: inside the room, over no other label, best over nothing at all.

    Labels are placed in the order given, the most important first; one that would hide too much
    gets None.

    Parameters
    ----------
    anchors : (L, 2) array
        What each label belongs to.
    sizes : sequence of (width, height)
    line, dots : (N, 2), (M, 2) arrays
        What is drawn: a label avoids them, dots above all.
    room : (width, height)

    Examples
    --------
    >>> point = np.array([[50.0, 50.0]])
    >>> box = place_labels(point, [(40.0, 10.0)], line=point, dots=point, room=(100.0, 100.0))[0]
    >>> box.holds(point)
    0
    """
    dense = _dense(line)
    placed: list[Box] = []
    leaders: list[np.ndarray] = []
    found: list[Box | None] = []
    for anchor, size in zip(anchors, sizes, strict=True):
        best, least = None, math.inf
        for box in _candidates(anchor, size, room):
            leader = _between(anchor, np.array(box.nearest(*anchor)))
            if any(box.meets(other) or other.holds(leader) for other in placed):
                continue
            crossed = sum(box.holds(one) for one in leaders)
            distance = float(np.hypot(*(leader[-1] - anchor)))
            covered = 12 * box.holds(dense) + 300 * box.grown(DOT).holds(dots)
            cost = distance + covered + 60 * crossed
            if cost < min(least, WORST):
                best, least = box, cost
        found.append(best)
        if best is not None:
            placed.append(best)
            leaders.append(_between(anchor, np.array(best.nearest(*anchor))))
    return found


def _candidates(
    anchor: np.ndarray, size: tuple[float, float], room: tuple[float, float]
) -> list[Box]:
    width, height = size
    boxes = []
    for distance in DISTANCES:
        for step in range(DIRECTIONS):
            angle = 2 * math.pi * step / DIRECTIONS
            # the box touches the circle of this distance with the side that faces the anchor
            x = anchor[0] + math.cos(angle) * (distance + width / 2)
            y = anchor[1] + math.sin(angle) * (distance + height / 2)
            x = min(max(x, width / 2), room[0] - width / 2)
            y = min(max(y, height / 2), room[1] - height / 2)
            boxes.append(Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2))
    return boxes


def _between(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    return np.asarray(start + np.linspace(0, 1, 12)[:, None] * (end - start))


def _dense(line: np.ndarray) -> np.ndarray:
    """The line with points every few pixels, so that none slips through a box."""
    if len(line) < 2:
        return line
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.arange(0.0, along[-1], 4.0)
    return np.column_stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])])


def place_flags(
    anchors: np.ndarray,
    sizes: Sequence[tuple[float, float]],
    *,
    taken: np.ndarray,
    room: tuple[float, float],
    shade: tuple[float, float] = (0.0, 0.0),
) -> list[Box | None]:
    """A box straight above each anchor, to its right or left: a flag on an upright pole.

    No flag covers another, a pole or what is drawn; together the poles are as short as can be.
    A label that does not fit beside more important ones is left out.

    Parameters
    ----------
    anchors : (L, 2) array
        What each label belongs to, the most important first; few of them.
    sizes : sequence of (width, height)
    taken : (N, 2) array
        What is drawn.
    room : (width, height)
    shade : (left, right)
        A coloured ground that flags avoid if others need not rise much for it.

    Examples
    --------
    >>> anchors = np.array([[10.0, 5.0], [30.0, 5.0]])
    >>> first, second = place_flags(anchors, [(50, 20)] * 2, taken=anchors, room=(100.0, 90.0))
    >>> first.y0 > second.y1
    True
    """
    poles = [(float(x), float(y)) for x, y in anchors]
    flags = [
        sorted(_flags(pole, size, taken, room, shade), key=lambda flag: flag[0])
        for pole, size in zip(poles, sizes, strict=True)
    ]
    kept: list[int] = []
    hung: list[Box] = []
    for number in range(len(flags)):
        tried = [*kept, number]
        found = _lowest([poles[k] for k in tried], [flags[k] for k in tried])
        if found is not None:
            kept, hung = tried, found
    where = dict(zip(kept, hung, strict=True))
    return [where.get(number) for number in range(len(flags))]


def _flags(
    pole: tuple[float, float],
    size: tuple[float, float],
    taken: np.ndarray,
    room: tuple[float, float],
    shade: tuple[float, float],
) -> list[tuple[float, Box]]:
    """Where a flag may hang, and what that costs."""
    (x, y), (width, height) = pole, size
    found = []
    for bottom in np.arange(y + POLE, room[1] - height + 1e-9, STEP):
        for left in (x, x - width):
            box = Box(left, float(bottom), left + width, float(bottom) + height)
            if left >= 0 and box.x1 <= room[0] and not box.grown(DOT / 2).holds(taken):
                shaded = box.x0 < shade[1] and box.x1 > shade[0]
                found.append((box.y0 + SHADED * shaded, box))
    return found


def _lowest(
    poles: Sequence[tuple[float, float]], flags: Sequence[list[tuple[float, Box]]]
) -> list[Box] | None:
    """One flag for each pole, cheapest in sum; None if none is found where they all fit."""
    best: list[Box] | None = None
    bound, tries = math.inf, 0

    def hang(chosen: list[Box], spent: float, free: Sequence[list[tuple[float, Box]]]) -> None:
        nonlocal best, bound, tries
        if not free:
            best, bound = chosen, spent
            return
        number = len(chosen)
        for cost, box in free[0]:
            tries += 1
            rest = [
                [
                    (more, other)
                    for more, other in some
                    if not _crosses(poles[number], box, poles[later], other)
                ]
                for later, some in enumerate(free[1:], start=number + 1)
            ]
            if not all(rest):
                continue
            least = spent + cost + sum(some[0][0] for some in rest)
            if tries > PATIENCE or least >= bound:
                return
            hang([*chosen, box], spent + cost, rest)

    hang([], 0.0, flags)
    return best


def _crosses(one: tuple[float, float], first: Box, two: tuple[float, float], second: Box) -> bool:
    """Whether two flags touch, or one hangs over the pole of the other."""
    if first.grown(3).meets(second):
        return True
    return any(
        flag.x0 - 4 < pole[0] < flag.x1 + 4 and pole[1] < flag.y1 and top > flag.y0
        for pole, top, flag in ((one, first.y1, second), (two, second.y1, first))
    )
