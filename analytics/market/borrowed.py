"""What a fetched folder takes from the recorded data, because Yahoo has nothing as good.

In: the replies that a folder is to hold. Out: files with their recorded source and grade, and the
securities that come with them. It must not know the network.

Corrected calendars and closures go as they are. Weights of firms in indices and share counts go for
the tickers of the folder; a weight of a day beyond the folder's prices is carried to its nearest
day with the recorded prices, and counts follow the splits that Yahoo knows by now. Where a folder
has a depositary receipt with its local line, the recorded exchange rate goes with them: Yahoo's own
is off by up to 3.7 %.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from analytics.market.prices import load_market
from analytics.market.reply import Reply
from analytics.market.securities import Security, recorded_directory
from analytics.market.shares import FILE as SHARES
from analytics.market.snapshot import SnapshotFile
from analytics.recorded import FileEntry, recorded_folder

WHOLE = ("calendar_corrections.csv", "closures.csv")
WEIGHTS = "index_weights.csv"


def borrowed_files(replies: Mapping[str, Reply]) -> dict[str, SnapshotFile]:
    """Files of the recorded data that belong to these tickers.

    Parameters
    ----------
    replies : mapping
        Ticker -> `Reply`.

    Returns
    -------
    dict of str to SnapshotFile
        A file of which no row belongs to them is absent.
    """
    home = recorded_folder()
    files = {name: _said(home.entries[name], home.read(name)) for name in WHOLE}
    weights = [
        _carried(row, replies)
        for row in home.table(WEIGHTS)
        if row["index"] in replies and row["ticker"] in replies
    ]
    counts = [
        _counted(row, replies[row["ticker"]])
        for row in home.table(SHARES)
        if row["ticker"] in replies
    ]
    for name, rows in ((WEIGHTS, weights), (SHARES, counts)):
        if rows:
            files[name] = _said(
                home.entries[name], table_bytes(rows[0], [r.values() for r in rows])
            )
    for rate in borrowed_rates(replies):
        name = f"prices/{rate.ticker}.csv"
        first = min(str(one.query.start) for one in replies.values())
        last = max(str(one.query.end) for one in replies.values())
        rows = [row for row in home.table(name) if first <= row["date"] <= last]
        files[name] = _said(home.entries[name], table_bytes(rows[0], [r.values() for r in rows]))
    return files


def borrowed_rates(replies: Mapping[str, Reply]) -> list[Security]:
    """Recorded exchange rates between a receipt and its local line, both of the folder.

    Parameters
    ----------
    replies : mapping
        Ticker -> `Reply`.

    Returns
    -------
    list of Security
        A rate without a day in the folder's range is absent.
    """
    known = recorded_directory().securities
    found = {}
    for ticker in replies:
        local = known[ticker].adr_of if ticker in known else None
        if local is None or local not in replies:
            continue
        name = f"{known[ticker].currency}{known[local].currency}"
        if name in known and _rate_rows(name, replies):
            found[name] = known[name]
    return list(found.values())


def _place(rate: str) -> str:
    return f"prices/{rate}.csv"


def _rate_rows(rate: str, replies: Mapping[str, Reply]) -> list[dict[str, str]]:
    """Recorded rates of the days that the folder covers."""
    home, name = recorded_folder(), _place(rate)
    if name not in home.entries:
        return []
    first = min(str(one.query.start) for one in replies.values())
    last = max(str(one.query.end) for one in replies.values())
    return [row for row in home.table(name) if first <= row["date"] <= last]


def _carried(row: dict[str, str], replies: Mapping[str, Reply]) -> dict[str, str]:
    """A weight on a day of the folder's prices; as it is where the recorded prices do not help."""
    ours = replies[row["ticker"]].bars.index.intersection(replies[row["index"]].bars.index)
    day = pd.Timestamp(row["date"])
    if not len(ours) or ours[0] <= day <= ours[-1]:
        return row
    series = load_market().weight(row["ticker"], row["index"])
    known = pd.Series(dtype=float) if series is None else series.dropna()
    known = known[known.index.isin(ours)]
    if known.empty:
        return row
    to = known.index[0] if day < ours[0] else known.index[-1]
    words = f"carried from {row['date']} with recorded prices and constant shares: {row['source']}"
    return {
        **row,
        "date": f"{to:%Y-%m-%d}",
        "weight": f"{known[to]:.6f}",
        "grade": "medium",
        "source": words,
    }


def _counted(row: Mapping[str, str], reply: Reply) -> dict[str, str]:
    """A share count on the basis of the folder's prices: after every split that Yahoo knows."""
    counted = pd.Timestamp(row["date"])
    recorded = [
        pd.Timestamp(one["first_session"])
        for one in recorded_folder().table("splits.csv")
        if one["ticker"] == row["ticker"]
    ]
    later = reply.splits[(reply.splits.index > counted) & ~reply.splits.index.isin(recorded)]
    return {**row, "shares": f"{float(row['shares']) * float(np.prod(later)):.0f}"}


def _said(entry: FileEntry, content: bytes) -> SnapshotFile:
    return SnapshotFile(content, entry.kind, entry.source, entry.grade, entry.retrieved)


def table_bytes(
    header: Iterable[str], rows: Iterable[Sequence[object] | Iterable[object]]
) -> bytes:
    r"""A table as the bytes of a CSV file.

    Examples
    --------
    >>> table_bytes(["date", "close"], [["2025-01-27", 118.42]])
    b'date,close\n2025-01-27,118.42\n'
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(list(header))
    writer.writerows([list(row) for row in rows])
    return stream.getvalue().encode()
