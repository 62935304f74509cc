"""The tests of several shares on ordinary dates: how often each cries wolf on real prices.

In: results of one event and the market behind them. Out: the share of ordinary dates on which each
test rejects, though nothing is known to have happened, and with an effect added. It must not know
files, plots or pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.errors import InputError, is_number, is_whole
from analytics.events import Confounder, Event
from analytics.evidence.asked import market_of, news_of, results_of
from analytics.evidence.placebo import like, masked
from analytics.evidence.power import share_interval
from analytics.evidence.progress import shown
from analytics.evidence.quiet import recorded_news, unquiet_days
from analytics.market import Market
from analytics.study import EventStudyResults, align, event_study
from analytics.study.requests import yes_or_no

TRUSTED = 0.2  # share of dates on which a test must call itself valid to be read as such
FLIPS = 499  # random sign flips on each date
NONE = "no ordinary date: too few sessions before the event without other news"


@dataclass(frozen=True, eq=False, repr=False)
class QuietDates:
    """How often the tests of several shares reject on ordinary dates.

    Attributes
    ----------
    table : pandas.DataFrame
        By test: ``rejection``, the share of dates on which it rejects at ``alpha``; ``std_error``
        of that share; ``valid``, the share of dates on which the test says that it holds;
        ``rejection_valid``, the share among those; ``n`` dates on which it has a p value.
    dates : pandas.DatetimeIndex
        Day 0 of the first security on each of them.
    tickers : tuple of str
    window : tuple of int
    effect : float
        Abnormal return added to every share over the tested window, decimal fraction.
    alpha : float
    """

    table: pd.DataFrame
    dates: pd.DatetimeIndex
    tickers: tuple[str, ...]
    window: tuple[int, int]
    effect: float
    alpha: float

    @property
    def rates(self) -> pd.DataFrame:
        """The share that counts for each test.

        Returns
        -------
        pandas.DataFrame
            By test: ``trusted``, whether it calls itself valid on at least a fifth of the dates;
            ``rate``, the share of rejections on those dates, or on all where it is not trusted;
            ``low, high``, its interval at ``1 - alpha``; ``n`` dates.
        """
        trusted = self.table["valid"] >= TRUSTED
        rate = self.table["rejection_valid"].where(trusted, self.table["rejection"])
        n = (len(self.dates) * self.table["valid"]).where(trusted, self.table["n"])
        n = n.round().astype(int)
        found = (rate * n).fillna(0).round().astype(int)
        ends = [share_interval(k, m, self.alpha) for k, m in zip(found, n, strict=True)]
        low, high = ([end[side] for end in ends] for side in (0, 1))
        return pd.DataFrame({"trusted": trusted, "rate": rate, "low": low, "high": high, "n": n})

    def __repr__(self) -> str:
        what = f"with {self.effect:+.3f} added" if self.effect else "nothing added"
        head = f"QuietDates: {', '.join(self.tickers)} on {len(self.dates)} ordinary dates, {what}"
        return f"{head}\n{self.table.to_string(float_format='{:.3f}'.format)}"


def quiet_dates(
    results: EventStudyResults,
    market: Market,
    first: int = 0,
    last: int = 0,
    *,
    effect: float = 0.0,
    most: int = 250,
    news: Iterable[Event | Confounder] | None = None,
    mask: bool = True,
    progress: bool = True,
) -> QuietDates:
    """Run the tests of an event's shares on ordinary dates before it.

    Each date stands for the event: its day 0 is a session of the first security, and the other
    exchanges follow or precede it as they do at the event. Every share has an estimation window of
    its own there; days within a session of news about any of them are no such dates, and tested
    windows do not overlap.

    Parameters
    ----------
    results : EventStudyResults
        Of one event; its securities, windows, benchmarks and model are taken.
    market : Market
    first, last : int
        Tested days.
    effect : float
        Abnormal return to add to every share over the tested window: 0 for false alarms.
    most : int
        At most this many dates, evenly spread.
    news : iterable of Event and Confounder, optional
        As for `placebo`.
    mask : bool
        As for `placebo`.
    progress : bool
        Show a progress bar where it takes more than two seconds.

    Returns
    -------
    QuietDates

    Raises
    ------
    InputError
        Several events, or no ordinary date.

    Examples
    --------
    >>> import analytics as ma
    >>> market = ma.load_market()
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> found = quiet_dates(
    ...     ma.event_study(ma.align(event, market)), market, most=20, progress=False
    ... )
    >>> len(found.dates), len(found.table)
    (20, 18)
    """
    market_of(market)
    results_of(results).sample.windows.columns(first, last)
    if not is_number(effect) or not -1 < effect < 10:
        raise InputError(
            f"effect={effect!r}: expected a return as a decimal fraction, such as 0.03"
        )
    if not is_whole(most) or most < 1:
        raise InputError(f"most={most!r}: expected a whole number of at least 1")
    events = results.sample.index.get_level_values("event_id").unique()
    if len(events) != 1:
        raise InputError("results: expected those of one event; take them with results.only(id)")
    known = recorded_news() if news is None else news_of(news)
    own = results.sample.observations.droplevel("event_id")["session"]
    busy = {
        str(ticker): unquiet_days(str(ticker), market, news=known, sessions=[session])
        for ticker, session in own.items()
    }
    frame = _dates(own, market, busy, (first, last), results)
    if frame.empty:
        raise InputError(NONE)
    sample = align(frame, market, **like(results))
    if yes_or_no("mask", mask) is not False:
        sample = masked(sample, busy)
    found = event_study(sample, results.model, alpha=results.alpha)
    whole = found.car(first, last)["car"].notna().groupby(level="event_id").sum() == len(own)
    names = list(whole.index[whole])
    if not names:
        raise InputError(NONE)
    chosen = np.unique(np.linspace(0, len(names) - 1, min(most, len(names))).round().astype(int))
    found = _with_effect(found, first, last, float(effect))
    rows = []
    for k in shown(chosen.tolist(), "ordinary dates", "date", progress=progress):
        tests = found.only(names[k]).test(first, last, draws=FLIPS)
        rows.append(tests[["pvalue", "valid"]].assign(date=names[k]))
    dates = pd.DatetimeIndex([names[k] for k in chosen], name="date")
    return QuietDates(
        table=_rates(pd.concat(rows), results.alpha),
        dates=dates,
        tickers=tuple(map(str, own.index)),
        window=(first, last),
        effect=float(effect),
        alpha=results.alpha,
    )


def _dates(
    own: pd.Series,
    market: Market,
    busy: Mapping[str, pd.Series],
    window: tuple[int, int],
    results: EventStudyResults,
) -> pd.DataFrame:
    """``event_id, ticker, session`` of ordinary dates; the id is the first security's day 0."""
    lead, event = str(own.index[0]), own.iloc[0]
    ranges = {ticker: _ordinary(near, window) for ticker, near in busy.items()}
    days = busy[lead].index
    ceiling = int(days.get_loc(event)) + min(window[0], 0)
    needed = -results.sample.windows.estimation[0] // 2
    rows: list[tuple[str, str, pd.Timestamp]] = []
    for row in range(ceiling - 1, needed, -1):
        if row + window[1] >= ceiling:
            continue
        sessions = {str(t): _same_place(str(t), lead, days[row], own, market) for t in own.index}
        if all(one in ranges[ticker] for ticker, one in sessions.items()):
            rows += [(f"{days[row]:%Y-%m-%d}", ticker, one) for ticker, one in sessions.items()]
            ceiling = row + min(window[0], 0)
    return pd.DataFrame(rows[::-1], columns=["event_id", "ticker", "session"])


