"""The prices that a claim is held against.

In: a market, a ticker, days. Out: closes, highs and lows on the sessions, and the session from
which other recorded news could move them. It must not know claims.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.errors import InputError
from analytics.events import Confounder
from analytics.market import Market

YEAR = pd.Timedelta(days=365)


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices of one security on the sessions of its exchange.

    Attributes
    ----------
    ticker, unit : str
        ``unit`` is the currency; empty where it is not known.
    close, low, high : pandas.Series
        By session; NaN where missing. Without recorded lows and highs the two are all NaN.
    """

    ticker: str
    unit: str
    close: pd.Series
    low: pd.Series
    high: pd.Series

    @classmethod
    def of(cls, market: Market, ticker: str) -> Prices:
        """Prices of a ticker.

        Raises
        ------
        InputError
            The market has none.
        """
        sessions = market.sessions(ticker)
        if ticker not in market.bars:
            raise InputError(f"{ticker}: this market holds returns, and the claim is about prices")
        bars = market.bars[ticker].reindex(sessions)
        unknown = pd.Series(np.nan, index=sessions)
        low, high = (bars.get(name, unknown) for name in ("low", "high"))
        return cls(ticker, market.directory.security(ticker).currency, bars["close"], low, high)

    @property
    def ranged(self) -> bool:
        """Whether lows and highs are known."""
        return bool(self.low.notna().any() and self.high.notna().any())

    def between(self, start: dt.date, until: dt.date, published: dt.date) -> Prices:
        """The sessions from ``start`` to ``until`` that closed before the day of publication.

        Raises
        ------
        InputError
            There is none with a price.
        """
        known = published - dt.timedelta(days=1)
        last = min(until, known)
        span = slice(pd.Timestamp(start), pd.Timestamp(last))
        part = self.cut(span)
        if part.close.notna().sum() == 0:
            raise InputError(f"no price of {self.ticker} from {start} to {last}")
        return part

    def cut(self, span: slice) -> Prices:
        """The sessions of a slice of dates."""
        columns = (one.loc[span] for one in (self.close, self.low, self.high))
        return Prices(self.ticker, self.unit, *columns)

    def level(self, date: dt.date) -> float:
        """The close of a day.

        Raises
        ------
        InputError
            It has none.
        """
        value = float(self.close.get(pd.Timestamp(date), np.nan))
        if np.isnan(value):
            raise InputError(f"no close of {self.ticker} on {date}, which the claim counts from")
        return value

    def year_high(self, before: dt.date, *, of_closes: bool) -> tuple[float, pd.Timestamp | None]:
        """Highest price of the 365 days before a date, and its session.

        NaN and None where the prices do not reach back that far.
        """
        end = pd.Timestamp(before) - pd.Timedelta(days=1)
        series = self.close if of_closes else self.high
        if self.close.index[0] > end - YEAR + pd.Timedelta(days=7):
            return np.nan, None
        return extreme(series.loc[end - YEAR : end], highest=True)

    def money(self, value: float) -> str:
        """A price with its currency."""
        return f"{value:,.2f} {self.unit}".strip()


def extreme(series: pd.Series, *, highest: bool) -> tuple[float, pd.Timestamp | None]:
    """Highest or lowest value with its first session; NaN and None where all are missing."""
    known = series.dropna()
    if known.empty:
        return np.nan, None
    at = known.idxmax() if highest else known.idxmin()
    return float(known[at]), at


@dataclass(frozen=True)
class News:
    """Recorded news at the session that it could first move.

    Attributes
    ----------
    session : pandas.Timestamp
    moment : pandas.Timestamp
        When it was published, UTC.
    kind, what : str
    """

    session: pd.Timestamp
    moment: pd.Timestamp
    kind: str
    what: str


def news_on(
    market: Market,
    ticker: str,
    sessions: pd.DatetimeIndex,
    confounders: Sequence[Confounder],
    kinds: Sequence[str] = (),
) -> list[News]:
    """Recorded news about a security whose first session is one of these.

    Where the exchange is not known, that is the first session on or after the day of the news
    (UTC).

    Parameters
    ----------
    market : Market
    ticker : str
    sessions : pandas.DatetimeIndex
    confounders : sequence of Confounder
    kinds : sequence of str
        Only these; all of them if empty.

    Returns
    -------
    list of News
        In order of session and moment.
    """
    calendar = market.calendars.get(ticker)
    dates = market.sessions(ticker) if calendar is None else calendar.sessions
    found = []
    for one in confounders:
        if (kinds and one.kind not in kinds) or (one.tickers and ticker not in one.tickers):
            continue
        moment = pd.Timestamp(one.published_at)
        row = (
            int(dates.searchsorted(moment.tz_localize(None).normalize()))
            if calendar is None
            else calendar.first_after(moment)
        )
        if row < len(dates) and dates[row] in sessions:
            found.append(News(dates[row], moment, one.kind, one.what))
    return sorted(found, key=lambda news: (news.session, news.moment, news.what))
