"""Ordinary days of a security: sessions around which nothing is known to have happened.

In: events, company results, a market. Out: the days that are not ordinary, and why. It must not
know results of a study, files, plots or pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from analytics.events import Confounder, Event, load_confounders, load_events
from analytics.market import Market
from analytics.study.context import NEAR, blocked

OWN = ("results", "price_limit")  # of a firm itself


def recorded_news() -> tuple[Event | Confounder, ...]:
    """The recorded events, and the recorded company results."""
    return (*load_events(), *(one for one in load_confounders() if one.kind in OWN))


def unquiet_days(
    ticker: str,
    market: Market,
    *,
    news: Iterable[Event | Confounder] | None = None,
    sessions: Sequence[pd.Timestamp] = (),
) -> pd.Series:
    """Sessions of a security within one session of news about it.

    Parameters
    ----------
    ticker : str
    market : Market
    news : iterable of Event and Confounder, optional
        The recorded events and company results by default; they have days only where the
        security's exchange is known.
    sessions : sequence of Timestamp
        Further days on which something happened, such as the session of an event of one's own.

    Returns
    -------
    pandas.Series
        (n_sessions,) booleans by session, True where news is near.

    Examples
    --------
    >>> from analytics.market import load_market
    >>> near = unquiet_days("NVDA", load_market())
    >>> bool(near["2025-01-27"]), bool(near["2025-02-04"])
    (True, False)
    """
    index = market.sessions(ticker)
    near = np.zeros(len(index), dtype=bool)
    calendar = market.calendars.get(ticker)
    if calendar is not None:
        known = recorded_news() if news is None else tuple(news)
        offset = int(calendar.sessions.get_indexer(index[:1])[0])
        rows = np.array(sorted(blocked(known, ())(ticker, calendar)), dtype=np.int64) - offset
        near[rows[(rows >= 0) & (rows < len(near))]] = True
    own = index.get_indexer(pd.DatetimeIndex(list(sessions)))
    for row in own[own >= 0]:
        near[max(row - NEAR, 0) : row + NEAR + 1] = True
    return pd.Series(near, index=index, name=ticker)
