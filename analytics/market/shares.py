"""How many shares of a firm there are, as recorded.

In: ``shares_outstanding.csv``. Out: `ShareCount` records. It must not know prices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.errors import DataError
from analytics.recorded import RecordedFolder

FILE = "shares_outstanding.csv"


@dataclass(frozen=True)
class ShareCount:
    """Shares outstanding of a security on a day.

    Attributes
    ----------
    ticker : str
    date : pandas.Timestamp
    shares : float
        On the prices' basis: after all splits.
    grade, note : str
    """

    ticker: str
    date: pd.Timestamp
    shares: float
    grade: str
    note: str = ""


def read_shares(folder: RecordedFolder) -> tuple[ShareCount, ...]:
    """Share counts of a recorded folder; none where the file is not there.

    Raises
    ------
    DataError
        A row without a date or a number of shares above zero.
    """
    rows = folder.table(FILE) if FILE in folder.entries else []
    return tuple(_count(row, folder) for row in rows)


def _count(row: Mapping[str, str], folder: RecordedFolder) -> ShareCount:
    try:
        count = ShareCount(
            row["ticker"],
            pd.Timestamp(row["date"]),
            float(row["shares"]),
            row["grade"],
            row.get("note", ""),
        )
    except (ValueError, KeyError) as error:
        raise DataError(f"{folder.path / FILE}: not a row of share counts ({error})") from None
    if not 0 < count.shares < float("inf"):
        raise DataError(f"{folder.path / FILE}: {count.ticker} has {row['shares']} shares")
    return count


def nearest(counts: Sequence[ShareCount], ticker: str, day: pd.Timestamp) -> ShareCount | None:
    """The count of a security nearest to a day; None where none is recorded."""
    own = [one for one in counts if one.ticker == ticker]
    return min(own, key=lambda one: (abs((one.date - day).days), one.date)) if own else None
