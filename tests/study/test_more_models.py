"""Factor, Scholes-Williams, Dimson, robust, GARCH, synthetic control: each a second way."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import optimize, stats

import analytics as ma
from analytics.errors import InputError, UnknownNameError
from analytics.study.models.synthetic import simplex_weights
from tests.study.worlds import DAY0, on, panel, world

EXACT = {"rtol": 1e-9, "atol": 1e-13}
KEY = (f"e{DAY0}", "S1")
ESTIMATION = slice(DAY0 - 260, DAY0 - 10)
EVENT = slice(DAY0 - 10, DAY0 + 11)


@pytest.fixture(scope="module")
def factored():
    """A share with three factors, some days of one of them missing."""
    returns = panel(1, seed=21)
    rng = np.random.default_rng(5)
    factors = pd.DataFrame(
        rng.normal(0, 0.008, (len(returns), 2)), index=returns.index, columns=["SMB", "HML"]
    )
    returns["S1"] += 0.6 * factors["SMB"] - 0.4 * factors["HML"]
    factors.iloc[60:66, 1] = np.nan
    return returns, factors


def study(returns, factors, model, names=("MKT", "SMB", "HML"), **options):
    market = world(returns).with_factors(factors)
    return ma.event_study(ma.align(on(returns), market, benchmark=list(names), **options), model)


def test_factor_model_is_the_regression_of_statsmodels(factored):
    returns, factors = factored
    found = study(returns, factors, ma.FactorModel())
    table = returns.join(factors)
    days = table.iloc[ESTIMATION].dropna()
    assert len(days) == 244
    fit = sm.OLS(days["S1"], sm.add_constant(days[["MKT", "SMB", "HML"]])).fit()
    row = found.estimates.loc[KEY]
    assert_allclose(row[["alpha", "MKT", "SMB", "HML"]].astype(float), fit.params, **EXACT)
    assert_allclose([row["residual_std"], row["r_squared"]], [fit.scale**0.5, fit.rsquared])
    assert (row["df"], row["n_estimation"]) == (240, 244)
    ahead = sm.add_constant(table.iloc[EVENT][["MKT", "SMB", "HML"]])
    forecast = fit.get_prediction(ahead)
    abnormal = table.iloc[EVENT]["S1"] - forecast.predicted_mean
    assert_allclose(found.abnormal_returns.loc[KEY], abnormal, **EXACT)
    assert_allclose(found.standardised.loc[KEY], abnormal / forecast.se_obs, **EXACT)


@pytest.mark.parametrize("window", [(-10, 10), (-1, 1), (0, 5)])
def test_variance_of_a_factor_model_car_by_matrix_algebra(factored, window):
    """``s^2 (L + 1'X* (X'X)^-1 X*'1)`` with the raw design."""
    returns, factors = factored
    found = study(returns, factors, ma.FactorModel())
    table = sm.add_constant(returns.join(factors)[["MKT", "SMB", "HML"]])
    design = table.iloc[ESTIMATION].dropna().to_numpy()
    total = table.iloc[DAY0 + window[0] : DAY0 + window[1] + 1].to_numpy().sum(axis=0)
    length = window[1] - window[0] + 1
    spread = length + total @ np.linalg.inv(design.T @ design) @ total
    expected = found.estimates.loc[KEY, "residual_std"] * np.sqrt(spread)
    assert_allclose(found.car(*window).loc[KEY, "std_error"], expected, rtol=1e-9)


def test_shuffled_rows_of_a_factor_change_nothing(factored):
    returns, factors = factored
    plain = study(returns, factors, ma.FactorModel())
    shuffled = study(returns, factors.sample(frac=1.0, random_state=3), ma.FactorModel())
    pd.testing.assert_frame_equal(shuffled.estimates, plain.estimates, check_exact=True)
    pd.testing.assert_frame_equal(shuffled.car(0, 3), plain.car(0, 3), check_exact=True)


