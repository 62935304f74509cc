"""Files beside a reader's prices: dividends, splits, days on which an exchange was shut.

In: a folder that is being read, its prices read already. Out: rows; faults go to the reading. It
must not know exchanges' hours.
"""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from analytics.errors import UnknownNameError
from analytics.market.calendars import exchange_code
from analytics.market.cells import day_of, number_of
from analytics.market.reading import Reading

DIVIDENDS, SPLITS, CLOSURES = "dividends.csv", "splits.csv", "closures.csv"
SMALL = 0.3  # logarithm of a split's ratio: a smaller jump can be the market's


def dividends(reading: Reading, *, single: bool) -> pd.DataFrame | None:
    """Dividends by ticker and ex-date; None where there is no file.

    Parameters
    ----------
    reading : Reading
    single : bool
        Whether one file of closes was asked for: rows of other tickers are then left aside.
    """
    rows = _side_rows(reading, DIVIDENDS, "ex_date", "amount", single=single)
    if rows is None:
        return None
    return pd.DataFrame(rows, columns=["ticker", "ex_date", "amount"])


def _beside(folder: Path, name: str) -> Path | None:
    """A file of a folder whatever its capitals; None where there is none."""
    found = sorted(one for one in folder.iterdir() if one.name.casefold() == name)
    return next((one for one in found if one.is_file()), None)


def _side_rows(
    reading: Reading, name: str, date: str, number: str, *, single: bool
) -> list[tuple[str, pd.Timestamp, float]] | None:
    """Rows of a file beside the prices: ticker, date, number; None where there is no file."""
    path = _beside(reading.folder, name)
    if path is None:
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
        ticker, day = cells.get("ticker", ""), day_of(cells.get(date, ""))
        value = number_of(cells.get(number, ""))
        if len(line.cells) > len(keys) and any(line.cells[len(keys) :]):
            expected = f"{len(keys)} cells"
            reading.faults.add(name, line.number, "", f"{len(line.cells)} cells", expected)
        elif ticker not in reading.home:
            if not single:
                reading.faults.add(name, line.number, "ticker", repr(ticker), "one with prices")
        elif isinstance(day, str):
            reading.faults.add(name, line.number, date, repr(cells.get(date, "")), day)
        elif isinstance(value, tuple) or not 0 < value < math.inf:
            got = repr(cells.get(number, ""))
            reading.faults.add(name, line.number, number, got, "a number above zero")
        else:
            rows.append((ticker, day, value))
    reading.covers(path.name, [day for _, day, _ in rows])
    return rows


def closures(reading: Reading) -> dict[str, dict[pd.Timestamp, str]]:
    """Days on which an exchange was shut, by the code of its calendar."""
    closed: dict[str, dict[pd.Timestamp, str]] = {}
    path = _beside(reading.folder, CLOSURES)
    if path is None:
        return closed
    sheet = reading.sheet(path, "closures")
    keys = [cell.casefold() for cell in sheet.header.cells]
    if not {"calendar", "date"} <= set(keys):
        expected = "columns calendar, date, reason"
        reading.faults.add(CLOSURES, sheet.header.number, "", ", ".join(keys), expected)
        return closed
    for line in sheet.lines:
        cells = dict(zip(keys, line.cells, strict=False))
        day, code = day_of(cells.get("date", "")), cells.get("calendar", "")
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


def check_splits(reading: Reading, *, single: bool) -> None:
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
