"""Rules of dates: every session once, nothing between them, nothing a day off, nothing cut short.

In: a `Subject`. Out: findings. It must not look at prices, except to say what stood in a row.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.market.checks.findings import Change, Finding, Severity, counted, found
from analytics.market.checks.official import official_row
from analytics.market.checks.subject import COMPARED, Subject, number

DAY = pd.Timedelta(days=1)
LATE = 5  # sessions by which a file may begin after the others without a word
THIN = 0.25  # of the usual volume: a last row that has less may not be final
LEAST = 0.8  # of the smallest volume of those sessions: some shares trade by fits
EVERY = 0.1  # share of rows on weekends in a market that has no weekend
RESTS = ((12, 25), (1, 1))  # month and day on which banks quote no rate
USUAL = 20  # sessions over which the usual volume is taken

Item = tuple[str, str, tuple[Change, ...]]


def date_findings(subject: Subject) -> list[Finding]:
    """All rules of dates.

    Parameters
    ----------
    subject : Subject

    Returns
    -------
    list of Finding
    """
    findings = [
        *clock_times(subject),
        *duplicate_dates(subject),
        *missing_closes(subject),
        *provisional_row(subject),
    ]
    if subject.calendar is None:
        said = "no exchange is known, so its sessions could not be compared"
        findings.append(Finding(subject.file.name, "", "no_calendar", "note", said))
        return [*findings, *weekend_rows(subject)]
    moved = shifted_dates(subject)
    lines = {change.line for one in moved for change in one.remedy}
    return [
        *findings,
        *moved,
        *phantom_rows(subject, lines),
        *missing_sessions(subject, lines),
        *ends(subject),
    ]


def _iso(day: pd.Timestamp) -> str:
    return f"{day:%Y-%m-%d}"


def clock_times(subject: Subject) -> list[Finding]:
    """A date with a clock time: a bar that is still being made, or another zone's midnight.

    Daily bars with stamps such as 13:30 UTC (New York's opening) stand beside the bar of the same
    day in Yahoo's files.
    """
    rows = subject.file.rows
    stamped = rows[(rows["stamp"] != "") & rows["day"].notna()]
    source = "the date alone"
    items: list[Item] = [
        (
            _iso(row.day),
            f"line {row.line}: {row.text}",
            (subject.cell(row.line, "date", _iso(row.day), source),),
        )
        for row in stamped.itertuples()
    ]
    return found(subject.file.name, "clock_time", "error", items)


def duplicate_dates(subject: Subject) -> list[Finding]:
    """A date that stands twice, or before the one above it: a close must have one date.

    The first row stays where both say the same; where they differ nobody knows which is right, and
    no remedy is offered.
    """
    name, rows = subject.file.name, subject.file.rows
    rows = rows[rows["day"].notna()]
    items: list[Item] = []
    for day, same in rows[rows["day"].duplicated(keep=False)].groupby("day"):
        closes = [number(value) for value in same["close"]]
        lines = ", ".join(map(str, same["line"]))
        said = f"lines {lines}: closes {', '.join(closes)}"
        equal = len(set(closes)) == 1
        source = f"line {same['line'].iloc[0]} has the same close"
        drops = tuple(subject.drop(int(k), source) for k in same["line"].iloc[1:]) if equal else ()
        items.append((_iso(day), said, drops))
    findings = found(name, "duplicate_date", "error", items)
    before = rows["day"].shift()
    backwards = rows[rows["day"] < before]
    if rows["day"].is_monotonic_decreasing:
        backwards = backwards.head(0)  # the newest first throughout, as some sources write
    for row in backwards.head(1).itertuples():
        said = f"line {row.line} is earlier than the line above it"
        findings.append(Finding(name, _iso(row.day), "unsorted_dates", "error", said))
    return findings


def missing_closes(subject: Subject) -> list[Finding]:
    """A row whose close is empty or not above zero: a session without a price, or no session."""
    rows = subject.file.rows
    bad = rows[rows["day"].notna() & ~(rows["close"] > 0)]
    items: list[Item] = [
        (_iso(row.day), f"line {row.line}: close {number(row.close)}", ())
        for row in bad.itertuples()
    ]
    return found(subject.file.name, "no_close", "error", items)


def shifted_dates(subject: Subject) -> list[Finding]:
    """Bars dated a day early or late: Monday's bar under Sunday, by a midnight of another zone.

    From a row without a session the dates are followed day by day; where moving all of them by one
    day fills exactly the session that has no row, they are shifted.
    """
    calendar = subject.calendar
    if calendar is None or subject.is_rate:
        return []
    dates = pd.DatetimeIndex(subject.file.bars.index)
    strays = dates[~dates.isin(calendar.sessions)]
    if strays.empty:
        return []
    there, sessions = set(dates), set(calendar.sessions)
    moves: dict[pd.Timestamp, pd.Timestamp] = {}
    for stray in strays:
        for step in (DAY, -DAY):
            block = _block(stray, step, there, sessions)
            if block:
                moves |= {day: day + step for day in block}
                break
    lines = subject.file.bars["line"]
    items: list[Item] = [
        (
            _iso(day),
            f"{day:%A}; fits the session of {_iso(to)}, which has no row",
            (subject.cell(int(lines[day]), "date", _iso(to), "the session without a row"),),
        )
        for day, to in sorted(moves.items())
    ]
    return found(subject.file.name, "shifted_date", "error", items)


def _block(
    stray: pd.Timestamp,
    step: pd.Timedelta,
    there: set[pd.Timestamp],
    sessions: set[pd.Timestamp],
) -> list[pd.Timestamp]:
    """Dates from a stray one on that all move by a step, up to a session without a row."""
    block, day = [], stray
    while day + step in sessions:
        block.append(day)
        day += step
        if day not in there:
            return block
    return []


def phantom_rows(subject: Subject, moved: set[int]) -> list[Finding]:
    """A row on a day on which the exchange was shut.

    Yahoo fills some holidays with the last price and no volume. A row with a volume of its own, and
    another close than the row before, may be a special session that the calendar does not know (as
    in India on some Saturdays): a warning, ``special_session``, and nothing is taken out. An
    exchange rate is quoted on
    holidays by right: there one finding counts the weekdays, and rows of weekends are errors.
    """
    calendar, bars = subject.calendar, subject.file.bars
    if calendar is None:
        return []
    stray = bars[~bars.index.isin(calendar.sessions) & ~bars["line"].isin(moved)]
    findings = []
    if subject.is_rate:
        quoted = stray[stray.index.day_of_week < 5]
        stray = stray[stray.index.day_of_week >= 5]
        if len(quoted):
            said = (
                f"{len(quoted)} weekdays without a session of {calendar.code}, "
                f"{_iso(quoted.index[0])} to {_iso(quoted.index[-1])}"
            )
            findings.append(Finding(subject.file.name, "", "rate_without_session", "note", said))
    own = _of_its_own(bars, stray) if calendar.code not in COMPARED else stray.index[:0]
    items: list[Item] = []
    special: list[Item] = []
    for day, row in stray.iterrows():
        volume = f", volume {number(row['volume'])}" if "volume" in row else ""
        why = calendar.closures.get(day) or ("a weekend" if day.weekday() >= 5 else "shut")
        said = f"close {number(row['close'])}{volume}; no session of {calendar.code} ({why})"
        if day in own:
            special.append((_iso(day), f"{said}, but it was traded: a special session?", ()))
            continue
        drop = subject.drop(int(row["line"]), f"the calendar {calendar.code}")
        items.append((_iso(day), said, (drop,)))
    return [
        *findings,
        *found(subject.file.name, "phantom_row", "error", items),
        *found(subject.file.name, "special_session", "warning", special),
    ]


def _of_its_own(bars: pd.DataFrame, stray: pd.DataFrame) -> pd.Index:
    """Rows with a volume of their own and another close than the row before and the one after."""
    if "volume" not in bars:
        return stray.index[:0]
    traded = bars["volume"] > 0
    for step in (1, -1):
        traded &= (bars["close"] != bars["close"].shift(step)) & (
            bars["volume"] != bars["volume"].shift(step)
        )
    return stray.index[traded[stray.index]]


def weekend_rows(subject: Subject) -> list[Finding]:
    """Rows of weekends where no exchange is known: strays, or a whole file that is a day off.

    A file with Sundays and no Friday is dated a day early. One in which more than a tenth of the
    rows are on weekends belongs to a market that trades every day.
    """
    days = pd.DatetimeIndex(subject.file.bars.index)
    weekend = days[days.day_of_week >= 5]
    name = subject.file.name
    if len(weekend) and not (days.day_of_week == 4).any() and len(days) > 5:
        said = f"{len(weekend)} rows on weekends and none on a Friday: a day early throughout?"
        return [Finding(name, _iso(weekend[0]), "shifted_date", "error", said)]
    if len(weekend) > EVERY * len(days):
        return []
    items: list[Item] = [(_iso(day), f"a {day:%A}; no exchange is known", ()) for day in weekend]
    return found(name, "phantom_row", "warning", items)


def missing_sessions(subject: Subject, moved: set[int]) -> list[Finding]:
    """A session between the first and the last row that has none; neighbours are said as one.

    One that no file of the exchange has is more likely a closure that the calendar does not know: a
    warning. Exchange rates may rest on Christmas Day and New Year's Day: a note.
    """
    calendar, bars = subject.calendar, subject.file.bars
    if calendar is None or len(bars) < 2:
        return []
    step = pd.Series(bars.index, index=bars["line"])
    filled = [_to(day, calendar.sessions) for day in step[step.index.isin(moved)]]
    there = bars.index[~bars["line"].isin(moved)].append(pd.DatetimeIndex(filled))
    # a shifted file has no own row for its last session but one: the moved dates fill it
    low, high = calendar.sessions.searchsorted([bars.index[0], bars.index[-1] + DAY])
    empty = low + np.flatnonzero(~calendar.sessions[low:high].isin(there))
    findings: list[Finding] = []
    run: list[int] = []
    for k in [*empty, None]:
        if run and (k is None or k != run[-1] + 1 or _kind(subject, k) != _kind(subject, run[-1])):
            findings.append(_missing(subject, run))
            run = []
        if k is not None:
            run.append(k)
    return findings


def _kind(subject: Subject, row: int) -> Severity:
    """How grave it is that a session has no row."""
    assert subject.calendar is not None  # noqa: S101
    day = subject.calendar.sessions[row]
    if subject.is_rate and (day.month, day.day) in RESTS:
        return "note"
    return "warning" if day in subject.nowhere else "error"


def _missing(subject: Subject, run: list[int]) -> Finding:
    """Neighbouring sessions without a row."""
    calendar = subject.calendar
    assert calendar is not None  # noqa: S101
    days = calendar.sessions[run]
    severity = _kind(subject, run[0])
    said = f"a session of {calendar.code}, but no row"
    if len(days) > 1:
        said = f"{len(days)} sessions of {calendar.code} to {_iso(days[-1])}, but no row"
    if severity == "warning":
        said += ", here and in every other file of it: shut, and the calendar does not know?"
    if severity == "note":
        said += ": many sources of rates rest on this day"
    remedy = tuple(one for day in days for one in official_row(subject, day))
    name = subject.file.name
    return Finding(name, _iso(days[0]), "missing_session", severity, said, remedy)


def _to(day: pd.Timestamp, sessions: pd.DatetimeIndex) -> pd.Timestamp:
    """The session that a shifted date belongs to."""
    return day + DAY if day + DAY in sessions else day - DAY


def ends(subject: Subject) -> list[Finding]:
    """A file that ends before the others of its exchange, or begins long after them.

    A ticker that was listed late begins late by right; a file that was cut does too. An exchange
    rate is needed only where it is asked for, and then says itself that it has ended.
    """
    calendar, bars = subject.calendar, subject.bars
    if calendar is None or bars.empty or subject.latest is None or subject.earliest is None:
        return []
    name, sessions = subject.file.name, calendar.sessions
    last, first = bars.index[-1], bars.index[0]
    behind = int(sessions.searchsorted(subject.latest) - sessions.searchsorted(last))
    late = int(sessions.searchsorted(first) - sessions.searchsorted(subject.earliest))
    findings = []
    where = f"where others of {calendar.code}"
    if behind > 0:
        said = f"{counted(behind, 'session')} before {_iso(subject.latest)}, {where} end"
        severity: Severity = "note" if subject.is_rate else "warning"
        findings.append(Finding(name, _iso(last), "stale_end", severity, said))
    if late > LATE:
        said = f"{counted(late, 'session')} after {_iso(subject.earliest)}, {where} begin"
        findings.append(Finding(name, _iso(first), "late_start", "note", said))
    return findings


def provisional_row(subject: Subject) -> list[Finding]:
    """A last row that was recorded before its day was over, or with little of its volume.

    Yahoo completes the volume of the last day, and at times its close, by the next morning. Where
    the manifest tells the moment of retrieval it must lie after the session's close.
    """
    bars, calendar = subject.bars, subject.calendar
    if bars.empty:
        return []
    last = bars.index[-1]
    name = subject.file.name
    retrieved = subject.file.entry.retrieved if subject.file.entry else ""
    if (
        calendar is not None
        and calendar.row(last) is not None
        and _before(retrieved, last, pd.Timestamp(calendar.closes[calendar.row(last)]))
    ):
        said = f"retrieved {retrieved}, before the session was over"
        return [Finding(name, _iso(last), "provisional_row", "warning", said)]
    if "volume" not in bars or len(bars) <= USUAL:
        return []
    before = bars["volume"].iloc[-1 - USUAL : -1]
    usual, volume = before.median(), bars["volume"].iloc[-1]
    if not usual > 0 or volume >= min(THIN * usual, LEAST * before.min()):
        return []
    if calendar is not None and last in calendar.early_closes:
        return []
    said = f"volume {number(volume)}, {volume / usual:.0%} of the usual {number(usual)}"
    if np.isnan(volume):
        said = f"no volume; usual is {number(usual)}"
    return [Finding(name, _iso(last), "provisional_row", "warning", said)]


def _before(retrieved: str, last: pd.Timestamp, close: pd.Timestamp) -> bool:
    """Whether a moment of retrieval lies before a close in UTC; a date alone counts as its end."""
    if not retrieved:
        return False
    moment = pd.Timestamp(retrieved)
    if "T" not in retrieved and " " not in retrieved:
        return bool(moment < last)
    moment = moment.tz_convert("UTC").tz_localize(None) if moment.tzinfo else moment
    return bool(moment < close)