def test_missing_dates_of_a_factor_cost_those_days_and_nothing_else():
    """Aligned by row, five missing dates turned a beta of 1.00 into 0.46."""
    returns = panel(1, seed=2)
    returns["S1"] = returns["MKT"] * 0 + np.random.default_rng(1).normal(0, 0.001, len(returns))
    factor = pd.DataFrame({"F": np.random.default_rng(4).normal(0, 0.01, len(returns))})
    factor.index = returns.index
    returns["S1"] += factor["F"]
    rows = [100, 101, 150, 200, 230]
    found = study(returns, factor.drop(returns.index[rows]), ma.FactorModel(), names=["F"])
    row = found.estimates.loc[KEY]
    assert row["n_estimation"] == 245
    assert row["F"] == pytest.approx(1.0, abs=0.02)
    assert found.abnormal_returns.loc[KEY].notna().all()


def test_a_factor_missing_on_a_tested_day_gives_no_car_and_a_reason():
    returns = panel(2, seed=2)
    factor = pd.DataFrame({"F": returns["MKT"] * 0.5 + 0.001}).drop(returns.index[DAY0])
    found = study(returns, factor, ma.FactorModel(), names=["F"])
    assert found.car(0, 0)["car"].isna().all()
    assert found.car(0, 0)["std_error"].isna().all()
    assert found.car(1, 1)["car"].notna().all()
    assert found.test(0, 0)["note"].str.contains("2 without a return on every tested day").all()


def test_factors_that_repeat_each_other_are_a_reason_not_a_number(factored):
    returns, factors = factored
    doubled = factors.assign(COPY=2.0 * factors["SMB"])
    with pytest.raises(InputError, match="do not vary independently of each other"):
        study(returns, doubled, ma.FactorModel(), names=["MKT", "SMB", "COPY"])


def test_capm_is_the_regression_of_excess_returns(factored):
    returns, factors = factored
    free = factors.assign(RF=np.linspace(0.0001, 0.0003, len(factors)))[["SMB", "RF"]]
    model = ma.FactorModel(["MKT", "SMB"], risk_free="RF", in_excess=["MKT"])
    found = study(returns, free, model, names=["MKT", "SMB", "RF"])
    table = returns.join(free).iloc[ESTIMATION]
    design = np.column_stack([np.ones(250), table["MKT"] - table["RF"], table["SMB"]])
    params = np.linalg.lstsq(design, table["S1"] - table["RF"], rcond=None)[0]
    row = found.estimates.loc[KEY]
    assert_allclose(row[["alpha", "MKT", "SMB"]].astype(float), params, rtol=1e-8, atol=1e-12)
    day = returns.join(free).iloc[DAY0]
    expected = params @ [1.0, day["MKT"] - day["RF"], day["SMB"]] + day["RF"]
    assert_allclose(found.abnormal_returns.loc[KEY, 0], day["S1"] - expected, **EXACT)
    assert_allclose(found.fit.expected[0, 10], expected, **EXACT)


def test_factors_may_be_chosen_and_ordered_by_name(factored):
    returns, factors = factored
    found = study(returns, factors, ma.FactorModel(["HML", "MKT"]))
    assert list(found.estimates.columns[:3]) == ["alpha", "HML", "MKT"]
    with pytest.raises(UnknownNameError, match="UMD"):
        study(returns, factors, ma.FactorModel(["UMD"]))
    with pytest.raises(InputError, match=r"expected a list of names, such as \['MKT'\]"):
        ma.FactorModel("MKT")
    with pytest.raises(InputError, match="no factor is left"):
        study(returns, factors, ma.FactorModel(["SMB"], risk_free="SMB"))


@pytest.mark.parametrize(
    "model",
    [
        ma.MarketModel(),
        ma.MarketAdjusted(),
        ma.ScholesWilliams(),
        ma.Dimson(),
        ma.RobustMarketModel(),
        ma.GarchMarketModel(),
    ],
    ids=lambda model: model.label,
)
def test_a_model_of_one_benchmark_does_not_leave_the_others_out_in_silence(factored, model):
    returns, factors = factored
    with pytest.raises(InputError, match="takes one benchmark, got MKT, SMB, HML; use FactorModel"):
        study(returns, factors, model)


