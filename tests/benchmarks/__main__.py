"""How much faster than one regression after another, and does it grow in line?

Each row is a ratio of two ways to the same numbers, timed in turn in this very run; the medians of
five rounds are compared. Absolute times belong to the machine and are not printed.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import statsmodels.api as sm

import analytics as ma
from analytics.market.calendars import exchange_calendar

ROUNDS = 5
FIRST, LAST = pd.Timestamp("1985-01-02"), pd.Timestamp("2024-12-31")
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


def prices(folder: Path) -> Path:
    """Ten files of forty years of daily bars."""
    random = np.random.default_rng(3)
    days = exchange_calendar("XNYS", FIRST, LAST).sessions
    days = days[(days >= FIRST) & (days <= LAST)]
    for number in range(10):
        close = 100 * np.exp(np.cumsum(random.normal(0, 0.004, len(days))))
        opened = close * np.exp(random.normal(0, 0.003, len(days)))
        high, low = np.maximum(close, opened) * 1.004, np.minimum(close, opened) * 0.996
        bars = {"open": opened, "high": high, "low": low, "close": close}
        frame = pd.DataFrame(bars, index=days.rename("date")).round(2)
        frame["volume"] = random.integers(500_000, 2_000_000, len(days))
        frame.to_csv(folder / f"S{number}.csv")
    return folder


def read_all(folder: Path) -> list[pd.DataFrame]:
    """The same files as pandas reads them."""
    return [pd.read_csv(one, parse_dates=["date"]) for one in folder.glob("*.csv")]


def checks() -> None:
    """What a check and a comparison cost beside reading the files alone."""
    with TemporaryDirectory() as place:
        folder = prices(Path(place))
        check, compare, read = rounds(
            lambda: ma.check_snapshot(folder),
            lambda: ma.compare_snapshots(folder, folder),
            lambda: read_all(folder),
        )
        print(f"a check of ten files of forty years takes {check / read:.0f} times pandas.read_csv")
        print(f"a comparison of two such folders:         {compare / read:.0f} times")
        print(f"peak memory of the check: {peak(lambda: ma.check_snapshot(folder)):.0f} MB")


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
    checks()


if __name__ == "__main__":
    main()
