"""How much of a gap between two listings the first session of the one that was shut takes over.

In: pairs of prices of a leader that traded and a follower that was shut. Out: the usual part taken
over with its error, a forecast with its interval, and how often such intervals held. It must not
know events, files, plots or pages.

The *gap* is what the leader moved since the two were last compared, less what the follower has
answered itself since then. It is counted over ``k`` closes of the leader. Past spans of the same
``k``, in which both exchanges traded on every day, say what is usual: no rule such as the square
root of ``k`` is assumed, because part of the premium comes back within days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import InputError, is_number, is_whole
from analytics.evidence.lines import Line, Pairs, listings_of, pairs_of
from analytics.evidence.progress import shown
from analytics.market import Market
from analytics.study.kernels import Floats

HISTORY = 250  # sessions of the follower
FEWEST = 10  # spans that share no day


@dataclass(frozen=True, eq=False)
class Spans:
    """Past spans of ``closes`` leader closes.

    Attributes
    ----------
    closes : int
    gap : (n,) array
        Log gap at the end of each.
    opened, closed : (n,) array
        Log return of the follower from the close after the beginning to its open, and its close,
        at the end; dividends added back. ``opened`` is NaN where opens are unknown.
    change : (n,) array
        Change of the log difference between leader and follower over the span.
    """

    closes: int
    gap: Floats
    opened: Floats
    closed: Floats
    change: Floats

    def reach(self, alpha: float) -> float:
        """Half width that all but ``alpha`` of the changes keep; NaN where they are too few.

        The ``ceil((1 - alpha) (n + 1))``-th smallest absolute change: a forecast interval without a
        distribution (Vovk, Gammerman & Shafer 2005), exact where spans are exchangeable.
        """
        sizes = np.sort(np.abs(self.change))
        rank = math.ceil((1.0 - alpha) * (len(sizes) + 1))
        return float(sizes[rank - 1]) if rank <= len(sizes) else math.nan

    @property
    def usual_gap(self) -> float:
        """Root mean square of the gaps."""
        return float(np.sqrt(np.mean(self.gap**2))) if self.gap.size else math.nan


@dataclass(frozen=True, eq=False)
class UsualCatchUp:
    """Regression of the follower's return on the gap over past spans.

    Attributes
    ----------
    closes, n : int
        Leader closes in a span; spans.
    intercept, slope : float
        ``slope`` is the part of a gap usually taken over.
    covariance : (2, 2) array
        Of both, for spans that overlap (Newey & West 1987, ``closes`` lags).
    residuals : (n,) array
    df : int
        Spans that share no day, less two.

    Examples
    --------
    >>> gap = np.array([-0.02, -0.01, 0.0, 0.01, 0.02])
    >>> found = fitted(gap, 0.5 * gap, 1)
    >>> round(found.slope, 3), found.df
    (0.5, 3)
    """

    closes: int
    n: int
    intercept: float
    slope: float
    covariance: Floats
    residuals: Floats
    df: int

    @property
    def std_error(self) -> float:
        """Of the slope."""
        return float(np.sqrt(self.covariance[1, 1]))

    @property
    def residual_std(self) -> float:
        """Deviation of what the gap does not explain."""
        return float(np.sqrt((self.residuals**2).sum() / (self.n - 2)))

    def forecast(self, gap: float) -> tuple[float, float]:
        """Expected return at a gap, and the standard error of its forecast."""
        at = np.array([1.0, gap])
        error = np.sqrt(self.residual_std**2 + at @ self.covariance @ at)
        return self.intercept + self.slope * gap, float(error)

    def rank_pvalue(self, surprise: float) -> float:
        """Share of residuals of spans that share no day at least as large, itself counted.

        Gelbach, Helland & Klick (2013): no distribution is assumed.
        """
        apart = self.residuals[::-1][:: self.closes]
        return float((1 + (np.abs(apart) >= abs(surprise)).sum()) / (1 + apart.size))


def spans_of(pairs: Pairs, closes: int, end: int, history: int) -> Spans:
    """Past spans in which both exchanges traded on each day and every price is known.

    Parameters
    ----------
    pairs : Pairs
    closes : int
        Closes of the leader in a span.
    end : int
        Row of the follower that nothing may reach.
    history : int
        Sessions of the follower before ``end`` that are looked at.

    Returns
    -------
    Spans

    Examples
    --------
    >>> from analytics.market import load_market
    >>> lines = listings_of(load_market())
    >>> pairs = pairs_for(lines.receipt, lines.local)
    >>> len(spans_of(pairs, 1, 500, 250).gap)
    222
    """
    low = max(end - history, 0)
    last = np.arange(low + closes, end)
    first = last - closes
    whole = pairs.fresh[first] & pairs.fresh[last]
    whole &= pairs.row[last] - pairs.row[first] == closes
    first, last = first[whole], last[whole]
    gap, opened, closed = _moves(pairs, first, first, last)
    known = np.isfinite(gap) & np.isfinite(closed)
    change = pairs.difference[last] - pairs.difference[first]
    return Spans(closes, gap[known], opened[known], closed[known], change[known])


def _moves(
    pairs: Pairs, reference: np.ndarray, previous: np.ndarray, last: np.ndarray
) -> tuple[Floats, Floats, Floats]:
    """Gap, and the follower's log returns to its open and close, from a row to another.

    ``reference`` is the last pair of the two, ``previous`` the follower's last session before it
    was shut, ``last`` its first session after.
    """
    follower = pairs.follower
    opening, closing = follower.grown(at_open=True), follower.grown(at_open=False)
    quoted = opening if pairs.at_open else closing
    led = pairs.leader.grown(at_open=False)
    answered = closing[previous] - quoted[reference]
    gap = led[pairs.row[last]] - led[pairs.row[reference]] - answered
    return gap, opening[last] - closing[previous], closing[last] - closing[previous]


def fitted(gap: Floats, response: Floats, closes: int) -> UsualCatchUp | None:
    """Least squares of the response on the gap; None where spans are too few.

    Parameters
    ----------
    gap, response : (n,) arrays
        In order of time.
    closes : int
        Leader closes in a span: spans that begin less than this apart overlap.

    Returns
    -------
    UsualCatchUp or None

    References
    ----------
    Newey & West (1987), with Bartlett weights, ``closes`` lags and the factor ``n / (n - 2)``.
    """
    n, apart = len(gap), len(gap) // closes
    if apart < 3 or not np.isfinite(response).all() or np.ptp(gap) == 0:
        return None
    design = np.column_stack([np.ones(n), gap])
    inverse = np.linalg.inv(design.T @ design)
    intercept, slope = inverse @ design.T @ response
    residuals = response - intercept - slope * gap
    score = design * residuals[:, None]
    middle = score.T @ score
    for lag in range(1, min(closes, n - 1) + 1):
        cross = score[lag:].T @ score[:-lag]
        middle += (1.0 - lag / (closes + 1.0)) * (cross + cross.T)
    covariance = inverse @ middle @ inverse * n / (n - 2)
    return UsualCatchUp(closes, n, float(intercept), float(slope), covariance, residuals, apart - 2)


def pairs_for(leader: Line, follower: Line) -> Pairs:
    """Pairs at the follower's open; at its close where its opens are not known."""
    return pairs_of(leader, follower, at_open=bool(np.isfinite(follower.opens).any()))