def test_scholes_williams_is_three_regressions_and_an_autocorrelation():
    returns = panel(1, seed=8)
    late = 0.6 * returns["MKT"] + 0.4 * returns["MKT"].shift(1)
    returns["S1"] = (late + np.random.default_rng(2).normal(0, 0.01, len(returns))).fillna(0.0)
    found = ma.event_study(ma.align(on(returns), world(returns)), ma.ScholesWilliams())
    market, share = returns["MKT"].to_numpy(), returns["S1"].to_numpy()
    rows = np.arange(DAY0 - 260, DAY0 - 10)
    slopes = [
        sm.OLS(share[rows], sm.add_constant(market[rows + k])).fit().params[1] for k in (-1, 0, 1)
    ]
    rho = np.corrcoef(market[rows], market[rows - 1])[0, 1]
    beta = sum(slopes) / (1 + 2 * rho)
    alpha = share[rows].mean() - beta * market[rows].mean()
    row = found.estimates.loc[KEY]
    assert_allclose([row["alpha"], row["beta"]], [alpha, beta], **EXACT)
    assert beta == pytest.approx(1.0, abs=0.25)
    residuals = share[rows] - alpha - beta * market[rows]
    assert_allclose(row["residual_std"], np.sqrt(residuals @ residuals / 248), **EXACT)
    # the same as instrumental variables, with the moving sum as the instrument
    moving = market[rows - 1] + market[rows] + market[rows + 1]
    with_market = np.cov(moving, market[rows])[0, 1]
    by_instrument = np.cov(moving, share[rows])[0, 1] / with_market
    assert by_instrument == pytest.approx(beta, rel=0.02)
    ahead = market[DAY0 : DAY0 + 3] - market[rows].mean()
    own = residuals @ residuals / 248
    slope = own * np.var(moving, ddof=1) / with_market**2 / 249
    variance = own * (3 + 9 / 250) + ahead.sum() ** 2 * slope
    assert_allclose(found.car(0, 2).loc[KEY, "std_error"], np.sqrt(variance), rtol=1e-9)


def test_the_scholes_williams_error_covers_what_the_market_models_would_not():
    """Short estimation and a far-off market: the slope's own error decides."""
    own, borrowed = [], []
    windows = ma.Windows(estimation=(-40, -1), event=(0, 4), min_estimation=40)
    for seed in range(600):
        returns = panel(1, days=60, seed=seed)
        push = np.where((np.arange(60) >= 45) & (np.arange(60) < 50), 0.02, 0.0)
        returns = returns.add(pd.Series(push, index=returns.index), axis=0)
        asked = pd.DataFrame({"event_id": ["e"], "ticker": ["S1"], "session": returns.index[[45]]})
        sample = ma.align(asked, world(returns), windows)
        found = ma.event_study(sample, ma.ScholesWilliams())
        row = found.car(0, 4).iloc[0]
        own.append(row["t"])
        centred = sample.factors[0, 40:, 0].sum() - 5 * sample.factors[0, :40, 0].mean()
        sxx = 39 * np.var(sample.factors[0, :40, 0], ddof=1)
        sigma = found.estimates["residual_std"].iloc[0]
        borrowed.append(row["car"] / (sigma * np.sqrt(5 + 25 / 40 + centred**2 / sxx)))
    limit = stats.t.isf(0.025, 38)
    assert np.mean(np.abs(own) > limit) < 0.075
    assert np.mean(np.abs(borrowed) > limit) > 0.09


def test_dimson_is_the_regression_on_leads_and_lags():
    returns = panel(1, seed=8)
    returns["S1"] += (0.3 * returns["MKT"].shift(1)).fillna(0.0)
    found = ma.event_study(ma.align(on(returns), world(returns)), ma.Dimson(lags=2, leads=1))
    shifted = pd.concat({k: returns["MKT"].shift(-k) for k in (-2, -1, 0, 1)}, axis=1)
    fit = sm.OLS(returns["S1"].iloc[ESTIMATION], sm.add_constant(shifted.iloc[ESTIMATION])).fit()
    row = found.estimates.loc[KEY]
    names = ["alpha", "lag 2", "lag 1", "same day", "lead 1"]
    assert_allclose(row[names].astype(float), fit.params, **EXACT)
    assert_allclose(row["beta"], fit.params.iloc[1:].sum(), **EXACT)
    forecast = fit.get_prediction(sm.add_constant(shifted.iloc[EVENT]))
    abnormal = returns["S1"].iloc[EVENT] - forecast.predicted_mean
    assert_allclose(found.abnormal_returns.loc[KEY], abnormal, **EXACT)
    assert_allclose(found.standardised.loc[KEY], abnormal / forecast.se_obs, **EXACT)
    assert row["df"] == 245


