"""How many shares of a firm there are, as recorded.

In: ``shares_outstanding.csv``. Out: `ShareCount` records. It must not know prices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.market.reply import read_day
from analytics.recorded import RecordedFolder

if TYPE_CHECKING:
    import pandas as pd

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
    if FILE not in folder.entries:
        return ()
    with folder.readable(FILE):
        columns = ("ticker", "date", "shares", "grade")
        return tuple(_count(row) for row in folder.table(FILE, columns))


def _count(row: Mapping[str, str]) -> ShareCount:
    day, shares = read_day(row["date"]), float(row["shares"])
    if not 0 < shares < float("inf"):
        raise ValueError(f"{row['ticker']} has {row['shares']} shares")
    return ShareCount(row["ticker"], day, shares, row["grade"], row.get("note", ""))


def nearest(counts: Sequence[ShareCount], ticker: str, day: pd.Timestamp) -> ShareCount | None:
    """The count of a security nearest to a day; None where none is recorded."""
    own = [one for one in counts if one.ticker == ticker]
    return min(own, key=lambda one: (abs((one.date - day).days), one.date)) if own else None
