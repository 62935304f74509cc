"""A reader's own price files, without a manifest: one CSV file, or a folder of them.

In: a path. Out: `OwnFiles`: bars, dividends, securities and the list of files, from which
`load_market` makes a `Market`. Every fault of every file stands in one message. It must not know
events.

::

    prices.csv           date,AAA,BBB,INDEX       closes, one column per ticker; or

    FOLDER/
      AAA.csv            date,close[,open,high,low,volume]   as Yahoo or Stooq export it
      BBB.csv
      securities.yaml    or .csv: ticker, exchange (a code of exchange_calendars), currency,
                         benchmark, and what else is known; see `securities_template`
      dividends.csv      ticker,ex_date,amount               optional
      splits.csv         ticker,first_session,ratio          optional: to check the closes
      closures.csv       calendar,date,reason                optional: days on which an exchange was
                         shut although its calendar names a session, a typhoon for instance

Closes are adjusted for splits, not for dividends. Column names may be written in capitals. Without
``securities`` the sessions of a security are the dates of its prices, and no news with a time stamp
can be placed on them.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from analytics.errors import InputError, RecordError, UnknownNameError
from analytics.files import Line, Sheet, decoded, parse_sheet, read_bytes
from analytics.market.calendars import exchange_code
from analytics.market.cells import Faults, day_of, number_of
from analytics.market.listed import FORMS, read_securities
from analytics.market.securities import Directory, Security
from analytics.recorded import FileEntry

FIELDS = ("open", "high", "low", "close", "volume")
NOT_READ = ("adjclose", "dividends", "stocksplits", "capitalgains", "ticker", "per", "openint")
DATES = ("date", "day", "datetime")
CLOSES = {"close": "close", "closelast": "close", "last": "close", "vol": "volume"}
DIVIDENDS, SPLITS, CLOSURES = "dividends.csv", "splits.csv", "closures.csv"
SMALL = 0.3  # logarithm of a split's ratio: a smaller jump can be the market's
WORKBOOKS = (".xlsx", ".xls", ".ods", ".numbers")
GIVEN = "given by the reader"


@dataclass(frozen=True, eq=False)
class OwnFiles:
    """What a reader's files hold.

    Attributes
    ----------
    bars : mapping
        Ticker -> frame (dates x some of open, high, low, close, volume), ascending.
    dividends : pandas.DataFrame or None
        ``ticker, ex_date, amount``.
    directory : Directory
    sources : tuple of FileEntry
        Each file with its sha256, "given by the reader", no grade.
    closed : mapping
        Calendar code -> date -> reason, for days on which that exchange was shut.
    """

    bars: Mapping[str, pd.DataFrame]
    dividends: pd.DataFrame | None
    directory: Directory
    sources: tuple[FileEntry, ...]
    closed: Mapping[str, Mapping[pd.Timestamp, str]]


@dataclass(eq=False)
class _Reading:
    """A folder while it is read: its faults and what has been found so far."""

    folder: Path
    faults: Faults = field(default_factory=Faults)
    bars: dict[str, pd.DataFrame] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)  # ticker -> file
    sources: list[FileEntry] = field(default_factory=list)

    def sheet(self, path: Path, what: str) -> Sheet:
        """A CSV file, and its entry in the list of sources."""
        content = read_bytes(path, what)
        name = path.relative_to(self.folder).as_posix()
        sheet = parse_sheet(decoded(content, name), name, unnamed="date")
        self.note(name, content, what, len(sheet.lines))
        return sheet

    def note(self, name: str, content: bytes, kind: str, rows: int) -> None:
        """A file in the list of sources."""
        digest = hashlib.sha256(content).hexdigest()
        self.sources.append(FileEntry(name, digest, rows, "", "", kind, GIVEN, ""))

    def covers(self, name: str, dates: Sequence[pd.Timestamp], *, without: str = "") -> None:
        """Write the range of dates of a file, and what of it was not read, into its entry."""
        at = next(k for k, one in enumerate(self.sources) if one.name == name)
        old = self.sources[at]
        first, last = (f"{min(dates):%Y-%m-%d}", f"{max(dates):%Y-%m-%d}") if dates else ("", "")
        source = f"{GIVEN}; not read: {without}" if without else GIVEN
        self.sources[at] = replace(old, first=first, last=last, source=source)


def read_own(path: Path) -> OwnFiles:
    r"""Read a reader's own prices.

    Parameters
    ----------
    path : pathlib.Path
        A CSV file with a date column and one column of closes per ticker, or a folder; see the
        head of this module. ``securities``, ``dividends.csv`` and ``splits.csv`` beside a single
        file belong to it; entries of other tickers are then left aside.

    Returns
    -------
    OwnFiles

    Raises
    ------
    InputError
        `RecordError` with every fault of every file: file, line, what came, what was expected.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> text = "Date,Close\n2025-01-27,2.0\n2025-01-24,1.0\n"
    >>> _ = (folder / "AAA.csv").write_text(text, encoding="utf-8")
    >>> read_own(folder).bars["AAA"]["close"].tolist()
    [1.0, 2.0]
    """
    single = path.is_file()
    files = [path] if single else _price_files(path)
    reading = _Reading(path.parent if single else path)
    for one in files:
        _read_prices(reading, one)
    securities = _securities(reading, single=single)
    dividends = _dividends(reading, single=single)
    _check_splits(reading, single=single)
    closed = _closures(reading)
    found = reading.faults.listed()
    if found:
        raise RecordError(str(path), found)
    if all(one.calendar is None for one in securities.securities.values()):
        _same_days(reading.bars)
    order = sorted(reading.sources, key=lambda entry: entry.name)
    bars = dict(sorted(reading.bars.items()))
    return OwnFiles(bars, dividends, securities, tuple(order), closed)


def _price_files(folder: Path) -> list[Path]:
    """CSV files of a folder, and of its folder ``prices``, that hold prices."""
    if not folder.is_dir():
        raise InputError(
            f"{folder}: no such file or folder, so no manifest.json there; give a folder of price "
            "files or one CSV file, or leave the path out to use the recorded data"
        )
    try:
        inside = sorted(one for one in [*folder.iterdir(), *folder.glob("prices/*")])
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror})") from None
    books = [one.name for one in inside if one.suffix.lower() in WORKBOOKS and one.is_file()]
    if books:
        raise InputError(f"{folder / books[0]}: a workbook; save each sheet as CSV UTF-8")
    special = {DIVIDENDS, SPLITS, CLOSURES, *FORMS}
    files = [
        one
        for one in inside
        if one.suffix.lower() == ".csv" and one.is_file() and one.name.lower() not in special
    ]
    if not files:
        raise InputError(
            f"{folder}: no manifest.json there; give a folder written by 'analytics fetch', or one "
            "that holds a CSV file per ticker (date, close), or leave the path out to use the "
            "recorded data"
        )
    return files


def _read_prices(reading: _Reading, path: Path) -> None:
    """Bars of the tickers that one file holds."""
    sheet = _one_header(reading.sheet(path, "prices"))
    keys = [_key(cell) for cell in sheet.header.cells]
    at = next((k for k, key in enumerate(keys) if key in DATES), None)
    if at is None:
        expected = "a column named date"
        reading.faults.add(sheet.name, sheet.header.number, "", ", ".join(keys)[:60], expected)
        return
    columns = _columns(reading, sheet, keys, at, path)
    rows = _dated(reading, sheet, at)
    used = {k for one in columns.values() for k in one.values()} | {at}
    left = [cell for k, cell in enumerate(sheet.header.cells) if k not in used]
    reading.covers(sheet.name, [day for day, _ in rows], without=", ".join(left))
    for ticker, fields in columns.items():
        if ticker in reading.home:
            got = f"prices of {ticker}, which stand in {reading.home[ticker]} too"
            reading.faults.add(sheet.name, 0, "", got, "each ticker in one file")
            continue
        reading.home[ticker] = sheet.name
        frame = _frame(reading, sheet, ticker, fields, rows)
        if frame is not None:
            reading.bars[ticker] = frame


def _key(name: str) -> str:
    """A column's name without capitals and signs: ``Adj Close`` and ``<CLOSE>`` alike."""
    plain = "".join(sign for sign in name.casefold() if sign.isalnum())
    return CLOSES.get(plain, plain)