def test_dimson_without_leads_and_lags_is_the_market_model():
    returns = panel(2, seed=9)
    sample = ma.align(on(returns), world(returns))
    ours, plain = ma.event_study(sample, ma.Dimson(0, 0)), ma.event_study(sample)
    assert_allclose(ours.car(-2, 2), plain.car(-2, 2), **EXACT)
    with pytest.raises(InputError, match="expected a whole number from 0 to 20"):
        ma.Dimson(lags=-1)


def test_dimson_at_the_end_of_the_prices_has_no_lead_and_no_number():
    returns = panel(1, days=DAY0 + 6)
    found = ma.event_study(ma.align(on(returns), world(returns)), ma.Dimson())
    assert found.abnormal_returns.loc[KEY].notna().tolist() == [True] * 15 + [False] * 6


def test_robust_regression_solves_hubers_equations():
    returns = panel(1, seed=3)
    returns.iloc[DAY0 - 100, 1] += 0.4
    found = ma.event_study(ma.align(on(returns), world(returns)), ma.RobustMarketModel())
    row = found.estimates.loc[KEY]
    days = returns.iloc[ESTIMATION]
    residual = days["S1"] - row["alpha"] - row["beta"] * days["MKT"]
    scale = np.median(np.abs(residual)) / stats.norm.ppf(0.75)
    assert_allclose(row["residual_std"], scale, rtol=1e-6)
    psi = np.clip(residual / scale, -1.345, 1.345)
    assert abs(psi.sum()) < 1e-4
    assert abs((psi * days["MKT"]).sum()) < 1e-6
    # Huber's covariance, written out (Huber 1981, eq. 6.5)
    inside = np.mean(np.abs(residual / scale) <= 1.345)
    factor = 1 + 2 / 250 * (1 - inside) / inside
    design = np.column_stack([np.ones(250), days["MKT"]])
    spread = factor**2 * np.sum(psi**2) / 248 * scale**2 / inside**2
    covariance = spread * np.linalg.inv(design.T @ design)
    total = np.array([3.0, returns["MKT"].iloc[DAY0 : DAY0 + 3].sum()])
    variance = 3 * scale**2 + total @ covariance @ total
    assert_allclose(found.car(0, 2).loc[KEY, "std_error"], np.sqrt(variance), rtol=1e-6)


@pytest.mark.parametrize("ticker", ["NVDA", "META", "TSM", "2330.TW", "BIDU"])
@pytest.mark.parametrize("masked", [False, True])
def test_the_robust_model_is_that_of_statsmodels(ticker, masked):
    market, events = ma.load_market(), ma.load_events()
    sample = ma.align(
        events.filter(after="2023-06-01"),
        market,
        tickers=[ticker],
        mask=events if masked else None,
    )
    results = ma.event_study(sample, ma.RobustMarketModel())
    cut = sample.windows.estimation_offsets.size
    for k in range(0, len(results.sample), 7):
        use = results.sample.usable[k]
        y, x = results.sample.returns[k, :cut][use], results.sample.factors[k, :cut, 0][use]
        model = sm.RLM(y, sm.add_constant(x), M=sm.robust.norms.HuberT())
        fit = model.fit(maxiter=500, tol=1e-13)
        row = results.estimates.iloc[k]
        assert [row["alpha"], row["beta"]] == pytest.approx(list(fit.params), rel=1e-8, abs=1e-11)
        assert row["residual_std"] == pytest.approx(fit.scale, rel=1e-8)
        ahead = np.array([1.0, results.sample.factors[k, cut + 10, 0]])
        variance = fit.scale**2 + ahead @ fit.cov_params() @ ahead
        assert results.car(0, 0)["std_error"].iloc[k] ** 2 == pytest.approx(variance, rel=1e-8)


