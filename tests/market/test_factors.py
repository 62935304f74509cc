"""A reader's own factors: joined by date, across exchanges by closing times, checked."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import analytics as ma
from analytics.errors import InputError

MARKET = ma.load_market()
SHOCK = "deepseek-shock-2025-01-27"


def new_york(columns=("F",), seed=3):
    """Factor returns on New York's sessions."""
    days = MARKET.sessions("NVDA")
    values = np.random.default_rng(seed).normal(0, 0.01, (len(days), len(columns)))
    return pd.DataFrame(values, index=days, columns=list(columns))


def test_a_factor_of_the_same_exchange_enters_by_date_whatever_the_order_of_its_rows():
    frame = new_york()
    market = MARKET.with_factors(frame.sample(frac=1.0, random_state=2), exchange="XNYS")
    found = market.benchmark("NVDA", "F")
    assert_allclose(found, frame["F"].loc[found.index])


def test_the_original_market_is_left_as_it_was():
    market = MARKET.with_factors(new_york(), exchange="XNYS")
    assert "F" in market
    assert "F" not in MARKET
    assert len(market.sources) == len(MARKET.sources) + 1
    entry = market.sources[-1]
    assert (entry.kind, entry.source) == ("factors", "given by the caller")
    again = MARKET.with_factors(new_york(), exchange="XNYS").sources[-1]
    other = MARKET.with_factors(new_york(seed=4), exchange="XNYS").sources[-1]
    assert entry.sha256 == again.sha256 != other.sha256


def test_in_taipei_new_yorks_factor_is_compounded_since_the_previous_local_close():
    frame = new_york()["F"]
    found = MARKET.with_factors(frame.to_frame(), exchange="XNYS").benchmark("2330.TW", "F")
    here, there = MARKET.calendars["2330.TW"], MARKET.calendars["NVDA"]
    closes = dict(zip(there.sessions, there.closes, strict=True))
    local = dict(zip(here.sessions, here.closes, strict=True))
    sessions = list(found.index)
    for before, day in itertools.pairwise(sessions):
        inside = [s for s in frame.index if local[before] < closes[s] <= local[day]]
        expected = np.prod([1 + frame[s] for s in inside]) - 1
        assert found[day] == pytest.approx(expected, abs=1e-14), day
    # the Lunar New Year: seven closes in New York between two in Taipei
    inside = frame["2025-01-22":"2025-01-31"]
    assert len(inside) == 8
    assert found["2025-02-03"] == pytest.approx((1 + inside).prod() - 1, abs=1e-14)


def test_by_returns_and_by_levels_the_same_index_is_the_same():
    index = MARKET.returns("^SOX").rename("MINE").to_frame()
    market = MARKET.with_factors(index, exchange="XNYS")
    for ticker in ("NVDA", "2330.TW"):
        ours = market.benchmark(ticker, "MINE")
        theirs = MARKET.benchmark(ticker, "^SOX").iloc[2:-2]
        assert_allclose(ours.loc[theirs.index], theirs, atol=1e-12)


def test_a_missing_date_makes_the_local_days_that_need_it_unknown():
    frame = new_york().drop(pd.Timestamp("2025-01-28"))
    market = MARKET.with_factors(frame, exchange="XNYS")
    assert np.isnan(market.benchmark("NVDA", "F")["2025-01-28"])
    taipei = market.benchmark("2330.TW", "F")
    assert np.isnan(taipei["2025-02-03"])
    assert np.isfinite(taipei["2025-02-04"])
    assert taipei.isna().sum() <= 3


def test_a_factor_model_across_exchanges_counts_its_days():
    frame = new_york(["F", "G"]).drop(pd.Timestamp("2024-06-03"))
    market = MARKET.with_factors(frame, exchange="XNYS")
    event = ma.load_events()[SHOCK]
    sample = ma.align(event, market, tickers=["NVDA", "2330.TW"], benchmark=["^SOX", "F", "G"])
    found = ma.event_study(sample, ma.FactorModel())
    assert found.estimates["n_estimation"].tolist() == [249, 249]
    assert found.estimates["benchmark"].tolist() == ["^SOX + F + G"] * 2
    assert list(found.fit.coefficients) == ["alpha", "^SOX", "F", "G"]
    assert found.provenance["factors"] == ["^SOX", "F", "G"]
    assert "factors: F, G" in found.provenance["data"]


