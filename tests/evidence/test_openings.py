"""The split at the open: by hand from the price files, and what the time of the news allows.

In: the recorded data. Out: nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analytics as ma
from analytics.errors import InputError
from analytics.evidence import split_at_open

DATA = Path(__file__).resolve().parents[2] / "data"
SHOCK = "deepseek-shock-2025-01-27"
MARKET = ma.load_market()
EVENTS = ma.load_events()
SPLIT = split_at_open(ma.align(EVENTS[SHOCK], MARKET), MARKET)


def bars_of(ticker):
    return pd.read_csv(DATA / "prices" / f"{ticker}.csv", parse_dates=["date"], index_col="date")


@pytest.mark.parametrize(
    ("ticker", "day"), [("NVDA", "2025-01-27"), ("META", "2025-01-27"), ("2330.TW", "2025-02-03")]
)
def test_both_parts_by_hand(ticker, day):
    bars = bars_of(ticker)
    night = bars["open"] / bars["close"].shift(1) - 1
    session = bars["close"] / bars["open"] - 1
    row = SPLIT.table.loc[(SHOCK, ticker)]
    assert row["overnight"] == pytest.approx(night[day], abs=1e-12)
    assert row["intraday"] == pytest.approx(session[day], abs=1e-12)
    assert row["total"] == pytest.approx(MARKET.returns(ticker)[day], abs=1e-12)
    assert row["at_open"] == pytest.approx(np.log1p(night[day]) / np.log1p(row["total"]))


def test_usual_sizes_by_hand():
    """NVIDIA paid dividends of 0.01 USD in the window: its nights are compared without them."""
    bars = bars_of("NVDA")
    at = bars.index.get_loc("2025-01-27")
    past = bars.iloc[at - 261 : at - 10]
    paid = pd.read_csv(DATA / "dividends.csv", parse_dates=["ex_date"]).query("ticker == 'NVDA'")
    income = paid.set_index("ex_date")["amount"].reindex(past.index).fillna(0.0)
    night = ((past["open"] + income) / past["close"].shift(1) - 1).iloc[1:]
    session = (past["close"] / past["open"] - 1).iloc[1:]
    row = SPLIT.table.loc[(SHOCK, "NVDA")]
    assert row["n_estimation"] == len(night) == 250
    assert income.sum() > 0
    for part, values in (("overnight", night), ("intraday", session)):
        assert row[f"{part}_usual"] == pytest.approx(values.std(ddof=1), rel=1e-9)
        assert row[f"{part}_low"] == pytest.approx(values.quantile(0.025), rel=1e-9)
        far = (values - values.median()).abs() >= abs(row[part] - values.median())
        assert row[f"{part}_pvalue"] == pytest.approx((1 + far.sum()) / 251)
    logs = [np.log1p(one).var(ddof=1) for one in (night, session)]
    assert row["usual_at_open"] == pytest.approx(logs[0] / sum(logs), rel=1e-9)


def test_a_dividend_belongs_to_the_night():
    paid = pd.read_csv(DATA / "dividends.csv", parse_dates=["ex_date"])
    one = paid[(paid["ticker"] == "TSM") & (paid["ex_date"] > "2024-01-01")].iloc[0]
    days = pd.DataFrame({"event_id": ["x"], "ticker": ["TSM"], "session": [one["ex_date"]]})
    row = split_at_open(ma.align(days, MARKET), MARKET).table.iloc[0]
    bars = bars_of("TSM")
    at = bars.index.get_loc(one["ex_date"])
    before = bars["close"].iloc[at - 1]
    expected = (bars["open"].iloc[at] + one["amount"]) / before - 1
    assert row["overnight"] == pytest.approx(expected, abs=1e-12)
    assert row["intraday"] == pytest.approx(bars["close"].iloc[at] / bars["open"].iloc[at] - 1)
    gap = row["total"] - MARKET.returns("TSM")[one["ex_date"]]
    assert gap == pytest.approx(one["amount"] / before * row["intraday"], abs=1e-12)


@pytest.mark.parametrize(
    ("event_id", "ticker", "holds"),
    [
        (SHOCK, "NVDA", "overnight"),  # phase graded high, clock unknown
        ("meta-mtia-v1-2023-05-18", "NVDA", "intraday"),  # to the minute, in session
        ("deepseek-v3-2024-12-26", "NVDA", "unknown"),  # only a day, phase graded low
        ("reuters-meta-training-chip-2025-03-11", "2330.TW", "unknown"),  # graded medium
        ("nvda-h20-licence-2025-04-15", "NVDA", "overnight"),  # after the close
    ],
)
def test_which_part_could_hold_the_reaction(event_id, ticker, holds):
    split = split_at_open(ma.align(EVENTS[event_id], MARKET), MARKET)
    assert split.table.loc[(event_id, ticker), "holds"] == holds


def test_a_session_without_a_time_tells_nothing():
    days = pd.DataFrame(
        {"event_id": ["x"], "ticker": ["NVDA"], "session": pd.to_datetime(["2025-01-27"])}
    )
    row = split_at_open(ma.align(days, MARKET), MARKET).table.iloc[0]
    assert (row["holds"], row["why"]) == ("unknown", "a session was given, without a time")


def test_nobody_is_lost():
    sample = ma.align(EVENTS, MARKET)
    split = split_at_open(sample, MARKET)
    assert len(split) + len(split.dropped) == sample.asked
    said = split.dropped.set_index("ticker")["reason"]
    assert said["AVGO"].iloc[0] == "this market holds no opening prices of AVGO, only its close"
    assert set(split.table.index) <= set(sample.index)
    assert list(split.sample.index) == list(split.table.index)


def changed(ticker, day, **values):
    bars = MARKET.bars[ticker].copy()
    for column, value in values.items():
        bars.loc[pd.Timestamp(day), column] = value
    return replace(MARKET, bars={**MARKET.bars, ticker: bars})


def test_an_open_outside_the_range_is_not_split():
    wrong = changed("NVDA", "2025-01-27", open=500.0)
    split = split_at_open(ma.align(EVENTS[SHOCK], wrong), wrong)
    reasons = dict(zip(split.dropped["ticker"], split.dropped["reason"], strict=True))
    assert reasons == {"NVDA": "the open of 2025-01-27 lies outside its low and high"}
    assert len(split) == 3


def test_a_missing_open_is_not_split():
    wrong = changed("NVDA", "2025-01-27", open=np.nan)
    split = split_at_open(ma.align(EVENTS[SHOCK], wrong), wrong)
    assert "no opening price on 2025-01-27" in split.dropped["reason"].iloc[0]


def test_a_flat_bar_at_the_limit_says_so():
    days = pd.DataFrame(
        {"event_id": ["x"], "ticker": ["2330.TW"], "session": pd.to_datetime(["2025-04-07"])}
    )
    row = split_at_open(ma.align(days, MARKET), MARKET).table.iloc[0]
    assert row["intraday"] == 0.0
    assert row["at_open"] == 1.0
    assert "a flat bar" in row["note"]
    assert "price limit" in row["note"]


def test_a_long_night_is_noted():
    assert "the night spans 12 days" in SPLIT.table.loc[(SHOCK, "2330.TW"), "note"]


def test_a_readers_closes_cannot_be_split():
    days = pd.bdate_range("2024-01-01", periods=320)
    walk = np.random.default_rng(1).normal(0, 0.01, (320, 2))
    closes = pd.DataFrame(100 * np.exp(walk.cumsum(axis=0)), index=days, columns=["A", "I"])
    own = ma.Market.from_frames(closes, benchmarks={"A": "I"})
    asked = pd.DataFrame({"event_id": ["x"], "ticker": ["A"], "session": [days[300]]})
    split = split_at_open(ma.align(asked, own), own)
    assert len(split) == 0
    assert split.dropped["reason"].tolist() == [
        "this market holds no opening prices of A, only its close"
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x", MARKET), "sample: expected what align gives"),
        ((SPLIT.sample, None), "market: expected a Market"),
    ],
)
def test_wrong_things_are_one_message(arguments, message):
    with pytest.raises(InputError, match=message):
        split_at_open(*arguments)
    with pytest.raises(InputError, match="alpha=0"):
        split_at_open(SPLIT.sample, MARKET, alpha=0)