def test_robust_fits_do_not_depend_on_their_neighbours():
    market, events = ma.load_market(), ma.load_events()
    sample = ma.align(events, market, tickers=["NVDA"])
    together = ma.event_study(sample, ma.RobustMarketModel())
    for event_id in together.sample.index.get_level_values("event_id")[::9]:
        alone = ma.event_study(sample.select(event_id=event_id), ma.RobustMarketModel())
        assert alone.fit.abnormal[0].tolist() == together.only(event_id).fit.abnormal[0].tolist()


def test_one_wild_day_pulls_least_squares_and_not_the_robust_model():
    returns = panel(1, seed=3)
    returns.iloc[DAY0 - 100, 1] += 0.6
    sample = ma.align(on(returns), world(returns))
    robust = ma.event_study(sample, ma.RobustMarketModel()).estimates.loc[KEY]
    plain = ma.event_study(sample).estimates.loc[KEY]
    assert robust["residual_std"] < 0.025 < 0.04 < plain["residual_std"]


def test_the_robust_models_summary_warns_of_its_intervals():
    returns = panel(1, seed=3)
    text = str(ma.event_study(ma.align(on(returns), world(returns)), ma.RobustMarketModel()))
    assert "with fat tails its intervals are too narrow" in text


@pytest.fixture(scope="module")
def moving():
    """A share whose variance moves, and stands high before the event."""
    rng = np.random.default_rng(12)
    returns = panel(1, days=900, seed=12)
    h, residual = np.empty(900), np.empty(900)
    h[0], residual[0] = 4e-4, 0.0
    for t in range(1, 900):
        h[t] = 2e-5 + 0.12 * residual[t - 1] ** 2 + 0.83 * h[t - 1]
        residual[t] = np.sqrt(h[t]) * rng.normal()
    returns["S1"] = 1.2 * returns["MKT"] + residual
    windows = ma.Windows(estimation=(-700, -6), event=(-5, 5))
    asked = pd.DataFrame({"event_id": ["e"], "ticker": ["S1"], "session": returns.index[[800]]})
    sample = ma.align(asked, world(returns), windows)
    return returns, h, ma.event_study(sample, ma.GarchMarketModel())


def path(row, returns, end):
    """Conditional variances from the estimation window on, one day after the other."""
    rows = np.arange(100, end)
    days = returns.iloc[rows]
    residual = (days["S1"] - row["alpha"] - row["beta"] * days["MKT"]).to_numpy()
    decay = 0.94 ** np.arange(75)
    h = np.empty(len(rows))
    h[0] = (decay * residual[:75] ** 2).sum() / decay.sum()
    h[0] = row["omega"] + (row["arch"] + row["garch"]) * h[0]
    for t in range(1, len(rows)):
        h[t] = row["omega"] + row["arch"] * residual[t - 1] ** 2 + row["garch"] * h[t - 1]
    return residual, h


def test_garch_is_where_the_likelihood_is_highest(moving):
    returns, _, found = moving
    row = found.estimates.iloc[0]
    names = ["alpha", "beta", "omega", "arch", "garch"]

    def loss(values):
        residual, h = path(dict(zip(names, values, strict=True)), returns, 795)
        return 0.5 * np.sum(np.log(h) + residual**2 / h)

    best = row[names].astype(float).to_numpy()
    for k in range(5):
        for step in (0.97, 1.03):
            other = best.copy()
            other[k] *= step
            assert loss(other) > loss(best) - 1e-3, names[k]


