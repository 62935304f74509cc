"""What a reaction was worth: abnormal and raw change of a firm's market value.

In: results of a study and a market with share counts. Out: a frame. It must not know files or
plots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.errors import InputError
from analytics.market import Market, ShareCount
from analytics.market.shares import nearest
from analytics.study import EventStudyResults

COLUMNS = [
    "session",
    "last_session",
    "currency",
    "price_before",
    "price_change",
    "shares",
    "shares_of",
    "shares_date",
    "grade",
    "note",
    "market_value",
    "raw_change",
    "abnormal_change",
    "ci_low",
    "ci_high",
    "spans",
    "reason",
]
FAR = 370  # days between a share count and the event


def value_change(
    results: EventStudyResults, market: Market, *, shares: Sequence[ShareCount] | None = None
) -> pd.DataFrame:
    """Change of market value at each observation, over its headline window.

    The raw change is the change of price times the shares; the abnormal change is the CAR times
    the market value at the close before day 0. A depositary receipt stands for the whole firm:
    its shares are those of the local line over the receipt's ratio.

    Parameters
    ----------
    results : EventStudyResults
    market : Market
    shares : sequence of ShareCount, optional
        Shares outstanding; the market's own by default. Of several counts of one security the
        nearest to day 0 is taken.

    Returns
    -------
    pandas.DataFrame
        By (event_id, ticker): ``session, last_session, currency``; ``price_before, price_change``
        (own currency per share, without dividends); ``shares`` with ``shares_of, shares_date,
        grade, note``; ``market_value, raw_change, abnormal_change, ci_low, ci_high`` (own currency;
        the interval is that of the CAR and does not hold the doubt about the shares); ``spans``, in
        words, where the return covers more than a usual gap; ``reason`` why a row is empty, else
        empty itself.

    Raises
    ------
    InputError
        What came is no study or no market.

    Examples
    --------
    >>> import analytics as ma
    >>> market = ma.load_market()
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> change = value_change(ma.event_study(ma.align(event, market)), market)
    >>> change["raw_change"].div(1e9).round(0).tolist()
    [-593.0, -153.0, -1686.0, nan]
    """
    if not isinstance(results, EventStudyResults):
        raise InputError(f"results: expected results of event_study, got {type(results).__name__}")
    if not isinstance(market, Market):
        raise InputError(f"market: expected a Market, got {type(market).__name__}")
    counts = tuple(market.shares if shares is None else shares)
    rows = [_row(results, market, counts, key) for key in results.sample.index]
    return pd.DataFrame(rows, columns=COLUMNS, index=results.sample.index)


@dataclass(frozen=True)
class _Count:
    shares: float
    of: ShareCount


def _row(
    results: EventStudyResults, market: Market, counts: Sequence[ShareCount], key: tuple[str, str]
) -> dict[str, object]:
    ticker = key[1]
    car = results.headline().loc[key]
    day0 = results.sample.observations.loc[key, "session"]
    if ticker not in market.bars:
        return {"session": day0, "reason": f"no prices of {ticker} in this market"}
    if day0 not in market.sessions(ticker):
        return {"session": day0, "reason": f"{day0:%Y-%m-%d} is no session of this market"}
    if np.isnan(car["car"]):
        return {"session": day0, "reason": "a price is missing"}
    sessions = _sessions(results, market, key, int(car["first"]), int(car["last"]))
    empty: dict[str, object] = {"session": sessions[1], "last_session": sessions[2]}
    count = _count(market, counts, ticker, sessions[1])
    if count is None:
        return {**empty, "reason": f"no share count of {ticker} is recorded"}
    if abs((count.of.date - sessions[1]).days) > FAR:
        said = f"the share count of {ticker} is of {count.of.date:%Y-%m-%d}, too far away"
        return {**empty, "reason": said}
    close = market.bars[ticker]["close"]
    before, after = (float(close.get(one, np.nan)) for one in (sessions[0], sessions[2]))
    value = before * count.shares
    return {
        **empty,
        "currency": market.directory.security(ticker).currency,
        "price_before": before,
        "price_change": after - before,
        "shares": count.shares,
        "shares_of": count.of.ticker,
        "shares_date": count.of.date,
        "grade": count.of.grade,
        "note": count.of.note,
        "market_value": value,
        "raw_change": (after - before) * count.shares,
        "abnormal_change": float(car["car"]) * value,
        "ci_low": float(car["ci_low"]) * value,
        "ci_high": float(car["ci_high"]) * value,
        "spans": results.sample.observations.loc[key, "spans"],
        "reason": "" if np.isfinite(value) and np.isfinite(after) else "a price is missing",
    }


def _sessions(
    results: EventStudyResults, market: Market, key: tuple[str, str], first: int, last: int
) -> tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp]:
    """The session before the window, its first and its last."""
    day0 = results.sample.observations.loc[key, "session"]
    sessions = market.sessions(key[1])
    row = int(sessions.get_loc(day0))
    return sessions[row + first - 1], sessions[row + first], sessions[row + last]


def _count(
    market: Market, counts: Sequence[ShareCount], ticker: str, day: pd.Timestamp
) -> _Count | None:
    """Shares of a security; a receipt counts those of its local line over its ratio."""
    own = nearest(counts, ticker, day)
    if own is not None:
        return _Count(own.shares, own)
    security = market.directory.security(ticker)
    if security.adr_of is None or security.adr_ratio is None:
        return None
    local = nearest(counts, security.adr_of, day)
    return None if local is None else _Count(local.shares / security.adr_ratio, local)
