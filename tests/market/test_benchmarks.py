"""Benchmarks: without the firm itself, and across exchanges, on dates checked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import analytics as ma
from analytics.errors import InputError, UnknownNameError
from analytics.market.benchmarks import IndexWeight, drifting_weight, without

MARKET = ma.load_market()
CLOSES = MARKET.closes


def change(ticker, before, after):
    return CLOSES.loc[after, ticker] / CLOSES.loc[before, ticker] - 1


# --- without the firm itself ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ticker", "index"), [("NVDA", "^GSPC"), ("META", "^GSPC"), ("2330.TW", "^TWII")]
)
def test_firm_and_rest_add_up_to_the_index(ticker, index):
    """``R_m = w R_i + (1 - w) R_ex`` with the weight at the previous close, on every session."""
    whole = MARKET.benchmark(ticker, index, exclude_self=False)
    rest = MARKET.benchmark(ticker, index)
    own = CLOSES[ticker].dropna().pct_change(fill_method=None).reindex(whole.index)
    weight = MARKET.weight(ticker, index).shift(1).reindex(whole.index)
    assert_allclose(weight * own + (1 - weight) * rest, whole, atol=1e-14)
    assert whole.notna().mean() > 0.99
    assert rest.notna().equals(whole.notna())


@pytest.mark.parametrize(
    ("ticker", "index", "date", "anchor"),
    [
        ("2330.TW", "^TWII", "2025-12-31", 0.430957),
        ("NVDA", "^GSPC", "2024-12-31", 0.066),
        ("META", "^GSPC", "2024-12-31", 0.026),
    ],
)
def test_weights_pass_through_their_recorded_anchor(ticker, index, date, anchor):
    assert MARKET.weight(ticker, index)[date] == pytest.approx(anchor, rel=1e-12)


def test_weight_drifts_with_the_price_relative_to_the_index():
    weight = MARKET.weight("NVDA", "^GSPC")
    growth = (1 + change("NVDA", "2024-12-31", "2025-08-08")) / (
        1 + change("^GSPC", "2024-12-31", "2025-08-08")
    )
    assert weight["2025-08-08"] == pytest.approx(0.066 * growth, rel=1e-12)
    assert weight["2025-08-08"] == pytest.approx(0.083, abs=5e-4)  # the press: about 8 %
    assert weight.between(0.005, 0.1).all()
    assert MARKET.weight("2330.TW", "^TWII").between(0.2, 0.5).all()


def test_most_of_the_index_fall_of_the_shock_was_the_firm_itself():
    weight = MARKET.weight("NVDA", "^GSPC")["2025-01-24"]
    assert weight == pytest.approx(0.068, abs=5e-4)
    own = weight * change("NVDA", "2025-01-24", "2025-01-27")
    assert own == pytest.approx(-0.0115, abs=1e-4)
    assert change("^GSPC", "2025-01-24", "2025-01-27") == pytest.approx(-0.0146, abs=5e-5)
    rest = MARKET.benchmark("NVDA")["2025-01-27"]
    assert rest == pytest.approx((-0.01458 + 0.01149) / (1 - 0.0677), abs=1e-4)


def test_the_name_says_whether_the_firm_was_taken_out():
    assert MARKET.benchmark("NVDA").name == "^GSPC without NVDA"
    assert MARKET.benchmark("NVDA", exclude_self=False).name == "^GSPC"
    assert MARKET.benchmark("TSM").name == "^GSPC"  # no weight is known
    assert MARKET.weight("TSM", "^GSPC") is None


weights = st.floats(0.001, 0.6)
moves = st.lists(st.floats(-0.2, 0.2), min_size=3, max_size=12)


@given(weights, moves, st.integers(0, 2**32 - 1))
def test_a_simulated_index_of_two_gives_its_other_member_back(share, own, seed):
    """Constant shares: the formula is exact, not an approximation."""
    others = np.random.default_rng(seed).normal(0, 0.02, len(own))
    index = pd.bdate_range("2025-01-06", periods=len(own) + 1)
    price = pd.Series(np.r_[10.0, 10 * np.cumprod(1 + np.array(own))], index=index)
    rest = pd.Series(np.r_[10.0, 10 * np.cumprod(1 + others)], index=index)
    level = share * price + (1 - share) * rest
    anchor = IndexWeight("I", "A", index[1], share * price.iloc[1] / level.iloc[1], "high", "")
    weight = drifting_weight(anchor, price, level)
    assert_allclose(weight, share * price / level, rtol=1e-9)
    found = without(level.pct_change(), price.pct_change(), weight)
    assert_allclose(found.iloc[1:], others, atol=1e-12)


@pytest.mark.parametrize(
    ("start", "end"), [("2022-01-03", "2025-06-30"), ("2023-01-03", "2024-06-28")]
)
def test_an_anchor_outside_the_prices_is_not_moved_to_their_edge(start, end):
    """Either the weight is not known, or it is the one of the anchor's own date."""
    for ticker, index in (("2330.TW", "^TWII"), ("NVDA", "^GSPC")):
        bars = {name: MARKET.bars[name].loc[start:end] for name in (ticker, index)}
        weight = replace(MARKET, bars=bars).weight(ticker, index)
        if weight is not None:
            whole = MARKET.weight(ticker, index).reindex(weight.index)
            assert_allclose(weight, whole, rtol=1e-9)