def _one_header(sheet: Sheet) -> Sheet:
    """A file of yfinance with three lines of header (Price, Ticker, Date) as one with one."""
    first = [line.cells[0].casefold() for line in sheet.lines[:2]]
    if sheet.header.cells[0].casefold() != "price" or first[:1] != ["ticker"]:
        return sheet
    below = sheet.lines[2 if first[1:] == ["date"] else 1 :]
    return Sheet(sheet.name, Line(sheet.header.number, ("date", *sheet.header.cells[1:])), below)


def _columns(
    reading: _Reading, sheet: Sheet, keys: Sequence[str], at: int, path: Path
) -> dict[str, dict[str, int]]:
    """Ticker -> field -> number of the column."""
    own = {key: k for k, key in enumerate(keys) if key in FIELDS}
    if "close" in own:
        return {path.stem: own}
    bars_alone = own or any(key in NOT_READ[:4] for key in keys)
    others = [k for k in range(len(keys)) if k != at]
    if bars_alone or not others:
        got = ", ".join(sheet.header.cells)[:60]
        expected = "a column close: adjusted for splits, not for dividends"
        if "adjclose" in keys:
            expected += " (adj close holds the dividends already)"
        reading.faults.add(sheet.name, sheet.header.number, "", got, expected)
        return {}
    return {sheet.header.cells[k]: {"close": k} for k in others}


