"""Declared signs against found ones: counts, clustered errors and sign flips made by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import analytics as ma
from analytics.errors import InputError
from analytics.evidence import UNQUOTED, adjust_pvalues, expected_signs
from analytics.evidence.expectations import flip_pvalue

EVENTS, MARKET = ma.load_events(), ma.load_market()


@pytest.fixture(scope="module")
def results():
    return ma.event_study(ma.align(EVENTS, MARKET))


@pytest.fixture(scope="module")
def found(results):
    return expected_signs(results)


def test_every_declared_sign_is_counted_once_or_has_a_reason(results, found):
    asked = {
        (event.id, company.ticker)
        for event in EVENTS
        for company in event.companies
        if company.expected in ("+", "-")
    } - {(row.event_id, row.ticker) for row in results.dropped.itertuples()}
    assert set(found.table.index) == asked
    out = found.table[found.table["reason"] != ""]
    assert (out["found"] == "not_counted").all()
    assert found.summary.loc["all", "n"] == len(asked) - len(out)
    assert found.counts.sum() == len(asked)


def test_a_sign_set_with_the_price_known_does_not_count(found):
    row = found.table.loc[("deepseek-shock-2025-01-27", "META")]
    assert row["found"] == "not_counted"
    assert row["reason"] == "the price was known when the sign was declared"


def test_found_is_where_the_interval_lies(found):
    for _, row in found.table[found.table["reason"] == ""].iterrows():
        side = (row["ci_low"] > 0) - (row["ci_high"] < 0)
        wanted = {"+": 1, "-": -1}[row["expected"]]
        expected = {0: "undecided", wanted: "as_expected", -wanted: "against"}[side]
        assert row["found"] == expected
        assert row["signed"] == wanted * row["car"]


def test_the_clustered_interval_is_that_of_a_regression_on_a_constant(found):
    part = found.table[found.table["reason"] == ""]
    fit = sm.OLS(part["signed"], np.ones(len(part))).fit(
        cov_type="cluster", cov_kwds={"groups": part["group"], "use_correction": False}
    )
    groups = part["group"].nunique()
    error = fit.bse.iloc[0] * np.sqrt(groups / (groups - 1))
    half = stats.t.isf(0.025, groups - 1) * error
    row = found.summary.loc["all"]
    assert row["mean"] == pytest.approx(part["signed"].mean())
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(
        (row["mean"] - half, row["mean"] + half)
    )


def test_one_event_or_overlapping_windows_are_one_group(found):
    group = found.table["group"]
    assert group["deepseek-shock-2025-01-27"].nunique() == 1
    near = group["huawei-ascend-roadmap-2025-09-18"].iloc[0], group["nvda-intel-2025-09-18"].iloc[0]
    assert near[0] == near[1]
    assert group["us-rule-2023-10-17"].iloc[0] != near[0]


def test_shares_whose_move_the_record_quotes_are_counted_apart(found):
    counted = found.table[found.table["reason"] == ""]
    strict = counted[~counted["quoted"]]
    row = found.summary.loc[UNQUOTED]
    assert row["n"] == len(strict) < found.summary.loc["all", "n"]
    assert row["right"] == (strict["signed"] > 0).sum()
    assert row["mean"] == pytest.approx(strict["signed"].mean())
    shock = found.table.loc["deepseek-shock-2025-01-27"]
    assert shock.loc[["NVDA", "TSM", "2330.TW"], "quoted"].all()  # "NVDA 142.62 -> 118.42"
    assert not found.table.loc[("google-trillium-2024-05-14", "NVDA"), "quoted"]


def test_holm_counts_every_security(found):
    each = found.summary.drop(["all", UNQUOTED])
    pd.testing.assert_series_equal(
        each["pvalue_holm"], adjust_pvalues(each["pvalue"]), check_names=False
    )


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=8))
def test_flips_are_all_tried_for_few_groups(sums):
    totals = [abs(np.dot(one, sums)) for one in product((1, -1), repeat=len(sums))]
    expected = np.mean([total >= abs(sum(sums)) - 1e-12 for total in totals])
    assert flip_pvalue(np.array(sums)) == pytest.approx(expected)


def test_many_groups_are_near_the_normal_approximation():
    sums = np.random.default_rng(8).normal(0.25, 1.0, 60)
    z = sums.sum() / np.sqrt((sums**2).sum())
    assert flip_pvalue(sums) == pytest.approx(2 * stats.norm.sf(abs(z)), abs=0.01)
    assert flip_pvalue(sums) == flip_pvalue(sums)


def test_signs_thrown_by_a_coin_tell_nothing():
    """Signs without knowledge reject at about 5 %, groups of four correlated securities."""
    generator = np.random.default_rng(4)
    found = []
    for _ in range(400):
        shared = np.repeat(generator.normal(0, 1.0, 25), 4)
        t = shared + generator.normal(0, 0.7, 100)
        group = np.repeat(np.arange(25), 4)
        found.append(flip_pvalue(np.bincount(group, t)) < 0.05)
    assert np.mean(found) == pytest.approx(0.05, abs=0.033)


def test_a_study_without_declared_signs_is_refused():
    plain = pd.DataFrame({"event_id": ["x"], "ticker": ["NVDA"], "session": ["2025-01-27"]})
    with pytest.raises(InputError, match="declares a sign"):
        expected_signs(ma.event_study(ma.align(plain, MARKET)))
