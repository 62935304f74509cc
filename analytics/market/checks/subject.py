"""One file of prices with all that a rule may ask: its exchange's sessions, splits, rates.

In: a `Snapshot`. Out: a `Subject` for each file. It must not judge; the rules do.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analytics.errors import DataError, InputError
from analytics.market.calendars import (
    CORRECTIONS,
    TABLES,
    ExchangeCalendar,
    calendar_rows,
    exchange_calendar,
)
from analytics.market.checks.findings import Change
from analytics.market.checks.snapshot import PRICES, PriceFile, Snapshot
from analytics.market.securities import Security
from analytics.recorded import MANIFEST, RecordedFolder

COMPARED = ("XNYS", "XTAI")  # calendars that were compared with the exchange's own
NO_SPLITS = pd.Series(dtype=float, index=pd.DatetimeIndex([]))


@dataclass(frozen=True, eq=False)
class Subject:
    """A file of prices and what is known around it.

    Attributes
    ----------
    file : PriceFile
    security : Security or None
    calendar : ExchangeCalendar or None
        With the recorded corrections; None where no exchange is known.
    splits : pandas.Series
        Ratios by first session on the new basis.
    rates : mapping
        Name -> closes of the exchange rates of the snapshot.
    latest : pandas.Timestamp or None
        Last session that any file of this exchange has.
    earliest : pandas.Timestamp or None
        First one.
    nowhere : frozenset
        Sessions that none of two or more files of this exchange has; none where its calendar was
        compared with the exchange's own.
    """

    file: PriceFile
    security: Security | None
    calendar: ExchangeCalendar | None
    splits: pd.Series
    rates: Mapping[str, pd.Series]
    latest: pd.Timestamp | None
    earliest: pd.Timestamp | None
    nowhere: frozenset[pd.Timestamp] = frozenset()

    @property
    def is_rate(self) -> bool:
        """Whether it is an exchange rate, which banks quote on holidays too."""
        return self.security is not None and self.security.kind == "currency"

    @cached_property
    def bars(self) -> pd.DataFrame:
        """Rows with a close on sessions, each date once, ascending; all dates without a calendar.

        What a rule of dates has refused does not enter the rules of prices, nor does an open, high
        or low of zero or less.
        """
        bars = self.file.bars
        names = [name for name in PRICES if name in bars]
        bars = bars.assign(**{name: bars[name].where(bars[name] > 0) for name in names})
        if self.calendar is None:
            return bars
        return bars[bars.index.isin(self.calendar.sessions)]

    @cached_property
    def full(self) -> bool:
        """Whether there are open, high, low and close."""
        return set(PRICES) <= set(self.file.rows.columns)

    def drop(self, line: int, source: str) -> Change:
        """A remedy that takes a row out."""
        cells = self.file.cells[line]
        return Change(line, cells["date"][:10], "row", "", "", source)

    def cell(self, line: int, column: str, new: str, source: str) -> Change:
        """A remedy that writes another value into a cell."""
        cells = self.file.cells[line]
        return Change(line, cells["date"][:10], column, cells[column], new, source)


def subjects(snapshot: Snapshot) -> list[Subject]:
    """Every file of a snapshot with what is known around it.

    Parameters
    ----------
    snapshot : Snapshot

    Returns
    -------
    list of Subject
        In order of the files.
    """
    calendars, spans = _calendars(snapshot)
    rates = {
        one.ticker: one.bars["close"]
        for one in snapshot.files
        if _kind(snapshot, one.ticker) == "currency"
    }
    nowhere = {code: _nowhere(snapshot, one) for code, one in calendars.items()}
    made = []
    for file in snapshot.files:
        security = snapshot.beside.securities.get(file.ticker)
        code = (security.calendar if security else None) or ""
        first, last = spans.get(code, (None, None))
        splits = snapshot.splits.get(file.ticker, NO_SPLITS)
        calendar = calendars.get(code)
        made.append(
            Subject(
                file, security, calendar, splits, rates, last, first, nowhere.get(code, frozenset())
            )
        )
    return made


def _kind(snapshot: Snapshot, ticker: str) -> str:
    security = snapshot.beside.securities.get(ticker)
    return security.kind if security else "share"


Span = tuple[pd.Timestamp, pd.Timestamp]


def _calendars(snapshot: Snapshot) -> tuple[dict[str, ExchangeCalendar], dict[str, Span]]:
    """Calendars by code, and the first and last session that any of their files has."""
    dates: dict[str, list[pd.Timestamp]] = {}
    for file in snapshot.files:
        security = snapshot.beside.securities.get(file.ticker)
        if security is not None and security.calendar and len(file.bars):
            dates.setdefault(security.calendar, []).extend(
                (file.bars.index[0], file.bars.index[-1])
            )
    corrections = _corrections(snapshot)
    calendars, spans = {}, {}
    for code, days in dates.items():
        shut = snapshot.beside.closed.get(code)
        try:
            calendar = exchange_calendar(code, min(days), max(days), corrections, closed=shut)
        except InputError:
            continue  # dates beyond all calendars; `no_calendar` says so
        calendars[code] = calendar
        sessions = calendar.sessions
        inside = sessions[(sessions >= min(days)) & (sessions <= max(days))]
        if len(inside):
            spans[code] = (inside[0], inside[-1])
    return calendars, spans


def _nowhere(snapshot: Snapshot, calendar: ExchangeCalendar) -> frozenset[pd.Timestamp]:
    """Sessions that no file of an exchange has, where there are two and nobody has compared."""
    mine = []
    for file in snapshot.files:
        security = snapshot.beside.securities.get(file.ticker)
        if security is not None and security.calendar == calendar.code:
            mine.append(file.bars.index)
    if len(mine) < 2 or calendar.code in COMPARED:
        return frozenset()
    return frozenset(calendar.sessions.difference(mine[0].append(mine[1:])))


def _corrections(snapshot: Snapshot) -> RecordedFolder | None:
    """The folder, where its own corrections of calendars can be read; else the recorded ones do."""
    folder = RecordedFolder(snapshot.path)
    if not (snapshot.path / MANIFEST).is_file() or CORRECTIONS not in folder.entries:
        return None
    try:
        for name in TABLES:
            calendar_rows(folder, name)
    except DataError:
        return None  # a finding of its own
    return folder


def number(value: float) -> str:
    """A number as the files write it: six significant figures at least, no trailing zeros.

    Examples
    --------
    >>> number(118.42), number(69089158.0)
    ('118.42', '69089158')
    """
    if math.isnan(value):
        return "nothing"
    return f"{value:.0f}" if value == int(value) else f"{value:.8g}"