def usual_catch_up(
    market: Market,
    *,
    receipt: str | None = None,
    local: str | None = None,
    follower: str | None = None,
    closes: int = 1,
    alpha: float = 0.05,
    ratio: float | None = None,
    rate: str | None = None,
) -> pd.DataFrame:
    """The part of a gap that the first session of a line usually takes over, all days together.

    Parameters
    ----------
    market : Market
    receipt, local, ratio, rate
        As in `premium`.
    follower : str, optional
        The line that was shut; the local one by default.
    closes : int
        Closes of the other line in between: 1 on an ordinary night.
    alpha : float
        The interval covers ``1 - alpha``.

    Returns
    -------
    pandas.DataFrame
        Rows ``open`` and ``close``: ``n`` spans, ``slope, std_error, ci_low, ci_high``,
        ``residual_std`` (log), ``r_squared``, ``usual_gap`` (root mean square, log).

    Raises
    ------
    InputError
        The two lines cannot be compared, or there are too few such spans.

    References
    ----------
    Engle & Granger (1987) for the error correction; Newey & West (1987) for the errors.

    Examples
    --------
    >>> from analytics.market import load_market
    >>> usual_catch_up(load_market()).loc["open", ["slope", "std_error"]].round(2).tolist()
    [0.56, 0.02]
    """
    lines = listings_of(market, receipt=receipt, local=local, ratio=ratio, rate=rate)
    _check(closes, alpha)
    shut = lines.line(_follower(follower, lines.receipt.ticker, lines.local.ticker))
    pairs = pairs_for(lines.other(shut.ticker), shut)
    spans = spans_of(pairs, closes, len(pairs.row), len(pairs.row))
    rows = {}
    for name, response in (("open", spans.opened), ("close", spans.closed)):
        fit = fitted(spans.gap, response, closes)
        if fit is not None and fit.df >= FEWEST - 2:
            half = stats.t.isf(alpha / 2, fit.df) * fit.std_error
            rows[name] = {
                "n": fit.n,
                "slope": fit.slope,
                "std_error": fit.std_error,
                "ci_low": fit.slope - half,
                "ci_high": fit.slope + half,
                "residual_std": fit.residual_std,
                "r_squared": 1.0 - float(fit.residuals.var() / response.var()),
                "usual_gap": spans.usual_gap,
            }
    if not rows:
        raise InputError(
            f"{shut.ticker}: only {len(spans.gap)} spans of {closes} closes; too few to say what "
            "is usual"
        )
    return pd.DataFrame.from_dict(rows, orient="index")


