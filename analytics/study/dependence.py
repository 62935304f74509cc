"""How much observations have in common: shared calendar days and correlated residuals.

In: a sample and its residuals. Out: the average residual correlation that inflates a mean of
abnormal returns, each pair weighted by the share of the tested window the two have in common.
Residuals are matched by calendar session, never by position in event time.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from analytics.study import kernels
from analytics.study.kernels import Bools, Floats, Ints
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
    in_event_time : float
        Average correlation of residuals on the same day relative to each one's event: what a scale
        from averages in event time contains. Of pairs on one exchange only those of one date count;
        what other pairs show is chance.
    """

    average: float
    overlapping: int
    pairs: int
    correlation: Floats
    group: Ints
    shared: str
    in_event_time: float

    @classmethod
    def of(
        cls,
        weights: Floats,
        correlation: Floats,
        shared: str = "common event date",
        in_event_time: float | None = None,
    ) -> Dependence:
        """From the share of tested days and the residual correlation of every pair, (N, N)."""
        size = len(weights)
        upper = np.triu_indices(size, 1)
        both = correlation * weights
        np.fill_diagonal(both, 1.0)
        if in_event_time is None:
            same = np.where(weights == 1.0, correlation, 0.0)[upper]
            in_event_time = float(np.sum(same)) / len(upper[0]) if size > 1 else 0.0
        _, group = connected_components(csr_array(weights > 0), directed=False)
        return cls(
            average=float(np.sum(both[upper])) / len(upper[0]) if size > 1 else 0.0,
            overlapping=int(np.count_nonzero(weights[upper])),
            pairs=len(upper[0]),
            correlation=both,
            group=group.astype(np.int64),
            shared=shared,
            in_event_time=in_event_time,
        )


def dependence(sample: Sample, residuals: Floats, first: int, last: int) -> Dependence:
    """Average residual correlation of a sample over the days ``first`` to ``last``.

    The weight of a pair is the share of tested sessions the two have in common: 1 on a common
    date, 0 without overlap. Exchanges that are never open together have no session in common, yet
    the same news moves both: there each session is paired with the other exchange's next one, and
    the covariance of two CARs counts how many such pairs the tested windows hold, in both
    directions. Listings of one event belong together even where they hold none.

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
    hours = _hours(sample)
    weights = _shared_days(sample, hours, first, last)
    correlation = _by_session(sample, residuals)
    for one, other in combinations(sorted(set(hours) - {""}), 2):
        sides = (hours == one, hours == other)
        _join(sample, residuals, (first, last), sides, weights, correlation)
    codes = sample.observations["calendar"].to_numpy()
    events = sample.index.get_level_values("event_id").to_numpy()
    listings = (events[:, None] == events[None, :]) & (codes[:, None] != codes[None, :])
    nothing = listings & (weights == 0.0)  # one event, and yet no tested day that meets
    weights[nothing], correlation[nothing] = 1.0, 0.0
    by_event = _by_event_time(sample, residuals, hours)
    return Dependence.of(weights, correlation, _in_common(sample), by_event)


def _by_event_time(sample: Sample, residuals: Floats, hours: np.ndarray) -> float:
    """See `Dependence.in_event_time`."""
    found = kernels.pairwise_correlation(residuals)
    dates = sample.observations["session"].to_numpy()
    apart = (hours[:, None] == hours[None, :]) & (dates[:, None] != dates[None, :])
    upper = np.triu_indices(len(found), 1)
    return float(np.sum(np.where(apart, 0.0, found)[upper])) / len(upper[0])


def _in_common(sample: Sample) -> str:
    """What a sample's observations have in common, in words."""
    if sample.observations["session"].nunique() == 1:
        return "common event date"
    events = sample.index.get_level_values("event_id").nunique()
    return "one event on several exchanges" if events == 1 else "events share dates"


