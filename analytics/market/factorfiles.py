r"""Factor files as Kenneth French's data library offers them, downloaded by the reader.

In: a path. Out: a frame of decimal fractions by session, for `FactorModel` or
`Market.with_factors`. It must not know models, and it asks no network.

::

    This file was created by ... using the 202512 CRSP database.     any lines of preamble

    ,Mkt-RF,SMB,HML,RF                       the header: an empty cell, then the names
    20250102,   -0.19,   -0.62,   0.42,   0.017      daily, in percent
    20250103,  -99.99, -999,  0.10,  0.017           -99.99 and -999: missing

     Annual Factors: January-December        what follows the days is not read
    ,Mkt-RF,SMB,HML,RF
    2024,   19.6, ...
"""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from analytics.errors import DataError, Fault, InputError, RecordError
from analytics.files import as_path, decoded, read_bytes, read_text
from analytics.market.cells import day_of, number_of

LONGEST = 100_000_000  # bytes; the longest daily file of the library has 2 MB
MISSING = (-99.99, -999.0)
LARGEST = 60.0  # percent in a day; no factor has moved by half of it
PERCENT = 100.0
FRACTIONS = 0.1  # a deviation, of few days a largest move, that no factor in percent stays below
LEAST = 8  # numbers below which chance may keep them small
_DAY = re.compile(r"\d{8}")
_MONTH = re.compile(r"\d{6}")
_YEAR = re.compile(r"\d{4}")

Row = tuple[int, list[str]]


def load_factors(path: str | Path) -> pd.DataFrame:
    r"""Daily factor returns from a Fama-French file, as decimal fractions.

    Parameters
    ----------
    path : path
        The zip archive as it was downloaded, or the CSV file inside: preamble, header, one line per
        day with the date as YYYYMMDD and percent, then perhaps annual figures and a copyright line.

    Returns
    -------
    pandas.DataFrame
        (n_days, n_factors) simple returns, decimal fraction, by tz-naive date, ascending; NaN where
        the file says -99.99 or -999. Names are the file's own: ``Mkt-RF, SMB, HML, RF``, with
        ``RMW, CMA`` in the file of five factors, ``Mom`` or ``WML`` in that of momentum.

    Raises
    ------
    InputError
        No such file, no daily table (monthly and annual files are named as such), or an archive
        without one CSV file.
    RecordError
        Lines that cannot be read, all of them.
    DataError
        The numbers are not percent per day, or dates are not ascending.

    References
    ----------
    Fama, E. F. and French, K. R. (1993), Journal of Financial Economics 33, 3-56.

    Examples
    --------
    >>> import tempfile
    >>> text = "Made by hand\n\n,Mkt-RF,RF\n20250102,  -0.19, 0.017\n20250103,  1.20, 0.017\n"
    >>> file = Path(tempfile.mkdtemp()) / "factors.csv"
    >>> _ = file.write_text(text)
    >>> load_factors(file).loc["2025-01-03"].round(6).tolist()
    [0.012, 0.00017]
    """
    file = as_path(path, "path")
    zipped = file.suffix.lower() == ".zip"
    name, text = _unpacked(file) if zipped else (str(file), read_text(file, "factors"))
    rows = [
        (number, [cell.strip() for cell in line.split(",")])
        for number, line in enumerate(text.splitlines(), start=1)
    ]
    names, days = _daily(rows, name)
    frame = _frame(names, days, name)
    _refuse_other_units(frame, name)
    return frame / PERCENT


def _unpacked(file: Path) -> tuple[str, str]:
    """Name and text of the one CSV file in an archive."""
    content = read_bytes(file, "factors")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
            if len(inside) != 1 or inside[0].file_size > LONGEST:
                held = ", ".join(one.filename for one in archive.infolist()[:5]) or "nothing"
                raise InputError(
                    f"{file}: holds {held}; expected one CSV file of at most "
                    f"{LONGEST // 10**6} MB. Unpack it and give the file that is meant"
                )
            name = f"{file}/{inside[0].filename}"
            return name, decoded(archive.read(inside[0]), name)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
        raise InputError(
            f"{file}: cannot be unpacked ({error}); download it again, or unpack it and give the "
            ".csv file inside"
        ) from None


