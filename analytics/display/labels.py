"""Labels that stand where nothing else does.

In: anchors, sizes of texts and what is drawn already, in pixels. Out: boxes. It must not know what
is labelled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Box", "place_labels"]

DISTANCES = (14.0, 26.0, 40.0, 56.0, 74.0, 94.0, 118.0, 146.0, 180.0, 220.0, 260.0)
DIRECTIONS = 24
DOT = 8.0  # radius of what is drawn at a dot
WORST = 420.0  # a label that would cost more is left out


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
