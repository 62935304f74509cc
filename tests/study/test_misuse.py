"""What a caller may get wrong: one message each, never a wrong number; and a model of his own."""

from __future__ import annotations

import dataclasses
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import analytics as ma
from analytics.errors import InputError, UnknownNameError
from tests.study.worlds import DAY0, on, panel, world

RETURNS = panel(4, seed=5)
SAMPLE = ma.align(on(RETURNS), world(RETURNS), confounders=())
EVENT = ma.load_events()["deepseek-shock-2025-01-27"]
MARKET = ma.load_market()


def align(**options):
    market = options.pop("market", world(RETURNS.assign(M2=RETURNS["MKT"] * 0.5 + 0.001)))
    return ma.align(on(RETURNS, ["S1", "S2"]), market, confounders=(), **options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"benchmark": []}, "expected a name or a list of names"),
        ({"benchmark": ""}, "expected a name or a list of names"),
        ({"benchmark": 0}, "benchmark=0: expected"),
        ({"benchmark": ["MKT", ""]}, "expected a name or a list of names"),
        ({"benchmark": {"MKT", "M2"}}, "expected a name or a list of names"),
        ({"benchmark": RETURNS}, "benchmark=DataFrame: expected"),
        ({"benchmark": RETURNS["MKT"]}, "benchmark=Series: expected"),
        ({"benchmark": {"S1": [None]}}, "expected a name or a list of names"),
        ({"tickers": ["S1"]}, "a frame of events names its own tickers"),
        ({"tickers": 5}, "tickers=5: expected a list"),
        ({"windows": ((-260, -11), (0, 1))}, "expected Windows"),
        ({"windows": ma.Windows}, "expected Windows"),
        ({"market": RETURNS}, "market: expected a Market, got DataFrame"),
        ({"exclude_self": "no"}, "exclude_self='no': expected True, False or None"),
        ({"exclude_self": 0}, "exclude_self=0: expected True, False or None"),
        ({"returns": np.array(["log"])}, "expected 'simple' or 'log'"),
    ],
)
def test_a_wrong_argument_of_align_is_one_message(options, said):
    with pytest.raises(InputError) as caught:
        align(**options)
    assert said in str(caught.value)


@pytest.mark.parametrize("no", [False, np.False_])
def test_numpys_false_takes_nobody_out_of_the_index(no):
    sample = ma.align(EVENT, MARKET, tickers=["NVDA"], exclude_self=no)
    assert not sample.observations["exclude_self"].iloc[0]


def test_benchmarks_and_tickers_that_can_be_read_once_are_those_of_all():
    once = align(benchmark=(name for name in ["MKT", "M2"]))
    plain = align(benchmark=["MKT", "M2"])
    assert_allclose(once.factors, plain.factors)
    sample = ma.align(EVENT, MARKET, tickers=(one for one in ["NVDA", "TSM"]))
    assert list(sample.index.get_level_values("ticker")) == ["NVDA", "TSM"]
    array = ma.align(EVENT, MARKET, tickers=np.array(["NVDA", "TSM"]))
    assert len(array) == 2


def test_one_event_is_a_mask_and_other_things_are_not():
    events = ma.load_events()
    other = events["deepseek-v3-2024-12-26"]
    masked = ma.align(EVENT, MARKET, tickers=["NVDA"], mask=other)
    assert masked.observations["masked_days"].iloc[0] in (2, 3, 4)
    for wrong in ("deepseek", True, ["deepseek"]):
        with pytest.raises(InputError, match="expected events"):
            ma.align(EVENT, MARKET, tickers=["NVDA"], mask=wrong)
    with pytest.raises(InputError, match="expected what load_confounders gives"):
        ma.align(EVENT, MARKET, tickers=["NVDA"], confounders=[EVENT])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"alpha": "0.05"}, "alpha='0.05': expected a number"),
        ({"alpha": None}, "alpha=None: expected a number"),
        ({"model": ma.MarketModel}, "expected a model such as MarketModel()"),
    ],
)
def test_a_wrong_argument_of_event_study_is_one_message(options, said):
    with pytest.raises(InputError) as caught:
        ma.event_study(SAMPLE, **options)
    assert said in str(caught.value)
    with pytest.raises(InputError, match="sample: expected what align gives, got Market"):
        ma.event_study(MARKET)


