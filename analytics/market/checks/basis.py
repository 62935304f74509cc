"""Closes beside the recorded ones of the same ticker: whether they are on the same basis.

In: a `Subject`, and what other rules found in its file. Out: findings. It must not judge single
days, which vendors round and correct.

Where a split is not listed, or dividends were taken off, nothing inside a file shows it; the
recorded closes of the same days do.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from analytics.market.checks.findings import Finding
from analytics.market.checks.subject import Subject
from analytics.market.recorded_tables import read_price_file
from analytics.recorded import recorded_folder

SAME_AS = {"TWD=X": "USDTWD", "USDTWD=X": "USDTWD"}  # Yahoo's names of recorded series
FEWEST = 20  # days that both have
APART = 0.005  # relative difference that no rounding makes
SOME = 0.1  # of the days that may differ by more
BASIS = {  # rules that have told already why closes are others
    *("adjusted_closes", "currency_jump", "jump_and_back", "level_break", "other_ticker"),
    *("same_prices", "shifted_date", "split_inverted", "split_jump", "split_not_applied"),
    *("swapped_columns", "copied_block", "unreadable", "price_order"),
}


def basis_findings(subject: Subject, found: Sequence[Finding]) -> list[Finding]:
    """Closes that are not those recorded for the same ticker on more than a tenth of the days.

    A constant ratio is a split that is not listed, or another unit: an error, for share counts and
    ratios of receipts belong to another basis then. Else it is a warning: closes adjusted for
    dividends, or, of the exchange rate of the Taiwan dollar, a rate that is off the interbank
    market's by up to 3.7 %. Splits that the snapshot lists after the recorded days are allowed for.

    Parameters
    ----------
    subject : Subject
    found : sequence of Finding
        Of the same snapshot; where one of them explains the file, nothing is said twice.

    Returns
    -------
    list of Finding
    """
    name = subject.file.name
    if subject.bars.empty or any(one.file == name and one.rule in BASIS for one in found):
        return []
    recorded = _recorded(SAME_AS.get(subject.file.ticker, subject.file.ticker))
    ratio = (subject.bars["close"] / recorded).dropna()
    if len(ratio) < FEWEST:
        return []
    later = subject.splits[subject.splits.index > recorded.index[-1]]
    ratio = ratio * float(np.prod(later))
    off = (ratio - 1).abs() > APART
    if off.mean() <= SOME:
        return []
    low, middle, high = (float(ratio.quantile(one)) for one in (0.02, 0.5, 0.98))
    first = f"{ratio.index[off][0]:%Y-%m-%d}"
    if high / low - 1 < APART:
        said = (
            f"closes are {middle:.6g} times the recorded ones of the same days: a split that is "
            "not listed, or another unit"
        )
        return [Finding(name, first, "other_basis", "error", said)]
    largest = ratio[(ratio - 1).abs().idxmax()] - 1
    said = (
        f"{int(off.sum())} of {len(ratio)} closes are not the recorded ones of the same days, by "
        f"up to {largest:+.1%}: adjusted for dividends, from another market, or of another ticker"
    )
    return [Finding(name, first, "other_basis", "warning", said)]


@cache
def _recorded(ticker: str) -> pd.Series:
    """Recorded closes of a ticker; none where it is not recorded."""
    folder, name = recorded_folder(), f"prices/{ticker}.csv"
    if name not in folder.entries:
        return pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    return read_price_file(folder, name)["close"]
