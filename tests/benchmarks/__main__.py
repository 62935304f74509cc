"""How much faster than one regression after another, and does it grow in line?

Each row is a ratio of two ways to the same numbers, timed in turn in this very run; the medians of
five rounds are compared. Absolute times belong to the machine and are not printed.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from statistics import median

import numpy as np
import pandas as pd
import statsmodels.api as sm

import analytics as ma

ROUNDS = 5
WINDOWS = ma.Windows()


def world(securities: int, seed: int = 1) -> pd.DataFrame:
    """Returns of a market and securities that follow it, 1,000 sessions."""
    random = np.random.default_rng(seed)
    days = pd.bdate_range("2020-01-01", periods=1000)
    market = random.normal(0, 0.01, 1000)
    noise = random.normal(0, 0.02, (1000, securities))
    frame = pd.DataFrame(market[:, None] + noise, index=days)
    return frame.rename(columns=lambda k: f"S{k:04d}").assign(MKT=market)


def observations(returns: pd.DataFrame, count: int) -> pd.DataFrame:
    """Events spread over securities and dates."""
    random = np.random.default_rng(2)
    tickers = [name for name in returns.columns if name != "MKT"]
    rows = random.integers(300, 950, count)
    chosen = [tickers[k % len(tickers)] for k in range(count)]
    ids = [f"E{k:05d}" for k in range(count)]
    return pd.DataFrame({"event_id": ids, "ticker": chosen, "session": returns.index[rows]})


def one_by_one(returns: pd.DataFrame, asked: pd.DataFrame) -> np.ndarray:
    """The same CARs of days -1 to +1 with a statsmodels regression per observation."""
    cars = []
    design = sm.add_constant(returns["MKT"].to_numpy())
    for ticker, session in zip(asked["ticker"], asked["session"], strict=True):
        row = returns.index.get_loc(session)
        own = returns[ticker].to_numpy()
        fit = sm.OLS(own[row - 260 : row - 10], design[row - 260 : row - 10]).fit()
        window = slice(row - 1, row + 2)
        cars.append((own[window] - design[window] @ fit.params).sum())
    return np.array(cars)


def rounds(*ways: Callable[[], object]) -> list[float]:
    """Median seconds of each way, taken in turn."""
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for spent, way in zip(times, ways, strict=True):
            start = time.perf_counter()
            way()
            spent.append(time.perf_counter() - start)
    return [median(spent) for spent in times]


def peak(way: Callable[[], object]) -> float:
    """Peak memory of one call in megabytes, as Python sees it."""
    tracemalloc.start()
    way()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def main() -> None:
    """Print the table."""
    returns = world(200)
    market = ma.Market.from_returns(returns, benchmarks="MKT")
    small, large = observations(returns, 1000), observations(returns, 4000)
    sample_small, sample_large = (ma.align(one, market, WINDOWS) for one in (small, large))
    ours = ma.event_study(sample_small).car(-1, 1)["car"].to_numpy()
    worst = np.abs(ours - one_by_one(returns, small)).max()
    print(f"1,000 observations, 250 estimation days; largest difference of a CAR {worst:.0e}")
    study, align, loop = rounds(
        lambda: ma.event_study(sample_small).car(-1, 1),
        lambda: ma.align(small, market, WINDOWS),
        lambda: one_by_one(returns, small),
    )
    print(f"estimate and CAR: {loop / study:.0f} times as fast as statsmodels one by one")
    print(f"with alignment:   {loop / (study + align):.1f} times as fast")
    four, one = rounds(
        lambda: ma.event_study(sample_large).car(-1, 1),
        lambda: ma.event_study(sample_small).car(-1, 1),
    )
    print(f"4,000 observations take {four / one:.1f} times as long as 1,000")
    test, plain = rounds(
        lambda: ma.event_study(sample_small).test(-1, 1),
        lambda: ma.event_study(sample_small),
    )
    print(f"all tests of 1,000 observations take {(test - plain) / plain:.1f} times the estimate")
    print(f"peak memory of the estimate: {peak(lambda: ma.event_study(sample_small)):.0f} MB")


if __name__ == "__main__":
    main()
