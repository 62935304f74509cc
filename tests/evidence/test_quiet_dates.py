"""Tests of several shares on ordinary dates: the dates, one of them made again, wrong use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analytics as ma
from analytics.errors import InputError
from analytics.evidence import quiet_dates
from analytics.evidence.power import share_interval
from analytics.evidence.quiet import recorded_news, unquiet_days
from analytics.evidence.quiet_dates import _same_place

EVENTS, MARKET = ma.load_events(), ma.load_market()
SHOCK = "deepseek-shock-2025-01-27"
TICKERS = ["NVDA", "META", "TSM", "2330.TW"]


@pytest.fixture(scope="module")
def results():
    return ma.event_study(ma.align(EVENTS[SHOCK], MARKET, tickers=TICKERS))


@pytest.fixture(scope="module")
def found(results):
    return quiet_dates(results, MARKET, most=60, progress=False)


def test_dates_have_no_news_about_any_of_the_shares(found):
    assert len(found.dates) == 60
    assert found.dates.is_monotonic_increasing
    assert found.dates.max() < pd.Timestamp("2025-01-27")
    for ticker in ("NVDA", "META", "TSM"):
        assert not unquiet_days(ticker, MARKET)[found.dates].any()


@pytest.mark.parametrize("day", ["2024-07-16", "2024-12-18", "2024-10-01", "2024-07-23"])
def test_taipei_follows_new_york_as_at_the_event(results, day):
    own = results.sample.observations.droplevel("event_id")["session"]
    there = _same_place("2330.TW", "NVDA", pd.Timestamp(day), own, MARKET)
    sessions = MARKET.sessions("2330.TW")
    assert there == sessions[sessions > pd.Timestamp(day)][0]  # Taipei closes before New York opens
    if day == "2024-07-23":
        assert there == pd.Timestamp("2024-07-26")  # two typhoon days between


def test_real_dates_counted_by_hand(results):
    """Every date made again with `align` and a mask; the rates are the shares of these."""
    few = quiet_dates(results, MARKET, most=8, progress=False)
    taipei, hits = MARKET.sessions("2330.TW"), []
    for day in few.dates:
        made = dict.fromkeys(TICKERS[:3], day) | {"2330.TW": taipei[taipei > day][0]}
        frame = pd.DataFrame(
            {"event_id": "day", "ticker": list(made), "session": list(made.values())}
        )
        study = ma.event_study(ma.align(frame, MARKET, mask=recorded_news()))
        hits.append(study.test(0, 0)["pvalue"])
    table = pd.DataFrame(hits)
    for test in ("patell", "bmp", "adjusted_bmp", "corrado_rank", "calendar_time"):
        assert few.table.loc[test, "rejection"] == (table[test] < 0.05).mean()


def test_rates_count_dates():
    """In a market without common news, all dates are recounted by hand."""
    generator = np.random.default_rng(12)
    days = pd.bdate_range("2019-01-01", periods=420)
    frame = pd.DataFrame(generator.normal(0, 0.02, (420, 6)), days, [f"S{k}" for k in range(6)])
    frame["M"] = generator.normal(0, 0.01, 420)
    market = ma.Market.from_returns(frame, benchmarks="M")
    names = [f"S{k}" for k in range(6)]
    event = pd.DataFrame({"event_id": "e", "ticker": names, "session": days[400]})
    windows = ma.Windows(estimation=(-130, -11), min_estimation=120)
    results = ma.event_study(ma.align(event, market, windows))
    found = quiet_dates(results, market, most=30, news=(), progress=False)
    rows = [
        pd.DataFrame({"event_id": f"{day:%Y%m%d}", "ticker": names, "session": day})
        for day in found.dates
    ]
    again = ma.event_study(ma.align(pd.concat(rows, ignore_index=True), market, windows))
    for test in ("adjusted_bmp", "patell", "wilcoxon"):
        hits = [
            again.only(f"{day:%Y%m%d}").test(0, 0).loc[test, "pvalue"] < 0.05 for day in found.dates
        ]
        assert found.table.loc[test, "rejection"] == np.mean(hits)
        assert found.table.loc[test, "n"] == 30
    assert found.table.loc["adjusted_bmp", "rejection"] < 0.25


def test_an_effect_is_found_more_often(results, found):
    moved = quiet_dates(results, MARKET, effect=-0.06, most=60, progress=False)
    assert (moved.dates == found.dates).all()
    for test in ("patell", "adjusted_bmp", "calendar_time"):
        assert moved.table.loc[test, "rejection"] > found.table.loc[test, "rejection"] + 0.4


def test_rates_of_trusted_tests_are_those_of_the_dates_on_which_they_hold(found):
    rates = found.rates
    for test, row in rates.iterrows():
        assert row["trusted"] == (found.table.loc[test, "valid"] >= 0.2)
        column = "rejection_valid" if row["trusted"] else "rejection"
        assert row["rate"] == found.table.loc[test, column]
        assert row["low"] <= row["rate"] <= row["high"]
    assert not rates.loc["patell", "trusted"]
    assert rates.loc["adjusted_bmp", "trusted"]


def test_the_interval_of_a_share_is_wilsons():
    z = 1.959963984540054
    k, n = 7, 60
    centre = (k / n + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(k / n * (1 - k / n) / n + z**2 / (4 * n**2))
    assert share_interval(k, n) == pytest.approx((centre - half, centre + half))
    assert np.isnan(share_interval(0, 0)).all()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"most": 0}, "most=0"),
        ({"effect": "much"}, "effect='much'"),
        ({"first": 5, "last": 4}, "not inside the event window"),
    ],
)
def test_wrong_settings_are_named(results, wrong, message):
    with pytest.raises(InputError, match=message):
        quiet_dates(results, MARKET, **wrong)


def test_several_events_are_refused():
    many = ma.event_study(ma.align(EVENTS.filter(ticker="META"), MARKET, tickers=["META"]))
    with pytest.raises(InputError, match=r"take them with results\.only"):
        quiet_dates(many, MARKET)


def test_an_event_before_which_nothing_lies_is_refused():
    early = ma.event_study(ma.align(EVENTS["us-licence-nvda-2022-08-31"], MARKET))
    with pytest.raises(InputError, match="no ordinary date"):
        quiet_dates(early, MARKET, -10, 10)
