"""What part of a gap is taken over, and whether the intervals hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

import analytics as ma
from analytics.errors import InputError
from analytics.evidence import interval_record, premium, usual_catch_up
from analytics.evidence.catchup import Spans, fitted, pairs_for, spans_of
from analytics.evidence.lines import listings_of

MARKET = ma.load_market()
LINES = listings_of(MARKET)
PAIRS = pairs_for(LINES.receipt, LINES.local)


@pytest.fixture(scope="module")
def record():
    return interval_record(MARKET, progress=False)


def looped(closes):
    """Spans by a loop over the files, from prices and total returns by date alone."""
    local, receipt = MARKET.bars["2330.TW"], MARKET.bars["TSM"]["close"]
    rate = MARKET.bars["USDTWD"]["close"]
    paid = {t: MARKET.dividends[t] for t in ("TSM", "2330.TW")}
    sessions = {t: list(MARKET.sessions(t)) for t in ("TSM", "2330.TW")}
    frame = premium(MARKET)
    gaps, opened = [], []
    for at in range(closes + 1, len(sessions["2330.TW"])):
        first, last = sessions["2330.TW"][at - closes], sessions["2330.TW"][at]
        a, b = frame.loc[first], frame.loc[last]
        n = sessions["TSM"].index(b["receipt_session"]) - sessions["TSM"].index(
            a["receipt_session"]
        )
        stale = any(frame.loc[one, "remark"].startswith("not used") for one in (first, last))
        if n != closes or stale:
            continue
        during = paid["TSM"].loc[a["receipt_session"] + pd.Timedelta(days=1) : b["receipt_session"]]
        own = paid["2330.TW"].loc[first + pd.Timedelta(days=1) : last]
        moved = np.log(receipt[b["receipt_session"]] / receipt[a["receipt_session"]])
        moved += sum(np.log1p(amount / receipt[day]) for day, amount in during.items())
        moved += np.log(rate[b["rate_session"]] / rate[a["rate_session"]])
        moved -= np.log(local["close"][first] / local["open"][first])
        if first in paid["2330.TW"].index:
            amount = paid["2330.TW"][first]
            moved -= np.log1p(amount / local["close"][first]) - np.log1p(
                amount / local["open"][first]
            )
        answer = np.log(local["open"][last] / local["close"][first])
        for day, amount in own.items():
            answer += np.log1p(amount / local["open" if day == last else "close"][day])
        gaps.append(moved)
        opened.append(answer)
    return np.array(gaps), np.array(opened)


@pytest.mark.parametrize("closes", [1, 3])
def test_spans_are_those_of_a_loop_over_the_files(closes):
    gaps, opened = looped(closes)
    spans = spans_of(PAIRS, closes, len(PAIRS.row), len(PAIRS.row))
    assert len(spans.gap) == len(gaps) > 700
    np.testing.assert_allclose(spans.gap, gaps, atol=1e-12)
    np.testing.assert_allclose(spans.opened, opened, atol=1e-12)
    np.testing.assert_allclose(spans.change, gaps - opened, atol=1e-12)


@pytest.mark.parametrize("closes", [1, 2, 8])
def test_slope_and_error_are_those_of_statsmodels(closes):
    spans = spans_of(PAIRS, closes, len(PAIRS.row), len(PAIRS.row))
    table = usual_catch_up(MARKET, closes=closes)
    for name, response in (("open", spans.opened), ("close", spans.closed)):
        model = sm.OLS(response, sm.add_constant(spans.gap)).fit(
            cov_type="HAC", cov_kwds={"maxlags": closes, "use_correction": True}
        )
        assert table.loc[name, "slope"] == pytest.approx(model.params[1], abs=1e-10)
        assert table.loc[name, "std_error"] == pytest.approx(model.bse[1], rel=1e-8)
        assert table.loc[name, "r_squared"] == pytest.approx(model.rsquared, abs=1e-10)
        assert table.loc[name, "residual_std"] == pytest.approx(model.mse_resid**0.5, rel=1e-10)


def test_forecast_error_holds_the_doubt_about_the_line():
    spans = spans_of(PAIRS, 1, 500, 250)
    fit = fitted(spans.gap, spans.opened, 1)
    model = sm.OLS(spans.opened, sm.add_constant(spans.gap)).fit(
        cov_type="HAC", cov_kwds={"maxlags": 1, "use_correction": True}
    )
    at = np.array([1.0, 0.05])
    expected, error = fit.forecast(0.05)
    assert expected == pytest.approx(at @ model.params)
    assert error**2 == pytest.approx(model.mse_resid + at @ model.cov_params() @ at)
    assert fit.df == len(spans.gap) - 2


def test_degrees_of_freedom_count_spans_that_share_no_day():
    spans = spans_of(PAIRS, 8, len(PAIRS.row), len(PAIRS.row))
    assert fitted(spans.gap, spans.opened, 8).df == len(spans.gap) // 8 - 2


def test_longer_gaps_are_taken_over_more_fully():
    slopes = [usual_catch_up(MARKET, closes=k).loc["open", "slope"] for k in (1, 2, 3, 8)]
    assert slopes == sorted(slopes)
    assert slopes[0] < 0.65
    assert slopes[-1] > 0.7


def test_premium_changes_grow_slower_than_the_square_root():
    """Why no rule is assumed: part of the premium comes back."""
    one, eight = (spans_of(PAIRS, k, len(PAIRS.row), len(PAIRS.row)).change for k in (1, 8))
    assert 1.3 < eight.std() / one.std() < 2.0 < 8**0.5


def test_only_what_came_before_is_looked_at():
    whole = spans_of(PAIRS, 2, 400, 250)
    cut = PAIRS.difference.copy()
    cut[400:] = np.nan
    blind = type(PAIRS)(PAIRS.leader, PAIRS.follower, PAIRS.at_open, PAIRS.row, PAIRS.fresh, cut)
    again = spans_of(blind, 2, 400, 250)
    np.testing.assert_array_equal(whole.gap, again.gap)
    np.testing.assert_array_equal(whole.change, again.change)


def test_intervals_keep_their_promise_in_the_record(record):
    one, more = record[record["closes"] == 1], record[record["closes"] > 1]
    assert (len(one), len(more)) == (666, 27)
    for name in ("implied", "open", "close"):
        # two standard errors of a share of 666 and of 27 nights
        assert one[name].mean() == pytest.approx(0.95, abs=2 * (0.95 * 0.05 / 666) ** 0.5)
        assert more[name].mean() >= 0.95 - 2 * (0.95 * 0.05 / 27) ** 0.5


def test_the_record_by_a_loop(record):
    """Ordinary nights: the 250 sessions before, their changes sorted, the rank counted."""
    frame = premium(MARKET)
    sessions = list(frame.index)
    change = frame["change"].where(frame["closes"] == 1)
    expected = {}
    for at in range(250, len(sessions)):
        if frame["closes"].iloc[at] != 1:
            continue
        window = range(at - 249, at)
        pairs = [k for k in window if not frame["remark"].iloc[k - 1].startswith("not used")]
        past = sorted(abs(change.iloc[k]) for k in pairs if np.isfinite(change.iloc[k]))
        rank = int(np.ceil(0.95 * (len(past) + 1)))
        expected[sessions[at]] = float(abs(change.iloc[at]) <= past[rank - 1])
    mine = record.loc[record["closes"] == 1, "implied"]
    assert mine.to_dict() == expected


@given(
    st.lists(st.floats(-1, 1), min_size=1, max_size=60),
    st.sampled_from([0.01, 0.05, 0.1, 0.3]),
)
def test_the_reach_leaves_out_no_more_than_it_may(changes, alpha):
    values = np.array(changes)
    empty = np.zeros_like(values)
    reach = Spans(1, empty, empty, empty, values).reach(alpha)
    n = len(values)
    if np.isnan(reach):
        assert (1 - alpha) * (n + 1) > n
    else:
        # of n + 1 exchangeable values at most alpha (n + 1) lie beyond it
        assert (np.abs(values) > reach).sum() <= alpha * (n + 1)


def test_too_few_spans_are_refused_with_their_number():
    with pytest.raises(InputError, match="spans of 60 closes; too few"):
        usual_catch_up(MARKET, closes=60)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"closes": 0}, "closes=0"),
        ({"closes": 1.5}, "closes=1.5"),
        ({"closes": True}, "closes=True"),
        ({"alpha": 1}, "alpha=1"),
        ({"follower": "NVDA"}, "follower='NVDA'"),
    ],
)
def test_wrong_options_are_named(options, words):
    with pytest.raises(InputError, match=words):
        usual_catch_up(MARKET, **options)


def test_a_history_is_a_number_of_sessions():
    with pytest.raises(InputError, match="history='all'"):
        interval_record(MARKET, history="all")


def test_a_world_with_a_known_part_gives_it_back():
    gap = np.random.default_rng(3).normal(0, 0.02, 4000)
    noise = np.random.default_rng(4).normal(0, 0.005, 4000)
    fit = fitted(gap, 0.001 + 0.6 * gap + noise, 1)
    assert fit.slope == pytest.approx(0.6, abs=4 * fit.std_error)
    assert fit.std_error == pytest.approx(0.005 / (0.02 * 4000**0.5), rel=0.1)
    assert fit.rank_pvalue(1.0) == pytest.approx(1 / 4001)
    assert fit.rank_pvalue(0.0) == 1.0
