"""Which days count: the estimation window and the event window, in sessions relative to day 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.errors import InputError, is_whole

FURTHEST = 20_000  # sessions: eighty years


@dataclass(frozen=True)
class Windows:
    """Estimation and event window, both ends included.

    Parameters
    ----------
    estimation : tuple of int
        First and last relative day used to learn what is normal.
    event : tuple of int
        First and last relative day whose abnormal returns are kept.
    min_estimation : int
        An observation with fewer usable estimation days is left out, with that reason.

    Examples
    --------
    >>> Windows(estimation=(-260, -11), event=(-10, 10)).days
    21
    """

    estimation: tuple[int, int] = (-260, -11)
    event: tuple[int, int] = (-10, 10)
    min_estimation: int = 120

    def __post_init__(self) -> None:
        for name, pair in (("estimation", self.estimation), ("event", self.event)):
            try:
                days = tuple(pair)
            except TypeError:
                days = ()
            whole = len(days) == 2 and all(map(is_whole, days))
            if not whole or days[0] > days[1]:
                raise InputError(f"{name}={pair!r}: expected two whole days, first not after last")
            if max(abs(int(days[0])), abs(int(days[1]))) > FURTHEST:
                raise InputError(f"{name}={pair!r}: expected days within {FURTHEST} of the event")
            object.__setattr__(self, name, (int(days[0]), int(days[1])))
        if self.estimation[1] >= self.event[0]:
            raise InputError(
                f"estimation={self.estimation} reaches into event={self.event}; the estimation "
                "window must end before the event window begins"
            )
        if not is_whole(self.min_estimation):
            raise InputError(f"min_estimation={self.min_estimation!r}: expected a whole number")
        if self.min_estimation < 3:
            raise InputError(f"min_estimation={self.min_estimation}: at least 3 days are needed")
        length = self.estimation[1] - self.estimation[0] + 1
        if self.min_estimation > length:
            raise InputError(
                f"min_estimation={self.min_estimation} is more than the {length} days of "
                f"estimation={self.estimation}"
            )

    @property
    def days(self) -> int:
        """Length of the event window."""
        return self.event[1] - self.event[0] + 1

    @property
    def estimation_offsets(self) -> np.ndarray:
        """Relative days of the estimation window."""
        return np.arange(self.estimation[0], self.estimation[1] + 1)

    @property
    def event_offsets(self) -> np.ndarray:
        """Relative days of the event window."""
        return np.arange(self.event[0], self.event[1] + 1)

    @property
    def offsets(self) -> np.ndarray:
        """All relative days, estimation window first."""
        return np.concatenate([self.estimation_offsets, self.event_offsets])

    def columns(self, first: int, last: int) -> slice:
        """Columns of days ``first`` to ``last`` in an array over the event window.

        Raises
        ------
        InputError
            The days are not inside the event window.
        """
        if not (is_whole(first) and is_whole(last)):
            raise InputError(f"window ({first!r}, {last!r}): expected two whole days")
        if not self.event[0] <= first <= last <= self.event[1]:
            raise InputError(
                f"window ({first}, {last}) is not inside the event window {self.event}; ask for "
                "days inside it, or align with a wider event window"
            )
        return slice(first - self.event[0], last - self.event[0] + 1)