def _hours(sample: Sample) -> np.ndarray:
    """A name for the hours of each observation's exchange; empty where they are not known.

    Exchanges that close at the same moments, such as Amsterdam and Paris, or two names of one, have
    one name: their sessions are the same.
    """
    codes = sample.observations["calendar"].to_numpy().astype(object)
    named: dict[str, np.ndarray] = {}
    alike: dict[str, str] = {"": ""}
    for code in sorted(set(codes) - {""}):
        moments = sample.history.moments(codes == code)
        alike[code] = next((one for one, its in named.items() if _same(its, moments)), code)
        named.setdefault(alike[code], moments)
    return np.array([alike[code] for code in codes], dtype=object)


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether nine in ten closes of two exchanges, where both have prices, are the same moments."""
    low, high = max(one[0], other[0]), min(one[-1], other[-1])
    inside = [np.sum((its >= low) & (its <= high)) for its in (one, other)]
    return bool(max(inside) > 0 and len(np.intersect1d(one, other)) >= 0.9 * max(inside))


def _shared_days(sample: Sample, hours: np.ndarray, first: int, last: int) -> Floats:
    """Share of the tested sessions that two observations have in common, (E, E)."""
    cut = sample.windows.estimation_offsets.size
    columns = sample.windows.columns(first, last)
    days = sample.sessions[:, cut:][:, columns]
    _, label = np.unique(days, return_inverse=True)
    label = label.reshape(days.shape)
    member = np.zeros((len(days), int(label.max()) + 1))
    np.put_along_axis(member, label, 1.0, axis=1)
    shared = member @ member.T / days.shape[1]
    known = hours != ""
    apart = (hours[:, None] != hours[None, :]) & known[:, None] & known[None, :]
    return np.where(apart, 0.0, shared)


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


def _join(
    sample: Sample,
    residuals: Floats,
    window: tuple[int, int],
    sides: tuple[Bools, Bools],
    weights: Floats,
    correlation: Floats,
) -> None:
    """Fill in the pairs of two exchanges: sum of matched tested days x their correlation / L."""
    one, two = (_Side.of(sample, residuals, window, members) for members in sides)
    if one is None or two is None:
        return
    length = window[1] - window[0] + 1
    ahead, back = one.towards(two, ties=True), two.towards(one, ties=False)
    total = (ahead.days * ahead.correlation + (back.days * back.correlation).T) / length
    near = (ahead.days + back.days.T) > 0
    for block, values in ((weights, near.astype(float)), (correlation, np.clip(total, -1.0, 1.0))):
        block[np.ix_(*sides)] = values
        block[np.ix_(*sides[::-1])] = values.T


@dataclass(frozen=True, eq=False)
class _Matched:
    """Pairs of observations on two exchanges, each session with the next one abroad."""

    correlation: Floats
    days: Floats


@dataclass(frozen=True, eq=False)
class _Side:
    """The observations of one exchange on the closes of its sessions."""

    closes: np.ndarray
    residuals: Floats
    tested: Floats

    @classmethod
    def of(
        cls, sample: Sample, residuals: Floats, window: tuple[int, int], members: Bools
    ) -> _Side | None:
        """None where the exchange's hours are not known."""
        cut = sample.windows.estimation_offsets.size
        closes = sample.closes[members]
        known = ~np.isnat(closes)
        if not known.any():
            return None
        times = sample.history.moments(members)
        place = np.searchsorted(times, closes)
        spread = np.full((len(closes), len(times)), np.nan)
        rows, days = np.nonzero(known[:, :cut])
        spread[rows, place[rows, days]] = residuals[members][rows, days]
        tested = np.zeros(spread.shape)
        columns = sample.windows.columns(*window)
        rows, days = np.nonzero(known[:, cut:][:, columns])
        tested[rows, place[:, cut:][:, columns][rows, days]] = 1.0
        return cls(times, spread, tested)

    def towards(self, other: _Side, *, ties: bool) -> _Matched:
        """Each of these sessions with the first one of the other exchange that closes after it.

        With ``ties`` one that closes at the same moment will do: asked for in one direction only, a
        pair of sessions that end together counts once.
        """
        row = np.searchsorted(other.closes, self.closes, side="left" if ties else "right")
        safe = np.minimum(row, len(other.closes) - 1)
        inside = row < len(other.closes)
        theirs = np.where(inside, other.residuals[:, safe], np.nan)
        both = kernels.pairwise_correlation(np.vstack([self.residuals, theirs]))
        count = len(self.residuals)
        days = self.tested @ np.where(inside, other.tested[:, safe], 0.0).T
        return _Matched(both[:count, count:], days)