def _dated(reading: _Reading, sheet: Sheet, at: int) -> list[tuple[pd.Timestamp, Line]]:
    """Lines with their dates; each date once."""
    rows: list[tuple[pd.Timestamp, Line]] = []
    seen: dict[pd.Timestamp, int] = {}
    width = len(sheet.header.cells)
    for line in sheet.lines:
        text = line.cells[at] if at < len(line.cells) else ""
        day = day_of(text)
        if len(line.cells) > width and any(line.cells[width:]):
            expected = f"{width} cells; is a number written with a comma?"
            reading.faults.add(sheet.name, line.number, "", f"{len(line.cells)} cells", expected)
        elif isinstance(day, str):
            reading.faults.add(sheet.name, line.number, "date", repr(text), day)
        elif day in seen:
            got = f"{day:%Y-%m-%d}, which stands in line {seen[day]} too"
            reading.faults.add(sheet.name, line.number, "date", got, "each date once")
        else:
            seen[day] = line.number
            rows.append((day, line))
    return rows


def _frame(
    reading: _Reading,
    sheet: Sheet,
    ticker: str,
    fields: Mapping[str, int],
    rows: Sequence[tuple[pd.Timestamp, Line]],
) -> pd.DataFrame | None:
    """Bars of one ticker in order of their dates; a day without a close is no bar."""
    before = len(reading.faults)
    values = {
        name: [_value(reading, sheet, line, name, k) for _, line in rows]
        for name, k in fields.items()
    }
    index = pd.DatetimeIndex([day for day, _ in rows]).as_unit("ns")
    frame = pd.DataFrame(values, index=index, dtype=float).sort_index()
    frame = frame[frame["close"].notna()]
    if len(frame) < 2:
        if len(reading.faults) > before:
            return None
        where = ticker if ticker != Path(sheet.name).stem else ""
        got = f"{len(frame)} prices"
        reading.faults.add(sheet.name, 0, where, got, "at least two dates with a close")
        return None
    return frame[[name for name in FIELDS if name in frame]]


def _value(reading: _Reading, sheet: Sheet, line: Line, name: str, k: int) -> float:
    """The number of a cell; a fault and NaN where there is none."""
    text = line.cells[k] if k < len(line.cells) else ""
    value = number_of(text)
    column = sheet.header.cells[k]
    if isinstance(value, tuple):
        reading.faults.add(sheet.name, line.number, column, f"{value[0]}, {text!r}", value[1])
        return math.nan
    if value < 0 or (value == 0 and name != "volume"):
        expected = "a price above zero, or nothing"
        expected = "shares traded, or nothing" if name == "volume" else expected
        reading.faults.add(sheet.name, line.number, column, text, expected)
        return math.nan
    return value


def _securities(reading: _Reading, *, single: bool) -> Directory:
    """What is known of each security; without a file only its ticker."""
    there = [one for one in FORMS if (reading.folder / one).is_file()]
    if len(there) > 1:
        got = " and ".join(there)
        reading.faults.add(str(reading.folder), 0, "", got, "one file of securities")
    if not there:
        return Directory({}, {ticker: Security(ticker=ticker) for ticker in reading.bars})
    content = read_bytes(reading.folder / there[0], "securities")
    read = read_securities(content, there[0], reading.faults)
    named = {one.ticker.casefold(): one.ticker for one in read.securities.values()}
    for ticker in [one for one in reading.home if one not in read.securities]:
        listed = named.get(ticker.casefold())  # a file name in other capitals
        if listed is not None and listed not in reading.home:
            reading.home[listed] = reading.home.pop(ticker)
            if ticker in reading.bars:
                reading.bars[listed] = reading.bars.pop(ticker)
    reading.note(there[0], content, "securities", len(read.securities))
    return read.checked(tuple(reading.home), reading.faults, all_of_them=not single)


def _dividends(reading: _Reading, *, single: bool) -> pd.DataFrame | None:
    rows = _side_rows(reading, DIVIDENDS, "ex_date", "amount", single=single)
    if rows is None:
        return None
    return pd.DataFrame(rows, columns=["ticker", "ex_date", "amount"])


