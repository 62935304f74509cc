"""Specification curves: rows made again by hand, planted effects found, null panels at 5 %."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analytics as ma
from analytics.errors import InputError
from analytics.evidence import specification_curve, usual_benchmarks, usual_models
from analytics.evidence.choices import CHOICES
from analytics.evidence.families import mean_interval

EVENTS, MARKET = ma.load_events(), ma.load_market()
SHOCK = EVENTS["deepseek-shock-2025-01-27"]
CHIPS = EVENTS.filter(category=("inhouse_chip_official", "inhouse_chip_report"))


@pytest.fixture(scope="module")
def nvidia():
    return specification_curve(SHOCK, MARKET, "NVDA", progress=False)


@pytest.fixture(scope="module")
def family():
    return specification_curve(
        CHIPS,
        MARKET,
        "TSM",
        models=[ma.MarketModel(), ma.MarketAdjusted()],
        benchmarks=["^GSPC", "^SOX"],
        estimations=[(-260, -11)],
        progress=False,
    )


def row_of(curve, **choices):
    table = curve.table
    for name, value in choices.items():
        table = table[[one == value for one in table[name]]]
    assert len(table) == 1, choices
    return table.iloc[0]


# --- the figures, a second way ----------------------------------------------------------------


@pytest.mark.parametrize("model", [ma.MarketModel(), ma.Dimson(), ma.MarketAdjusted()])
@pytest.mark.parametrize("benchmark", ["^GSPC", "^SOX"])
@pytest.mark.parametrize("window", [(0, 0), (-1, 1)])
def test_a_row_is_the_study_with_these_choices(nvidia, model, benchmark, window):
    estimation = (-135, -11)
    windows = ma.Windows(estimation=estimation, min_estimation=62)
    sample = ma.align(SHOCK, MARKET, windows, tickers=["NVDA"], benchmark=benchmark)
    expected = ma.event_study(sample, model).car(*window).iloc[0]
    found = row_of(
        nvidia,
        model=model.label,
        benchmark=benchmark,
        itself="out" if benchmark == "^GSPC" else "unknown weight",
        window=window,
        estimation=estimation,
        masked=False,
    )
    assert found["estimate"] == expected["car"]
    assert found["std_error"] == expected["std_error"]
    assert found["pvalue"] == expected["pvalue"]
    assert (found["ci_low"], found["ci_high"]) == (expected["ci_low"], expected["ci_high"])


def test_a_masked_row_leaves_out_the_days_around_news(nvidia):
    from analytics.evidence.quiet import recorded_news

    sample = ma.align(SHOCK, MARKET, tickers=["NVDA"], mask=recorded_news())
    expected = ma.event_study(sample).car(0, 0)["car"].iloc[0]
    found = row_of(
        nvidia,
        model="market model",
        benchmark="^GSPC",
        itself="out",
        window=(0, 0),
        estimation=(-260, -11),
        masked=True,
    )
    assert found["estimate"] == pytest.approx(expected, abs=1e-15)


def test_a_row_of_a_family_is_the_mean_with_the_adjusted_bmp_test(family):
    sample = ma.align(CHIPS, MARKET, tickers=["TSM"], confounded="drop")
    results = ma.event_study(sample)
    found = row_of(
        family,
        model="market model",
        benchmark="^GSPC",
        window=(0, 1),
        masked=False,
        confounded="drop",
    )
    assert found["estimate"] == pytest.approx(results.car(0, 1)["car"].mean())
    assert found["pvalue"] == pytest.approx(results.test(0, 1).loc["adjusted_bmp", "pvalue"])
    assert (found["ci_low"], found["ci_high"]) == pytest.approx(mean_interval(results, 0, 1))
    assert found["n"] == len(sample)
    assert family.test == "adjusted_bmp"


def test_shares_count_rows(nvidia):
    table = nvidia.table
    up = (table["estimate"] > 0).sum()
    assert nvidia.same_sign == 1 - up / len(table)
    assert nvidia.significant == (table["pvalue"] < 0.05).sum() / len(table)
    assert nvidia.agreeing == ((table["pvalue"] < 0.05) & (table["estimate"] < 0)).sum() / len(
        table
    )
    assert nvidia.median == np.median(table["estimate"])
    groups = nvidia.by("benchmark")
    assert groups["specifications"].sum() == len(table)
    of_index = table[table["benchmark"] == "^GSPC"]
    assert groups.loc["^GSPC", "median"] == of_index["estimate"].median()
    assert groups.loc["^GSPC", "significant"] == (of_index["pvalue"] < 0.05).mean()


# --- which specifications there are -----------------------------------------------------------


def test_every_combination_stands_once_or_is_listed_with_its_reason(nvidia):
    table = pd.concat([nvidia.table, nvidia.left_out])
    assert not table[CHOICES].astype(str).duplicated().any()
    # six models of one benchmark, of which one needs none; the index with and without NVIDIA
    one = 5 * (2 + 1 + 1)  # ^GSPC out and in; ^IXIC and ^SOX hold an unknown weight
    mean, pair = 1, 2  # the constant mean; the factor model on ^GSPC + ^SOX, out and in
    assert len(table) == (one + mean + pair) * 3 * 3 * 2
    assert nvidia.table["estimate"].is_monotonic_increasing


def test_one_specification_is_the_declared_one(nvidia, family):
    row = nvidia.headline
    assert nvidia.table["headline"].sum() == family.table["headline"].sum() == 1
    assert row["estimate"] == pytest.approx(
        ma.event_study(ma.align(SHOCK, MARKET, tickers=["NVDA"])).headline()["car"].iloc[0]
    )
    assert (row["model"], row["benchmark"], row["itself"]) == ("market model", "^GSPC", "out")
    assert family.headline["window"] == (0, 1)


def test_usual_benchmarks_of_taipei_reach_abroad():
    assert usual_benchmarks(MARKET, "2330.TW") == (
        "^TWII",
        "^GSPC",
        "^IXIC",
        "^SOX",
        ("^TWII", "^SOX"),
    )
    assert [one.label for one in usual_models()][-1] == "factor model"


def test_a_window_too_short_is_left_out_with_the_reason():
    curve = specification_curve(
        EVENTS["us-licence-nvda-2022-08-31"],
        MARKET,
        "NVDA",
        models=[ma.MarketModel()],
        estimations=[(-135, -11), (-600, -400)],
        progress=False,
    )
    assert set(curve.table["estimation"]) == {(-135, -11)}
    assert set(curve.left_out["estimation"]) == {(-600, -400)}
    assert curve.left_out["reason"].str.contains("estimation days").all()
    assert len(curve.left_out) == len(curve.table)


# --- effects and chance -----------------------------------------------------------------------


def simulated(securities: int, seed: int, effect: float = 0.0, days: int = 340):
    generator = np.random.default_rng(seed)
    first, second = generator.normal(0, 0.01, (2, days))
    names = [f"S{k:03d}" for k in range(securities)]
    own = generator.normal(0, 0.02, (days, securities))
    frame = pd.DataFrame(own, index=pd.bdate_range("2020-01-01", periods=days), columns=names)
    frame = frame.add(first + 0.3 * second, axis=0).assign(M1=first, M2=0.7 * first + second)
    frame.loc[frame.index[-12], names] += effect
    market = ma.Market.from_returns(frame, benchmarks=dict.fromkeys(names, "M1"))
    return market, frame.index[-12], names


def curve_of(market, session, name, **more):
    frame = pd.DataFrame({"event_id": ["planted"], "ticker": [name], "session": [session]})
    return specification_curve(
        frame,
        market,
        name,
        benchmarks=["M1", "M2", ("M1", "M2")],
        windows=[(0, 0), (0, 1), (-1, 1)],
        progress=False,
        **more,
    )


def test_a_planted_effect_is_found_by_every_specification():
    market, session, names = simulated(1, seed=3, effect=0.25)
    curve = curve_of(market, session, names[0])
    assert len(curve) > 200
    assert curve.agreeing == curve.same_sign == 1.0
    assert curve.table["estimate"].between(0.25 - 0.12, 0.25 + 0.12).all()


@pytest.mark.slow
def test_null_panels_give_five_percent_significant_specifications():
    quick = [ma.MarketModel(), ma.ConstantMean(), ma.MarketAdjusted(), ma.FactorModel()]
    market, session, names = simulated(150, seed=11)
    shares = [
        curve_of(market, session, name, models=quick, masks=[False]).significant for name in names
    ]
    error = np.std(shares, ddof=1) / len(shares) ** 0.5
    assert abs(np.mean(shares) - 0.05) < 2.5 * error
    assert error < 0.012


def test_ordinary_days_say_how_often_so_many_agree():
    market, session, names = simulated(1, seed=4, effect=0.15, days=700)
    quick = [ma.MarketModel(), ma.MarketAdjusted()]
    curve = curve_of(market, session, names[0], models=quick, ordinary_days=60)
    assert len(curve.chance) == 60
    assert curve.joint_pvalue == 1 / 61
    assert curve.chance.index.max() < session
    # one of the days, made again as an event of its own
    day = curve.chance.index[7]
    again = curve_of(market, day, names[0], models=quick)
    assert curve.chance.loc[day, "median"] == pytest.approx(again.median)
    assert curve.chance.loc[day, "significant"] == again.significant


@given(st.permutations(["market model", "constant mean", "market-adjusted"]))
def test_the_order_of_the_choices_changes_nothing_but_the_declared_one(order):
    models = {
        "market model": ma.MarketModel(),
        "constant mean": ma.ConstantMean(),
        "market-adjusted": ma.MarketAdjusted(),
    }
    curve = specification_curve(
        SHOCK,
        MARKET,
        "NVDA",
        models=[models[name] for name in order],
        benchmarks=["^GSPC"],
        estimations=[(-260, -11)],
        masks=[False],
        progress=False,
    )
    assert len(curve) == (2 * 2 + 1) * 3
    assert curve.headline["model"] == order[0]
    assert curve.median == pytest.approx(MEDIAN.setdefault("of", curve.median))


MEDIAN: dict[str, float] = {}


def test_where_the_declared_one_cannot_be_run_the_nearest_stands_for_it():
    market, session, names = simulated(1, seed=9, days=140)
    curve = curve_of(market, session, names[0])
    assert curve.stand_in
    assert len(curve.left_out) > 0
    assert curve.table["headline"].sum() == 1
    assert (curve.headline["model"], curve.headline["benchmark"]) == ("market model", "M1")
    assert curve.headline["estimation"] == (-135, -11)
    assert "declared" in repr(curve)


# --- wrong use --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"models": []}, "models: expected at least one"),
        ({"benchmarks": "^GSPC"}, "benchmarks='\\^GSPC': expected a list"),
        ({"benchmarks": ["^XXX"]}, "\\^XXX"),
        ({"windows": [(1, 0)]}, "first not after last"),
        ({"windows": [(0.5, 1)]}, "expected two whole days"),
        ({"estimations": [(-50, -60)]}, "first not after last"),
        ({"masks": [None]}, "masks: expected True or False"),
        ({"exclude_self": ["yes"]}, "expected True, False or None"),
        ({"alpha": 5}, "alpha=5: expected a number between 0 and 1"),
        ({"ordinary_days": -1}, "ordinary_days=-1"),
        ({"models": [ma.GarchMarketModel]}, "expected a model such as"),
    ],
)
def test_wrong_choices_are_named(wrong, message):
    with pytest.raises(InputError, match=message):
        specification_curve(SHOCK, MARKET, "NVDA", progress=False, **wrong)


def test_several_events_have_no_ordinary_days():
    with pytest.raises(InputError, match="ask for one event"):
        specification_curve(CHIPS, MARKET, "TSM", ordinary_days=10)


def test_a_share_without_prices_is_named():
    with pytest.raises(InputError, match="unknown ticker 'INTC'"):
        specification_curve(SHOCK, MARKET, "INTC")


def test_a_choice_that_does_not_exist_is_named(nvidia):
    with pytest.raises(InputError, match="choice='colour'"):
        nvidia.by("colour")
