"""Clean series of odd shares: nothing in them is an error, and a warning has a reason."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analytics.market.checks import check_snapshot
from tests.market.checks.test_checks import SESSIONS, sessions_of, simulated

TAIPEI = sessions_of("XTAI", "2022-01-03", "2023-12-29")
LONDON = sessions_of("XLON", "2022-01-03", "2023-12-29")


def stepped(seed, days, *, level, tick, volatility=0.015):
    """A series whose prices move in wide ticks."""
    frame = simulated(seed, days, volatility, 5)
    prices = frame[["open", "high", "low", "close"]] * level / 100
    frame[prices.columns] = (np.round(prices / tick) * tick).clip(lower=tick).round(4)
    return frame


def fallen(seed):
    """Sixty percent lost in one day."""
    frame = simulated(seed, SESSIONS, 0.02, 4)
    frame.iloc[300:, :4] = (frame.iloc[300:, :4] * 0.4).round(2)
    return frame


def halted(seed):
    """A receipt without trading for two days, then for one."""
    frame = simulated(seed, SESSIONS, 0.02, 4)
    for at in (200, 201, 400):
        frame.iloc[at, :4], frame.iloc[at, 4] = frame.iloc[at - 1, 3], 0
    return frame


SERIES = {
    "tick of five": (lambda seed: stepped(seed, TAIPEI, level=1000, tick=5), "XTAI"),
    "few ticks": (lambda seed: stepped(seed, SESSIONS, level=2, tick=0.05), "XNYS"),
    "sixty percent in a day": (fallen, "XNYS"),
    "halts": (halted, "XNYS"),
    "London": (lambda seed: stepped(seed, LONDON, level=200, tick=0.01), "XLON"),
    "young": (lambda seed: simulated(seed, SESSIONS[-30:], 0.04, 4), "XNYS"),
    "closes of an index": (lambda seed: simulated(seed, SESSIONS, 0.01, 4)[["close"]], "XNYS"),
    "index without volume": (
        lambda seed: simulated(seed, SESSIONS, 0.01, 4).assign(volume=0),
        "XNYS",
    ),
}


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("seed", range(3))
def test_clean_series_pass(tmp_path, name, seed):
    make, exchange = SERIES[name]
    make(seed).to_csv(tmp_path / "AAA.csv")
    (tmp_path / "securities.yaml").write_text(f"- {{ticker: AAA, exchange: {exchange}}}\n")
    check = check_snapshot(tmp_path)
    assert check.passed, check.findings


def test_a_split_that_was_applied_is_no_finding(tmp_path):
    frame = simulated(1, SESSIONS, 0.02, 4)
    frame.to_csv(tmp_path / "AAA.csv")
    (tmp_path / "splits.csv").write_text(f"ticker,first_session,ratio\nAAA,{frame.index[250]},2\n")
    (tmp_path / "securities.yaml").write_text("- {ticker: AAA, exchange: XNYS}\n")
    assert check_snapshot(tmp_path).findings == ()


def unknown(tmp_path, days):
    rows = [f"{day:%Y-%m-%d},{100 + k % 7}" for k, day in enumerate(days)]
    (tmp_path / "AAA.csv").write_text("\n".join(["date,close", *rows, ""]))
    return [(one.rule, one.date) for one in check_snapshot(tmp_path).findings]


def test_weekends_of_a_ticker_without_an_exchange(tmp_path):
    known = ("no_calendar", "")
    assert unknown(tmp_path, SESSIONS) == [known]
    assert unknown(tmp_path, pd.date_range("2024-01-01", "2024-06-30")) == [known]
    stray = SESSIONS.union([pd.Timestamp("2022-05-28")])
    assert unknown(tmp_path, stray) == [known, ("phantom_row", "2022-05-28")]
    early = SESSIONS - pd.Timedelta(days=1)
    early = early[early.day_of_week != 4]
    assert unknown(tmp_path, early) == [known, ("shifted_date", "2022-01-02")]
