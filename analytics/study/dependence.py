"""How much observations have in common: shared calendar days and correlated residuals.

In: a sample and its residuals. Out: the average residual correlation that inflates a mean of
abnormal returns, each pair weighted by the share of the tested window the two have in common.
Residuals are matched by calendar session, never by position in event time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from analytics.study import kernels
from analytics.study.kernels import Floats, Ints
from analytics.study.sample import Sample


@dataclass(frozen=True, eq=False)
class Dependence:
    """Correlation between observations over a tested window.

    Attributes
    ----------
    average : float
        ``r = sum_{i<j} w_ij r_ij / (N (N-1) / 2)`` (Kolari & Pynnönen 2010).
    overlapping : int
        Number of pairs that share any tested day or the same news.
    pairs : int
        ``N (N-1) / 2``.
    correlation : (N, N) array
        ``w_ij r_ij``, 1 on the diagonal: the correlation of two CARs over the tested window.
    group : (N,) integers
        Observations connected by shared tested days, or by one event, have the same number.
    shared : str
        What they have in common, in words.
    """

    average: float
    overlapping: int
    pairs: int
    correlation: Floats
    group: Ints
    shared: str

    @classmethod
    def of(
        cls, weights: Floats, correlation: Floats, shared: str = "common event date"
    ) -> Dependence:
        """From the share of tested days and the residual correlation of every pair, (N, N)."""
        size = len(weights)
        upper = np.triu_indices(size, 1)
        both = correlation * weights
        np.fill_diagonal(both, 1.0)
        _, group = connected_components(csr_array(weights > 0), directed=False)
        return cls(
            average=float(np.sum(both[upper])) / len(upper[0]) if size > 1 else 0.0,
            overlapping=int(np.count_nonzero(weights[upper])),
            pairs=len(upper[0]),
            correlation=both,
            group=group.astype(np.int64),
            shared=shared,
        )


def dependence(sample: Sample, residuals: Floats, first: int, last: int) -> Dependence:
    """Average residual correlation of a sample over the days ``first`` to ``last``.

    The weight of a pair is the share of tested sessions the two have in common: 1 on a common
    date, 0 without overlap. Two securities on exchanges that are never open together have no
    session in common, yet the same event moves both: such a pair has weight 1, and its residuals
    are matched as the event's own day 0 is, each session with the other exchange's next one.

    Parameters
    ----------
    sample : Sample
    residuals : (E, M) array
    first, last : int

    Returns
    -------
    Dependence
    """
    if len(sample) < 2:
        return Dependence.of(np.ones((len(sample),) * 2), np.ones((len(sample),) * 2))
    weights = _shared_days(sample, first, last)
    correlation = _by_session(sample, residuals)
    for i, j in _abroad(sample):
        weights[i, j] = weights[j, i] = 1.0
        correlation[i, j] = correlation[j, i] = _matched(sample, residuals, i, j)
    return Dependence.of(weights, correlation, _in_common(sample))


def _in_common(sample: Sample) -> str:
    """What a sample's observations have in common, in words."""
    if sample.observations["session"].nunique() == 1:
        return "common event date"
    events = sample.index.get_level_values("event_id").nunique()
    return "one event on several exchanges" if events == 1 else "events share dates"


def _shared_days(sample: Sample, first: int, last: int) -> Floats:
    """Share of the tested sessions that two observations have in common, (E, E)."""
    cut = sample.windows.estimation_offsets.size
    columns = sample.windows.columns(first, last)
    days = sample.sessions[:, cut:][:, columns]
    _, label = np.unique(days, return_inverse=True)
    label = label.reshape(days.shape)
    member = np.zeros((len(days), int(label.max()) + 1))
    np.put_along_axis(member, label, 1.0, axis=1)
    shared = member @ member.T / days.shape[1]
    shared[_calendar_differs(sample)] = 0.0
    return np.asarray(shared)


def _by_session(sample: Sample, residuals: Floats) -> Floats:
    """Correlation of residuals on the sessions two observations share, (E, E)."""
    cut = sample.windows.estimation_offsets.size
    days = sample.sessions[:, :cut]
    known = np.isfinite(residuals) & ~np.isnat(days)
    labels = np.unique(days[known])
    spread = np.full((len(days), len(labels)), np.nan)
    rows, _ = np.nonzero(known)
    spread[rows, np.searchsorted(labels, days[known])] = residuals[known]
    return kernels.pairwise_correlation(spread)


def _calendar_differs(sample: Sample) -> np.ndarray:
    codes = sample.observations["calendar"].to_numpy()
    return np.asarray(codes[:, None] != codes[None, :])


def _abroad(sample: Sample) -> list[tuple[int, int]]:
    """Pairs of one event on two exchanges."""
    events = sample.index.get_level_values("event_id").to_numpy()
    same = events[:, None] == events[None, :]
    i, j = np.nonzero(np.triu(same & _calendar_differs(sample), 1))
    return list(zip(i.tolist(), j.tolist(), strict=True))


def _matched(sample: Sample, residuals: Floats, i: int, j: int) -> float:
    """Correlation of two residual series across exchanges, each session with the next abroad."""
    cut = sample.windows.estimation_offsets.size
    last = sample.closes.shape[1] - 1
    day0 = min(max(cut - sample.windows.event[0], cut), last)  # or the event day next to it
    if sample.closes[i, day0] > sample.closes[j, day0]:
        i, j = j, i
    earlier, later = sample.closes[i, :cut], sample.closes[j, :cut]
    good_i = np.isfinite(residuals[i]) & ~np.isnat(earlier)
    good_j = np.isfinite(residuals[j]) & ~np.isnat(later)
    times = later[good_j]
    follow = np.searchsorted(times, earlier[good_i], side="right")
    inside = follow < len(times)
    pair = np.vstack([residuals[i][good_i][inside], residuals[j][good_j][follow[inside]]])
    return float(kernels.pairwise_correlation(pair)[0, 1])
