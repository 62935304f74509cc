"""What was usual: the forecast of a log level over some days, and how far the days fell from it.

In: the log activity of one security on its sessions (volume, range), a row that is day 0, the days
to learn from. Out: the forecast error of a window, its standard error, its rank. It must not know
events, files, plots or pages.

Log volume and log range remember: a busy day follows a busy day, and a busy month a busy month. So
the usual level is a forecast from what was known before the news, and its error is taken from
forecasts just like it, over sums of as many days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from analytics.errors import InputError, is_whole
from analytics.study.kernels import Bools, Floats, Ints

if TYPE_CHECKING:
    import pandas as pd

TINY = 1e-9  # relative size below which a direction or a variance is rounding


@dataclass(frozen=True)
class RecentLevel:
    """Usual is what the last day, week and month let expect.

    The sum of log activity over the tested days is regressed on its averages over the last
    ``spans`` usable sessions before the news, and on how many of each weekday the window holds.

    Parameters
    ----------
    spans : tuple of int
        Lengths of the averages, in usable sessions.
    weekdays : bool
        Whether each weekday has a level of its own.

    References
    ----------
    Corsi (2009), eq. 8: day, week and month of the heterogeneous autoregressive model; made here as
    a direct forecast of the whole window.

    Examples
    --------
    >>> RecentLevel().label
    'forecast from the last day, week and month with weekday effects'
    """

    spans: tuple[int, ...] = (1, 5, 22)
    weekdays: bool = True

    def __post_init__(self) -> None:
        spans = self.spans if isinstance(self.spans, (tuple, list)) else ()
        if not spans or not all(is_whole(one) and one >= 1 for one in spans):
            raise InputError(f"spans={self.spans!r}: expected lengths in sessions, such as (1, 5)")
        object.__setattr__(self, "spans", tuple(int(one) for one in spans))

    @property
    def label(self) -> str:
        """The model in words."""
        named = {1: "day", 5: "week", 22: "month"}
        words = [named.get(one, f"{one} sessions") for one in self.spans]
        listed = " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
        return f"forecast from the last {listed}{_weekday_words(self.weekdays)}"


@dataclass(frozen=True)
class MeanLevel:
    """Usual is the mean of the estimation window.

    Parameters
    ----------
    weekdays : bool
        Whether each weekday has a level of its own.
    independent : bool
        Take days as independent, so that a sum over L days has L times the variance of a day. It is
        what many studies do, and it cries wolf; see `analytics.evidence.false_alarms`.

    References
    ----------
    Campbell & Wasley (1996), eq. 2: mean-adjusted log volume.

    Examples
    --------
    >>> MeanLevel(weekdays=False, independent=True).label
    'mean, days as if independent'
    """

    weekdays: bool = True
    independent: bool = False

    @property
    def spans(self) -> tuple[int, ...]:
        """No averages of recent days."""
        return ()

    @property
    def label(self) -> str:
        """The model in words."""
        loose = ", days as if independent" if self.independent else ""
        return f"mean{_weekday_words(self.weekdays)}{loose}"


Level: TypeAlias = RecentLevel | MeanLevel


def _weekday_words(weekdays: bool) -> str:  # noqa: FBT001
    return " with weekday effects" if weekdays else ""


@dataclass(frozen=True, eq=False)
class Track:
    """Log activity of one security.

    Attributes
    ----------
    sessions : pandas.DatetimeIndex
        (T,) its sessions.
    logs : (T,) array
        NaN on a session that cannot be used.
    beside : (T, K) array
        Mean log activity of others on the same sessions; K is 0 or 1.
    """

    sessions: pd.DatetimeIndex
    logs: Floats
    beside: Floats

    @cached_property
    def weekdays(self) -> Floats:
        """(T, W - 1) one column per weekday that occurs, but the first."""
        days = self.sessions.day_of_week.to_numpy()
        return (days[:, None] == np.unique(days)[None, 1:]).astype(float)

    def known(self, spans: Sequence[int]) -> Floats:
        """(T, S) means over the last usable sessions up to each row; NaN where there are too few.

        A session that cannot be used is passed over, not counted as quiet.
        """
        usable = np.isfinite(self.logs)
        total = np.concatenate([[0.0], np.cumsum(self.logs[usable])])
        seen = np.cumsum(usable)
        columns = [
            np.where(seen >= span, (total[seen] - total[np.maximum(seen - span, 0)]) / span, np.nan)
            for span in spans
        ]
        return np.column_stack(columns) if columns else np.empty((len(seen), 0))


def window_sums(values: Floats, first: int, last: int) -> Floats:
    """Sum over the rows ``r + first`` to ``r + last`` for every row r; NaN beyond the ends.

    Examples
    --------
    >>> window_sums(np.array([1.0, 2.0, 4.0]), 0, 1)
    array([ 3.,  6., nan])
    """
    total = np.zeros(values.shape)
    for day in range(first, last + 1):
        total += shifted(values, day)
    return total


def shifted(values: Floats, day: int) -> Floats:
    """Row ``r + day`` at row r; NaN beyond the ends."""
    rows = np.arange(len(values)) + day
    inside = (rows >= 0) & (rows < len(values))
    taken = np.array(values[np.where(inside, rows, 0)], dtype=float)
    taken[~inside] = np.nan
    return taken


@dataclass(frozen=True, eq=False)
class Design:
    """A window of a track, ready to be forecast at any row.

    Attributes
    ----------
    target : (T,) array
        Sum of log activity over the window at each row.
    inputs : (T, K) array
        Days of the window, its weekday counts, the others' sum, averages known before.
    learn_target, learn_inputs : (T,) and (T, K) arrays
        What the coefficients are learned from: the same sums, or single days as if independent.
    length : int
        Days of the window.
    independent : bool
    """

    target: Floats
    inputs: Floats
    learn_target: Floats
    learn_inputs: Floats
    length: int
    independent: bool

    @cached_property
    def usable(self) -> Bools:
        """(T,) rows with a sum and everything needed to forecast it."""
        return np.asarray(np.isfinite(self.target) & np.isfinite(self.inputs).all(axis=1))

    @classmethod
    def of(cls, track: Track, first: int, last: int, level: Level) -> Design:
        """The design of the days ``first`` to ``last``, known the day before the news or window."""
        origin = min(first, 0) - 1
        fixed = [np.ones((len(track.logs), 1)), track.beside]
        daily = np.hstack([*fixed, track.weekdays] if level.weekdays else fixed)
        inputs = np.hstack(
            [window_sums(daily, first, last), shifted(track.known(level.spans), origin)]
        )
        target = window_sums(track.logs, first, last)
        independent = isinstance(level, MeanLevel) and level.independent
        return cls(
            target=target,
            inputs=inputs,
            learn_target=track.logs if independent else target,
            learn_inputs=daily if independent else inputs,
            length=last - first + 1,
            independent=independent,
        )


@dataclass(frozen=True, eq=False)
class Surprise:
    """How far a window fell from its forecast.

    Attributes
    ----------
    value : float
        Sum of log activity less its forecast; NaN where there is no forecast.
    std_error, df : float
    rank : float
        ``(1 + #{|residual| >= |value|}) / (n + 1)`` among residuals that share no day.
    count : int
        Sums learned from.
    rows : (n,) integers
    residuals : (n,) array
        Of the sums learned from, at these rows.
    note : str
        Why there is no number; else empty.
    """

    value: float
    std_error: float
    df: float
    rank: float
    count: int
    rows: Ints
    residuals: Floats
    note: str = ""


def surprise(design: Design, row: int, learned: Bools) -> Surprise:
    """The surprise of the window at ``row``, learned from sums that lie in the ``learned`` days.

    The standard error is that of sums of the same length: ``s^2 (1 + L h)`` with ``h = x'(X'X)^-1
    x``, since sums that overlap hold only one in L independent ones; degrees of freedom are
    ``(n - k) / L`` for the same reason. Days as if independent: ``s_1^2 (L + x'(X'X)^-1 x)``.

    Parameters
    ----------
    design : Design
    row : int
        Of day 0.
    learned : (T,) booleans
        Rows whose sums may be learned from.

    Returns
    -------
    Surprise
    """
    used = np.flatnonzero(learned & design.usable)
    length, block = design.length, 1 if design.independent else design.length
    at = design.inputs[row]
    if not design.usable[row]:
        return _none("a tested day, or a day before the news, cannot be used")
    fit = _Fit.of(design.learn_inputs[used], design.learn_target[used])
    if fit.rank + 2 > len(used) / length:
        return _none(f"only {len(used)} sums of {length} sessions to learn from")
    if not fit.reaches(at):
        return _none("the estimation window holds no such weekday or level")
    h = fit.leverage(at)
    variance = fit.squares / (len(used) - fit.rank)
    variance *= length + h if design.independent else 1.0 + length * h
    if not variance > (TINY * (1.0 + abs(float(design.target[row])))) ** 2:
        return _none("activity does not vary in the estimation window")
    value = float(design.target[row] - at @ fit.coefficients)
    residuals = design.target[used] - design.inputs[used] @ fit.coefficients
    apart = np.abs(residuals[_apart(used, length)])
    return Surprise(
        value=value,
        std_error=float(np.sqrt(variance)),
        df=(len(used) - fit.rank) / block,
        rank=float((1 + np.sum(apart >= abs(value) * (1 - TINY))) / (len(apart) + 1)),
        count=len(used),
        rows=used,
        residuals=residuals,
    )


def _none(note: str) -> Surprise:
    nan, nothing = float("nan"), np.empty(0)
    return Surprise(nan, nan, nan, nan, 0, nothing.astype(np.int64), nothing, note)


def _apart(rows: Ints, length: int) -> Ints:
    """Places of rows at least ``length`` apart, taken from the latest backwards."""
    if length == 1:
        return np.arange(len(rows))
    places, last = [], np.inf
    for place in range(len(rows) - 1, -1, -1):
        if rows[place] <= last - length:
            places.append(place)
            last = rows[place]
    return np.array(places[::-1], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Fit:
    """Least squares by singular values: inputs that say the same thing do no harm."""

    coefficients: Floats
    squares: float
    rank: int
    basis: Floats  # (rank, K) right singular vectors
    values: Floats  # (rank,) singular values

    @classmethod
    def of(cls, inputs: Floats, target: Floats) -> _Fit:
        if len(target) == 0:
            width = inputs.shape[1]
            return cls(np.zeros(width), 0.0, 0, np.empty((0, width)), np.empty(0))
        left, values, right = np.linalg.svd(inputs, full_matrices=False)
        rank = int(np.sum(values > values[0] * TINY))
        basis, values = right[:rank], values[:rank]
        coefficients = basis.T @ ((left[:, :rank].T @ target) / values)
        residuals = target - inputs @ coefficients
        return cls(coefficients, float(residuals @ residuals), rank, basis, values)

    def reaches(self, at: Floats) -> bool:
        """Whether the inputs ``at`` lie in what was learned from."""
        missing = at - self.basis.T @ (self.basis @ at)
        return bool(np.linalg.norm(missing) <= 1e-6 * max(1.0, float(np.linalg.norm(at))))

    def leverage(self, at: Floats) -> float:
        """``x'(X'X)^-1 x``."""
        return float(np.sum(((self.basis @ at) / self.values) ** 2))