def test_garch_forecasts_each_event_day_from_the_days_before_it(moving):
    returns, truth, found = moving
    row = found.estimates.iloc[0]
    residual, h = path(row, returns, 806)
    event = slice(695, 706)
    assert_allclose(found.abnormal_returns.iloc[0], residual[event], rtol=1e-9, atol=1e-14)
    error = found.fit.forecast_error
    assert_allclose(error.one_step[0], h[event], rtol=1e-6)
    assert np.corrcoef(h[100:706], truth[200:806])[0, 1] > 0.9
    # a sum runs on in expectation from its first day: its own shocks do not widen it
    ahead = [h[700]]
    for _ in range(3):
        ahead.append(row["omega"] + (row["arch"] + row["garch"]) * ahead[-1])
    design = np.array([4.0, returns["MKT"].iloc[800:804].sum()])
    variance = sum(ahead) + design @ error.covariance[0] @ design
    assert_allclose(found.car(0, 3)["std_error"].iloc[0], np.sqrt(variance), rtol=1e-6)


def test_garch_without_reaction_to_shocks_is_the_market_model():
    returns = panel(6, seed=31)
    sample = ma.align(on(returns), world(returns))
    garch, plain = ma.event_study(sample, ma.GarchMarketModel()), ma.event_study(sample)
    still = garch.estimates["arch"] == 0.0
    assert 0 < still.sum() < 6
    columns = ["car", "std_error"]
    ours, theirs = garch.car(-1, 2)[columns][still], plain.car(-1, 2)[columns][still]
    assert_allclose(ours, theirs, **EXACT)


def test_garch_says_what_to_install_where_arch_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "arch.univariate", None)
    returns = panel(1)
    sample = ma.align(on(returns), world(returns))
    with pytest.raises(InputError, match=r"install analytics\[arch\]"):
        ma.event_study(sample, ma.GarchMarketModel())


def donors(seed=6, days=320):
    returns = panel(4, seed=seed, days=days).drop(columns="MKT")
    rng = np.random.default_rng(seed)
    mix = 0.5 * returns["S2"] + 0.3 * returns["S3"] + 0.2 * returns["S4"]
    returns["S1"] = mix + rng.normal(0, 0.004, days)
    return returns


def control(returns, **options):
    market = ma.Market.from_returns(returns)
    asked = on(returns, ["S1"], **options)
    sample = ma.align(asked, market, benchmark=["S2", "S3", "S4"])
    return ma.event_study(sample, ma.SyntheticControl())


def test_synthetic_control_finds_the_mix():
    returns = donors()
    found = control(returns)
    row = found.estimates.loc[KEY]
    assert_allclose(row[["S2", "S3", "S4"]].astype(float), [0.5, 0.3, 0.2], atol=0.05)
    assert row[["S2", "S3", "S4"]].sum() == pytest.approx(1.0, abs=1e-12)
    weights = row[["S2", "S3", "S4"]].to_numpy(float)
    expected = returns[["S2", "S3", "S4"]].iloc[EVENT] @ weights
    assert_allclose(found.abnormal_returns.loc[KEY], returns["S1"].iloc[EVENT] - expected, **EXACT)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 7))
def test_simplex_weights_meet_the_conditions_of_an_optimum(seed, k):
    """Donors in use share one gradient, no other has a lower one; SLSQP finds nothing better."""
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 0.02, (60, k)) + rng.normal(0, 0.01, (60, 1))
    y = x @ rng.dirichlet(np.ones(k) * 0.5) + rng.normal(0, 0.01, 60) + rng.normal(0, 0.002)
    w = simplex_weights(x, y)
    assert (w >= 0).all()
    assert w.sum() == pytest.approx(1.0, abs=1e-12)
    gradient = x.T @ (x @ w - y)
    level = gradient[w > 0].mean()
    scale = np.abs(x.T @ y).max() + 1e-12
    assert np.abs(gradient[w > 0] - level).max() < 1e-8 * scale + 1e-12
    assert (gradient >= level - 1e-8 * scale - 1e-12).all()
    other = optimize.minimize(
        lambda v: 1e4 * np.sum((x @ v - y) ** 2),
        np.full(k, 1 / k),
        bounds=[(0, 1)] * k,
        constraints={"type": "eq", "fun": lambda v: v.sum() - 1},
        method="SLSQP",
    )
    assert 1e4 * np.sum((x @ w - y) ** 2) <= other.fun + 1e-7


