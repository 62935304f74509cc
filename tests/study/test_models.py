"""Fits and forecast errors, derived a second way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

import analytics as ma
from analytics.errors import InputError
from analytics.study.models.base import LinearForecastError
from tests.study.oracles import WINDOWS, results, sample
from tests.study.worlds import DAY0, on, panel, world

EXACT = {"rtol": 1e-10, "atol": 1e-14}


@pytest.fixture(scope="module")
def gappy():
    """Three securities, each with missing days of its own in the estimation window."""
    returns = panel(3)
    returns.iloc[40:60, 1] = np.nan
    returns.iloc[100:103, 2] = np.nan
    returns.iloc[200, 0] = np.nan
    return ma.event_study(ma.align(on(returns), world(returns))), returns


def regression(returns, ticker):
    """Statsmodels' regression on the estimation window, and the rows of the event window."""
    days = returns.iloc[DAY0 - 260 : DAY0 - 10].dropna(subset=["MKT", ticker])
    return sm.OLS(days[ticker], sm.add_constant(days["MKT"])).fit()


def test_market_model_is_the_regression_of_statsmodels(gappy):
    found, returns = gappy
    for ticker, row in found.estimates.droplevel("event_id").iterrows():
        fit = regression(returns, ticker)
        assert_allclose([row["alpha"], row["beta"]], fit.params, **EXACT)
        assert_allclose(row["residual_std"], np.sqrt(fit.scale), **EXACT)
        assert_allclose(row["r_squared"], fit.rsquared, **EXACT)
        assert row["df"] == fit.df_resid
        assert row["n_estimation"] == fit.nobs


def test_one_day_forecast_error_is_statsmodels_prediction_error(gappy):
    found, returns = gappy
    days = returns.iloc[DAY0 - 10 : DAY0 + 11]
    for ticker in ("S1", "S2", "S3"):
        forecast = regression(returns, ticker).get_prediction(sm.add_constant(days["MKT"]))
        abnormal = days[ticker] - forecast.predicted_mean
        ours = found.standardised.loc[(f"e{DAY0}", ticker)]
        assert_allclose(ours, abnormal / forecast.se_obs, **EXACT)


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_variance_of_a_car_by_matrix_algebra(window):
    """``s^2 (L + 1'X* (X'X)^-1 X*'1)`` with the raw design, nothing centred."""
    found = results("P1")
    factors = sample("P1").factors[:, :, 0]
    car = found.car(*window)
    first, last = 250 + 10 + window[0], 250 + 10 + window[1]
    for k, key in enumerate(found.sample.index):
        design = np.column_stack([np.ones(250), factors[k, :250]])
        ahead = np.column_stack([np.ones(last - first + 1), factors[k, first : last + 1]])
        total = ahead.sum(axis=0)
        factor = len(ahead) + total @ np.linalg.inv(design.T @ design) @ total
        sigma = found.estimates.loc[key, "residual_std"]
        assert_allclose(car.loc[key, "std_error"], sigma * np.sqrt(factor), rtol=1e-9)


def test_forecast_errors_by_simulation_have_the_stated_spread():
    """Refit on redrawn residuals: the deviation of the CAR is the one the model states."""
    generator = np.random.default_rng(3)
    factor = generator.normal(0.003, 0.01, 40)
    design, ahead = np.column_stack([np.ones(30), factor[:30]]), factor[30:]
    draws = generator.normal(0.0, 0.02, (40_000, 40))
    coefficients = np.linalg.pinv(design) @ draws[:, :30].T
    expected = coefficients[0] * 10 + coefficients[1] * ahead.sum()
    spread = np.std(draws[:, 30:].sum(axis=1) - expected)
    error = LinearForecastError(
        residual_variance=np.array([0.02**2]),
        count=np.array([30]),
        centred=(ahead - factor[:30].mean()).reshape(1, 10, 1),
        precision=np.array([[[1 / np.sum((factor[:30] - factor[:30].mean()) ** 2)]]]),
    )
    assert_allclose(spread, np.sqrt(error.variance(np.ones((1, 10), bool)))[0], rtol=0.02)


