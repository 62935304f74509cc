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
    if frame.columns.has_duplicates:
        raise InputError(
            f"{what}: column {frame.columns[frame.columns.duplicated()][0]!r} stands twice"
        )
    if frame.empty:
        raise InputError(f"{what}: the frame is empty")
    try:
        numbers = frame.astype(float)
    except (ValueError, TypeError) as error:
        raise InputError(f"{what}: not all values are numbers ({error})") from None
    if np.isinf(numbers.to_numpy()).any():
        raise InputError(f"{what}: infinite values; leave a missing value empty (NaN)")
    return numbers.set_axis(days.as_unit("ns")).sort_index()


def refuse_percent(frame: pd.DataFrame) -> None:
    """A daily factor whose deviation is a fifth is in percent, not a decimal fraction."""
    for name in frame.columns:
        if (frame[name] <= -1).any() or frame[name].std() > 0.2:
            raise InputError(
                f"factors: {name} has a daily deviation of {frame[name].std():.2g} and a lowest "
                f"value of {frame[name].min():.2g}; expected decimal fractions (divide percent by "
                "100)"
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
        keys = given if isinstance(given, Mapping) else {}
        for name in keys:
            if name not in names:
                raise UnknownNameError(f"ticker in {what}", name, names)
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
    return given if given is None or isinstance(given, str) else given.get(name)
