"""Changes of market value by hand: price changes, share counts, receipts."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import analytics as ma
from analytics.errors import InputError
from analytics.evidence import value_change
from analytics.market import ShareCount

MARKET = ma.load_market()
SHOCK = "deepseek-shock-2025-01-27"
RESULTS = ma.event_study(ma.align(ma.load_events()[SHOCK], MARKET))
CHANGES = value_change(RESULTS, MARKET).loc[SHOCK]


def test_nvidia_lost_the_price_change_times_its_shares():
    row = CHANGES.loc["NVDA"]
    assert row["price_change"] == pytest.approx(118.42 - 142.62)
    assert row["raw_change"] == pytest.approx((118.42 - 142.62) * 24.49e9)
    assert row["market_value"] == pytest.approx(142.62 * 24.49e9)
    assert (row["currency"], row["grade"]) == ("USD", "high")


def test_the_abnormal_part_is_the_abnormal_return_of_the_value_before():
    cars = RESULTS.headline().loc[SHOCK]
    for ticker in ("NVDA", "TSM", "2330.TW"):
        row, car = CHANGES.loc[ticker], cars.loc[ticker]
        for name, ratio in (("abnormal_change", "car"), ("ci_low", "ci_low")):
            assert row[name] == pytest.approx(car[ratio] * row["market_value"])
        assert row["ci_low"] < row["abnormal_change"] < row["ci_high"]


def test_receipts_stand_for_the_whole_firm_in_their_own_currency():
    row, local = CHANGES.loc["TSM"], CHANGES.loc["2330.TW"]
    assert row["shares"] == pytest.approx(25.932e9 / 5)
    assert (row["shares_of"], row["currency"]) == ("2330.TW", "USD")
    assert row["raw_change"] == pytest.approx((192.31 - 221.88) * 25.932e9 / 5)
    assert local["raw_change"] == pytest.approx((1070 - 1135) * 25.932e9)
    assert (local["currency"], local["grade"]) == ("TWD", "medium")
    assert "12 days" in local["spans"]
    assert row["spans"] == ""


def test_a_share_without_a_count_keeps_its_row_and_says_why():
    row = CHANGES.loc["META"]
    assert row["reason"] == "no share count of META is recorded"
    assert pd.isna(row["raw_change"])
    assert len(CHANGES) == len(RESULTS.sample)


def test_the_nearest_count_is_taken_and_a_far_one_refused():
    def count(date, shares):
        return ShareCount("META", pd.Timestamp(date), shares, "low")

    two = [count("2024-06-30", 1.0), count("2025-02-01", 2.0)]
    assert value_change(RESULTS, MARKET, shares=two).loc[(SHOCK, "META"), "shares"] == 2.0
    far = value_change(RESULTS, MARKET, shares=[count("2022-01-03", 1.0)])
    assert "too far away" in far.loc[(SHOCK, "META"), "reason"]


def test_a_window_of_two_sessions_ends_with_its_last_close():
    event = ma.load_events()["info-alibaba-baidu-2025-09-11"]
    results = ma.event_study(ma.align(event, MARKET, tickers=["NVDA"]))
    row = value_change(results, MARKET).iloc[0]
    close = MARKET.closes["NVDA"]
    assert row["last_session"] == pd.Timestamp("2025-09-12")
    assert row["price_change"] == pytest.approx(close["2025-09-12"] - close["2025-09-10"])


def test_a_window_after_day_zero_begins_at_the_close_before_it():
    late = ma.align(ma.load_events()[SHOCK], MARKET, ma.Windows(event=(1, 10)), tickers=["NVDA"])
    row = value_change(ma.event_study(late), MARKET).iloc[0]
    close = MARKET.closes["NVDA"]
    assert row["session"] == pd.Timestamp("2025-01-28")
    assert row["price_before"] == close["2025-01-27"]
    assert row["price_change"] == pytest.approx(close["2025-02-10"] - close["2025-01-27"])


def test_a_market_of_ones_own_takes_counts_of_ones_own():
    days = pd.bdate_range("2023-01-02", periods=320)
    frame = pd.DataFrame({"A": 10.0, "M": 100.0}, index=days)
    frame["M"] *= 1 + 0.01 * (pd.Series(range(320), index=days) % 7)
    frame["A"] *= 1 + 0.02 * (pd.Series(range(320), index=days) % 5)
    market = ma.Market.from_frames(frame, benchmarks="M")
    event = pd.DataFrame({"event_id": ["e"], "ticker": ["A"], "session": [days[300]]})
    results = ma.event_study(ma.align(event, market, confounders=()))
    assert value_change(results, market)["reason"].tolist() == ["no share count of A is recorded"]
    own = [ShareCount("A", days[290], 1000.0, "high")]
    row = value_change(results, market, shares=own).iloc[0]
    assert row["raw_change"] == pytest.approx(1000 * (frame["A"].iloc[300] - frame["A"].iloc[299]))
    same = value_change(results, replace(market, shares=tuple(own))).iloc[0]
    assert same["raw_change"] == row["raw_change"]


def test_wrong_input_is_one_clear_message():
    with pytest.raises(InputError, match="results: expected results of event_study"):
        value_change(RESULTS.headline(), MARKET)
    with pytest.raises(InputError, match="market: expected a Market"):
        value_change(RESULTS, None)
