"""What the figures of two listings show: both lines in real time, the premium by year, past gaps.

In: a comparison, an event, a market. Out: frames and moments, UTC. It must not know matplotlib: a
picture and the text that stands for it read the same numbers here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analytics.display import words
from analytics.display.clockwork import Shut, shut_days
from analytics.errors import InputError
from analytics.events import Event
from analytics.evidence import AT_LOCAL_OPEN, ListingComparison, ListingComparisons, premium
from analytics.evidence.catchup import Spans, UsualCatchUp, fitted, pairs_for, spans_of
from analytics.evidence.lines import Line, Listings, listings_of
from analytics.market import Market, recorded_directory

__all__ = [
    "Gaps",
    "Hours",
    "RealTime",
    "aligned",
    "by_year",
    "certain",
    "city",
    "fit_of",
    "gap_events",
    "gaps",
    "marked",
    "quantile",
    "real_time",
    "source",
]

DAY = pd.Timedelta(days=1)
YEAR_BAND = 0.95


@dataclass(frozen=True, eq=False)
class Hours:
    """One exchange in a span of real time.

    Attributes
    ----------
    ticker, city : str
    sessions : pandas.DataFrame
        By session: ``opened, closed`` (UTC) and ``first, last``: what the line had moved at both
        since the follower's last close, decimal fraction; the leader at the premium of the last
        aligned pair.
    shut : tuple of Shut
    """

    ticker: str
    city: str
    sessions: pd.DataFrame
    shut: tuple[Shut, ...]


@dataclass(frozen=True, eq=False)
class RealTime:
    """Both lines of a comparison in real time.

    Attributes
    ----------
    start, end : pandas.Timestamp
        UTC.
    leader, follower : Hours
    """

    start: pd.Timestamp
    end: pd.Timestamp
    leader: Hours
    follower: Hours


def city(ticker: str) -> str:
    """City of a security's exchange; the ticker itself where that is not recorded.

    Examples
    --------
    >>> city("TSM"), city("MINE")
    ('New York', 'MINE')
    """
    security = recorded_directory().securities.get(ticker)
    return (security.exchange if security else "") or ticker


def real_time(comparison: ListingComparison, event: Event, market: Market) -> RealTime:
    """Both lines from the follower's last session before the news to the day after its first.

    Raises
    ------
    InputError
        The event is not the one compared, or the market has no such lines.
    """
    if event.id != comparison.event_id:
        raise InputError(f"the comparison is of {comparison.event_id}, the event is {event.id}")
    lines = lines_of(comparison, market)
    start = comparison.previous.tz_localize("UTC")
    last = max(comparison.session, comparison.path.index[-1])
    end = last.tz_localize("UTC") + 2 * DAY
    leader, follower = (lines.line(one) for one in (comparison.leader, comparison.follower))
    last_close = float(
        follower.grown(at_open=False)[follower.sessions.get_loc(comparison.previous)]
    )
    at = leader.sessions.get_loc(comparison.path.index[-1])
    parity = float(leader.grown(at_open=False)[at]) - comparison.gap
    return RealTime(
        start,
        end,
        _hours(leader, parity, start, end),
        _hours(follower, last_close, start, end),
    )


def lines_of(comparison: ListingComparison, market: Market) -> Listings:
    """The two lines, as the comparison took them."""
    return listings_of(
        market,
        receipt=comparison.receipt,
        local=comparison.local,
        ratio=comparison.ratio,
        rate=comparison.rate or None,
    )


def _hours(line: Line, base: float, start: pd.Timestamp, end: pd.Timestamp) -> Hours:
    opens, closes = (
        pd.DatetimeIndex(one).tz_localize("UTC") for one in (line.opens_at, line.closes_at)
    )
    seen = (closes > start) & (opens < end)
    frame = pd.DataFrame(
        {
            "opened": opens[seen],
            "closed": closes[seen],
            "first": np.expm1(line.grown(at_open=True)[seen] - base),
            "last": np.expm1(line.grown(at_open=False)[seen] - base),
        },
        index=line.sessions[seen],
    )
    shut = tuple(shut_days(line.calendar, start, end))
    return Hours(line.ticker, city(line.ticker), frame, shut)


def aligned(
    market: Market, *, receipt: str | None = None, local: str | None = None
) -> pd.DataFrame:
    """`analytics.evidence.premium` at the local open, the usable pairs only."""
    lines = listings_of(market, receipt=receipt, local=local)
    frame = premium(market, receipt=receipt, local=local, pairing=AT_LOCAL_OPEN)
    used = frame[frame["premium"].notna() & ~frame["remark"].str.startswith("not used")]
    used.attrs["tickers"] = (lines.receipt.ticker, lines.local.ticker)
    return used


def by_year(frame: pd.DataFrame) -> pd.DataFrame:
    """Median of the premium by year, the range of most of its days, and their number."""
    grouped = frame["premium"].groupby(frame.index.year)
    tail = (1.0 - YEAR_BAND) / 2
    return pd.DataFrame(
        {
            "median": grouped.median(),
            "low": grouped.quantile(tail),
            "high": grouped.quantile(1.0 - tail),
            "n": grouped.size(),
        }
    ).rename_axis("year")


@dataclass(frozen=True, eq=False)
class Gaps:
    """Past gaps with what the first price of the follower made of them.

    Attributes
    ----------
    leader, follower : str
    spans : Spans
    """

    leader: str
    follower: str
    spans: Spans


def gaps(
    market: Market,
    *,
    receipt: str | None = None,
    local: str | None = None,
    follower: str | None = None,
    closes: int = 1,
) -> Gaps:
    """All recorded spans of as many closes, log."""
    lines = listings_of(market, receipt=receipt, local=local)
    shut = lines.line(follower or lines.local.ticker)
    pairs = pairs_for(lines.other(shut.ticker), shut)
    if not pairs.at_open:
        raise InputError(f"{shut.ticker} has no opening prices; this figure is about its open")
    spans = spans_of(pairs, closes, len(pairs.row), len(pairs.row))
    return Gaps(lines.other(shut.ticker).ticker, shut.ticker, spans)


def certain(found: ListingComparisons, *, follower: str | None = None) -> list[ListingComparison]:
    """Comparisons whose order of sessions is sure."""
    return [
        one for one in found.comparisons if not one.ambiguous and follower in (None, one.follower)
    ]


def source(market: Market, tickers: Sequence[str]) -> str:
    """Where the prices come from, without the fine print."""
    wanted = {f"prices/{ticker}.csv" for ticker in tickers}
    said = dict.fromkeys(
        words.brief_source(entry.source) for entry in market.sources if entry.name in wanted
    )
    return f"Source: {', '.join(said)}." if said else "Source: the reader's own prices."


def marked(frame: pd.DataFrame, found: ListingComparisons | None) -> pd.DataFrame:
    """Events on the premium's line: local session, premium there, gap, whether the time is sure."""
    rows = {
        one.event_id: {
            "session": day,
            "premium": float(frame.loc[day, "premium"]),
            "gap": one.gap,
            "time_confirmed": one.time_confirmed,
        }
        for one in (certain(found) if found is not None else ())
        if (day := _local_session(one)) in frame.index
    }
    columns = ["session", "premium", "gap", "time_confirmed"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _local_session(one: ListingComparison) -> pd.Timestamp:
    return one.session if one.follower == one.local else one.leader_session


def gap_events(found: ListingComparisons | None, follower: str, closes: int) -> pd.DataFrame:
    """Gap and return to the open of the events with as many closes and a sure order."""
    rows = {
        one.event_id: {"gap": one.gap, "response": float(one.catch_up.loc["open", "response"])}
        for one in (certain(found, follower=follower) if found is not None else ())
        if one.closes == closes and "open" in one.catch_up.index
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["gap", "response"], dtype=float)


def fit_of(past: Gaps) -> UsualCatchUp:
    """The regression of the return to the open on the gap.

    Raises
    ------
    InputError
        There are too few such spans.
    """
    fit = fitted(past.spans.gap, past.spans.opened, past.spans.closes)
    if fit is None:
        raise InputError(
            f"{past.follower}: only {len(past.spans.gap)} spans of {past.spans.closes} closes; too "
            "few for a line"
        )
    return fit


def quantile(fit: UsualCatchUp, alpha: float = 0.05) -> float:
    """Of the t distribution of a forecast."""
    return float(stats.t.isf(alpha / 2, fit.df))
