"""Small simulated worlds: what a test needs and no more.

In: sizes and a seed. Out: returns, markets, frames of events.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

import analytics as ma

DAY0 = 280  # row of the event in `panel`


def panel(tickers: int = 1, *, days: int = 320, seed: int = 7, common: float = 0.0) -> pd.DataFrame:
    """Returns of MKT and S1 .. Sn with beta 1; ``common`` is the correlation of their residuals."""
    generator = np.random.default_rng(seed)
    index = pd.bdate_range("2020-01-01", periods=days)
    market = generator.normal(0.0, 0.01, days)
    shared = generator.normal(0.0, 0.02, days)
    columns = {"MKT": market}
    for number in range(1, tickers + 1):
        own = generator.normal(0.0, 0.02, days)
        columns[f"S{number}"] = market + np.sqrt(common) * shared + np.sqrt(1 - common) * own
    return pd.DataFrame(columns, index=index)


def world(returns: pd.DataFrame) -> ma.Market:
    return ma.Market.from_returns(returns, benchmarks="MKT")


def on(
    returns: pd.DataFrame, tickers: Sequence[str] | None = None, *, rows: Sequence[int] = (DAY0,)
) -> pd.DataFrame:
    """One event per row of ``rows`` for every ticker; all of them if none are named."""
    names = tickers or [name for name in returns.columns if name != "MKT"]
    return pd.DataFrame(
        [
            {"event_id": f"e{row}", "ticker": name, "session": returns.index[row]}
            for row in rows
            for name in names
        ]
    )
