"""Benchmarks that answer the right question: without the firm itself, and across exchanges.

In: price and return series on known sessions. Out: benchmark returns. It must not know files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.market.calendars import ExchangeCalendar

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class IndexWeight:
    """Recorded weight of a security in an index at one close.

    Attributes
    ----------
    index, ticker : str
    date : pandas.Timestamp
    weight : float
        Decimal fraction.
    grade, source : str
    """

    index: str
    ticker: str
    date: pd.Timestamp
    weight: float
    grade: str
    source: str


def drifting_weight(anchor: IndexWeight, price: pd.Series, level: pd.Series) -> pd.Series:
    """Weight at each close, from one anchor, with constant shares.

    ``w_t = w_a (P_t / P_a) / (I_t / I_a)``: the firm's share of the index moves with its price
    relative to the index level.

    Parameters
    ----------
    anchor : IndexWeight
    price, level : pandas.Series
        Closing prices of the security and levels of the index, on sessions.

    Returns
    -------
    pandas.Series
        (n_sessions,) decimal fractions at the close of each session.
    """
    relative = (price / level.reindex(price.index)).ffill()
    return anchor.weight * relative / relative.asof(anchor.date)


def without(index_return: pd.Series, own_return: pd.Series, weight: pd.Series) -> pd.Series:
    """Return of an index with one member taken out.

    ``R_ex = (R_m - w R_i) / (1 - w)`` with ``w`` the weight at the previous close. Both returns
    are price returns, as the index is.

    Parameters
    ----------
    index_return, own_return : pandas.Series
        Simple price returns, decimal fraction, on the same sessions.
    weight : pandas.Series
        Weight at the close of each session; the previous one is used.

    Returns
    -------
    pandas.Series
    """
    before = weight.shift(1).reindex(index_return.index)
    return (index_return - before * own_return.reindex(index_return.index)) / (1.0 - before)


def across_exchanges(
    level: pd.Series, factor: ExchangeCalendar, local: ExchangeCalendar
) -> pd.Series:
    """Return of a factor over its closes in (previous local close, this local close].

    No close in the interval is no news: the return is 0. Several closes compound.

    Parameters
    ----------
    level : pandas.Series
        Closing levels of the factor, indexed by its own sessions; NaN where missing.
    factor, local : ExchangeCalendar
        Calendars of the factor and of the security to be explained.

    Returns
    -------
    pandas.Series
        Simple returns, indexed by the local sessions (from the second one); NaN where the factor
        has no price or the local close lies outside the factor's prices.
    """
    rows = factor.sessions.get_indexer(level.index)
    closes = factor.closes[rows]
    seen = np.searchsorted(closes, local.closes, side="right") - 1
    values = level.to_numpy(dtype=float)
    known = np.where(seen >= 0, values[np.maximum(seen, 0)], np.nan)
    # beyond the factor's last price its level is unknown, not unchanged
    following = np.searchsorted(factor.closes, closes[-1], side="right")
    if following < len(factor.closes):
        known[local.closes >= factor.closes[following]] = np.nan
    return pd.Series(known[1:] / known[:-1] - 1.0, index=local.sessions[1:])


def compounded_across_exchanges(
    returns: pd.Series, factor: ExchangeCalendar, local: ExchangeCalendar
) -> pd.Series:
    """The same rule for a factor that is known by its returns alone, such as a published one.

    Parameters
    ----------
    returns : pandas.Series
        Simple returns of the factor by its own sessions, decimal fraction; NaN where missing.
    factor, local : ExchangeCalendar
        Calendars of the factor and of the security to be explained.

    Returns
    -------
    pandas.Series
        Simple returns, indexed by the local sessions (from the second one); NaN where a factor
        session in the interval has no return.
    """
    own = returns.reindex(factor.sessions).to_numpy(dtype=float)
    seen = np.searchsorted(factor.closes, local.closes, side="right")
    within = (seen[:-1] > 0) & (seen[1:] < len(factor.sessions))
    found = compounded(own, seen[:-1], seen[1:])
    return pd.Series(np.where(within, found, np.nan), index=local.sessions[1:])


def compounded_between(returns: pd.Series, sessions: pd.DatetimeIndex) -> pd.Series:
    """Factor returns over the days that each return of a security spans, by date.

    Parameters
    ----------
    returns : pandas.Series
        Simple returns of the factor by date, ascending; NaN where missing.
    sessions : pandas.DatetimeIndex
        Dates on which the security has a price.

    Returns
    -------
    pandas.Series
        From the second date on; NaN where the factor lacks a return on the way, or on the day.
    """
    seen = returns.index.searchsorted(sessions, side="right")
    within = (seen[:-1] > 0) & np.asarray(sessions[1:].isin(returns.index))
    found = compounded(returns.to_numpy(dtype=float), seen[:-1], seen[1:])
    return pd.Series(np.where(within, found, np.nan), index=sessions[1:])


def compounded(
    returns: NDArray[np.float64], before: NDArray[np.int64], here: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Returns compounded over rows ``before`` to ``here - 1``; NaN where one of them is missing.

    Parameters
    ----------
    returns : (T,) or (T, K) array
        Simple returns in time order, NaN where missing.
    before, here : integer arrays of one shape
        Numbers of rows, 0 to T.

    Returns
    -------
    Array of that shape, with K at its end where there are several.

    Examples
    --------
    >>> compounded(np.array([0.1, 0.2, np.nan]), np.array([0, 1, 1]), np.array([2, 1, 3])).round(2)
    array([0.32, 0.  ,  nan])
    """
    missing = np.cumsum(np.isnan(returns), axis=0)
    level = np.cumprod(1.0 + np.nan_to_num(returns), axis=0)
    missing = np.concatenate([np.zeros_like(missing[:1]), missing])
    level = np.concatenate([np.ones_like(level[:1]), level])
    whole = missing[here] == missing[before]
    return np.where(whole, level[here] / level[before] - 1.0, np.nan)
