"""Quiet days are quiet, and the false alarms are counted on them.

In: the recorded data. Out: nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analytics as ma
from analytics.errors import InputError
from analytics.evidence import (
    MeanLevel,
    RecentLevel,
    abnormal_range,
    abnormal_volume,
    after_closures,
    false_alarms,
    quiet_days,
)

MARKET = ma.load_market()
EVENTS = ma.load_events()
FOUR = ["NVDA", "META", "TSM", "2330.TW"]


def test_no_quiet_day_is_next_to_an_event_or_to_results():
    days = quiet_days(MARKET, ["NVDA"])["session"]
    sessions = MARKET.sessions("NVDA")
    near = set()
    for event in EVENTS:
        if "NVDA" in event.tickers:
            row = ma.align(event, MARKET, tickers=["NVDA"]).observations
            if len(row):
                at = sessions.get_loc(row["session"].iloc[0])
                others = len(row["alternative_sessions"].iloc[0])
                near |= set(sessions[at - 1 : at + 2 + others])
    for one in ma.load_confounders():
        if one.kind == "results" and (not one.tickers or "NVDA" in one.tickers):
            at = MARKET.calendars["NVDA"].first_after(pd.Timestamp(one.published_at))
            near |= set(MARKET.calendars["NVDA"].sessions[at - 1 : at + 2])
    assert len(near) > 100
    assert not near & set(days)
    assert set(sessions) - set(days) <= near


def test_a_longer_window_has_fewer_quiet_days():
    short, long = (quiet_days(MARKET, ["TSM"], last=last)["session"] for last in (0, 5))
    assert set(long) < set(short)
    sessions = MARKET.sessions("TSM")
    at = sessions.get_indexer(long)
    follow = [set(sessions[row : row + 6]) for row in at if row + 6 <= len(sessions)]
    assert all(one <= set(short) for one in follow)


def test_rates_are_the_share_of_days_found():
    table = false_alarms(abnormal_volume, MARKET, ["TSM"], levels=[MeanLevel()], spans=[(0, 1)])
    days = quiet_days(MARKET, ["TSM"], last=1)
    windows = ma.Windows()
    sessions = MARKET.sessions("TSM")
    usable = days["session"].between(sessions[282], sessions[-11])
    sample = ma.align(days[usable], MARKET, windows, confounders=())
    found = abnormal_volume(sample, MARKET, level=MeanLevel()).over(0, 1).dropna(subset=["t"])
    row = table.iloc[0]
    assert table.index.tolist() == [("mean with weekday effects", 0, 1)]
    assert row["n"] == len(found) > 500
    assert row["t"] == pytest.approx((found["pvalue"] <= 0.05).mean())
    assert row["rank"] == pytest.approx((found["rank_pvalue"] <= 0.05).mean())


@pytest.mark.slow
@pytest.mark.parametrize("measure", [abnormal_volume, abnormal_range])
def test_the_default_keeps_its_promise_on_recorded_quiet_days_and_the_textbook_does_not(measure):
    levels = [RecentLevel(), MeanLevel(independent=True)]
    table = false_alarms(measure, MARKET, FOUR, levels=levels)
    own = table.xs(RecentLevel().label, level="level")
    assert (own["t"] < 0.05 + 2 * own["std_error"]).all()
    assert (own["t"] > 0.02).all()
    loud = table.xs(MeanLevel(independent=True).label, level="level")
    assert loud.loc[(0, 5), "t"] > 0.2


def test_reopenings_are_the_sessions_after_five_days_or_more():
    """Taipei: Tomb Sweeping, Dragon Boat, National Day and Lunar New Year, as its calendar has."""
    found = after_closures(MARKET, ["2330.TW"])["session"].dt.strftime("%Y-%m-%d").tolist()
    assert found == [
        "2023-04-06",
        "2023-06-26",
        "2023-10-11",
        "2024-02-15",
        "2024-04-08",
        "2025-02-03",
        "2025-04-07",
    ]


def test_a_market_without_exchanges_has_no_quiet_days():
    days = pd.bdate_range("2024-01-01", periods=320)
    closes = pd.DataFrame({"A": np.linspace(100, 120, 320)}, index=days)
    with pytest.raises(InputError, match="A: no exchange is known"):
        quiet_days(ma.Market.from_frames(closes), ["A"])


@pytest.mark.parametrize("last", [-1, 0.5, None])
def test_a_last_day_before_day_0_is_refused(last):
    with pytest.raises(InputError, match="last="):
        quiet_days(MARKET, ["NVDA"], last=last)


def test_windows_before_day_0_are_refused():
    with pytest.raises(InputError, match="expected two days from 0 on"):
        false_alarms(abnormal_volume, MARKET, ["NVDA"], spans=[(-3, 0)])


def test_a_short_history_says_how_much_it_needs():
    days = pd.bdate_range("2024-01-02", periods=120)
    closes = pd.DataFrame({"A": np.linspace(100, 120, 120)}, index=days)
    own = ma.Market.from_frames(closes, exchanges="XNYS")
    with pytest.raises(InputError, match="no such day with 282 sessions before it"):
        false_alarms(abnormal_volume, own, ["A"])
