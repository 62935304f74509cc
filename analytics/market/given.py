"""A reader's own frames: checked before they become a market.

In: frames of prices, returns or factors as a reader has them. Out: the same, clean, or one message.
It must not know files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analytics.errors import InputError, UnknownNameError
from analytics.market.calendars import ExchangeCalendar
from analytics.market.securities import Security
from analytics.recorded import FileEntry


def checked_frame(frame: pd.DataFrame, what: str) -> pd.DataFrame:
    """Dates ascending, unique, tz-naive; columns unique; numbers only."""
    if not isinstance(frame, pd.DataFrame) or not isinstance(frame.index, pd.DatetimeIndex):
        raise InputError(f"{what}: expected a DataFrame indexed by dates (pandas.DatetimeIndex)")
    if frame.index.tz is not None:
        raise InputError(
            f"{what}: dates carry a time zone; sessions are plain dates (tz_localize(None))"
        )
    if frame.index.hasnans:
        raise InputError(f"{what}: a date is missing in the index")
    days = frame.index.normalize()
    if days.has_duplicates:
        twice = days[days.duplicated()][0]
        raise InputError(f"{what}: the date {twice:%Y-%m-%d} stands twice")
    names = pd.Index([str(name) for name in frame.columns])
    if names.has_duplicates:
        raise InputError(f"{what}: column {names[names.duplicated()][0]!r} stands twice")
    if frame.empty:
        raise InputError(f"{what}: the frame is empty")
    try:
        if any(np.iscomplexobj(frame[name]) for name in frame.columns):
            raise TypeError("complex numbers")
        numbers = frame.astype(float).set_axis(names, axis=1)
    except (ValueError, TypeError) as error:
        raise InputError(f"{what}: not all values are numbers ({error})") from None
    if np.isinf(numbers.to_numpy()).any():
        raise InputError(f"{what}: infinite values; leave a missing value empty (NaN)")
    return numbers.set_axis(days.as_unit("ns")).sort_index()


def refuse_percent(frame: pd.DataFrame) -> None:
    """A daily factor whose deviation is a fifth is in percent, not a decimal fraction."""
    for name in frame.columns:
        wide, steep = frame[name].std() > 0.2, abs(frame[name].mean()) > 0.005
        if wide or steep or (frame[name] <= -1).any():
            raise InputError(
                f"factors: {name} has a daily mean of {frame[name].mean():.2g} and a deviation of "
                f"{frame[name].std():.2g}; expected decimal fractions (divide percent by 100)"
            )


def refuse_stray_factors(frame: pd.DataFrame, calendar: ExchangeCalendar) -> None:
    """A few dates without a session are listed in `Market.unused`; many mean wrong dates."""
    stray = frame.index.difference(calendar.sessions)
    if len(stray) > max(3, 0.05 * len(frame)):
        raise InputError(
            f"factors: {len(stray)} of {len(frame)} dates are no session of {calendar.code}, the "
            f"first {stray[0]:%Y-%m-%d}; is it another exchange, or are the dates month ends?"
        )


def given_entry(frame: pd.DataFrame, what: str) -> FileEntry:
    """What a reader gave, in the list of sources: its range and a hash of its values."""
    text = frame.to_csv(float_format="%.17g").encode()
    return FileEntry(
        name=f"{what}: {', '.join(map(str, frame.columns))}",
        sha256=hashlib.sha256(text).hexdigest(),
        rows=len(frame),
        first=f"{frame.index[0]:%Y-%m-%d}",
        last=f"{frame.index[-1]:%Y-%m-%d}",
        kind=what,
        source="given by the caller",
        grade="",
    )


def named_securities(
    tickers: Iterable[str],
    benchmarks: Mapping[str, str] | str | None,
    exchanges: Mapping[str, str] | str | None,
    currencies: Mapping[str, str] | str | None,
) -> dict[str, Security]:
    """Securities of a reader's frame, with what the options say about each."""
    names = list(tickers)
    options = {"benchmarks": benchmarks, "exchanges": exchanges, "currencies": currencies}
    for what, given in options.items():
        if given is not None and not isinstance(given, (str, Mapping)):
            raise InputError(f"{what}={given!r}: expected one text for all, or ticker -> text")
        for name, one in given.items() if isinstance(given, Mapping) else ():
            if str(name) not in names:
                raise UnknownNameError(f"ticker in {what}", name, names)
            if one is not None and not isinstance(one, str):
                raise InputError(f"{what}: {name} has {one!r}; expected a text")
    securities = {}
    for name in names:
        benchmark = _pick(benchmarks, name)
        if benchmark is not None and benchmark not in names:
            raise UnknownNameError("benchmark column", benchmark, names)
        securities[name] = Security(
            ticker=name,
            benchmark=None if benchmark == name else benchmark,
            calendar=_pick(exchanges, name),
            currency=_pick(currencies, name) or "",
        )
    return securities


def _pick(given: Mapping[str, str] | str | None, name: str) -> str | None:
    if given is None or isinstance(given, str):
        return given
    return {str(key): one for key, one in given.items()}.get(name)


def checked_dividends(table: pd.DataFrame) -> pd.DataFrame:
    """Columns ticker, ex_date, amount; every row with a date and an amount above zero."""
    if not isinstance(table, pd.DataFrame):
        raise InputError(
            f"dividends: expected a DataFrame with ticker, ex_date, amount, got "
            f"{type(table).__name__}"
        )
    lacking = {"ticker", "ex_date", "amount"} - set(table.columns)
    if lacking:
        raise InputError(f"dividends: no column {', '.join(sorted(lacking))}")
    try:
        dates = table["ex_date"]
        if pd.api.types.is_numeric_dtype(dates) and len(table):
            raise ValueError(f"got the number {dates.iloc[0]}")
        dated = pd.to_datetime(dates)
        amounts = table["amount"].astype(float)
    except (ValueError, TypeError) as error:
        raise InputError(f"dividends: ex_date must be dates and amount numbers ({error})") from None
    if dated.dt.tz is not None:
        raise InputError("dividends: ex_date carries a time zone; an ex-date is a plain date")
    for row, (ticker, date, amount) in enumerate(zip(table["ticker"], dated, amounts, strict=True)):
        if pd.isna(date) or not 0 < amount < np.inf:
            raise InputError(
                f"dividends: row {row} ({ticker}): expected a date and an amount above zero, got "
                f"{table['ex_date'].iloc[row]!r} and {table['amount'].iloc[row]!r}"
            )
    return table.assign(ex_date=dated.dt.normalize().dt.as_unit("ns"), amount=amounts)
