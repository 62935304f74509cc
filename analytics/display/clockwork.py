"""What the three clocks show: sessions, closures and day 0 of each exchange around the news.

In: an event and a market's calendars. Out: rows of moments, UTC. It must not know matplotlib.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.display import words
from analytics.display.names import places
from analytics.errors import InputError
from analytics.events import Event
from analytics.market import ExchangeCalendar, Market
from analytics.study.sessions import place

__all__ = [
    "CLOCK_KNOWN",
    "Row",
    "Shut",
    "clock_rows",
    "day_zero_words",
    "news_words",
    "shut_days",
    "span_of",
]

CLOCK_KNOWN = ("minute", "hour")
LEAST = pd.Timedelta(days=3)
NEAR_WEEKS = 8


@dataclass(frozen=True)
class Shut:
    """Days in a row without a session, whole days of the exchange.

    Attributes
    ----------
    start, end : pandas.Timestamp
        UTC.
    reason : str
        As recorded; ``weekend`` or ``closed`` where nothing is.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    reason: str


@dataclass(frozen=True, eq=False)
class Row:
    """One exchange.

    Attributes
    ----------
    code, place, zone : str
        Calendar code, name of the city, IANA zone.
    day0 : pandas.Timestamp
        First session that could answer, tz-naive.
    also : tuple of pandas.Timestamp
        Other sessions that could be day 0.
    sessions : tuple of (session, open, close)
        Open and close are UTC.
    shut : tuple of Shut
    hours : str
        Day 0's local opening hours: ``09:30–16:00``, or ``09:00–11:30, 12:30–15:30``.
    offset : str
        Of the zone on day 0: ``UTC−5``.
    breaks : tuple of (begin, end)
        Lunch breaks of the sessions, UTC.
    corrected : bool
        Whether closures of this exchange are recorded, against which its calendar was checked.
    """

    code: str
    place: str
    zone: str
    day0: pd.Timestamp
    also: tuple[pd.Timestamp, ...]
    sessions: tuple[tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp], ...]
    shut: tuple[Shut, ...]
    hours: str
    offset: str
    breaks: tuple[tuple[pd.Timestamp, pd.Timestamp], ...] = ()
    corrected: bool = False


def clock_rows(event: Event, market: Market, tickers: Sequence[str] | None = None) -> list[Row]:
    """Rows of the exchanges of these tickers, by the code of their calendars.

    Raises
    ------
    InputError
        None of the tickers has an exchange, or the event lies outside its calendar.
    """
    wanted = event.tickers if tickers is None else tickers
    calendars: dict[str, ExchangeCalendar] = {}
    for ticker in wanted or market.tickers:
        calendar = market.calendars.get(ticker)
        if calendar is not None:
            calendars.setdefault(calendar.code, calendar)
    if not calendars:
        raise InputError(
            f"{event.id}: no exchange is known for {words.join(wanted) or 'no ticker'}"
        )
    placed = [(one, place(event, one)) for _, one in sorted(calendars.items())]
    for calendar, placement in placed:
        if not placement.candidates:
            raise InputError(f"{event.id}: {event.date} lies outside the calendar {calendar.code}")
    days = [day for _, placement in placed for day in placement.candidates]
    start, end = _span(event, max(days))
    cities = places(calendars)
    return [
        _row(cities[one.code], one, placement.candidates, start, end) for one, placement in placed
    ]


