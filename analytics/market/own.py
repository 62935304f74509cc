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

Closes are adjusted for splits, not for dividends. Column names may be written in capitals; other
names are mapped by ``columns``, given to `load_market` or as a section of ``securities.yaml``::

    columns: {date: Trade Date, close: Last Price}

Without
``securities`` the sessions of a security are the dates of its prices, and no news with a time stamp
can be placed on them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analytics.errors import InputError, RecordError
from analytics.files import Line, Sheet, read_bytes
from analytics.market.beside import (
    CLOSURES,
    DIVIDENDS,
    SPLITS,
    check_splits,
    closures,
    dividends,
)
from analytics.market.cells import day_of, number_of
from analytics.market.columns import FIELDS, column_map, mapped_keys
from analytics.market.listed import FORMS, read_securities
from analytics.market.reading import Reading
from analytics.market.securities import Directory, Security
from analytics.recorded import FileEntry

NOT_READ = ("adjclose", "dividends", "stocksplits", "capitalgains", "ticker", "per", "openint")
DATES = ("date", "day", "datetime")
MOST = 5_000  # columns of a file of closes
CHECKS = ("known_findings.csv", "repairs.csv")  # what a check reads and a repair writes
WORKBOOKS = (".xlsx", ".xls", ".ods", ".numbers")


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


def read_own(path: Path, columns: Mapping[str, str] | None = None) -> OwnFiles:
    r"""Read a reader's own prices.

    Parameters
    ----------
    path : pathlib.Path
        A CSV file with a date column and one column of closes per ticker, or a folder; see the
        head of this module. ``securities``, ``dividends.csv`` and ``splits.csv`` beside a single
        file belong to it; entries of other tickers are then left aside.
    columns : mapping, optional
        ``date, open, high, low, close, volume`` -> what the files call it, in any capitals. The
        section ``columns`` of ``securities.yaml`` by default.

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
    files = [path] if single else price_files(path)
    reading = Reading(path.parent if single else path)
    called = column_map(reading.folder, columns)
    for one in files:
        _read_prices(reading, one, called)
    securities = _securities(reading, single=single)
    paid = dividends(reading, single=single)
    check_splits(reading, single=single)
    closed = closures(reading)
    found = reading.faults.listed()
    if found:
        raise RecordError(str(path), found)
    if all(one.calendar is None for one in securities.securities.values()):
        _same_days(reading.bars)
    order = sorted(reading.sources, key=lambda entry: entry.name)
    bars = dict(sorted(reading.bars.items()))
    return OwnFiles(bars, paid, securities, tuple(order), closed)


def price_files(folder: Path) -> list[Path]:
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
    special = {DIVIDENDS, SPLITS, CLOSURES, *CHECKS, *FORMS}
    files = [
        one
        for one in inside
        if one.suffix.lower() == ".csv"
        and one.is_file()
        and not (one.parent == folder and one.name.lower() in special)
    ]
    if not files:
        raise InputError(
            f"{folder}: no manifest.json there; give a folder written by 'analytics fetch', or one "
            "that holds a CSV file per ticker (date, close), or leave the path out to use the "
            "recorded data"
        )
    return files


def _read_prices(reading: Reading, path: Path, called: Mapping[str, str]) -> None:
    """Bars of the tickers that one file holds."""
    sheet = one_header(reading.sheet(path, "prices"))
    keys = mapped_keys(sheet.header.cells, called)
    lacking = [(field, name) for field, name in called.items() if field not in keys]
    for field, name in lacking:
        got = ", ".join(sheet.header.cells)[:60]
        expected = f"a column {name!r}, as columns says of {field}"
        reading.faults.add(sheet.name, sheet.header.number, "", got, expected)
    if lacking:
        return
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


def one_header(sheet: Sheet) -> Sheet:
    """A file of yfinance with three lines of header (Price, Ticker, Date) as one with one."""
    first = [line.cells[0].casefold() for line in sheet.lines[:2]]
    if sheet.header.cells[0].casefold() != "price" or first[:1] != ["ticker"]:
        return sheet
    below = sheet.lines[2 if first[1:] == ["date"] else 1 :]
    return Sheet(sheet.name, Line(sheet.header.number, ("date", *sheet.header.cells[1:])), below)


def _columns(
    reading: Reading, sheet: Sheet, keys: Sequence[str], at: int, path: Path
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
    if len(others) > MOST:
        expected = f"at most {MOST:,} tickers in one file; split it"
        reading.faults.add(
            sheet.name, sheet.header.number, "", f"{len(others):,} columns", expected
        )
        return {}
    return {sheet.header.cells[k]: {"close": k} for k in others}


def _dated(reading: Reading, sheet: Sheet, at: int) -> list[tuple[pd.Timestamp, Line]]:
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
    reading: Reading,
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
        if len(reading.faults) > before or (sheet.lines and not rows):
            return None  # its lines have been named already
        where = ticker if ticker != Path(sheet.name).stem else ""
        got = f"{len(frame)} prices"
        reading.faults.add(sheet.name, 0, where, got, "at least two dates with a close")
        return None
    return frame[[name for name in FIELDS if name in frame]]


def _value(reading: Reading, sheet: Sheet, line: Line, name: str, k: int) -> float:
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


def _securities(reading: Reading, *, single: bool) -> Directory:
    """What is known of each security; without a file only its ticker."""
    inside = sorted(reading.folder.iterdir())
    there = [one.name for one in inside if one.name.casefold() in FORMS and one.is_file()]
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