def test_results_refuse_names_they_do_not_have():
    found = ma.event_study(SAMPLE)
    assert len(found.among(["S1", "S3"]).sample) == 2
    for wrong in ("S1", []):
        with pytest.raises(InputError, match="tickers="):
            found.among(wrong)
    with pytest.raises(UnknownNameError, match="S9"):
        found.among(["S9"])
    with pytest.raises(UnknownNameError):
        found.only(["e280"])
    for wrong in (0, 0.01, 1, "x", None, float("nan")):
        with pytest.raises(InputError, match="expected a number above alpha"):
            found.minimum_detectable(0, 0, power=wrong)
    with pytest.raises(InputError, match="draws=True"):
        found.test(0, 0, draws=True)


def test_who_changes_a_frame_changes_his_own():
    found = ma.event_study(SAMPLE)
    before = found.aar.copy(), found.estimates.copy()
    abnormal = found.abnormal_returns
    abnormal *= 100
    estimates = found.estimates
    estimates["alpha"] = 0.0
    closes = MARKET.closes
    closes.iloc[:] = 0.0
    pd.testing.assert_series_equal(found.aar, before[0])
    pd.testing.assert_frame_equal(found.estimates, before[1])
    assert MARKET.closes.loc["2025-01-27", "NVDA"] == 118.42


def test_a_factor_may_not_be_named_like_an_estimate():
    market = world(RETURNS).with_factors(pd.DataFrame({"alpha": RETURNS["MKT"] * 0.3 + 0.001}))
    sample = ma.align(on(RETURNS), market, benchmark=["MKT", "alpha"], confounders=())
    with pytest.raises(InputError, match=r"name of a column of results\.estimates; rename it"):
        ma.event_study(sample, ma.FactorModel())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"factors": []}, "name at least one"),
        ({"factors": 5}, "expected a list of names"),
        ({"in_excess": ["MKT"]}, "in_excess needs risk_free"),
        ({"in_excess": None}, "in_excess=None"),
    ],
)
def test_a_wrong_argument_of_a_factor_model_is_one_message(options, said):
    with pytest.raises(InputError) as caught:
        ma.FactorModel(**options)
    assert said in str(caught.value)


def test_columns_that_are_one_name_as_text_are_refused():
    frame = RETURNS.copy()
    frame[1], frame["1"] = RETURNS["S1"], RETURNS["S2"]
    with pytest.raises(InputError, match="column '1' stands twice"):
        ma.Market.from_returns(frame)
    whole = ma.Market.from_returns(RETURNS.rename(columns={"S1": 7}), benchmarks={7: "MKT"})
    assert "7" in whole
    for wrong in (["MKT"], 5):
        with pytest.raises(InputError, match="expected one text for all, or ticker -> text"):
            ma.Market.from_returns(RETURNS, benchmarks=wrong)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("A", "2020-02-03", -5.0), "row 0 (A): expected a date and an amount above zero"),
        (("A", "2020-02-03", np.inf), "row 0 (A)"),
        (("A", "2020-02-03", np.nan), "row 0 (A)"),
        (("A", None, 1.0), "row 0 (A)"),
        (("A", 20200203, 1.0), "ex_date must be dates"),
        (("A", "soon", 1.0), "ex_date must be dates"),
    ],
)
def test_a_wrong_dividend_is_one_message(row, said):
    closes = (1 + panel(1)).cumprod().rename(columns={"S1": "A"})
    paid = pd.DataFrame([row], columns=["ticker", "ex_date", "amount"])
    with pytest.raises(InputError) as caught:
        ma.Market.from_frames(closes, dividends=paid)
    assert said in str(caught.value)


def test_a_return_over_a_gap_meets_the_factor_of_the_same_days():
    """No price on five days: against the index as a column, or as a factor of the same returns."""
    closes = (1 + panel(1, seed=3)).cumprod() * 100
    closes.iloc[DAY0 - 5 : DAY0, 1] = np.nan
    closes.iloc[100:103, 1] = np.nan
    factor = closes[["MKT"]].pct_change().dropna().rename(columns={"MKT": "F"})
    market = ma.Market.from_frames(closes, benchmarks={"S1": "MKT"}).with_factors(factor)
    day = [closes.index[DAY0]]
    asked = pd.DataFrame({"event_id": "e", "ticker": ["S1"], "session": day})
    windows = ma.Windows(event=(0, 5))
    plain, other = (
        ma.event_study(ma.align(asked, market, windows, benchmark=name, confounders=()))
        for name in ("MKT", "F")
    )
    assert_allclose(other.car(0, 3), plain.car(0, 3), rtol=1e-9)
    assert_allclose(other.estimates["beta"], plain.estimates["beta"], rtol=1e-9)


