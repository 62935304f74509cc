"""When an exchange trades: sessions with their opening and closing moments.

In: a calendar code of exchange_calendars, a range of dates, corrections as data. Out: a frozen
`ExchangeCalendar`. It must not know prices or events.

A *session* is a trading date without a time zone; its opening and closing are moments in UTC.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.errors import InputError, UnknownNameError
from analytics.market.reply import read_day
from analytics.recorded import RecordedFolder, recorded_folder

CLOSURES, CORRECTIONS = "closures.csv", "calendar_corrections.csv"
TABLES = {CORRECTIONS: "change", CLOSURES: "reason"}  # what a row says beside calendar and date

Phase = Literal["before_open", "in_session", "after_close", "closed"]
ROOM = pd.DateOffset(days=45)  # calendar beyond the prices, so that gaps at either end are seen
CITIES = {  # exchanges that do not lie in the city after which their time zone is named
    "24/5": "24/5 market",
    "24/7": "24/7 market",
    "BVMF": "São Paulo",
    "CMES": "Chicago",
    "IEPA": "ICE New York",
    "XBOG": "Bogotá",
    "XBOM": "Mumbai",
    "XDUS": "Düsseldorf",
    "XEEE": "Leipzig",
    "XETR": "Frankfurt",
    "XEUR": "Frankfurt",
    "XFRA": "Frankfurt",
    "XHAM": "Hamburg",
    "XMIL": "Milan",
    "XNZE": "Wellington",
    "XSTU": "Stuttgart",
    "XTAE": "Tel Aviv",
    "us_futures": "US futures",
}
COMMON = {
    "New York": "XNYS",
    "Taipei": "XTAI",
    "Hong Kong": "XHKG",
    "Tokyo": "XTKS",
    "London": "XLON",
    "Frankfurt": "XETR",
    "Paris": "XPAR",
    "Seoul": "XKRX",
    "Sydney": "XASX",
    "Shanghai": "XSHG",
    "Mumbai": "XBOM",
    "Toronto": "XTSE",
    "crypto": "24/7",
}


@dataclass(frozen=True, eq=False)
class ExchangeCalendar:
    """Sessions of one exchange.

    Attributes
    ----------
    code : str
        exchange_calendars code, such as ``"XTAI"``.
    zone : str
        IANA time zone of the exchange.
    sessions : pandas.DatetimeIndex
        (n_sessions,) trading dates, tz-naive, ascending.
    opens, closes : numpy.ndarray
        (n_sessions,) datetime64[ns], UTC. An early close is the real one.
    closures : mapping
        Date -> why the exchange was shut on that weekday, where it is recorded.
    breaks : numpy.ndarray
        (n_sessions, 2) datetime64[ns], UTC: begin and end of the lunch break, NaT where there is
        none. News in a break reaches the session that is under way.
    """

    code: str
    zone: str
    sessions: pd.DatetimeIndex
    opens: np.ndarray
    closes: np.ndarray
    closures: Mapping[pd.Timestamp, str]
    breaks: np.ndarray = field(default_factory=lambda: np.empty((0, 2), "datetime64[ns]"))

    @property
    def city(self) -> str:
        """Where the exchange is: ``"London"``; that of its time zone unless another is known."""
        return city_of(self.code, self.zone)

    def first_after(self, moment: pd.Timestamp) -> int:
        """Row of the first session whose close lies after ``moment``.

        A moment equal to the close counts as after it. The row may be ``n_sessions``: beyond the
        calendar's end.
        """
        return int(np.searchsorted(self.closes, utc(moment), side="right"))

    def phase(self, moment: pd.Timestamp) -> Phase:
        """Where ``moment`` lies in the exchange's own day.

        A session may open on the evening before its date, as futures do.
        """
        instant, following = utc(moment), self.first_after(moment)
        if following < len(self.sessions) and self.opens[following] <= instant:
            return "in_session"
        row = self.row(pd.Timestamp(moment.tz_convert(self.zone).date()))
        if row is None:
            return "closed"
        return "before_open" if instant < self.opens[row] else "after_close"

    def row(self, session: pd.Timestamp) -> int | None:
        """Row of a session; None if the exchange does not trade on that date."""
        row = int(self.sessions.searchsorted(session))
        found = row < len(self.sessions) and self.sessions[row] == session
        return row if found else None

    def covers(self, moment: pd.Timestamp) -> bool:
        """Whether the calendar begins before and ends after ``moment``."""
        instant = utc(moment)
        return bool(self.opens[0] <= instant < self.closes[-1])

    @cached_property
    def early_closes(self) -> pd.DatetimeIndex:
        """Sessions that close at least an hour before the usual local time."""
        local = pd.DatetimeIndex(self.closes).tz_localize("UTC").tz_convert(self.zone)
        minutes = local.hour * 60 + local.minute
        return self.sessions[minutes <= np.median(minutes) - 60]

    def closure_between(self, earlier: pd.Timestamp, later: pd.Timestamp) -> str:
        """Why the exchange was shut between two sessions: the recorded reasons, each once."""
        days = [day for day in self.closures if earlier < day < later]
        return ", ".join(dict.fromkeys(self.closures[day] for day in sorted(days)))


def exchange_calendar(
    code: str,
    start: pd.Timestamp,
    end: pd.Timestamp,
    folder: RecordedFolder | None = None,
    *,
    closed: Mapping[pd.Timestamp, str] | None = None,
) -> ExchangeCalendar:
    """Calendar of an exchange around a range of dates, with the recorded corrections.

    Parameters
    ----------
    code : str
        exchange_calendars code, such as ``"XNYS"``.
    start, end : pandas.Timestamp
        First and last date of interest; the calendar reaches somewhat further.
    folder : RecordedFolder, optional
        Whose ``calendar_corrections.csv`` and ``closures.csv`` to apply; the recorded data by
        default.
    closed : mapping, optional
        Further dates on which the exchange was shut, with the reason.

    Raises
    ------
    InputError
        No such calendar.
    DataError
        The tables of the folder cannot be read.

    Examples
    --------
    >>> taipei = exchange_calendar("XTAI", pd.Timestamp("2024-10-01"), pd.Timestamp("2024-11-29"))
    >>> taipei.row(pd.Timestamp("2024-10-31")) is None  # Typhoon Kong-rey
    True
    """
    folder = folder or recorded_folder()
    code = exchange_code(code)
    zone, sessions, hours = _schedule(code, start.normalize(), end.normalize())
    corrections = [row for row in calendar_rows(folder, CORRECTIONS) if row["calendar"] == code]
    shut = [pd.Timestamp(row["date"]) for row in corrections if row["change"] == "closed"]
    keep = ~sessions.isin(pd.DatetimeIndex([*shut, *(closed or ())]))
    reasons = [row for row in calendar_rows(folder, CLOSURES) if row["calendar"] == code]
    closures = {pd.Timestamp(row["date"]): row["reason"] for row in [*corrections, *reasons]}
    closures |= closed or {}
    opens, closes, *breaks = (hours[keep, k] for k in range(4))
    return ExchangeCalendar(
        code, zone, sessions[keep], opens, closes, closures, np.column_stack(breaks)
    )


@cache
def exchange_code(name: str) -> str:
    """The code of an exchange calendar, from the code itself or another common name of it.

    Raises
    ------
    UnknownNameError
        The nearest names are suggested.

    Examples
    --------
    >>> exchange_code("XLON"), exchange_code("LSE"), exchange_code("xlon")
    ('XLON', 'XLON', 'XLON')
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in `_schedule`
        import exchange_calendars

        known = exchange_calendars.get_calendar_names()
        named = {one.casefold(): one for one in known}
        if name.casefold() not in named:
            cities = {city.casefold(): code for city, code in COMMON.items()}
            found = cities.get(name.casefold())
            listed = ", ".join(f"{code} ({city})" for city, code in COMMON.items())
            raise UnknownNameError(
                "exchange calendar",
                name,
                known if found is None else [found],
                f"(a code of exchange_calendars: {listed} ...)",
            )
        return str(exchange_calendars.resolve_alias(named[name.casefold()]))


