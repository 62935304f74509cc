"""Results: labels, executors, headline windows, words."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

import analytics as ma
from analytics.errors import InputError
from tests.study.oracles import MODELS, results, sample
from tests.study.worlds import DAY0, on, panel, world

MARKET = ma.load_market()
DEEPSEEK = "deepseek-shock-2025-01-27"


@pytest.fixture(scope="module")
def pools():
    """Processes that start afresh: a fork of a process with threads may hang."""
    processes = ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    with processes, ThreadPoolExecutor(4) as threads:
        yield {"processes": processes, "threads": threads}


@pytest.mark.parametrize(
    ("kind", "model"), [("processes", "market_model"), *(("threads", name) for name in MODELS)]
)
def test_an_executor_gives_the_same_bits(pools, kind, model):
    """More observations than parts, some of them dropped by the model."""
    returns = panel(70, seed=4)
    returns["S7"] = 0.001
    aligned = ma.align(on(returns), world(returns))
    serial = ma.event_study(aligned, MODELS[model])
    spread = ma.event_study(aligned, MODELS[model], executor=pools[kind])
    for name in ("estimates", "abnormal_returns", "standardised", "dropped"):
        ours, theirs = getattr(spread, name), getattr(serial, name)
        pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    for window in ((0, 0), (-3, 5)):
        pd.testing.assert_frame_equal(spread.car(*window), serial.car(*window), check_exact=True)
    if kind == "processes":
        pd.testing.assert_frame_equal(spread.test(0, 1), serial.test(0, 1), check_exact=True)


def test_one_observation_through_an_executor(pools):
    alone = ma.event_study(sample("S1"), executor=pools["threads"])
    pd.testing.assert_frame_equal(alone.car(0, 1), results("S1").car(0, 1), check_exact=True)


def test_alpha_sets_the_width_of_every_interval():
    for alpha in (0.01, 0.05, 0.1):
        car = ma.event_study(sample("P1"), alpha=alpha).car(0, 0)
        half = -stats.t.ppf(alpha / 2, 248) * car["std_error"]
        assert_allclose(car["ci_high"], car["car"] + half, rtol=1e-12)
        assert_allclose(car["ci_low"], car["car"] - half, rtol=1e-12)


@pytest.mark.parametrize("alpha", [0, 1, 5, -0.05])
def test_an_impossible_alpha_is_refused(alpha):
    with pytest.raises(InputError, match=f"alpha={alpha}: expected a number between 0 and 1"):
        ma.event_study(sample("S1"), alpha=alpha)


@pytest.mark.parametrize("model", ["market", ma.MarketModel])
def test_a_model_that_is_no_object_is_refused(model):
    with pytest.raises(InputError, match=r"expected a model such as MarketModel\(\)"):
        ma.event_study(sample("S1"), model)


def test_nothing_to_study_names_the_reasons():
    returns = panel(1)
    frame = on(returns).assign(session=returns.index[50])
    with pytest.raises(InputError, match=r"nothing to study: e280 S1: only 40 of at least 120"):
        ma.event_study(ma.align(frame, world(returns)))


def test_what_the_model_cannot_fit_is_dropped_and_counted():
    returns = panel(3)
    returns["S2"] = 0.0
    found = ma.event_study(ma.align(on(returns), world(returns)))
    assert found.sample.asked == len(found.estimates) + len(found.dropped) == 3
    assert found.dropped["ticker"].tolist() == ["S2"]


def test_labels_are_event_and_ticker_by_relative_day():
    found = results("P3")
    assert found.abnormal_returns.index.names == ["event_id", "ticker"]
    assert found.abnormal_returns.columns.tolist() == list(range(-10, 11))
    assert found.car(0, 0).index.equals(found.sample.index)
    assert_allclose(found.car(-2, 3)["car"], found.abnormal_returns.loc[:, -2:3].sum(axis=1))


def test_headline_window_of_each_observation():
    found = ma.event_study(ma.align(ma.load_events(), MARKET))
    headline = found.headline()
    windows = found.sample.observations["headline_window"]
    assert list(zip(headline["first"], headline["last"], strict=True)) == windows.tolist()
    for last in (0, 1):
        chosen = headline["last"] == last
        expected = found.car(0, last)[chosen]
        pd.testing.assert_frame_equal(headline[chosen][expected.columns], expected)
    assert set(headline["last"]) == {0, 1}


@pytest.mark.parametrize("days", [(1, 5), (-5, -2)])
def test_an_event_window_without_day_zero_is_shown_as_a_whole(days):
    event = ma.load_events()[DEEPSEEK]
    found = ma.event_study(ma.align(event, MARKET, ma.Windows(event=days)))
    headline = found.headline()
    assert set(zip(headline["first"], headline["last"], strict=True)) == {days}
    pd.testing.assert_series_equal(headline["car"], found.car(*days)["car"])
    assert "NVDA" in str(found)
    assert found.test(*days)["n"].eq(4).all()


def test_words_and_page_show_the_numbers_of_the_frame():
    found = ma.event_study(ma.align(ma.load_events()[DEEPSEEK], MARKET, exclude_self=False))
    text, page = str(found), found._repr_html_()
    for shown in (text, page):
        assert "−13.3" in shown  # NVDA, percent
        assert "95 % interval" in shown
        assert "12 days, 2025-01-22 to 2025-02-03, over the Lunar New Year closure" in shown
    assert text == str(ma.event_study(found.sample))


def test_words_from_outside_are_escaped_on_a_page():
    returns = panel(1).rename(columns={"S1": "<b>S1</b>"})
    found = ma.event_study(ma.align(on(returns).assign(event_id="<script>"), world(returns)))
    for page in (found._repr_html_(), found.sample._repr_html_()):
        assert "<script>" not in page
        assert "<b>S1" not in page
        assert "&lt;script&gt;" in page


def test_provenance_holds_the_hash_of_every_file():
    found = ma.event_study(ma.align(ma.load_events()[DEEPSEEK], MARKET))
    provenance = found.provenance
    assert provenance["data"] == {one.name: one.sha256 for one in MARKET.sources}
    assert provenance["windows"] == {
        "estimation": (-260, -11),
        "event": (-10, 10),
        "min_estimation": 120,
    }
    assert provenance["observations"] == {"asked": 4, "kept": 4, "dropped": 0}
    assert provenance["model"]["name"] == "market model"


def test_average_path_uses_the_same_observations_on_each_day():
    returns = panel(3)
    returns.iloc[DAY0 + 2, 2] = np.nan
    found = ma.event_study(ma.align(on(returns), world(returns)))
    both = found.abnormal_returns.loc[[(f"e{DAY0}", "S1"), (f"e{DAY0}", "S3")]]
    assert_allclose(found.caar, both.cumsum(axis=1).mean())
    assert_allclose(found.aar[2], both[2].mean())


def test_every_possible_day_zero_has_its_own_result():
    event = ma.load_events()["reuters-meta-training-chip-2025-03-11"]
    found = ma.event_study(ma.align(event, MARKET))
    table = found.alternatives()
    assert table.index.get_level_values("ticker").tolist() == ["2330.TW", "2330.TW"]
    days = table.index.get_level_values("session").strftime("%Y-%m-%d").tolist()
    assert days == ["2025-03-11", "2025-03-12"]
    for (event_id, ticker, _), row in table.iterrows():
        same = found.car(int(row["day"]), int(row["day"])).loc[(event_id, ticker)]
        assert row["car"] == same["car"]
        assert row["ci_low"] == same["ci_low"]


def test_a_certain_day_zero_has_no_alternatives():
    found = ma.event_study(ma.align(ma.load_events()[DEEPSEEK], MARKET))
    assert found.alternatives().empty