def _follower(asked: str | None, receipt: str, local: str) -> str:
    if asked not in (None, receipt, local):
        raise InputError(f"follower={asked!r}: expected {receipt!r} or {local!r}")
    return asked or local


def _check(closes: int, alpha: float) -> None:
    if not is_whole(closes) or closes < 1:
        raise InputError(f"closes={closes!r}: expected a whole number of at least 1")
    check_alpha(alpha)


def check_alpha(alpha: float) -> None:
    """Refuse what is no error rate."""
    if not is_number(alpha) or not 0 < alpha < 1:
        raise InputError(f"alpha={alpha!r}: expected a number between 0 and 1, such as 0.05")


def interval_record(
    market: Market,
    *,
    receipt: str | None = None,
    local: str | None = None,
    follower: str | None = None,
    history: int = HISTORY,
    alpha: float = 0.05,
    ratio: float | None = None,
    rate: str | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Whether the intervals held: each night forecast from what was known before it.

    Parameters
    ----------
    market : Market
    receipt, local, follower, ratio, rate
        As in `usual_catch_up`.
    history : int
        Sessions that each forecast looks back on; all of them must be there.
    alpha : float
        The intervals promise ``1 - alpha``.
    progress : bool
        Show a progress bar.

    Returns
    -------
    pandas.DataFrame
        By session of the follower: ``closes`` of the other line in between, and whether the price
        lay inside: ``implied`` (the first price, if the whole gap were taken over), ``open`` and
        ``close`` (the usual part taken over). Means are coverages; a forecast that could not be
        made is NaN.

    Raises
    ------
    InputError
        The two lines cannot be compared, or an option is none.

    Examples
    --------
    >>> from analytics.market import load_market
    >>> record = interval_record(load_market(), progress=False)
    >>> len(record), record[["implied", "open", "close"]].mean().round(2).tolist()
    (693, [0.95, 0.95, 0.94])
    """
    lines = listings_of(market, receipt=receipt, local=local, ratio=ratio, rate=rate)
    check_alpha(alpha)
    check_history(history)
    shut = lines.line(_follower(follower, lines.receipt.ticker, lines.local.ticker))
    pairs = pairs_for(lines.other(shut.ticker), shut)
    rows = {}
    days = range(history, len(pairs.row))
    for row in shown(days, "record of intervals", "day", progress=progress):
        before = pairs.before(row)
        if pairs.fresh[row] and before >= 0:
            rows[shut.sessions[row]] = _record(pairs, before, row, history, alpha)
    frame = pd.DataFrame.from_dict(
        rows, orient="index", columns=["closes", "implied", "open", "close"]
    )
    return frame.rename_axis("session")


def check_history(history: int) -> None:
    """Refuse what is no number of sessions."""
    if not is_whole(history) or history < FEWEST:
        raise InputError(f"history={history!r}: expected a whole number of at least {FEWEST}")


def _record(pairs: Pairs, before: int, row: int, history: int, alpha: float) -> list[float]:
    """Number of closes, and whether each of the three prices lay in its interval."""
    closes = int(pairs.row[row] - pairs.row[before])
    spans = spans_of(pairs, closes, row, history)
    gap, opened, closed = (float(one) for one in moves_at(pairs, before, row))
    reach = spans.reach(alpha)
    change = abs(pairs.difference[row] - pairs.difference[before])
    held = [float(change <= reach) if np.isfinite(reach) else math.nan]
    for response, past in ((opened, spans.opened), (closed, spans.closed)):
        fit = fitted(spans.gap, past, closes)
        if fit is None or fit.df < FEWEST - 2 or not np.isfinite(response):
            held.append(math.nan)
            continue
        expected, error = fit.forecast(gap)
        half = stats.t.isf(alpha / 2, fit.df) * error
        held.append(float(abs(response - expected) <= half))
    return [float(closes), *held]


def moves_at(pairs: Pairs, reference: int, row: int) -> tuple[Floats, Floats, Floats]:
    """Gap, and log returns to the open and to the close, of one row of the follower.

    Parameters
    ----------
    pairs : Pairs
    reference : int
        Row of the last usable pair before.
    row : int
        Row of the follower's first session after it was shut.

    Returns
    -------
    tuple of float
        Log, dividends added back; NaN where a price is missing.
    """
    at = [np.array([k]) for k in (reference, row - 1, row)]
    gap, opened, closed = _moves(pairs, *at)
    return gap[0], opened[0], closed[0]
