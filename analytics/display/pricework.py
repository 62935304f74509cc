"""What the timeline shows: the price, the events at their sessions, the long closures.

In: events, a market, a ticker. Out: frames. It must not know matplotlib.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
import pandas as pd

from analytics.display.names import label_of
from analytics.errors import InputError
from analytics.events import Event, EventTable
from analytics.market import Market
from analytics.study.sessions import place

__all__ = ["KINDS", "Closure", "closures", "event_moves", "kind_of", "price_between"]

KINDS = (
    "In-house chips",
    "Export rules and China",
    "AI models and Chinese chips",
    "Deals, spending",
)
_KIND = {
    "inhouse_chip_report": 0,
    "inhouse_chip_official": 0,
    "export_control": 1,
    "china_policy": 1,
    "market_shock": 2,
    "model_release": 2,
    "china_chip": 2,
}
Closure = tuple[pd.Timestamp, pd.Timestamp, str]
WEEK = 7  # days without a session


def kind_of(category: str) -> int:
    """Number of the kind in ``KINDS``; a category nobody foresaw counts with the last."""
    return _KIND.get(category, len(KINDS) - 1)


def price_between(
    market: Market,
    ticker: str,
    start: str | pd.Timestamp | None,
    end: str | pd.Timestamp | None,
) -> pd.Series:
    """Closes of a ticker in a range of dates.

    Raises
    ------
    InputError
        Fewer than two prices lie in it.
    """
    market.returns(ticker)  # an unknown ticker is named with its neighbours
    if ticker not in market.bars:
        raise InputError(f"{ticker}: this market holds returns, not prices")
    price = market.bars[ticker]["close"].dropna().loc[start:end]
    if len(price) < 2:
        raise InputError(f"{ticker}: fewer than two prices between {start} and {end}")
    return price


def event_moves(
    events: EventTable | Iterable[Event], market: Market, ticker: str, price: pd.Series
) -> pd.DataFrame:
    """Events that name the ticker and fall in the range of the price, by id.

    Returns
    -------
    pandas.DataFrame
        ``session, price, move`` (total return of day 0, decimal fraction), ``kind, label,
        time_confirmed``; in order of session.
    """
    calendar = market.calendars.get(ticker)
    returns = market.returns(ticker)
    rows = {}
    for event in events:
        if calendar is None or ticker not in event.tickers:
            continue
        candidates = place(event, calendar).candidates
        if candidates and candidates[0] in price.index:
            rows[event.id] = {
                "session": candidates[0],
                "price": float(price[candidates[0]]),
                "move": float(returns.get(candidates[0], np.nan)),
                "kind": kind_of(event.category),
                "label": label_of(event),
                "time_confirmed": event.time_confirmed,
            }
    columns = ["session", "price", "move", "kind", "label", "time_confirmed"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    frame["time_confirmed"] = frame["time_confirmed"].astype(bool)
    return frame.sort_values("session", kind="stable")


def closures(market: Market, ticker: str, price: pd.Series) -> list[Closure]:
    """First and last day, and reason, of every closure of a week or longer in the range."""
    calendar = market.calendars.get(ticker)
    if calendar is None:
        return []
    inside = calendar.sessions[
        (calendar.sessions >= price.index[0]) & (calendar.sessions <= price.index[-1])
    ]
    day = pd.Timedelta(days=1)
    return [
        (before + day, after, calendar.closure_between(before, after) or "closed")
        for before, after in itertools.pairwise(inside)
        if (after - before).days - 1 >= WEEK
    ]