def test_constant_mean_by_hand():
    returns = panel()
    found = ma.event_study(ma.align(on(returns), world(returns)), ma.ConstantMean())
    days, window = returns["S1"].iloc[DAY0 - 260 : DAY0 - 10], returns["S1"].iloc[DAY0 : DAY0 + 3]
    row = found.car(0, 2).iloc[0]
    assert_allclose(row["car"], (window - days.mean()).sum(), **EXACT)
    assert_allclose(row["std_error"], days.std(ddof=1) * np.sqrt(3 + 9 / 250), **EXACT)
    assert row["df"] == 249


def test_market_adjusted_by_hand():
    returns = panel()
    found = ma.event_study(ma.align(on(returns), world(returns)), ma.MarketAdjusted())
    gap = returns["S1"] - returns["MKT"]
    row = found.car(0, 2).iloc[0]
    assert_allclose(row["car"], gap.iloc[DAY0 : DAY0 + 3].sum(), **EXACT)
    deviation = gap.iloc[DAY0 - 260 : DAY0 - 10].std(ddof=1)
    assert_allclose(row["std_error"], deviation * np.sqrt(3), **EXACT)
    assert found.estimates["beta"].eq(1).all()
    assert found.estimates["alpha"].eq(0).all()


def test_a_level_far_from_zero_costs_no_digits():
    """A factor with a large mean: centred arithmetic keeps what normal equations would lose."""
    returns = panel()
    returns["MKT"] += 1e6
    found = ma.event_study(ma.align(on(returns), world(returns)))
    shifted = panel()
    plain = ma.event_study(ma.align(on(shifted), world(shifted)))
    assert_allclose(found.estimates["beta"], plain.estimates["beta"], rtol=1e-6)


@pytest.mark.parametrize("level", [0.0, 0.0001, 0.00037, -0.0005518128213929571, 0.01])
def test_a_return_that_never_varies_is_left_out_with_its_reason(level):
    returns = panel(2)
    returns["S1"] = level
    found = ma.event_study(ma.align(on(returns), world(returns)))
    assert found.sample.index.tolist() == [(f"e{DAY0}", "S2")]
    assert found.dropped["reason"].tolist() == [
        "its return does not vary around the model over the estimation days"
    ]


@pytest.mark.parametrize("level", [0.0, 0.0001, 0.00037, -0.0005518128213929571, 0.01])
def test_a_benchmark_that_never_varies_explains_nothing_and_says_so(level):
    returns = panel()
    returns["MKT"] = level
    with pytest.raises(InputError, match="the benchmark does not vary over the estimation days"):
        ma.event_study(ma.align(on(returns), world(returns)))


def test_a_security_that_is_its_benchmark_has_no_residual():
    returns = panel()
    returns["S1"] = 2 * returns["MKT"]
    with pytest.raises(InputError, match="does not vary around the model"):
        ma.event_study(ma.align(on(returns), world(returns)))


def test_without_a_benchmark_only_the_constant_mean_works():
    returns = panel()
    alone = ma.align(on(returns), ma.Market.from_returns(returns))
    assert ma.event_study(alone, ma.ConstantMean()).estimates["n_estimation"].tolist() == [250]
    with pytest.raises(InputError, match="no benchmark is known for it"):
        ma.event_study(alone, ma.MarketModel())


def test_a_missing_day_in_the_window_makes_the_car_missing_not_smaller():
    returns = panel()
    returns.iloc[DAY0 + 1, 1] = np.nan
    found = ma.event_study(ma.align(on(returns), world(returns)))
    assert found.car(0, 1).iloc[0][["car", "std_error", "t", "pvalue", "ci_low"]].isna().all()
    assert found.car(0, 0).iloc[0].notna().all()
    assert found.abnormal_returns.isna().sum().sum() == 1


def test_results_do_not_depend_on_who_else_is_in_the_sample():
    returns = panel(4)
    together = ma.event_study(ma.align(on(returns), world(returns))).car(-1, 1)
    alone = [
        ma.event_study(ma.align(on(returns, [name]), world(returns))).car(-1, 1)
        for name in ("S1", "S2", "S3", "S4")
    ]
    pd.testing.assert_frame_equal(together, pd.concat(alone), check_exact=True)