def test_synthetic_control_error_has_the_stated_spread():
    """Independent worlds: the CAR over its stated error is a standard normal, short and long."""
    short, long = [], []
    for seed in range(300):
        found = control(donors(seed=seed))
        short.append(found.car(0, 0)["t"].iloc[0])
        long.append(found.car(-10, 10)["t"].iloc[0])
    assert np.std(short) == pytest.approx(1.0, abs=0.13)
    assert np.std(long) == pytest.approx(1.0, abs=0.15)


def test_a_drift_against_the_donors_counts_as_error():
    returns = donors()
    drifting = returns.assign(S1=returns["S1"] + 0.003)
    plain, moved = control(returns).car(-10, 10), control(drifting).car(-10, 10)
    wider = np.sqrt(moved["std_error"] ** 2 - plain["std_error"] ** 2).iloc[0]
    assert wider == pytest.approx(21 * 0.003, rel=0.15)
    assert abs(moved["t"].iloc[0]) < 2.5


def test_synthetic_control_needs_donors():
    returns = panel(1)
    with pytest.raises(InputError, match="1 donor is too few; name at least 2"):
        ma.event_study(ma.align(on(returns), world(returns)), ma.SyntheticControl())


@pytest.mark.parametrize(
    "model",
    [
        ma.ScholesWilliams(),
        ma.Dimson(),
        ma.RobustMarketModel(),
        ma.GarchMarketModel(),
        ma.FactorModel(),
    ],
    ids=lambda model: model.label,
)
def test_a_price_that_never_moves_and_too_few_days_are_reasons(model):
    returns = panel(4)
    returns["S2"] = 0.0
    returns.iloc[: DAY0 - 100, 3] = np.nan
    found = ma.event_study(ma.align(on(returns), world(returns)), model)
    assert list(found.sample.index.get_level_values("ticker")) == ["S1", "S4"]
    reasons = dict(zip(found.dropped["ticker"], found.dropped["reason"], strict=True))
    assert "does not vary around the model" in reasons["S2"]
    assert "90 of at least 120 estimation days" in reasons["S3"]
    assert np.isfinite(found.car(0, 2)).all(axis=None)
    assert found.test(0, 2)["n"].eq(2).all()


def test_121_of_250_estimation_days_are_enough_and_counted():
    returns = panel(1)
    returns.iloc[DAY0 - 260 : DAY0 - 260 + 129, 1] = np.nan
    for model in (ma.MarketModel(), ma.Dimson(), ma.GarchMarketModel(), ma.RobustMarketModel()):
        found = ma.event_study(ma.align(on(returns), world(returns)), model)
        assert found.estimates.loc[KEY, "n_estimation"] == 121
        assert np.isfinite(found.car(0, 5)).all(axis=None)


def test_log_returns_are_the_study_of_logarithms():
    returns = panel(3)
    ours = ma.event_study(ma.align(on(returns), world(returns), returns="log"))
    theirs = ma.event_study(ma.align(on(returns), world(np.log1p(returns))))
    for window in ((0, 0), (-3, 8)):
        assert_allclose(ours.car(*window), theirs.car(*window), **EXACT)
    assert ours.sample.log_returns
    assert "log returns" in str(ours)
    assert ours.provenance["returns"] == "log"
    share = returns["S1"].iloc[DAY0 : DAY0 + 4]
    assert_allclose(ours.over(0, 3)["raw"].iloc[0], np.prod(1 + share) - 1, **EXACT)


@pytest.mark.parametrize("kind", ["simple", "log"])
def test_buy_and_hold_by_loops(kind):
    returns = panel(3)
    returns.iloc[DAY0, 1] = -0.17
    found = ma.event_study(ma.align(on(returns), world(returns), returns=kind))
    table = found.bhar(0, 4)
    for k, key in enumerate(found.sample.index):
        own = expected = 1.0
        for day in range(5):
            own *= 1 + returns[key[1]].iloc[DAY0 + day]
            step = found.fit.expected[k, 10 + day]
            expected *= np.exp(step) if kind == "log" else 1 + step
        assert_allclose(table.loc[key, "bhar"], own - expected, **EXACT)
        residuals, days = found.fit.residuals[k], found.sample.returns[k, :250]
        if kind == "log":
            days, residuals = np.expm1(days), 1 + np.expm1(days) - np.exp(days - residuals)
        blocks = [slice(250 - 5 * (b + 1), 250 - 5 * b) for b in range(50)]
        others = [np.prod(1 + days[b]) - np.prod(1 + days[b] - residuals[b]) for b in blocks]
        beyond = sum(abs(one) >= abs(table.loc[key, "bhar"]) for one in others)
        assert_allclose(table.loc[key, "sq_pvalue"], (1 + beyond) / 51, **EXACT)
    assert_allclose(found.over(0, 4)["bhar"], table["bhar"], **EXACT)


