"""The prices that a claim is held against.

In: a market, a ticker, days. Out: closes, highs and lows on the sessions, and the session from
which other recorded news could move them. It must not know claims.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.errors import InputError
from analytics.events import Confounder
from analytics.market import Market

YEAR = pd.Timedelta(days=365)
DAY = pd.Timedelta(days=1)
USUAL_GAP = 4  # calendar days from Friday to the Tuesday after a holiday Monday


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices of one security on the sessions of its exchange.

    Attributes
    ----------
    ticker, unit : str
        ``unit`` is the currency; empty where it is not known.
    close, low, high : pandas.Series
        By session; NaN where missing. Without recorded lows and highs the two are all NaN.
    reach : pandas.Timestamp
        Last day of which it is known that no later session is missing.
    """

    ticker: str
    unit: str
    close: pd.Series
    low: pd.Series
    high: pd.Series
    reach: pd.Timestamp

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
        unit = market.directory.security(ticker).currency
        return cls(ticker, unit, bars["close"], low, high, _reach(market, ticker, sessions[-1]))

    @property
    def ranged(self) -> bool:
        """Whether lows and highs are known."""
        return bool(self.low.notna().any() and self.high.notna().any())

    def between(self, start: dt.date, until: dt.date, published: dt.date) -> Prices:
        """The sessions from ``start`` to ``until`` that closed before the day of publication.

        Raises
        ------
        InputError
            None had closed, none has a price, or the prices do not reach that far.
        """
        first, last = pd.Timestamp(start), min(pd.Timestamp(until), pd.Timestamp(published) - DAY)
        if last < first:
            raise InputError(
                f"printed on {published}, before a session from {first:%Y-%m-%d} on had closed"
            )
        if self.reach < last or self.close.index[0] > first + USUAL_GAP * DAY:
            raise InputError(
                f"prices of {self.ticker} run from {self.close.index[0]:%Y-%m-%d} to "
                f"{self.close.index[-1]:%Y-%m-%d}, and the claim is about {first:%Y-%m-%d} to "
                f"{last:%Y-%m-%d}"
            )
        part = self.cut(slice(first, last))
        if part.close.notna().sum() == 0:
            raise InputError(f"no price of {self.ticker} from {first:%Y-%m-%d} to {last:%Y-%m-%d}")
        return part

    def last(self) -> tuple[float, pd.Timestamp]:
        """Close of the last session.

        Raises
        ------
        InputError
            It is missing.
        """
        date = self.close.index[-1]
        value = float(self.close.iloc[-1])
        if np.isnan(value):
            raise InputError(
                f"no close of {self.ticker} on {date:%Y-%m-%d}, the last session before print"
            )
        return value, date

    def cut(self, span: slice) -> Prices:
        """The sessions of a slice of dates."""
        close, low, high = (one.loc[span] for one in (self.close, self.low, self.high))
        return replace(self, close=close, low=low, high=high)

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


def _reach(market: Market, ticker: str, last: pd.Timestamp) -> pd.Timestamp:
    """The day before the next session of the exchange; a usual gap where that is not known."""
    calendar = market.calendars.get(ticker)
    if calendar is None:
        return last + USUAL_GAP * DAY
    row = int(calendar.sessions.searchsorted(last, side="right"))
    inside = row < len(calendar.sessions)
    return calendar.sessions[row] - DAY if inside else last + USUAL_GAP * DAY


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

    Where the exchange is not known, news belongs to the first session on or after its day (UTC) and
    to the one after that: it may have come after the close.

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
        if calendar is None:
            row = int(dates.searchsorted(moment.tz_localize(None).normalize()))
            rows = [row, row + 1]
        else:
            rows = [calendar.first_after(moment)]
        found += [
            News(dates[row], moment, one.kind, one.what)
            for row in rows
            if row < len(dates) and dates[row] in sessions
        ]
    return sorted(found, key=lambda news: (news.session, news.moment, news.what))
