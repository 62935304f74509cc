"""Averages of activity and the variance at the events: by hand, and in worlds without any effect.

In: the recorded data, returns drawn at random. Out: nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import analytics as ma
from analytics.errors import InputError
from analytics.evidence import (
    abnormal_range,
    abnormal_volume,
    adjust_pvalues,
    all_together,
    average_activity,
    variance_ratio,
)

MARKET = ma.load_market()
EVENTS = ma.load_events()
SHOCK = "deepseek-shock-2025-01-27"


@pytest.fixture(scope="module")
def volumes():
    return abnormal_volume(ma.align(EVENTS, MARKET), MARKET)


# --- averages -------------------------------------------------------------------------------------


def test_an_average_is_the_mean_of_the_logs_with_a_widened_interval(volumes):
    table = average_activity(volumes, 0, 1)
    rows = volumes.over(0, 1)
    logs = rows["abnormal"][rows.index.get_level_values("ticker") == "NVDA"]
    row, n = table.loc["NVDA"], len(logs)
    assert row["n"] == n == 44
    assert row["ratio"] == pytest.approx(np.exp(logs.mean()))
    r = row["correlation"]
    wide = np.sqrt((1 + (n - 1) * r) / (1 - r))
    half = stats.t.isf(0.025, n - 1) * logs.std(ddof=1) / np.sqrt(n) * wide
    assert np.log(row["ci_high"]) == pytest.approx(logs.mean() + half)
    t = rows["t"][logs.index]
    statistic = t.mean() / (t.std(ddof=1) / np.sqrt(n)) / wide
    assert row["statistic"] == pytest.approx(statistic)
    assert row["pvalue"] == pytest.approx(2 * stats.t.sf(abs(statistic), n - 1))


def test_the_correlation_counts_pairs_that_share_days():
    """Two events of one share a day apart: half the window is the same day of the same series."""
    events = [EVENTS["china-cac-ban-2025-09-17"], EVENTS["nvda-intel-2025-09-18"]]
    results = abnormal_volume(ma.align(events, MARKET, tickers=["NVDA"]), MARKET)
    days = results.sample.observations["session"].dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2025-09-17", "2025-09-18"]
    shared = average_activity(results, 0, 1).loc["NVDA", "correlation"]
    assert shared == pytest.approx(0.5, abs=0.02)
    assert average_activity(results, 0, 0).loc["NVDA", "correlation"] == 0.0


def test_holm_counts_every_row(volumes):
    table = average_activity(volumes, 0, 0)
    assert list(table.index) == ["NVDA", "TSM", "2330.TW", "META", "all"]
    expected = adjust_pvalues(table["pvalue"])
    pd.testing.assert_series_equal(table["pvalue_holm"], expected, check_names=False)


def test_all_together_counts_volume_and_range():
    sample = ma.align(EVENTS[SHOCK], MARKET)
    both = abnormal_volume(sample, MARKET), abnormal_range(sample, MARKET)
    rows = all_together(*both)
    raw = np.concatenate([one.headline()["pvalue"] for one in both])
    order = np.sort(raw)
    smallest = min(order[0] * 8, 1.0)
    assert rows["pvalue_holm"].min() == pytest.approx(smallest)
    assert len(rows) == 8
    with pytest.raises(InputError, match="different measures"):
        all_together(both[0], both[0])


def test_nothing_measured_has_no_average():
    sample = ma.align(EVENTS["bbg-msft-amd-2023-05-04"], MARKET, tickers=["AMD", "MSFT"])
    with pytest.raises(InputError, match="all observations are left out"):
        average_activity(abnormal_volume(sample, MARKET))


# --- variance -------------------------------------------------------------------------------------


def world(seed, *, events=12, factor=1.0, tails=4.0, common=0.5):
    """Three correlated shares with fat tails; ``events`` common dates, each ``factor`` as wild."""
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2015-01-01", periods=900)
    shared, market = rng.standard_t(tails, 900), rng.normal(0, 0.01, 900)
    rows = np.sort(rng.choice(np.arange(290, 880, 2), events, replace=False))
    columns = {"MKT": market}
    for k in range(3):
        noise = np.sqrt(common) * shared + np.sqrt(1 - common) * rng.standard_t(tails, 900)
        noise[rows] *= factor
        columns[f"S{k}"] = market + 0.01 * noise
    returns = pd.DataFrame(columns, index=days)
    asked = pd.DataFrame(
        [
            {"event_id": f"e{row}", "ticker": f"S{k}", "session": days[row]}
            for row in rows
            for k in range(3)
        ]
    )
    own = ma.Market.from_returns(returns, benchmarks="MKT")
    return ma.event_study(ma.align(asked, own, confounders=())), own


def by_hand(returns, index, row, busy, length):
    """Squared standardised CAR of one share on one row: a regression of its own, busy days out."""
    days = np.array([k for k in range(row - 260, row - 10) if k >= 0 and k not in busy])
    if len(days) < 120 or set(range(row, row + length)) & busy:
        return np.nan
    x, y = index[days], returns[days]
    slope, level = np.polyfit(x, y, 1)
    errors = y - level - slope * x
    df = len(days) - 2
    ahead = np.arange(row, row + length)
    car = (returns[ahead] - level - slope * index[ahead]).sum()
    spread = (index[ahead] - x.mean()).sum() ** 2 / ((x - x.mean()) ** 2).sum()
    variance = (errors**2).sum() / df * (length + length**2 / len(days) + spread)
    return car**2 / variance * (df - 2) / df


@pytest.mark.parametrize("window", [(0, 0), (0, 1)])
def test_the_ratio_and_its_rank_by_a_loop(window):
    results, market = world(1)
    found = variance_ratio(results, market, *window)
    length = window[1] - window[0] + 1
    index = market.returns("MKT").to_numpy()
    sessions = market.sessions("S0")
    rows = sorted({sessions.get_loc(day) for day in results.sample.observations["session"]})
    busy = {row + k for row in rows for k in (-1, 0, 1)}
    shares = [market.returns(f"S{k}").to_numpy() for k in range(3)]
    at = [by_hand(own, index, row, busy - {row, row + 1}, length) for own in shares for row in rows]
    assert found.ratio == pytest.approx(np.mean(at))
    ratios = []
    for back in range(length, 880, length):
        moved = [by_hand(own, index, row - back, busy, length) for own in shares for row in rows]
        if np.isfinite(moved).mean() >= 0.5:
            ratios.append(np.nanmean(moved))
    assert found.placebos == len(ratios)
    beyond = sum(one >= found.ratio for one in ratios)
    assert found.pvalue == pytest.approx((1 + beyond) / (len(ratios) + 1))


def test_the_days_before_are_counted_without_the_eve():
    results, market = world(2)
    early = results.standardised.loc[:, -10:-2].to_numpy()
    scale = (results.fit.df[0] - 2) / results.fit.df[0]
    assert variance_ratio(results, market).before == pytest.approx((early**2).mean() * scale)


def test_the_interval_draws_whole_groups():
    """Shares of one date move as one group: twelve dates, not thirty-six observations."""
    found = variance_ratio(*world(3))
    assert (found.n, found.groups) == (36, 12)
    assert found.ci_low < found.ratio < found.ci_high
    assert found == variance_ratio(*world(3))
    assert found.ci_low != variance_ratio(*world(3), seed=2).ci_low


@pytest.mark.slow
def test_it_keeps_its_size_with_fat_tails_and_common_dates():
    found = [variance_ratio(*world(seed)).pvalue for seed in range(160)]
    share = np.mean(np.array(found) <= 0.05)
    assert share <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 160)
    assert np.mean(np.array(found) <= 0.5) == pytest.approx(0.5, abs=0.13)


def test_it_sees_a_raised_variance():
    found = [variance_ratio(*world(seed, factor=2.0)) for seed in range(20)]
    assert np.mean([one.ratio for one in found]) == pytest.approx(4.0, rel=0.4)
    assert np.mean([one.pvalue <= 0.05 for one in found]) > 0.7


def test_one_observation_has_no_cross_section():
    results = ma.event_study(ma.align(EVENTS[SHOCK], MARKET, tickers=["NVDA"]))
    with pytest.raises(InputError, match="needs two; 1 have a return"):
        variance_ratio(results, MARKET)
    with pytest.raises(InputError, match="seed=-1"):
        variance_ratio(results, MARKET, seed=-1)