def test_buy_and_hold_over_one_day_is_the_abnormal_return():
    found = ma.event_study(ma.align(on(panel(3)), world(panel(3))))
    assert_allclose(found.bhar(0, 0)["bhar"], found.car(0, 0)["car"], **EXACT)
    assert_allclose(found.bhar(0, 0)["std_error"], found.car(0, 0)["std_error"], **EXACT)


def test_the_error_of_a_buy_and_hold_return_has_the_stated_spread():
    """Nothing happens in 400 shares of one world: BHAR over its error is near a standard normal."""
    returns = panel(400, seed=77)
    found = ma.event_study(ma.align(on(returns), world(returns)))
    t = found.bhar(-10, 10)["t"]
    assert np.std(t) == pytest.approx(1.0, abs=0.12)
    assert np.mean(np.abs(t) > 1.97) < 0.085


def test_a_frame_given_to_the_factor_model_is_joined_by_date(factored):
    returns, factors = factored
    joined = returns[["MKT"]].join(factors)
    ours = ma.event_study(
        ma.align(on(returns), world(returns)), ma.FactorModel(joined.sample(frac=1, random_state=1))
    )
    theirs = study(returns, factors, ma.FactorModel())
    assert list(ours.fit.coefficients) == ["alpha", "MKT", "SMB", "HML"]
    assert_allclose(ours.estimates.iloc[:, :8].astype(float), theirs.estimates.iloc[:, :8])
    assert_allclose(ours.car(-1, 3), theirs.car(-1, 3), **EXACT)
    assert len(ours.provenance["model"]["factors_sha256"]) == 64
    free = joined.assign(RF=0.0001)
    model = ma.FactorModel(free, risk_free="RF", in_excess=["MKT"])
    capm = ma.event_study(ma.align(on(returns), world(returns)), model)
    assert list(capm.fit.coefficients) == ["alpha", "MKT", "SMB", "HML"]


def test_a_frame_over_a_gap_of_a_share_without_an_exchange_compounds():
    closes = (1 + panel(1, seed=3)).cumprod() * 100
    closes.iloc[DAY0 - 5 : DAY0, 1] = np.nan
    factor = closes[["MKT"]].pct_change().dropna()
    market = ma.Market.from_frames(closes, benchmarks={"S1": "MKT"})
    day = [closes.index[DAY0]]
    asked = pd.DataFrame({"event_id": "e", "ticker": ["S1"], "session": day})
    sample = ma.align(asked, market, confounders=())
    plain, other = ma.event_study(sample), ma.event_study(sample, ma.FactorModel(factor))
    assert_allclose(other.car(-3, 3), plain.car(-3, 3), rtol=1e-9)


def test_a_frame_joined_by_date_does_not_serve_two_exchanges():
    market = ma.load_market()
    factor = market.returns("^SOX").to_frame()
    event = ma.load_events()["deepseek-shock-2025-01-27"]
    both = ma.align(event, market, tickers=["NVDA", "2330.TW"])
    with pytest.raises(InputError, match="on several exchanges"):
        ma.event_study(both, ma.FactorModel(factor))
    one = ma.event_study(ma.align(event, market, tickers=["NVDA"]), ma.FactorModel(factor))
    two = ma.align(event, market, tickers=["NVDA"], benchmark="^SOX", exclude_self=False)
    assert_allclose(one.car(0, 1), ma.event_study(two).car(0, 1), rtol=1e-9)
    with pytest.raises(InputError, match="divide percent by 100"):
        ma.FactorModel(100 * factor)
