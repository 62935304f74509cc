"""How often the tests of activity cry wolf: tried on every day on which nothing is recorded.

In: a market, securities, the recorded news. Out: ordinary days, and how often each way of saying
what is usual calls one of them unusual. It must not know files, plots or pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from tqdm import tqdm

from analytics.errors import InputError, is_whole
from analytics.events import Confounder, Event, EventTable, load_confounders, load_events
from analytics.evidence.activity import ActivityResults
from analytics.evidence.asked import events_of, market_of
from analytics.evidence.levels import Level, MeanLevel, RecentLevel
from analytics.evidence.quiet import OWN, unquiet_days
from analytics.market import Market
from analytics.study import Windows, align, context
from analytics.study.requests import names_of

LEVELS: tuple[Level, ...] = (
    RecentLevel(),
    RecentLevel(spans=(1,)),
    MeanLevel(),
    MeanLevel(independent=True),
)
SPANS = ((0, 0), (0, 1), (0, 5))


def quiet_days(
    market: Market,
    tickers: Sequence[str],
    *,
    events: EventTable | None = None,
    confounders: Sequence[Confounder] | None = None,
    last: int = 0,
) -> pd.DataFrame:
    """Sessions without recorded news from the day before to the day after the tested ones.

    Parameters
    ----------
    market : Market
    tickers : sequence of str
        Each with a known exchange.
    events : EventTable, optional
        The recorded ones by default.
    confounders : sequence of Confounder, optional
        The recorded ones by default; of them company results and price-limit days count.
    last : int
        Last tested day.

    Returns
    -------
    pandas.DataFrame
        ``event_id, ticker, session``, as `align` takes it.

    Examples
    --------
    >>> from analytics.market import load_market
    >>> days = quiet_days(load_market(), ["NVDA"])
    >>> pd.Timestamp("2025-01-27") in days["session"].tolist()
    False
    """
    names = names_of("tickers", tickers)
    if not is_whole(last) or last < 0:
        raise InputError(f"last={last!r}: expected a whole number of at least 0")
    market_of(market)
    listed = list(load_events()) if events is None else events_of(events)
    others = load_confounders() if confounders is None else confounders
    news: list[Event | Confounder] = [*listed, *(one for one in others if one.kind in OWN)]
    frames = []
    for ticker in names:
        if ticker not in market.calendars:
            raise InputError(f"{ticker}: no exchange is known, so news has no sessions there")
        near = unquiet_days(ticker, market, news=news)
        busy = [near.to_numpy()[row : row + last + 1].any() for row in range(len(near))]
        days = near.index[~np.array(busy)]
        frames.append(
            pd.DataFrame({"event_id": days.strftime("%Y-%m-%d"), "ticker": ticker, "session": days})
        )
    return pd.concat(frames, ignore_index=True)


def after_closures(market: Market, tickers: Sequence[str]) -> pd.DataFrame:
    """First sessions after the exchange was shut for longer than a long weekend.

    What is usual on such a session without the news that is studied: orders have piled up.

    Parameters
    ----------
    market : Market
    tickers : sequence of str

    Returns
    -------
    pandas.DataFrame
        ``event_id, ticker, session``, as `align` takes it; the first year is left out, because
        nothing can be learned before it.

    Examples
    --------
    >>> from analytics.market import load_market
    >>> days = after_closures(load_market(), ["2330.TW"])
    >>> pd.Timestamp("2025-02-03") in days["session"].tolist()
    True
    """
    frames = []
    market_of(market)
    for ticker in names_of("tickers", tickers):
        sessions = market.sessions(ticker)
        gap = np.diff(sessions.to_numpy("datetime64[D]")).astype(int)
        days = sessions[1:][gap > context.USUAL_GAP]
        frames.append(
            pd.DataFrame({"event_id": days.strftime("%Y-%m-%d"), "ticker": ticker, "session": days})
        )
    found = pd.concat(frames, ignore_index=True)
    return _with_past(found, market, Windows())


def false_alarms(
    measure: Callable[..., ActivityResults],
    market: Market,
    tickers: Sequence[str],
    *,
    levels: Iterable[Level] = LEVELS,
    spans: Iterable[tuple[int, int]] = SPANS,
    windows: Windows | None = None,
    events: EventTable | None = None,
    confounders: Sequence[Confounder] | None = None,
    alpha: float = 0.05,
    progress: bool = True,
) -> pd.DataFrame:
    """How often each way of saying what is usual finds something on quiet days.

    Every quiet day is taken for an event, with its own estimation window; nothing is recorded to
    have happened, so a test at level ``alpha`` should find something on that share of them.

    Parameters
    ----------
    measure : callable
        `abnormal_volume` or `abnormal_range`.
    market : Market
    tickers : sequence of str
    levels : iterable of RecentLevel or MeanLevel
    spans : iterable of (first, last)
        Tested days, from day 0 on.
    windows : Windows, optional
    events, confounders
        As in `quiet_days`.
    alpha : float
    progress : bool
        Show a bar if it takes over two seconds.

    Returns
    -------
    pandas.DataFrame
        By level in words, first and last day: ``n`` days; ``t`` and ``rank``, the shares found by
        each test; ``std_error`` of the share by t, from its spread over calendar months, since days
        of a month are not independent.

    References
    ----------
    Brown & Warner (1985): the size of tests on days drawn from the data themselves.

    Examples
    --------
    >>> from analytics.evidence import abnormal_volume
    >>> from analytics.market import load_market
    >>> spans = [(0, 5)]
    >>> found = false_alarms(abnormal_volume, load_market(), ["NVDA"], spans=spans)
    >>> bool(found["t"].iloc[0] < 0.08), bool(found["t"].iloc[-1] > 0.2)
    (True, True)
    """
    tried, rows = list(levels), {}
    spans = list(spans)
    for one in spans:
        pair = tuple(one) if isinstance(one, (tuple, list)) else ()
        if len(pair) != 2 or not all(map(is_whole, pair)) or not 0 <= pair[0] <= pair[1]:
            raise InputError(f"spans: {one!r}: expected two days from 0 on, first not after last")
    bar = partial(tqdm, list(spans), unit="window", delay=2.0, leave=False)
    for first, last in bar() if progress else bar(disable=True):
        days = quiet_days(market, tickers, events=events, confounders=confounders, last=last)
        days = _with_past(days, market, windows or Windows())
        results = measure(align(days, market, windows, confounders=()), market, alpha=alpha)
        if not len(results.sample):
            raise InputError(f"nothing to measure: {results.dropped['reason'].iloc[0]}")
        for level in tried:
            found = replace(results, level=level).over(first, last).dropna(subset=["t"])
            rows[(level.label, first, last)] = _rates(found, alpha)
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index = pd.MultiIndex.from_tuples(list(rows), names=["level", "first", "last"])
    return frame


def _with_past(days: pd.DataFrame, market: Market, windows: Windows) -> pd.DataFrame:
    """Days with a full estimation window and the longest average before it, and all that follows.

    The first return is that of the second session.
    """
    needed = max(RecentLevel().spans) - windows.estimation[0]
    kept = []
    for ticker, part in days.groupby("ticker", sort=False):
        sessions = market.sessions(str(ticker))
        if len(sessions) > needed + windows.event[1]:
            inside = part["session"].between(sessions[needed], sessions[-1 - windows.event[1]])
            kept.append(part[inside])
    if not kept or not sum(map(len, kept)):
        raise InputError(
            f"there is no such day with {needed} sessions before it and {windows.event[1]} after it"
        )
    return pd.concat(kept, ignore_index=True)


def _rates(found: pd.DataFrame, alpha: float) -> dict[str, float]:
    hits = (found["pvalue"] <= alpha).astype(float)
    months = found.index.get_level_values("event_id").str[:7]
    off = (hits - hits.mean()).groupby(np.asarray(months)).sum()
    return {
        "n": len(found),
        "t": float(hits.mean()),
        "rank": float((found["rank_pvalue"] <= alpha).mean()),
        "std_error": float(np.sqrt((off**2).sum()) / len(found)),
    }
