"""Rows of one sheet of prices: dates and numbers by column, texts only where they are asked for.

In: a sheet. Out: frames, and findings for every cell that is no date or number. It must not know
folders, nor what a price may be.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analytics.files import Sheet, parse_sheet
from analytics.market.cells import FIRST_YEAR, LAST_YEAR, day_of, number_of
from analytics.market.checks.findings import Finding
from analytics.market.columns import FIELDS
from analytics.market.own import one_header

_PLAIN = re.compile(r"[0-9.\n]*")  # cells of a column, a line each, that are numbers if anything
_DAYS = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}\n)*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STAMP = re.compile(r"[T ](\d{2}:\d{2})(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?")


def price_sheet(text: str, name: str) -> Sheet:
    """A file of prices as a sheet with one line of header.

    Raises
    ------
    InputError
        As `analytics.files.parse_sheet`.
    """
    return one_header(parse_sheet(text, name, unnamed="date"))


@dataclass(frozen=True, eq=False)
class Texts:
    """The text of a file, cut into cells only when one is asked for.

    Ten files of forty years hold half a million cells; a finding needs a few of them.

    Attributes
    ----------
    text, name : str
    """

    text: str
    name: str

    @cached_property
    def lines(self) -> Mapping[int, tuple[str, ...]]:
        """Cells by number of the line."""
        return {line.number: line.cells for line in price_sheet(self.text, self.name).lines}


@dataclass(frozen=True, eq=False)
class Cells(Mapping[int, Mapping[str, str]]):
    """Line -> column -> text as written.

    Attributes
    ----------
    source : Texts
    columns : mapping
        Column -> its number in the file.
    decimals : mapping
        Column -> most decimal places that the file writes in it.

    Examples
    --------
    >>> text = chr(10).join(["date,close", "2025-01-27,118.42"])
    >>> Cells(Texts(text, "NVDA.csv"), {"date": 0, "close": 1}, {})[2]["close"]
    '118.42'
    """

    source: Texts
    columns: Mapping[str, int]
    decimals: Mapping[str, int]

    def __getitem__(self, line: int) -> Mapping[str, str]:
        cells = self.source.lines[line]
        return {key: cells[k] if k < len(cells) else "" for key, k in self.columns.items()}

    def __iter__(self) -> Iterator[int]:
        return iter(self.source.lines)

    def __len__(self) -> int:
        return len(self.source.lines)


def by_column(sheet: Sheet) -> Sequence[Sequence[str]]:
    """Texts of each column of a sheet; a cell that a line lacks is empty."""
    width = len(sheet.header.cells)
    rows = [line.cells for line in sheet.lines]
    if any(len(cells) < width for cells in rows):
        rows = [(*cells, *[""] * (width - len(cells))) for cells in rows]
    return list(zip(*rows, strict=False))[:width]


def surplus(sheet: Sheet) -> list[Finding]:
    """Lines with more cells than the header: nobody knows which of them belong to which column."""
    width = len(sheet.header.cells)
    return [
        Finding(
            *(sheet.name, "", "unreadable", "error"),
            f"line {line.number}: {len(line.cells)} cells, {width} expected",
        )
        for line in sheet.lines
        if len(line.cells) > width and any(line.cells[width:])
    ]


def dated(sheet: Sheet, texts: Sequence[str]) -> tuple[pd.DataFrame, list[Finding]]:
    """Lines with their dates.

    Parameters
    ----------
    sheet : Sheet
    texts : sequence of str
        The column of dates.

    Returns
    -------
    tuple of (frame, findings)
        ``line, text, day, stamp`` in the order of the file.
    """
    numbers = [line.number for line in sheet.lines]
    plain: Sequence[str | None] = texts
    if not _DAYS.fullmatch("\n".join([*texts, ""])):
        plain = [one if _DAY.fullmatch(one) else None for one in texts]
    days = pd.Series(pd.to_datetime(list(plain), format="%Y-%m-%d", errors="coerce"))
    days = days.where(days.dt.year.between(FIRST_YEAR, LAST_YEAR)).astype("datetime64[ns]")
    stamps, findings = [""] * len(texts), []
    for k in map(int, np.flatnonzero(days.isna())):
        day, stamps[k] = day_and_stamp(texts[k])
        if day is None:
            said = f"line {numbers[k]}: the date is {texts[k]!r}"
            findings.append(Finding(sheet.name, "", "unreadable", "error", said))
        else:
            days[k] = day
    frame = pd.DataFrame({"line": numbers, "text": texts, "day": days, "stamp": stamps})
    return frame, findings


def priced(
    name: str, texts: Sequence[Sequence[str]], dates: pd.DataFrame, columns: Mapping[str, int]
) -> tuple[pd.DataFrame, dict[str, int], list[Finding]]:
    """Lines with their dates and the numbers of one ticker.

    Parameters
    ----------
    name : str
        Of the file, for findings.
    texts : sequence of sequence of str
        Of `by_column`.
    dates : pandas.DataFrame
        Of `dated`.
    columns : mapping
        Column -> its number.

    Returns
    -------
    tuple of (frame, decimals, findings)
        With ``open, high, low, close, volume``, those that there are; NaN where a cell is empty or
        no number; and the most decimal places that each column is written with.
    """
    frame, findings = dates.copy(deep=False), []
    decimals = {}
    for key in FIELDS:
        if key not in columns:
            continue
        mine = texts[columns[key]]
        frame[key], decimals[key], odd = _numbers(mine)
        for k in odd:
            day = dates["day"].iloc[k]
            date = "" if pd.isna(day) else f"{day:%Y-%m-%d}"
            said = f"line {dates['line'].iloc[k]}: {key} is {mine[k]!r}"
            findings.append(Finding(name, date, "unreadable", "error", said))
    return frame, decimals, findings


def _numbers(texts: Sequence[str]) -> tuple[np.ndarray, int, list[int]]:
    """Values of a column, its decimal places, and which of its cells hold something else.

    Numbers with an exponent do not count for the decimal places.
    """
    joined = "\n".join(texts)
    if _PLAIN.fullmatch(joined):
        with suppress(ValueError):  # two points in a number: cell by cell
            values = np.array([float(one) if one else math.nan for one in texts])
            if not np.isinf(values).any():
                return values, _decimals(joined), []
    read = [number_of(one) for one in texts]
    odd = [k for k, one in enumerate(read) if isinstance(one, tuple)]
    values = np.array([math.nan if isinstance(one, tuple) else one for one in read])
    places = (len(one.partition(".")[2]) for one in texts if "e" not in one)
    return values, max(places, default=0), odd


def _decimals(joined: str) -> int:
    places = 0
    while re.search(rf"\.[0-9]{{{places + 1}}}", joined):
        places += 1
    return places


def day_and_stamp(text: str) -> tuple[pd.Timestamp | None, str]:
    """Date of a cell and its clock time; no date where it has none, no time where it is midnight.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of (date or None, time)

    Examples
    --------
    >>> day_and_stamp("2025-01-27 14:30:00+00:00")
    (Timestamp('2025-01-27 00:00:00'), '14:30 +00:00')
    >>> day_and_stamp("2025-01-27")[1], day_and_stamp("soon")[0] is None
    ('', True)
    """
    day = day_of(text)
    if not isinstance(day, str):
        return day, ""
    match = _STAMP.fullmatch(text[10:])
    day = day_of(text[:10])
    if match is None or isinstance(day, str):
        return None, ""
    return day, " ".join(part for part in (match[1], match[4]) if part)