def span_of(event: Event, rows: Sequence[Row]) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Shown range, UTC: from the day before the news to the end of the last day 0."""
    return _span(event, max(day for row in rows for day in (row.day0, *row.also)))


def _span(event: Event, last: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    early, late = (pd.Timestamp(bound).tz_convert("UTC") for bound in event.bounds())
    start = early.normalize() - pd.Timedelta(days=1)
    end = max(last.tz_localize("UTC"), late.normalize()) + pd.Timedelta(days=1)
    return start, max(end, start + LEAST)


def _row(
    city: str,
    calendar: ExchangeCalendar,
    candidates: tuple[pd.Timestamp, ...],
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> Row:
    opens = pd.DatetimeIndex(calendar.opens).tz_localize("UTC")
    closes = pd.DatetimeIndex(calendar.closes).tz_localize("UTC")
    seen = (closes > start) & (opens < end)
    sessions = tuple(zip(calendar.sessions[seen], opens[seen], closes[seen], strict=True))
    day0 = candidates[0]
    number = calendar.row(day0)
    assert number is not None  # noqa: S101  day 0 is a session
    local = opens[number].tz_convert(calendar.zone)
    return Row(
        code=calendar.code,
        place=city,
        zone=calendar.zone,
        day0=day0,
        also=candidates[1:],
        sessions=sessions,
        shut=tuple(shut_days(calendar, start, end)),
        hours=_hours(calendar, number),
        offset=_offset(local),
        breaks=_breaks(calendar, np.flatnonzero(seen)),
        corrected=bool(calendar.closures),
    )


def _breaks(
    calendar: ExchangeCalendar, rows: Iterable[int]
) -> tuple[tuple[pd.Timestamp, pd.Timestamp], ...]:
    """Lunch breaks of some sessions, UTC."""
    if not len(calendar.breaks):
        return ()
    moments = (calendar.breaks[row] for row in rows)
    return tuple(
        (pd.Timestamp(begin, tz="UTC"), pd.Timestamp(end, tz="UTC"))
        for begin, end in moments
        if begin == begin
    )


def _hours(calendar: ExchangeCalendar, row: int) -> str:
    """Local opening hours of a session; those of a whole day in words."""
    ends = [
        pd.Timestamp(calendar.opens[row], tz="UTC"),
        pd.Timestamp(calendar.closes[row], tz="UTC"),
    ]
    if ends[1] - ends[0] == pd.Timedelta(days=1):
        return "24 hours"
    for begin, end in _breaks(calendar, [row]):
        ends[1:1] = [begin, end]
    local = [f"{moment.tz_convert(calendar.zone):%H:%M}" for moment in ends]
    return ", ".join(f"{a}–{b}" for a, b in zip(local[::2], local[1::2], strict=True))


def shut_days(calendar: ExchangeCalendar, start: pd.Timestamp, end: pd.Timestamp) -> list[Shut]:
    """Runs of local days without a session that touch the shown range."""
    first, last = (
        one.tz_convert(calendar.zone).tz_localize(None).normalize() for one in (start, end)
    )
    days = pd.date_range(first, last, freq="D")
    runs: list[list[pd.Timestamp]] = []
    for day in days:
        if calendar.row(day) is not None:
            continue
        if runs and day - runs[-1][-1] == pd.Timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return [_one_shut(calendar, run) for run in runs]


def _one_shut(calendar: ExchangeCalendar, run: Sequence[pd.Timestamp]) -> Shut:
    reasons = dict.fromkeys(calendar.closures[day] for day in run if day in calendar.closures)
    weekend = all(_is_weekend(calendar, day) for day in run)
    start = run[0].tz_localize(calendar.zone).tz_convert("UTC")
    end = (run[-1] + pd.Timedelta(days=1)).tz_localize(calendar.zone).tz_convert("UTC")
    return Shut(start, end, words.join(reasons) or ("weekend" if weekend else "closed"))


def _is_weekend(calendar: ExchangeCalendar, day: pd.Timestamp) -> bool:
    """Whether the exchange never trades on this weekday, around that time: Friday in Riyadh."""
    near = pd.Timedelta(weeks=NEAR_WEEKS)
    low, high = calendar.sessions.searchsorted([day - near, day + near])
    traded = int((calendar.sessions[low:high].day_of_week == day.day_of_week).sum())
    return traded <= NEAR_WEEKS // 4  # a rare special session does not make a trading day


def _offset(local: pd.Timestamp) -> str:
    minutes = int((local.utcoffset() or dt.timedelta()).total_seconds()) // 60
    sign = words.MINUS if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def news_words(event: Event) -> str:
    """When the news came, as sure as it is known."""
    moment = pd.Timestamp(event.published_at)
    unsure = "" if event.time_confirmed else ", time unconfirmed"
    if event.precision in CLOCK_KNOWN:
        return f"{moment:%H:%M} UTC{unsure}"
    return f"{event.date.day} {event.date:%B}{unsure}"


def day_zero_words(row: Row) -> str:
    """The sessions that could be day 0: ``27 January``, ``10 or 11 February``."""
    days = [row.day0, *row.also]
    if len({day.month for day in days}) == 1:
        return f"{words.join((str(day.day) for day in days), last='or')} {days[0]:%B}"
    return words.join((f"{day.day} {day:%B}" for day in days), last="or")