def _daily(rows: Sequence[Row], file: str) -> tuple[list[str], list[Row]]:
    """Names of the factors and the lines of the first table that begins with days."""
    first = next((k for k, (_, cells) in enumerate(rows) if _is_date(cells)), None)
    if first is None:
        raise InputError(
            f"{file}: no line begins with a date such as 20250127; expected the daily file of a "
            "factor data library as CSV"
        )
    start = rows[first][1][0]
    if not _DAY.fullmatch(start):
        kind = "monthly" if _MONTH.fullmatch(start) else "annual"
        raise InputError(
            f"{file}, line {rows[first][0]}: {start} is {kind}; expected daily factors, with dates "
            "of eight digits (20250127): the file with 'daily' in its name"
        )
    header = rows[first - 1] if first else (0, [])
    names = header[1][1:]
    if not names or not all(names) or any(_is_number(name) for name in names):
        raise InputError(
            f"{file}, line {header[0] or 1}: expected the names of the factors above the first "
            "day, such as ,Mkt-RF,SMB,HML,RF"
        )
    twice = [name for k, name in enumerate(names) if name in names[:k]]
    if twice:
        raise InputError(f"{file}, line {header[0]}: the factor {twice[0]!r} stands twice")
    end = next(
        (k for k in range(first, len(rows)) if not any(rows[k][1])), len(rows)
    )  # an empty line ends the table
    return names, [row for row in rows[first:end] if not _is_footer(row[1])]


def _is_date(cells: Sequence[str]) -> bool:
    wide = len(cells) > 1 and _is_number(cells[1])
    return wide and any(form.fullmatch(cells[0]) for form in (_DAY, _MONTH, _YEAR))


def _is_footer(cells: Sequence[str]) -> bool:
    return cells[0].casefold().startswith(("copyright", "annual"))


def _is_number(text: str) -> bool:
    return isinstance(number_of(text), float) and bool(text)


def _frame(names: Sequence[str], rows: Sequence[Row], file: str) -> pd.DataFrame:
    """Percent by date; every line that cannot be read is named."""
    faults, days, values = [], [], []
    for number, cells in rows:
        day = day_of(cells[0])
        numbers = [number_of(cell) for cell in cells[1:]]
        wrong = [cell for cell in cells[1:] if isinstance(number_of(cell), tuple)]
        where = f"{file}, line {number}"
        if isinstance(day, str):
            faults.append(Fault(where, "date", repr(cells[0]), "a date such as 20250127"))
        elif len(numbers) != len(names):
            faults.append(
                Fault(where, "", f"{len(numbers)} numbers", f"{len(names)}: {', '.join(names)}")
            )
        elif wrong:
            faults.append(Fault(where, "", repr(wrong[0]), "a number in percent, such as -0.19"))
        else:
            days.append(day)
            values.append([math.nan if one in MISSING else one for one in numbers])
    if faults:
        raise RecordError(file, faults)
    index = pd.DatetimeIndex(days, name="date").as_unit("ns")
    if not index.is_monotonic_increasing or not index.is_unique:
        back = next(k for k in range(1, len(index)) if index[k] <= index[k - 1])
        here, above = index[back], index[back - 1]
        raise DataError(
            f"{file}, line {rows[back][0]}: {here:%Y-%m-%d} follows {above:%Y-%m-%d}; expected "
            "ascending dates, each once"
        )
    return pd.DataFrame(values, index=index, columns=list(names), dtype=float)


def _refuse_other_units(frame: pd.DataFrame, file: str) -> None:
    """Percent per day: not decimal fractions already, not a level."""
    wide = frame.abs().max()
    for name in frame.columns[wide > LARGEST]:
        raise DataError(
            f"{file}: {name} reaches {wide[name]:g} in a day; expected percent per day, and "
            f"{MISSING[0]} or {MISSING[1]:g} for a missing value"
        )
    factors = frame.drop(columns=[one for one in frame if str(one).casefold() == "rf"])
    widest = float(factors.std().max()) if len(frame) >= 20 else float(factors.abs().max().max())
    if factors.notna().sum().sum() >= LEAST and 0 < widest < FRACTIONS:
        name = str(factors.abs().max().idxmax())
        raise DataError(
            f"{file}: {name} moves by {widest:.2g} a day, and no factor by more; expected percent "
            "(about 1). Are these decimal fractions already? Then read them with pandas"
        )