def test_percent_is_not_taken_for_fractions():
    with pytest.raises(InputError, match=r"divide percent by 100"):
        MARKET.with_factors(100 * new_york(), exchange="XNYS")


def test_a_factor_needs_its_exchange_where_the_market_has_one():
    with pytest.raises(InputError, match="of which exchange are these the sessions"):
        MARKET.with_factors(new_york())


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(InputError, match=r"already has \^SOX; rename the column"):
        MARKET.with_factors(new_york(["^SOX"]), exchange="XNYS")


def test_dates_of_another_exchange_are_refused_and_a_few_strays_are_listed():
    days = pd.date_range("2024-01-06", periods=60, freq="7D")  # Saturdays
    with pytest.raises(InputError, match="60 of 60 dates are no session of XNYS"):
        MARKET.with_factors(pd.DataFrame({"F": 0.001}, index=days), exchange="XNYS")
    frame = pd.concat([new_york(), pd.DataFrame({"F": 0.5}, index=[pd.Timestamp("2025-01-25")])])
    market = MARKET.with_factors(frame, exchange="XNYS")
    rows = market.unused[market.unused["ticker"] == "F"]
    assert rows["date"].tolist() == [pd.Timestamp("2025-01-25")]
    assert "no session of XNYS" in rows["reason"].iloc[0]


def test_every_security_needs_the_same_number_of_benchmarks():
    event = ma.load_events()[SHOCK]
    with pytest.raises(InputError, match="same number of them; got NVDA 2, TSM 1"):
        ma.align(event, MARKET, tickers=["NVDA", "TSM"], benchmark={"NVDA": ["^GSPC", "^SOX"]})
    with pytest.raises(InputError, match=r"\^SOX is named twice"):
        ma.align(event, MARKET, tickers=["NVDA"], benchmark=["^SOX", "^SOX"])
    with pytest.raises(InputError, match="NVDA cannot explain itself"):
        ma.align(event, MARKET, tickers=["NVDA"], benchmark=["AMD", "NVDA"])
    with pytest.raises(InputError, match=r"returns='ln': expected 'simple' or 'log'"):
        ma.align(event, MARKET, returns="ln")


def test_each_index_is_freed_of_the_firm_as_far_as_its_weight_is_known():
    event = ma.load_events()[SHOCK]
    sample = ma.align(event, MARKET, tickers=["NVDA", "TSM"], benchmark=["^GSPC", "^SOX"])
    facts = sample.observations.droplevel("event_id")
    assert facts["excluded_from"].to_dict() == {"NVDA": ("^GSPC",), "TSM": ()}
    assert facts["unweighed"].to_dict() == {"NVDA": ("^SOX",), "TSM": ("^SOX",)}
    text = str(ma.event_study(sample, ma.FactorModel()))
    assert "^GSPC w/o NVDA + ^SOX" in text
    assert "no weight of NVDA in ^SOX is recorded within these prices" in text
    plain = ma.align(event, MARKET, tickers=["NVDA"], exclude_self=False)
    assert plain.observations["unweighed"].iloc[0] == ()


def test_a_price_that_touched_its_limit_and_left_it_was_free():
    """2330.TW fell 9.7 % on 5 August 2024 from 903 to 815; its limit, 813, was the day's low."""
    days = pd.to_datetime(["2024-08-05", "2025-04-07", "2025-04-10"])
    frame = pd.DataFrame({"event_id": ["a", "b", "c"], "ticker": "2330.TW", "session": days})
    sample = ma.align(frame, MARKET)
    assert sample.observations["price_limited"].tolist() == [False, True, True]
    masked = ma.align(frame.iloc[:1].assign(session=pd.Timestamp("2025-11-03")), MARKET, mask=[])
    assert masked.observations["masked_days"].tolist() == [2]