def _ordinary(near: pd.Series, window: tuple[int, int]) -> set[pd.Timestamp]:
    """Sessions whose whole tested window is without news."""
    reach = max(-window[0], 0), max(window[1], 0)
    busy = near.to_numpy()
    free = [k for k in range(len(busy)) if not busy[max(k - reach[0], 0) : k + reach[1] + 1].any()]
    return set(near.index[free])


def _same_place(
    ticker: str, lead: str, day: pd.Timestamp, own: pd.Series, market: Market
) -> pd.Timestamp | None:
    """The session of a security that stands to the first one's as at the event; None if none."""
    ours, theirs = market.calendars.get(lead), market.calendars.get(ticker)
    if ours is None or theirs is None or ours.code == theirs.code:
        days = market.sessions(ticker)
        there = days.get_indexer([day, own[ticker], own[lead]])
        row = int(there[0] + there[1] - there[2])
        return days[row] if (there >= 0).all() and 0 <= row < len(days) else None
    close = ours.closes[ours.row(day)]
    after = theirs.closes[theirs.row(own[ticker])] > ours.closes[ours.row(own[lead])]
    row = int(np.searchsorted(theirs.closes, close, side="right"))
    row = row if after else row - 1
    return theirs.sessions[row] if 0 <= row < len(theirs.sessions) else None


def _with_effect(
    results: EventStudyResults, first: int, last: int, effect: float
) -> EventStudyResults:
    """The same with an abnormal return added, in equal parts on the tested days."""
    abnormal = results.fit.abnormal.copy()
    abnormal[:, results.sample.windows.columns(first, last)] += effect / (last - first + 1)
    return replace(results, fit=replace(results.fit, abnormal=abnormal))


def _rates(found: pd.DataFrame, alpha: float) -> pd.DataFrame:
    rows = {}
    for name, part in found.groupby(level=0, sort=False):
        known = part[part["pvalue"].notna()]
        rejects, holds = known["pvalue"] < alpha, known["valid"].astype(bool)
        rate = float(rejects.mean()) if len(known) else np.nan
        rows[name] = {
            "rejection": rate,
            "std_error": float(np.sqrt(rate * (1 - rate) / len(known))) if len(known) else np.nan,
            "valid": float(part["valid"].astype(bool).mean()),
            "rejection_valid": float(rejects[holds].mean()) if holds.any() else np.nan,
            "n": len(known),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "test"
    return frame
