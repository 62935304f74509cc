"""Sessions that an answer lacks: whether to ask again, and what to tell.

In: an answer, the dates wanted, the moment, the calendar of its exchange. Out: yes or no, and
words. It must not know how a question is put.

Yahoo fills the last closes late and sometimes never. A session that is lacking a week after its
close does not come any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd

from analytics.market.calendars import ExchangeCalendar
from analytics.market.reply import Reply

SETTLE = dt.timedelta(minutes=30)  # after the close, until Yahoo shows the closing price
PATIENCE = dt.timedelta(days=7)  # after the close, for which a lacking session may still come
CLOSED = dt.timedelta(days=14)  # longer than exchanges stay closed
DAY = dt.timedelta(days=1)
Calendar = Callable[[pd.Timestamp, pd.Timestamp], ExchangeCalendar | None]


def may_come(
    kept: Reply, start: dt.date, end: dt.date, now: dt.datetime, calendar: Calendar
) -> bool:
    """Whether an answer of today could hold more of the dates wanted than the kept one.

    Parameters
    ----------
    kept : Reply
    start, end : datetime.date
        The dates wanted, both inclusive.
    now : datetime.datetime
    calendar : callable
        Calendar of its exchange over two days; None where it is not known.

    Returns
    -------
    bool
        True where the kept answer was to an earlier question, or says that it came later than now,
        or lacks a session at the end that had not closed a week ago when it came.
    """
    if start < kept.query.start or kept.retrieved > now:
        return True
    asked = min(kept.query.end, kept.retrieved.date())
    wanted = min(end, now.date())
    if wanted - asked > CLOSED:
        return True
    first = max(kept.bars.index[-1].date() + DAY, asked - PATIENCE - 2 * DAY)
    known = _closes(first, wanted, calendar)
    closes = _weekdays(first, wanted) if known is None else known
    settled = [(day, close) for day, close in closes if close + SETTLE <= now]
    return any(day > kept.query.end or kept.retrieved < close + PATIENCE for day, close in settled)


def lacking_words(
    reply: Reply, start: dt.date, end: dt.date, now: dt.datetime, calendar: Calendar
) -> str:
    """Where prices begin late or end early, in words; empty where they do not.

    Parameters
    ----------
    reply : Reply
    start, end, now, calendar
        As in `may_come`.

    Returns
    -------
    str
        Gaps that the exchange's closed days explain are none; where its sessions are not known,
        nor are gaps of up to two weeks.
    """
    first, last = (reply.bars.index[k].date() for k in (0, -1))
    wanted, said = min(end, now.date()), []
    if first - start > CLOSED or (first > start and _closes(start, first - DAY, calendar)):
        said.append(f"prices begin {first}, asked from {start}")
    early = wanted - last > CLOSED
    if not early:
        late = _closes(last + DAY, wanted, calendar) or []
        early = any(close + SETTLE <= now for _, close in late)
    if early:
        said.append(f"prices end {last}, asked to {end}")
    return "; ".join(said)


def _closes(
    first: dt.date, last: dt.date, calendar: Calendar
) -> list[tuple[dt.date, dt.datetime]] | None:
    """Sessions of some days and their closes; None where they are not known."""
    if first > last:
        return []
    known = calendar(pd.Timestamp(first), pd.Timestamp(last))
    if known is None:
        return None
    closes = pd.DatetimeIndex(known.closes).tz_localize("UTC").to_pydatetime()
    found = [(day.date(), close) for day, close in zip(known.sessions, closes, strict=True)]
    return [one for one in found if first <= one[0] <= last]


def _weekdays(first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.datetime]]:
    """Weekdays and their ends, where the sessions are not known."""
    days = [first + k * DAY for k in range((last - first).days + 1)]
    return [
        (day, dt.datetime.combine(day + DAY, dt.time(), dt.UTC))
        for day in days
        if day.weekday() < 5
    ]
