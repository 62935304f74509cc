"""Rows of an answer that can be prices, and a remark about each that cannot.

In: the frame that the client made of an answer, and the dates as they came. Out: bars, and what was
not taken as it came. It must not know where the answer came from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pandas as pd

from analytics.market.reply import COLUMNS, Query, number_text

NO_CLOSE = "no close"
Remarks = list[tuple[str, str]]


def usable_rows(
    frame: pd.DataFrame, query: Query, came: Iterable[pd.Timestamp]
) -> tuple[pd.DataFrame, Remarks]:
    """Rows with a close that is a price; other cells that cannot be are empty.

    Parameters
    ----------
    frame : pandas.DataFrame
        Open, high, low, close and volume, in any case, by moment.
    query : Query
    came : iterable of pandas.Timestamp
        Dates of all rows before the client made one of those that it takes for doubles.

    Returns
    -------
    tuple of (pandas.DataFrame, list)
        Bars by date; ISO date and reason of each remark. Rows after the last day of the question
        are no part of its answer.

    Examples
    --------
    >>> import datetime as dt
    >>> days = pd.DatetimeIndex(["2025-01-24", "2025-01-27"])
    >>> frame = pd.DataFrame({name: [5.0, 6.0] for name in COLUMNS}, index=days)
    >>> frame.loc["2025-01-24", "close"] = float("inf")
    >>> frame.loc["2025-01-27", "low"] = 0.0
    >>> query = Query("NVDA", dt.date(2025, 1, 24), dt.date(2025, 1, 27))
    >>> bars, remarks = usable_rows(frame, query, days)
    >>> remarks
    [('2025-01-24', 'close of inf, which is no price'), ('2025-01-27', 'low of 0: left empty')]
    """
    days = pd.DatetimeIndex(frame.index.tz_localize(None)).normalize().as_unit("ns")
    frame = frame.set_axis(days, axis=0)
    frame.columns = pd.Index([str(name).lower() for name in frame.columns])
    bars = frame[list(COLUMNS)].astype(float)
    inside = (days >= pd.Timestamp(query.start)) & (days <= pd.Timestamp(query.end))
    early = (days < pd.Timestamp(query.start)) & bars["close"].notna().to_numpy()
    remarks = [(f"{day:%Y-%m-%d}", "outside the dates asked for") for day in days[early]]
    remarks += _doubles(days, query, came)
    bars = bars[inside]
    good = ((bars["close"] > 0) & (bars["close"] < np.inf)).to_numpy()
    remarks += [
        (f"{day:%Y-%m-%d}", _why_no_price(close)) for day, close in bars["close"][~good].items()
    ]
    kept, emptied = _emptied(bars[good])
    return kept, [*remarks, *emptied]


def _why_no_price(close: float) -> str:
    return NO_CLOSE if np.isnan(close) else f"close of {close:g}, which is no price"


def _doubles(days: pd.DatetimeIndex, query: Query, came: Iterable[pd.Timestamp]) -> Remarks:
    """Rows that the client left out before it gave its frame."""
    lacking = Counter(came) - Counter(days)
    first, last = pd.Timestamp(query.start), pd.Timestamp(query.end)
    held = set(days)
    return [
        (
            f"{day:%Y-%m-%d}",
            f"came {count + 1} times, one row was taken" if day in held else "left out by yfinance",
        )
        for day, count in sorted(lacking.items())
        if first <= day <= last
    ]


def _emptied(bars: pd.DataFrame) -> tuple[pd.DataFrame, Remarks]:
    """Bars without cells that can be no price and no volume, and a remark per row."""
    shown = {
        name: np.isinf(bars[name]) | (bars[name] < 0 if name == "volume" else bars[name] <= 0)
        for name in COLUMNS
    }
    odd = pd.DataFrame(shown, index=bars.index)
    remarks = []
    for day in bars.index[odd.any(axis=1).to_numpy()]:
        cells = bars.loc[[day]].iloc[0][odd.loc[[day]].iloc[0]]
        said = ", ".join(f"{name} of {number_text(one) or one}" for name, one in cells.items())
        remarks.append((f"{day:%Y-%m-%d}", f"{said}: left empty"))
    return bars.mask(odd), remarks
