"""Placebo: pseudo-events recomputed by statsmodels, p values uniform where nothing happens."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

import analytics as ma
from analytics.errors import InputError
from analytics.evidence import placebo, placebo_shares
from analytics.evidence.placebo import rank_pvalue
from analytics.evidence.quiet import recorded_news, unquiet_days

EVENTS, MARKET = ma.load_events(), ma.load_market()
SHOCK = "deepseek-shock-2025-01-27"
KEY = (SHOCK, "NVDA")


@pytest.fixture(scope="module")
def shock():
    return ma.event_study(ma.align(EVENTS[SHOCK], MARKET, tickers=["NVDA", "2330.TW"]))


@pytest.fixture(scope="module")
def found(shock):
    return placebo(shock, MARKET)


# --- the figures, a second way ----------------------------------------------------------------


@pytest.mark.parametrize("which", [0, 100, 300, -1])
def test_a_pseudo_event_is_a_regression_of_its_own_without_the_days_around_news(found, which):
    row = found.of(*KEY).iloc[which]
    returns, index = MARKET.returns("NVDA"), MARKET.benchmark("NVDA")
    day0 = returns.index.get_loc(row["session"])
    near = unquiet_days("NVDA", MARKET)
    window = [k for k in range(day0 - 260, day0 - 10) if k >= 0]
    days = [day for day in returns.index[window] if not near[day]]
    fit = sm.OLS(returns[days], sm.add_constant(index[days])).fit()
    ahead = fit.get_prediction([[1.0, index.iloc[day0]]])
    assert row["car"] == pytest.approx(returns.iloc[day0] - ahead.predicted_mean[0], rel=1e-10)
    assert row["std_error"] == pytest.approx(float(ahead.se_obs[0]), rel=1e-10)
    assert row["df"] == len(days) - 2
    assert row["pvalue"] == pytest.approx(2 * stats.t.sf(abs(row["t"]), row["df"]), rel=1e-10)


def test_the_event_is_measured_once_more_by_the_same_rules(found):
    returns, index = MARKET.returns("NVDA"), MARKET.benchmark("NVDA")
    day0 = returns.index.get_loc(pd.Timestamp("2025-01-27"))
    near = unquiet_days("NVDA", MARKET)
    days = [day for day in returns.index[day0 - 260 : day0 - 10] if not near[day]]
    fit = sm.OLS(returns[days], sm.add_constant(index[days])).fit()
    expected = fit.params.iloc[0] + fit.params.iloc[1] * index.iloc[day0]
    assert found.table.loc[KEY, "car"] == pytest.approx(returns.iloc[day0] - expected, rel=1e-10)


def test_the_p_value_counts_the_pseudo_events_that_are_as_large(found):
    own, row = found.of(*KEY), found.table.loc[KEY]
    beyond = sum(abs(car) >= abs(row["car"]) for car in own["car"])
    assert beyond == 0  # no ordinary day in two years was as bad
    assert row["pvalue"] == (1 + beyond) / (1 + len(own))
    assert row["n"] == len(own) > 500
    low, high = np.quantile(own["car"], [0.025, 0.975])
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert row["false_alarms"] == np.mean(own["pvalue"] < 0.05)


def test_p_of_a_value_equal_to_one_of_five():
    assert rank_pvalue(2.0, np.array([-2.0, 1.0, 0.5, -0.1, 3.0])) == 3 / 6
    assert np.isnan(rank_pvalue(np.nan, np.array([1.0])))
    assert np.isnan(rank_pvalue(1.0, np.array([])))


def test_without_a_mask_the_event_and_its_test_are_those_of_the_results(shock):
    printed = placebo(shock, MARKET, mask=False)
    rows = shock.headline()
    for key in shock.sample.index:
        for name in ("car", "std_error", "t", "df"):
            assert printed.table.loc[key, name] == rows.loc[key, name]
        assert tuple(printed.intervals.loc[key]) == pytest.approx(
            (rows.loc[key, "ci_low"], rows.loc[key, "ci_high"])
        )
    row = printed.of(*KEY).iloc[200]
    alone = pd.DataFrame({"event_id": ["x"], "ticker": ["NVDA"], "session": [row["session"]]})
    again = ma.event_study(ma.align(alone, MARKET)).car(0, 0).iloc[0]
    assert (row["car"], row["t"]) == (again["car"], again["t"])


def test_days_around_results_make_the_printed_test_of_meta_blind():
    meta = ma.event_study(ma.align(EVENTS[SHOCK], MARKET, tickers=["META"]))
    printed, masked = (placebo(meta, MARKET, mask=one).table.iloc[0] for one in (False, True))
    assert printed["false_alarms"] < 0.02 < 0.04 < masked["false_alarms"]
    assert printed["alarms_high"] < 0.05  # promised


def test_a_day_0_over_a_closure_is_said_to_span_it(found):
    assert found.table.loc[KEY, "spans"] == ""
    assert found.table.loc[(SHOCK, "2330.TW"), "spans"].startswith("12 days, 2025-01-22")


# --- which days are pseudo-events -------------------------------------------------------------


@pytest.mark.parametrize("window", [(0, 0), (0, 1), (-1, 1), (-5, 5)])
def test_windows_lie_before_the_event_apart_from_each_other_and_from_news(shock, window):
    found = placebo(shock, MARKET, *window)
    for ticker in ("NVDA", "2330.TW"):
        sessions = MARKET.sessions(ticker)
        near = unquiet_days(ticker, MARKET).to_numpy()
        rows = sessions.get_indexer(found.of(SHOCK, ticker)["session"])
        tested = (rows[:, None] + np.arange(window[0], window[1] + 1)).ravel()
        assert len(rows) > 30
        assert len(np.unique(tested)) == len(tested)
        assert not near[tested].any()
        event = sessions.get_loc(shock.sample.observations.loc[(SHOCK, ticker), "session"])
        assert tested.max() < event + window[0]


def test_no_session_is_lost(found):
    for ticker in ("NVDA", "2330.TW"):
        event = found.table.loc[(SHOCK, ticker)].name
        own = found.of(*event)["session"]
        left = found.left_out[found.left_out["ticker"] == ticker]["session"]
        day0 = {"NVDA": "2025-01-27", "2330.TW": "2025-02-03"}[ticker]
        sessions = MARKET.sessions(ticker)
        expected = sessions[1 : sessions.get_loc(pd.Timestamp(day0))]
        assert sorted([*own, *left]) == list(expected)


def test_the_reasons_say_what_keeps_a_session_out(found):
    left = found.left_out[found.left_out["ticker"] == "NVDA"].set_index("session")["reason"]
    assert left[pd.Timestamp("2024-11-21")] == "within a session of other news"  # results
    assert left[pd.Timestamp("2022-03-01")].endswith(
        "of at least 120 estimation days have prices and a benchmark"
    )


def test_company_results_count_as_news_and_so_does_an_event_of_ones_own():
    near = unquiet_days("NVDA", MARKET)
    assert near[[pd.Timestamp("2024-11-20"), pd.Timestamp("2024-11-22")]].all()  # results, 20 Nov
    quiet = pd.Timestamp("2024-07-10")
    assert not near[quiet]
    assert unquiet_days("NVDA", MARKET, sessions=[quiet])[quiet]
    assert not unquiet_days("NVDA", MARKET, news=()).any()
    assert any(one.id == SHOCK for one in recorded_news())


def test_an_event_with_too_few_ordinary_days_says_so():
    early = ma.event_study(
        ma.align(
            EVENTS["us-licence-nvda-2022-08-31"],
            MARKET,
            ma.Windows(estimation=(-155, -11)),
            tickers=["TSM"],
        )
    )
    row = placebo(early, MARKET).table.iloc[0]
    assert row["n"] < 19 or row["note"] == ""
    none = placebo(early, MARKET, -5, 5).table.iloc[0]
    assert none["n"] < 19
    assert none["note"] == f"only {none['n']} pseudo-events: no p value can reach 0.05"


# --- chance and effects -----------------------------------------------------------------------


def quiet_market(securities: int, days: int, seed: int, deviation: float = 0.02):
    generator = np.random.default_rng(seed)
    index = generator.normal(0.0, 0.01, days)
    betas = generator.uniform(0.5, 1.5, securities)
    own = generator.normal(0.0, deviation, (days, securities)) + np.outer(index, betas)
    names = [f"S{k:03d}" for k in range(securities)]
    frame = pd.DataFrame(
        own, index=pd.bdate_range("2020-01-01", periods=days), columns=names
    ).assign(M=index)
    return ma.Market.from_returns(frame, benchmarks="M"), frame


def last_day_study(market, frame, length, estimation):
    names = [name for name in frame if name != "M"]
    session = frame.index[len(frame) - length]
    events = pd.DataFrame({"event_id": names, "ticker": names, "session": session})
    windows = ma.Windows((-estimation, -1), (0, length - 1), min_estimation=estimation)
    return ma.event_study(ma.align(events, market, windows))


@pytest.mark.slow
def test_p_values_are_uniform_where_nothing_happens_and_in_the_sample_they_are_not():
    estimation, length = 40, 8
    market, frame = quiet_market(400, estimation + 31 * length, seed=5)
    results = last_day_study(market, frame, length, estimation)
    found = placebo(results, market, 0, length - 1, news=())
    assert (found.table["n"] >= 28).all()
    spread = np.random.default_rng(6).uniform(size=400)
    n = found.table["n"].to_numpy()
    for column in ("pvalue", "pvalue_t"):
        ranks = found.table[column].to_numpy() - spread / (n + 1)  # ties broken at random
        assert stats.kstest(ranks, "uniform").pvalue > 0.05

    # the same from residuals in the sample, all overlapping sums: too many small p values
    sums = np.lib.stride_tricks.sliding_window_view(results.fit.residuals, length, axis=1).sum(-1)
    car = results.car(0, length - 1)["car"].to_numpy()
    beyond = (np.abs(sums) >= np.abs(car)[:, None]).sum(axis=1)
    inside = (1 + beyond - spread) / (sums.shape[1] + 1)
    assert stats.kstest(inside, "uniform").pvalue < 1e-4
    assert np.mean(inside < 0.05) > 0.08


def test_a_planted_fall_is_larger_than_every_pseudo_event():
    market, frame = quiet_market(3, 400, seed=1)
    frame.loc[frame.index[-1], ["S000", "S001", "S002"]] -= 0.2
    market = ma.Market.from_returns(frame, benchmarks="M")
    found = placebo(last_day_study(market, frame, 1, 120), market, news=())
    assert (found.table["pvalue"] == 1 / (found.table["n"] + 1)).all()
    assert (found.table["n"] == 400 - 120 - 2).all()  # the event, and the day before it, are out


def test_added_effects_are_found_more_often_the_larger_they_are(found):
    power = found.power([0.0, 0.02, 0.05, 0.1])[KEY]
    assert power[0.0] == pytest.approx(found.table.loc[KEY, "false_alarms"])
    assert power.is_monotonic_increasing
    own = found.of(*KEY)
    limit = stats.t.isf(0.025, own["df"])
    by_hand = np.mean(np.abs((own["car"] + 0.05) / own["std_error"]) >= limit)
    assert power[0.05] == pytest.approx(by_hand)
    with pytest.raises(InputError, match="effects: expected a list of numbers"):
        found.power("much")


def test_the_detectable_move_is_found_four_times_in_five_on_ordinary_days(found):
    move = found.detectable().loc[KEY]
    power = found.power([-move, move])[KEY]
    assert power.mean() == pytest.approx(0.8, abs=0.005)
    assert found.detectable(0.5).loc[KEY] < move
    with pytest.raises(InputError, match="power=2"):
        found.detectable(2)


# --- other models, other markets, wrong use ---------------------------------------------------


@pytest.mark.parametrize("model", [ma.ConstantMean(), ma.MarketAdjusted(), ma.Dimson()])
def test_other_models_are_refitted_too(model):
    results = ma.event_study(ma.align(EVENTS[SHOCK], MARKET, tickers=["NVDA"]), model)
    table = placebo(results, MARKET).table
    assert table["pvalue"].iloc[0] < 0.01


def test_log_returns_and_several_factors_stay_what_they_are():
    sample = ma.align(
        EVENTS[SHOCK],
        MARKET,
        tickers=["NVDA"],
        benchmark=["^GSPC", "^SOX"],
        returns="log",
        exclude_self=False,
    )
    found = placebo(ma.event_study(sample, ma.FactorModel()), MARKET)
    row = found.of(*KEY).iloc[-1]
    names = ["^GSPC", "^SOX"]
    factors = np.log1p(
        pd.concat([MARKET.benchmark("NVDA", n, exclude_self=False) for n in names], axis=1)
    )
    returns = np.log1p(MARKET.returns("NVDA"))
    day0, near = returns.index.get_loc(row["session"]), unquiet_days("NVDA", MARKET)
    days = [day for day in returns.index[day0 - 260 : day0 - 10] if not near[day]]
    fit = sm.OLS(returns[days], sm.add_constant(factors.loc[days])).fit()
    ahead = fit.params.iloc[0] + factors.iloc[day0].to_numpy() @ fit.params.iloc[1:].to_numpy()
    assert row["car"] == pytest.approx(returns.iloc[day0] - ahead, rel=1e-9)


def test_a_market_that_is_not_the_results_own_is_refused(shock):
    market, _ = quiet_market(2, 100, seed=1)
    with pytest.raises(InputError, match="no prices of NVDA"):
        placebo(shock, market)


@pytest.mark.parametrize("wrong", [None, "results", 3, pd.DataFrame()])
def test_what_is_no_result_no_market_no_news_is_named(shock, wrong):
    with pytest.raises(InputError, match="results: expected what event_study gives"):
        placebo(wrong, MARKET)
    with pytest.raises(InputError, match="market: expected a Market"):
        placebo(shock, wrong)
    if wrong is not None:
        with pytest.raises(InputError, match="news: expected events and confounders"):
            placebo(shock, MARKET, news=wrong)
    with pytest.raises(InputError, match="market: expected a Market"):
        placebo_shares(shock, wrong)


def test_an_observation_that_is_not_there_is_named(found):
    with pytest.raises(InputError, match="expected \\(event_id, ticker\\)"):
        found.of("zz", "NVDA")


def test_half_a_window_is_refused(shock):
    with pytest.raises(InputError, match="give both days, or neither"):
        placebo(shock, MARKET, 0)
    with pytest.raises(InputError, match="not inside the event window"):
        placebo(shock, MARKET, 0, 99)


def test_the_same_question_gives_the_same_answer(shock, found):
    again = placebo(shock, MARKET)
    pd.testing.assert_frame_equal(again.table, found.table)
    pd.testing.assert_frame_equal(again.draws, found.draws)


# --- other shares on the same day -------------------------------------------------------------


def test_other_shares_of_the_day_are_those_the_event_does_not_name(shock):
    others = placebo_shares(shock, MARKET)
    names = set(others.loc[KEY].index)
    assert names == {"AMD", "AMZN", "AVGO", "BABA", "BIDU", "GOOGL", "MSFT", "ORCL"}
    assert (SHOCK, "2330.TW") not in others.index.droplevel("share")  # nobody else in Taipei
    fewer = placebo_shares(shock, MARKET, besides=["AVGO"])
    assert set(fewer.loc[KEY].index) == names - {"AVGO"}
    alone = ma.event_study(
        ma.align(
            pd.DataFrame({"event_id": ["x"], "ticker": ["AVGO"], "session": ["2025-01-27"]}), MARKET
        )
    )
    assert others.loc[(*KEY, "AVGO"), "car"] == alone.car(0, 0)["car"].iloc[0]