@pytest.mark.parametrize("share", [0.51, 0.6, 0.9])
def test_a_share_that_hardly_trades_has_no_robust_scale(share):
    returns = panel(2, seed=9)
    still = np.random.default_rng(1).uniform(size=len(returns)) < share
    returns.loc[still, "S1"] = 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = ma.event_study(ma.align(on(returns), world(returns)), ma.RobustMarketModel())
    assert found.car(0, 0)["std_error"].min() > 0.005
    assert found.dropped["ticker"].tolist() == ["S1"]
    assert "no robust scale" in found.dropped["reason"].iloc[0]


def test_too_few_days_for_the_parameters_of_garch_are_a_reason():
    windows = ma.Windows(estimation=(-16, -11), event=(0, 1), min_estimation=3)
    sample = ma.align(on(RETURNS), world(RETURNS), windows, confounders=())
    found = ma.event_study(sample, ma.GarchMarketModel())
    assert (found.estimates["df"] >= 1).all()
    few = ma.Windows(estimation=(-15, -11), event=(0, 1), min_estimation=3)
    sample = ma.align(on(RETURNS), world(RETURNS), few, confounders=())
    with pytest.raises(InputError, match="only 5 of at least 6 estimation days"):
        ma.event_study(sample, ma.GarchMarketModel())


class Spread:
    """A forecast error that cannot be cut: it knows its observations as one."""

    def __init__(self, std):
        self.std = std

    def variance(self, weights):
        return self.std**2 * (np.asarray(weights, dtype=float) ** 2).sum(axis=1)


class Own:
    """A reader's own model, with nothing but what the protocol asks for."""

    label = "own"

    def fit(self, sample):
        fit = ma.MarketModel().fit(sample)
        return dataclasses.replace(fit, forecast_error=Spread(fit.residual_std))


def test_a_readers_own_model_with_its_own_forecast_error():
    returns = panel(5, seed=4)
    returns["S3"] = 0.0  # dropped by the fit
    sample = ma.align(on(returns), world(returns), confounders=())
    found = ma.event_study(sample, Own())
    assert found.dropped["ticker"].tolist() == ["S3"]
    std = found.estimates["residual_std"]
    assert_allclose(found.car(0, 3)["std_error"], 2 * std)
    part = found.among(["S2", "S4"])
    assert_allclose(part.car(0, 3), found.car(0, 3).loc[part.sample.index])
    again = part.among(["S4"])
    assert_allclose(again.car(0, 3), found.car(0, 3).loc[again.sample.index])
    with ThreadPoolExecutor(2) as pool:
        spread = ma.event_study(sample, Own(), executor=pool)
    assert_allclose(spread.car(0, 3), found.car(0, 3))
    assert spread.test(0, 1)["n"].eq(4).all()
    assert "own" in repr(found)


def test_a_model_that_gives_something_else_is_refused():
    class Nothing:
        label = "nothing"

        def fit(self, sample):
            del sample

    class Nameless:
        def fit(self, sample):
            return ma.MarketModel().fit(sample)

    class Short(Own):
        def fit(self, sample):
            fit = ma.MarketModel().fit(sample)
            return dataclasses.replace(fit, abnormal=fit.abnormal[:, :2])

    with pytest.raises(InputError, match="nothing: fit gave NoneType, expected a Fit"):
        ma.event_study(SAMPLE, Nothing())
    with pytest.raises(InputError, match="a model needs a label"):
        ma.event_study(SAMPLE, Nameless())
    with pytest.raises(InputError, match=r"own: fit.abnormal has shape \(4, 2\), expected"):
        ma.event_study(SAMPLE, Short())


def test_threads_leave_the_warnings_of_others_alone():
    returns = panel(16, seed=4)
    sample = ma.align(on(returns), world(returns), confounders=())
    with warnings.catch_warnings():
        warnings.resetwarnings()
        before = list(warnings.filters)
        with ThreadPoolExecutor(4) as pool:
            for model in (ma.GarchMarketModel(), ma.RobustMarketModel()):
                ma.event_study(sample, model, executor=pool)
        assert list(warnings.filters) == before


@pytest.mark.parametrize(
    "options",
    [
        {"min_estimation": "x"},
        {"min_estimation": 3.5},
        {"min_estimation": None},
        {"estimation": (-(10**8), -11)},
        {"event": (0, 10**8)},
    ],
)
def test_windows_of_a_wrong_kind_or_size_are_one_message(options):
    with pytest.raises(InputError):
        ma.Windows(**options)
