"""The recorded shock and announcements: figures known from elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

import analytics as ma

MARKET = ma.load_market()
SHOCK = ma.load_events()["deepseek-shock-2025-01-27"]


@pytest.fixture(scope="module")
def plain():
    return ma.event_study(ma.align(SHOCK, MARKET, exclude_self=False))


@pytest.fixture(scope="module")
def without():
    return ma.event_study(ma.align(SHOCK, MARKET))


@pytest.mark.parametrize(
    ("ticker", "car", "t", "session"),
    [
        ("NVDA", -0.1326, -5.2, "2025-01-27"),
        ("META", 0.0407, 2.1, "2025-01-27"),
        ("TSM", -0.1078, -5.1, "2025-01-27"),
        ("2330.TW", -0.0042, None, "2025-02-03"),
    ],
)
def test_abnormal_return_of_day_zero(plain, ticker, car, t, session):
    row = plain.car(0, 0).loc[(SHOCK.id, ticker)]
    assert row["car"] == pytest.approx(car, abs=5e-5)
    estimate = plain.estimates.loc[(SHOCK.id, ticker)]
    if t is not None:  # over the residual deviation; the forecast error makes it a little smaller
        assert row["car"] / estimate["residual_std"] == pytest.approx(t, abs=0.05)
        assert 0.95 < row["t"] * estimate["residual_std"] / row["car"] < 1
    assert estimate["session"] == pd.Timestamp(session)


def test_estimates_of_nvidia(plain):
    row = plain.estimates.loc[(SHOCK.id, "NVDA")]
    assert row["beta"] == pytest.approx(2.679, abs=5e-4)
    assert row["residual_std"] == pytest.approx(0.0256, abs=5e-5)
    assert (row["n_estimation"], row["df"], row["benchmark"]) == (250, 248, "^GSPC")
    assert not row["exclude_self"]


def test_nvidia_from_the_closes_alone(plain):
    """Straight from the table of closes and the dividends, with statsmodels."""
    closes = MARKET.closes[["NVDA", "^GSPC"]].dropna()
    paid = MARKET.dividends["NVDA"].reindex(closes.index).fillna(0.0)
    own = (closes["NVDA"] + paid) / closes["NVDA"].shift(1) - 1
    index = closes["^GSPC"].pct_change()
    day0 = closes.index.get_loc(pd.Timestamp("2025-01-27"))
    fit = sm.OLS(
        own.iloc[day0 - 260 : day0 - 10], sm.add_constant(index.iloc[day0 - 260 : day0 - 10])
    ).fit()
    abnormal = own.iloc[day0] - fit.predict([1.0, index.iloc[day0]])[0]
    row = plain.car(0, 0).loc[(SHOCK.id, "NVDA")]
    assert_allclose(row["car"], abnormal, rtol=1e-10)
    forecast = fit.get_prediction([[1.0, index.iloc[day0]]])
    assert_allclose(row["std_error"], forecast.se_obs[0], rtol=1e-10)


def test_day_zero_returns(plain):
    total = plain.fit.abnormal + plain.fit.expected
    day0 = pd.Series(total[:, 10], index=plain.sample.index.get_level_values("ticker"))
    assert day0["NVDA"] == pytest.approx(118.42 / 142.62 - 1, rel=1e-12)
    assert day0["META"] == pytest.approx(659.88 / 647.49 - 1, rel=1e-12)
    assert day0["TSM"] == pytest.approx(192.31 / 221.88 - 1, rel=1e-12)
    assert day0["2330.TW"] == pytest.approx(1070 / 1135 - 1, rel=1e-12)


def test_taking_the_firm_out_of_its_index_shows_a_larger_reaction(plain, without):
    for ticker in ("NVDA", "2330.TW"):
        key = (SHOCK.id, ticker)
        assert without.car(0, 0).loc[key, "car"] < plain.car(0, 0).loc[key, "car"]
        assert without.estimates.loc[key, "beta"] < plain.estimates.loc[key, "beta"]
        assert without.estimates.loc[key, "exclude_self"]
    # no weight of the receipt is known, so nothing changes for it
    key = (SHOCK.id, "TSM")
    assert not without.estimates.loc[key, "exclude_self"]
    assert_allclose(without.car(0, 0).loc[key, "car"], plain.car(0, 0).loc[key, "car"])


def test_one_date_and_four_correlated_shares_leave_the_adjusted_tests(plain):
    table = plain.test(0, 0)
    assert table.loc["adjusted_bmp", "valid"]
    assert not table.loc["adjusted_patell", "valid"]  # it holds the variance to be unchanged
    assert "lie 15." in table.loc["adjusted_patell", "note"]
    assert not table.loc[["patell", "bmp"], "valid"].any()
    assert table.loc["bmp", "note"].startswith("not valid: one event on several exchanges, r = 0.")


def test_every_recorded_observation_has_finite_figures_or_a_reason():
    found = ma.event_study(ma.align(ma.load_events(), MARKET))
    assert found.sample.asked == len(found.estimates) + len(found.dropped) == 144
    assert np.isfinite(found.car(0, 0).to_numpy()).all()
    assert found.estimates["n_estimation"].between(120, 250).all()
    assert found.estimates["residual_std"].between(0.003, 0.06).all()
    assert found.dropped["ticker"].tolist() == ["INTC"]
