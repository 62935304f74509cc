"""Days on which a price moved as far as its exchange allows: the reaction is censored.

In: a market and a ticker. Out: booleans by session. It must not know events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.market import Market
from analytics.study.kernels import Bools

if TYPE_CHECKING:
    import pandas as pd


def at_limit(market: Market, ticker: str, sessions: pd.DatetimeIndex) -> Bools:
    """Sessions that closed as far from the previous close as the exchange allows, (T,) booleans.

    The limit price is rounded towards the previous close by up to half a percent (the tick), so
    where the day's range is known the close must also be its end: a price that touched the limit
    and left it was free.

    Parameters
    ----------
    market : Market
    ticker : str
    sessions : pandas.DatetimeIndex
        (T,) sessions, those of the ticker's returns.

    Returns
    -------
    (T,) booleans

    Examples
    --------
    >>> from analytics.market import load_market
    >>> market = load_market()
    >>> days = market.returns("2330.TW").index
    >>> [f"{day:%Y-%m-%d}" for day in days[at_limit(market, "2330.TW", days)]]
    ['2025-04-07', '2025-04-10']
    """
    limit = market.directory.security(ticker).price_limit
    if limit is None or ticker not in market.bars:
        return np.zeros(len(sessions), dtype=bool)
    moves = market.returns(ticker).reindex(sessions).to_numpy(dtype=float)
    bars = market.bars[ticker].reindex(sessions)
    if not {"high", "low"} <= set(bars.columns):
        return np.asarray(np.abs(moves) >= limit - 0.003)
    end = np.where(moves > 0, bars["high"], bars["low"])
    return np.asarray((np.abs(moves) >= limit - 0.006) & (bars["close"].to_numpy(float) == end))