@cache
def city_of(code: str, zone: str = "") -> str:
    """Where an exchange is; the city of its time zone unless another is known, else the code.

    Parameters
    ----------
    code : str
        exchange_calendars code.
    zone : str
        Its IANA time zone, where it is known already.

    Returns
    -------
    str

    Examples
    --------
    >>> city_of("XETR"), city_of("XTKS"), city_of("XLON", "Europe/London")
    ('Frankfurt', 'Tokyo', 'London')
    """
    named = {its: city for city, its in COMMON.items()} | CITIES
    if code in named:
        return named[code]
    if not zone:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as in `_schedule`
            import exchange_calendars

            if code not in exchange_calendars.get_calendar_names():
                return code
            try:
                zone = str(exchange_calendars.get_calendar(code).tz.key)
            except (ValueError, NotImplementedError):
                return code  # some calendars cannot be built with every version of pandas
    return zone.rpartition("/")[2].replace("_", " ")


@cache
def _schedule(
    code: str, start: pd.Timestamp, end: pd.Timestamp
) -> tuple[str, pd.DatetimeIndex, np.ndarray]:
    """Zone, sessions, and their opens, closes, begins and ends of breaks: (n, 4), UTC."""
    with warnings.catch_warnings():
        # exchange_calendars 4.13 asks pandas 3 for things it deprecates; nothing a reader can mend
        warnings.simplefilter("ignore")
        import exchange_calendars
        from exchange_calendars.errors import CalendarError

        try:
            # always with start and end: the package's own default window moves every day
            calendar = exchange_calendars.get_calendar(code, start=start - ROOM, end=end + ROOM)
        except (CalendarError, ValueError, NotImplementedError) as error:
            calendar = _within_bounds(code, start, end, " ".join(str(error).split()))
        schedule = calendar.schedule
    columns = [
        schedule[name].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[ns]")
        for name in ("open", "close", "break_start", "break_end")
    ]
    sessions = pd.DatetimeIndex(schedule.index).as_unit("ns")
    return str(calendar.tz.key), sessions, np.column_stack(columns)