# --- across exchanges -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("session", "before", "after"),
    [
        ("2025-01-22", "2025-01-17", "2025-01-21"),  # New York shut on Monday the 20th
        ("2025-02-03", "2025-01-21", "2025-01-31"),  # Lunar New Year: eight sessions at once
        ("2025-02-04", "2025-01-31", "2025-02-03"),
        ("2025-03-11", "2025-03-07", "2025-03-10"),  # the change to summer time between
        ("2024-11-01", "2024-10-29", "2024-10-31"),  # the typhoon day is no session
        ("2024-12-02", "2024-11-27", "2024-11-29"),  # Thanksgiving and an early close
        ("2024-07-26", "2024-07-22", "2024-07-25"),  # two typhoon days
    ],
)
def test_a_new_york_factor_in_taipei_is_what_closed_since_the_last_taipei_close(
    session, before, after
):
    factor = MARKET.benchmark("2330.TW", "^GSPC")
    assert factor[session] == pytest.approx(change("^GSPC", before, after), rel=1e-12)


@pytest.mark.parametrize("session", ["2025-01-21", "2025-01-10", "2024-11-29", "2025-05-27"])
def test_a_new_york_holiday_is_no_news_for_taipei(session):
    """The day after a holiday in New York: nothing closed between the two Taipei closes."""
    assert MARKET.benchmark("2330.TW", "^GSPC")[session] == 0.0


def test_a_new_york_factor_never_enters_taipei_on_its_own_date():
    factor = MARKET.benchmark("2330.TW", "^GSPC").dropna()
    same_date = MARKET.returns("^GSPC").reindex(factor.index)
    apart = (factor - same_date)[factor != 0.0].dropna()
    assert apart.abs().gt(1e-9).mean() > 0.999
    # over the whole sample not a closing is lost or counted twice
    first, last = factor.index[0], factor.index[-1]
    seen = CLOSES["^GSPC"].dropna()
    start = seen[seen.index < taipei_before(first)].iloc[-1]
    assert np.prod(1 + factor) == pytest.approx(seen[seen.index < last].iloc[-1] / start, rel=1e-9)


def taipei_before(session):
    """The Taipei session before ``session``."""
    sessions = MARKET.calendars["2330.TW"].sessions
    return sessions[sessions.get_loc(session) - 1]


def test_a_taipei_factor_enters_new_york_on_the_same_date():
    factor = MARKET.benchmark("TSM", "^TWII")
    own = MARKET.returns("^TWII")
    for session in ("2025-01-22", "2025-02-04", "2024-07-02", "2024-12-24"):
        assert factor[session] == pytest.approx(own[session], rel=1e-12)
    # Taipei was shut from 23 to 31 January: no news, then all of it
    assert factor["2025-01-23":"2025-01-31"].eq(0.0).all()
    jump = change("^TWII", "2025-01-22", "2025-02-03")
    assert factor["2025-02-03"] == pytest.approx(jump, rel=1e-12)


def test_a_taipei_session_on_a_new_york_holiday_reaches_new_york_the_day_after():
    """New York shut on 9 January 2025, Taipei open: both days of Taipei enter on the 10th."""
    factor = MARKET.benchmark("TSM", "^TWII")
    jump = change("^TWII", "2025-01-08", "2025-01-10")
    assert factor["2025-01-10"] == pytest.approx(jump, rel=1e-12)


def test_benchmark_of_the_same_exchange_is_the_same_date():
    plain = MARKET.benchmark("NVDA", "^SOX")
    assert plain["2025-01-27"] == pytest.approx(4853.24 / 5341.94 - 1, rel=1e-12)
    assert plain.index.equals(MARKET.returns("NVDA").index)


def test_beyond_the_last_price_of_a_factor_its_return_is_unknown():
    bars = dict(MARKET.bars) | {"^GSPC": MARKET.bars["^GSPC"].loc[:"2025-06-30"]}
    factor = replace(MARKET, bars=bars).benchmark("2330.TW", "^GSPC")
    assert factor[:"2025-07-01"].iloc[-1] == MARKET.benchmark("2330.TW", "^GSPC")["2025-07-01"]
    assert factor["2025-07-02":].isna().all()


# --- names ----------------------------------------------------------------------------------------


def test_default_benchmarks():
    defaults = {ticker: MARKET.benchmark_name(ticker) for ticker in ("NVDA", "TSM", "2330.TW")}
    assert defaults == {"NVDA": "^GSPC", "TSM": "^GSPC", "2330.TW": "^TWII"}


def test_no_default_benchmark_is_a_fault_with_advice():
    with pytest.raises(InputError, match=r"\^GSPC has no default benchmark; name one"):
        MARKET.benchmark("^GSPC")


def test_unknown_names_are_refused_with_the_nearest_ones():
    with pytest.raises(UnknownNameError, match=r"unknown benchmark '\^GSP': did you mean \^GSPC"):
        MARKET.benchmark("NVDA", "^GSP")
    with pytest.raises(UnknownNameError, match="unknown ticker 'NVDAA': did you mean NVDA"):
        MARKET.benchmark("NVDAA", "^GSPC")
