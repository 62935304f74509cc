"""Prices, dividends and weights as a recorded folder holds them.

In: a `RecordedFolder`. Out: frames, series and records. It must not know markets or calendars.
"""

from __future__ import annotations

import pandas as pd

from analytics.market.benchmarks import IndexWeight
from analytics.market.given import checked_dividends
from analytics.market.reply import read_bars, read_day
from analytics.recorded import RecordedFolder


def read_price_file(folder: RecordedFolder, name: str) -> pd.DataFrame:
    """Bars of one file, by date.

    Raises
    ------
    ChecksumError, DataError

    Examples
    --------
    >>> from analytics.recorded import recorded_folder
    >>> float(read_price_file(recorded_folder(), "prices/NVDA.csv").loc["2025-01-27", "close"])
    118.42
    """
    with folder.readable(name):
        return read_bars(folder.text(name))


def read_dividends(folder: RecordedFolder) -> dict[str, pd.Series]:
    """Amounts per share by ticker and ex-date; none where the folder has no such table.

    Raises
    ------
    ChecksumError, DataError

    Examples
    --------
    >>> from analytics.recorded import recorded_folder
    >>> float(read_dividends(recorded_folder())["NVDA"]["2024-12-05"])
    0.01
    """
    name = "dividends.csv"
    if name not in folder.entries:
        return {}
    with folder.readable(name):
        rows = [
            (row["ticker"], read_day(row["ex_date"]), row["amount"])
            for row in folder.table(name, ("ticker", "ex_date", "amount"))
        ]
        table = pd.DataFrame(rows, columns=["ticker", "ex_date", "amount"])
        return dividends_by_ticker(table) if rows else {}


def read_weights(folder: RecordedFolder) -> tuple[IndexWeight, ...]:
    """Recorded weights of securities in indices; none where the folder has no such table.

    Raises
    ------
    ChecksumError, DataError

    Examples
    --------
    >>> from analytics.recorded import recorded_folder
    >>> one = read_weights(recorded_folder())[0]
    >>> one.index, one.ticker, one.weight
    ('^TWII', '2330.TW', 0.430957)
    """
    name = "index_weights.csv"
    if name not in folder.entries:
        return ()
    with folder.readable(name):
        return tuple(
            IndexWeight(
                row["index"],
                row["ticker"],
                read_day(row["date"]),
                float(row["weight"]),
                row["grade"],
                row["source"],
            )
            for row in folder.table(name, ("index", "ticker", "date", "weight", "grade", "source"))
        )


def dividends_by_ticker(table: pd.DataFrame | None) -> dict[str, pd.Series]:
    """Amounts by ticker and ex-date of a frame; two payments on one ex-date are summed.

    Examples
    --------
    >>> rows = [("A", "2025-01-03", 0.5), ("A", "2025-01-03", 0.25)]
    >>> table = pd.DataFrame(rows, columns=["ticker", "ex_date", "amount"])
    >>> dividends_by_ticker(table)["A"].tolist()
    [0.75]
    """
    if table is None:
        return {}
    dated = checked_dividends(table)
    grouped = dated.groupby(["ticker", "ex_date"])["amount"].sum()  # two payments on one ex-date
    return {str(ticker): part.droplevel(0) for ticker, part in grouped.groupby(level="ticker")}