def _side_rows(
    reading: _Reading, name: str, date: str, number: str, *, single: bool
) -> list[tuple[str, pd.Timestamp, float]] | None:
    """Rows of a file beside the prices: ticker, date, number; None where there is no file."""
    path = reading.folder / name
    if not path.is_file():
        return None
    sheet = reading.sheet(path, name.removesuffix(".csv"))
    keys = [cell.casefold().replace(" ", "_") for cell in sheet.header.cells]
    lacking = [one for one in ("ticker", date, number) if one not in keys]
    if lacking:
        got, expected = ", ".join(keys), f"columns ticker, {date}, {number}"
        reading.faults.add(name, sheet.header.number, "", got, expected)
        return None
    rows = []
    for line in sheet.lines:
        cells = dict(zip(keys, line.cells, strict=False))
        ticker, day = cells["ticker"], day_of(cells.get(date, ""))
        value = number_of(cells.get(number, ""))
        if ticker not in reading.home:
            if not single:
                reading.faults.add(name, line.number, "ticker", repr(ticker), "one with prices")
        elif isinstance(day, str):
            reading.faults.add(name, line.number, date, repr(cells.get(date, "")), day)
        elif isinstance(value, tuple) or not 0 < value < math.inf:
            got = repr(cells.get(number, ""))
            reading.faults.add(name, line.number, number, got, "a number above zero")
        else:
            rows.append((ticker, day, value))
    reading.covers(name, [day for _, day, _ in rows])
    return rows


def _closures(reading: _Reading) -> dict[str, dict[pd.Timestamp, str]]:
    """Days on which an exchange was shut, by the code of its calendar."""
    closed: dict[str, dict[pd.Timestamp, str]] = {}
    if not (reading.folder / CLOSURES).is_file():
        return closed
    sheet = reading.sheet(reading.folder / CLOSURES, "closures")
    keys = [cell.casefold() for cell in sheet.header.cells]
    if not {"calendar", "date"} <= set(keys):
        expected = "columns calendar, date, reason"
        reading.faults.add(CLOSURES, sheet.header.number, "", ", ".join(keys), expected)
        return closed
    for line in sheet.lines:
        cells = dict(zip(keys, line.cells, strict=False))
        day, code = day_of(cells.get("date", "")), cells["calendar"]
        try:
            code = exchange_code(code)
        except UnknownNameError as error:
            expected = f"a known exchange; {error.message.partition(': ')[2]}"
            reading.faults.add(CLOSURES, line.number, "calendar", repr(code), expected)
        if isinstance(day, str):
            got = repr(cells.get("date", ""))
            reading.faults.add(CLOSURES, line.number, "date", got, day)
        else:
            closed.setdefault(code, {})[day] = cells.get("reason") or "closed"
    return closed


def _check_splits(reading: _Reading, *, single: bool) -> None:
    """Closes that still jump by the ratio of a split are not adjusted for it."""
    rows = _side_rows(reading, SPLITS, "first_session", "ratio", single=single)
    for ticker, day, ratio in rows or ():
        if ticker not in reading.bars or abs(math.log(ratio)) < SMALL:
            continue
        close = reading.bars[ticker]["close"]
        at = int(close.index.searchsorted(day))
        if not 0 < at < len(close):
            continue
        jump = math.log(close.iloc[at - 1] / close.iloc[at])
        if abs(jump - math.log(ratio)) < abs(jump):
            before, after = close.iloc[at - 1], close.iloc[at]
            got = f"{before:g} before the split of {day:%Y-%m-%d} and {after:g} on it"
            expected = f"closes adjusted for it: those before divided by {ratio:g}"
            reading.faults.add(reading.home[ticker], 0, ticker, got, expected)


def _same_days(bars: Mapping[str, pd.DataFrame]) -> None:
    """Without exchanges, securities that trade on different days cannot be compared."""
    first, *others = bars
    for other in others:
        mine, theirs = bars[first].index, bars[other].index
        low, high = max(mine[0], theirs[0]), min(mine[-1], theirs[-1])
        odd = mine.symmetric_difference(theirs)
        odd = odd[(odd >= low) & (odd <= high)]
        if len(odd) > max(3, 0.01 * len(mine)):
            raise InputError(
                f"{first} and {other} trade on different days ({len(odd)} of them, the first "
                f"{odd[0]:%Y-%m-%d}); name the exchange of each in securities.yaml beside the "
                "prices: analytics events --template securities"
            )
