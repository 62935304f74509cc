"""When a test may be believed: samples in which one that looks right cries wolf, each found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analytics as ma
from tests.study.worlds import DAY0, on, panel, world

RUNS = 150


def rates(draw, names, *, runs=RUNS, window=(0, 0)):
    """Per test: share of runs that reject, share that call themselves valid, both."""
    rejected = dict.fromkeys(names, 0)
    valid, both = dict(rejected), dict(rejected)
    for seed in range(runs):
        table = draw(seed).test(*window, draws=199)
        for name in names:
            no, ok = table.loc[name, "pvalue"] < 0.05, bool(table.loc[name, "valid"])
            rejected[name] += no
            valid[name] += ok
            both[name] += no and ok
    return {name: (rejected[name] / runs, valid[name] / runs, both[name] / runs) for name in names}


def uneven(seed):
    """Twenty correlated shares on one date; most have a quarter of the estimation days."""
    returns = panel(20, common=0.2, seed=seed, days=DAY0 + 2)
    returns.iloc[: DAY0 - 70, 5:] = np.nan
    windows = ma.Windows(estimation=(-250, -11), event=(0, 0), min_estimation=40)
    return ma.event_study(ma.align(on(returns), world(returns), windows, confounders=()))


def test_uneven_estimation_windows_spoil_tests_that_add_up_days():
    found = rates(uneven, ["corrado_zivney_rank", "grank_t", "adjusted_bmp"])
    for name in ("corrado_zivney_rank", "grank_t"):
        assert found[name][0] > 0.09, name  # it does cry wolf
        assert found[name][1] < 0.2, name  # and says so
    assert found["adjusted_bmp"][0] < 0.11
    assert found["adjusted_bmp"][1] > 0.9


def test_a_scale_from_days_with_few_firms_is_too_wide_and_noted():
    note = uneven(3).test(0, 0).loc["corrado_rank", "note"]
    assert "not all observations have every estimation day" in note


def gappy(seed):
    returns = panel(15, seed=seed, days=DAY0 + 2)
    rng = np.random.default_rng(seed + 1000)
    hole = rng.uniform(size=(len(returns), 15)) < 0.2
    hole[DAY0:] = False
    returns.iloc[:, 1:] = returns.iloc[:, 1:].mask(hole)
    windows = ma.Windows(estimation=(-60, -1), event=(0, 0), min_estimation=30)
    return ma.event_study(ma.align(on(returns), world(returns), windows, confounders=()))


def test_missing_days_cost_the_joint_test_degrees_of_freedom():
    """With the days of each firm alone it rejected 16 %."""
    found = rates(gappy, ["multivariate"])["multivariate"]
    assert found[2] < 0.11
    table = gappy(0).test(0, 0)
    assert table.loc["multivariate", "df"] < 40


def dates(seed, *, r=0.9, per=4, count=2):
    returns = panel(per * count, seed=seed, days=DAY0 + 100, common=0.0)
    rng = np.random.default_rng(seed + 500)
    for number in range(count):
        shared = rng.normal(0, 0.02, len(returns))
        for k in range(per):
            name = f"S{1 + per * number + k}"
            own = returns[name] - returns["MKT"]
            returns[name] = returns["MKT"] + np.sqrt(r) * shared + np.sqrt(1 - r) * own
    frame = on(returns)
    rows = np.repeat([DAY0 + 20 * number for number in range(count)], per)
    frame = frame.assign(session=returns.index[rows], event_id=[f"e{row}" for row in rows])
    windows = ma.Windows(estimation=(-250, -11), event=(0, 0))
    return ma.event_study(ma.align(frame, world(returns), windows, confounders=()))


def test_two_dates_of_twins_hold_too_few_differences_for_the_headline_test():
    found = rates(dates, ["adjusted_bmp", "calendar_time"])
    assert found["adjusted_bmp"][0] > 0.08
    assert found["adjusted_bmp"][1] < 0.05
    assert found["calendar_time"][2] < 0.11
    note = dates(1).test(0, 0).loc["adjusted_bmp", "note"]
    assert "2 dates whose observations move together" in note


def sectors(seed, *, within=0.9, per=4):
    """Two sectors on one date, nothing in common across them."""
    returns = panel(2 * per, seed=seed, days=DAY0 + 2)
    rng = np.random.default_rng(seed + 500)
    for number in range(2):
        shared = rng.normal(0, 0.02, len(returns))
        for k in range(per):
            name = f"S{1 + per * number + k}"
            own = returns[name] - returns["MKT"]
            returns[name] = returns["MKT"] + within**0.5 * shared + (1 - within) ** 0.5 * own
    windows = ma.Windows(estimation=(-250, -11), event=(0, 0))
    return ma.event_study(ma.align(on(returns), world(returns), windows, confounders=()))


def test_two_sectors_on_one_date_hold_too_few_differences_too():
    found = rates(sectors, ["adjusted_bmp", "calendar_time"])
    assert found["adjusted_bmp"][0] > 0.07
    assert found["adjusted_bmp"][1] < 0.05
    assert found["calendar_time"][2] < 0.11
    assert found["calendar_time"][1] > 0.85
    assert "groups of one date" in sectors(1).test(0, 0).loc["adjusted_bmp", "note"]


def test_ordinary_samples_are_not_marked():
    """Twelve firms on one date, and one firm with twenty events: what holds is called so."""

    def common(seed):
        return ma.event_study(
            ma.align(on(panel(12, seed=seed, common=0.1)), world(panel(12, seed=seed, common=0.1)))
        )

    found = rates(common, ["adjusted_bmp", "adjusted_patell", "calendar_time"], runs=60)
    assert found["adjusted_bmp"][1] == 1.0
    assert min(found[name][1] for name in ("adjusted_patell", "calendar_time")) > 0.85

    def recurring(seed):
        returns = panel(1, seed=seed, days=800)
        frame = on(returns, rows=range(280, 780, 25))
        windows = ma.Windows(estimation=(-250, -11), event=(0, 0))
        return ma.event_study(ma.align(frame, world(returns), windows, confounders=()))

    names = ["crude_dependence_t", "corrado_rank", "corrado_zivney_rank", "grank_t"]
    found = rates(recurring, names, runs=60)
    assert min(one[1] for one in found.values()) > 0.8

    def many(seed):
        returns = panel(60, seed=seed)
        return ma.event_study(ma.align(on(returns), world(returns), confounders=()))

    found = rates(many, ["cross_sectional_t", "bmp"], runs=60)
    assert min(one[1] for one in found.values()) > 0.93


def test_twins_that_can_never_reject_say_so():
    returns = panel(2, seed=4, common=0.97)
    table = ma.event_study(ma.align(on(returns), world(returns))).test(0, 0)
    for name in ("corrado_rank", "corrado_zivney_rank", "grank_t"):
        assert not table.loc[name, "valid"]
        assert "it can never reject at 5 %" in table.loc[name, "note"]


def test_sums_of_skewed_days_are_not_ranked_among_days():
    found = skewed(2, length=11, size=150).test(-5, 5)
    for name in ("grank_t", "generalised_sign"):
        assert not found.loc[name, "valid"], name
    assert "shaped unlike the single days" in found.loc["grank_t", "note"]
    assert skewed(2, length=1, size=150).test(0, 0).loc["grank_t", "valid"]


def skewed(seed, *, length=1, size=50):
    rng = np.random.default_rng(seed)
    returns = panel(size, seed=seed, days=DAY0 + 12)
    noise = (rng.gamma(4.0, size=(len(returns), size)) - 4.0) / 2.0
    returns.iloc[:, 1:] = returns[["MKT"]].to_numpy() + 0.02 * noise
    windows = ma.Windows(estimation=(-250, -11), event=(-(length // 2), length // 2))
    return ma.event_study(ma.align(on(returns), world(returns), windows, confounders=()))


def test_skewed_returns_spoil_tests_of_symmetry():
    found = rates(skewed, ["sign", "wilcoxon", "generalised_sign"], runs=100)
    assert found["sign"][0] > 0.09
    assert found["sign"][1] < 0.1
    assert found["wilcoxon"][2] < 0.11
    assert found["generalised_sign"][2] < 0.12
    note = skewed(1).test(0, 0).loc["sign", "note"]
    assert "of ordinary days are positive" in note
    assert skewed(1, length=11).test(-5, 5).loc["wilcoxon", "valid"]


def test_a_long_window_on_a_short_estimation_spoils_the_crude_test():
    returns = panel(20, seed=3, days=DAY0 + 12)
    windows = ma.Windows(estimation=(-70, -11), event=(-10, 10), min_estimation=40)
    found = ma.event_study(ma.align(on(returns), world(returns), windows, confounders=()))
    row = found.test(-10, 10).loc["crude_dependence_t"]
    assert not row["valid"]
    assert "leaves out the error of the estimated parameters" in row["note"]
    assert found.test(0, 0).loc["crude_dependence_t", "valid"]


def test_shares_on_exchanges_with_the_same_hours_are_on_one():
    """Amsterdam and Paris, or two names of New York, close at the same moment."""
    rng = np.random.default_rng(4)
    days = pd.bdate_range("2023-01-02", "2025-06-30")
    shared = rng.normal(0, 0.01, len(days))
    columns = {"I": rng.normal(0, 0.01, len(days))}
    for k in range(4):
        columns[f"S{k}"] = columns["I"] + shared + rng.normal(0, 0.01, len(days))
    closes = 100 * (1 + pd.DataFrame(columns, index=days)).cumprod()

    def average(codes, ids):
        exchanges = dict(zip(["S0", "S1", "S2", "S3"], codes, strict=True)) | {"I": codes[0]}
        exchanges = {name: code for name, code in exchanges.items() if code}
        market = ma.Market.from_frames(closes, benchmarks="I", exchanges=exchanges)
        session = pd.Timestamp("2025-03-12")
        frame = pd.DataFrame(
            {"event_id": ids, "ticker": ["S0", "S1", "S2", "S3"], "session": session}
        )
        windows = ma.Windows(estimation=(-250, -11), event=(0, 1))
        found = ma.event_study(ma.align(frame, market, windows, confounders=()))
        return found.dependence(0, 0).average

    one = average(["XAMS"] * 4, ["e"] * 4)
    assert one == pytest.approx(0.5, abs=0.08)
    for codes in (["XAMS", "XAMS", "XPAR", "XPAR"], ["XAMS", "XAMS", "", ""]):
        assert average(codes, ["e"] * 4) == pytest.approx(one, abs=0.05)
        assert average(codes, ["a", "b", "c", "d"]) == pytest.approx(one, abs=0.05)