def _within_bounds(code: str, start: pd.Timestamp, end: pd.Timestamp, why: str) -> Any:
    """The calendar with less room, where the package knows this exchange for some years only."""
    import exchange_calendars

    try:
        whole = exchange_calendars.get_calendar(code)  # asked for its bounds, never for its window
        low = whole.bound_min() or pd.Timestamp.min
        high = whole.bound_max() or pd.Timestamp.max
        if low <= start and end <= high:
            first, last = max(start - ROOM, low), min(end + ROOM, high)
            return exchange_calendars.get_calendar(code, start=first, end=last)
    except (ValueError, NotImplementedError) as error:
        raise InputError(
            f"exchange_calendars cannot build the calendar {code} with the versions installed "
            f"here: {' '.join(str(error).split())[:120]} ..."
        ) from None
    raise InputError(
        f"{code}: the prices run from {start:%Y-%m-%d} to {end:%Y-%m-%d}, and exchange_calendars "
        f"does not know all these days; leave out those beyond. It says: {why}"
    )


def calendar_rows(folder: RecordedFolder, name: str) -> Sequence[dict[str, str]]:
    """Rows of one of the `TABLES` of a folder; none where the folder has no such table.

    Parameters
    ----------
    folder : RecordedFolder
    name : str

    Returns
    -------
    sequence of dict

    Raises
    ------
    DataError
        The table cannot be read, or a row has no calendar or no date.

    Examples
    --------
    >>> calendar_rows(recorded_folder(), "closures.csv")[0]["date"]
    '2022-01-27'
    """
    if name not in folder.entries:
        return []
    with folder.readable(name):
        rows = folder.table(name, ("calendar", "date", TABLES[name]))
        for row in rows:
            read_day(row["date"])
    return rows


def utc(moment: pd.Timestamp) -> np.datetime64:
    """The moment as a UTC number of numpy."""
    return moment.tz_convert("UTC").tz_localize(None).to_datetime64()
