"""The premium at aligned times: figures by hand from the recorded files, clocks, missing days."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analytics as ma
from analytics.errors import InputError, UnknownNameError
from analytics.evidence import (
    AT_LOCAL_CLOSE,
    AT_LOCAL_OPEN,
    AT_RECEIPT_CLOSE,
    AT_RECEIPT_OPEN,
    premium,
)
from analytics.evidence.lines import listings_of
from analytics.market import Market
from analytics.market.calendars import exchange_calendar

MARKET = ma.load_market()
FRAME = premium(MARKET)
DATA = Path(__file__).resolve().parents[2] / "data"


def recorded(ticker, day, column="close"):
    with (DATA / "prices" / f"{ticker}.csv").open(encoding="utf-8") as file:
        return next(float(row[column]) for row in csv.DictReader(file) if row["date"] == day)


def paid(ticker):
    with (DATA / "dividends.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["ticker"] == ticker]
    return {row["ex_date"]: float(row["amount"]) for row in rows}


BY_HAND = [
    # an ordinary night: 218.70 USD x 32.765 TWD / (5 x 1140 TWD) = 7165.7055 / 5700
    ("2025-01-22", "2025-01-21", "2025-01-21", 218.70, 32.765, 1140.0, 0.2571413),
    # after the Lunar New Year, at the rate of 22 January: 209.32 x 32.774 / (5 x 1065)
    ("2025-02-03", "2025-01-31", "2025-01-22", 209.32, 32.774, 1065.0, 0.2883106),
    # after Typhoon Gaemi, at the rate of 23 July: 160.28 x 32.838 / (5 x 915)
    ("2024-07-26", "2024-07-25", "2024-07-23", 160.28, 32.838, 915.0, 0.1504425),
]


@pytest.mark.parametrize(
    ("local", "receipt", "fixed", "usd", "rate", "twd", "expected"),
    BY_HAND,
    ids=[row[0] for row in BY_HAND],
)
def test_the_premium_by_hand_on_three_dates(local, receipt, fixed, usd, rate, twd, expected):
    assert recorded("TSM", receipt) == usd
    assert recorded("USDTWD", fixed) == rate
    assert recorded("2330.TW", local, "open") == twd
    assert usd * rate / (5 * twd) - 1 == pytest.approx(expected, abs=1e-6)
    row = FRAME.loc[local]
    assert row["premium"] == pytest.approx(usd * rate / (5 * twd) - 1, abs=1e-12)
    assert row["receipt_session"] == pd.Timestamp(receipt)
    assert row["rate_session"] == pd.Timestamp(fixed)
    assert row["local_session"] == pd.Timestamp(local)


def test_the_other_pairings_by_hand():
    # Taipei closed at 1135 on 22 January; New York opened at 221.95 the same day, nine hours later
    row = premium(MARKET, pairing=AT_RECEIPT_OPEN).loc["2025-01-22"]
    assert row["premium"] == pytest.approx(221.95 * 32.774 / (5 * 1135) - 1, abs=1e-12)
    row = premium(MARKET, pairing=AT_RECEIPT_CLOSE).loc["2025-01-22"]
    assert row["premium"] == pytest.approx(223.20 * 32.774 / (5 * 1135) - 1, abs=1e-12)
    row = premium(MARKET, pairing=AT_LOCAL_CLOSE).loc["2025-01-22"]
    assert row["premium"] == pytest.approx(218.70 * 32.765 / (5 * 1135) - 1, abs=1e-12)


@pytest.mark.parametrize(
    ("session", "closed", "hours"),
    [
        ("2025-01-22", "2025-01-21T16:00", 4),  # winter: 21:00 UTC to 01:00 UTC
        ("2024-07-26", "2024-07-25T16:00", 5),  # summer: 20:00 UTC
        ("2024-12-02", "2024-11-29T13:00", 55),  # half day before a weekend: 18:00 UTC on Friday
        ("2024-12-26", "2024-12-24T13:00", 31),  # half day before Christmas
        ("2025-02-03", "2025-01-31T16:00", 52),
        ("2025-03-10", "2025-03-07T16:00", 52),  # the clocks change in between, to no effect
        ("2025-03-11", "2025-03-10T16:00", 5),
    ],
)
def test_hours_between_the_two_prices_are_those_of_the_clocks(session, closed, hours):
    ny = pd.Timestamp(closed, tz="America/New_York")
    taipei = pd.Timestamp(f"{session}T09:00", tz="Asia/Taipei")
    assert (taipei - ny) / pd.Timedelta(hours=1) == hours
    assert FRAME.loc[session, "hours"] == hours


def test_hours_to_the_open_in_new_york_follow_its_summer_time():
    back = premium(MARKET, pairing=AT_RECEIPT_OPEN)
    assert back.loc["2025-01-22", "hours"] == 9
    assert back.loc["2025-07-22", "hours"] == 8


def test_no_pair_on_a_day_without_a_session():
    shut = ["2024-07-24", "2024-07-25", "2024-10-02", "2024-10-03", "2024-10-31"]
    shut += [f"2025-01-{day}" for day in range(23, 32)]
    assert not FRAME.index.isin(pd.DatetimeIndex(shut)).any()
    back = premium(MARKET, pairing=AT_RECEIPT_OPEN)
    assert not back.index.isin(pd.DatetimeIndex(["2025-01-20", "2025-01-09"])).any()


@pytest.mark.parametrize("day", ["2025-01-21", "2025-01-10", "2024-11-29", "2023-07-05"])
def test_a_new_york_holiday_leaves_a_pair_that_is_listed_and_not_used(day):
    row = FRAME.loc[day]
    assert row["remark"].startswith("not used: TSM has not traded since")
    assert np.isnan(row["change"])
    assert np.isfinite(row["premium"])


def test_the_next_used_pair_counts_from_the_last_used_one():
    row = FRAME.loc["2025-01-22"]  # 21 January was not used: New York was shut on the 20th
    before = FRAME.loc["2025-01-20"]
    assert row["closes"] == 1
    change = np.log1p(row["premium"]) - np.log1p(before["premium"])
    assert row["change"] == pytest.approx(change, abs=1e-12)


def test_a_closure_counts_the_closes_it_missed():
    assert FRAME.loc["2025-02-03", "closes"] == 8
    assert FRAME.loc["2024-07-26", "closes"] == 3
    assert FRAME.loc["2024-11-01", "closes"] == 2


def test_quotes_of_the_rate_on_days_when_taipei_is_shut_are_not_used():
    bars = dict(MARKET.bars)
    rate = bars["USDTWD"].copy()
    stray = rate.index.difference(MARKET.sessions("2330.TW"))
    assert len(stray) > 50
    rate.loc[stray, "close"] = 99.0
    bars["USDTWD"] = rate
    again = premium(replace(MARKET, bars=bars))
    pd.testing.assert_series_equal(again["premium"], FRAME["premium"])


def test_every_change_is_that_of_total_returns():
    """A loop over the files: returns with dividends, and the rates of the two receipts' closes."""
    back = premium(MARKET, pairing=AT_LOCAL_CLOSE)
    rate = MARKET.bars["USDTWD"]["close"]
    own = {t: np.log1p(MARKET.returns(t)) for t in ("TSM", "2330.TW")}
    used = back[~back["remark"].str.startswith("not used")].iloc[1:]
    checked = 0
    for (before, first), (day, row) in zip(
        used.iloc[:-1].iterrows(), used.iloc[1:].iterrows(), strict=True
    ):
        later = pd.Timedelta(days=1)
        receipt = own["TSM"].loc[first["receipt_session"] + later : row["receipt_session"]]
        local = own["2330.TW"].loc[before + later : day]
        rates = np.log(rate[row["rate_session"]] / rate[first["rate_session"]])
        expected = receipt.sum() + rates - local.sum()
        assert row["change"] == pytest.approx(expected, abs=1e-12), day
        checked += 1
    assert checked > 800


def test_an_ex_date_makes_no_jump_in_the_change():
    """Both lines pay a tenth on one ex-date and else stand still."""
    days = pd.bdate_range("2024-03-04", "2024-03-29")
    ex = pd.Timestamp("2024-03-14")
    frame = pd.DataFrame({"R": 50.0, "L": 10.0, "X": 1.0}, index=days)
    frame.loc[ex:, "R"], frame.loc[ex:, "L"] = 45.0, 9.0
    dividends = pd.DataFrame({"ticker": ["R", "L"], "ex_date": [ex, ex], "amount": [5.0, 1.0]})
    market = Market.from_frames(
        frame,
        dividends=dividends,
        exchanges={"R": "XNYS", "L": "XTAI"},
        currencies={"R": "USD", "L": "TWD", "X": "TWD"},
    )
    found = premium(market, receipt="R", local="L", ratio=5, rate="X", pairing=AT_LOCAL_CLOSE)
    assert found.loc[ex, "premium"] == pytest.approx(50 / 45 - 1)  # cum against ex
    assert "goes ex-dividend" in found.loc[ex, "remark"]
    assert found["change"].dropna().abs().max() < 1e-12


def test_recorded_ex_dates_are_marked():
    ex = [day for day in paid("2330.TW") if pd.Timestamp(day) in FRAME.index]
    assert len(ex) == 16
    assert FRAME.loc[ex, "remark"].str.contains("goes ex-dividend here").all()
    assert paid("TSM").keys() == paid("2330.TW").keys()  # the same dates, hours apart


PAIR = {"receipt": "ADR", "local": "HK"}


def own_market(**options):
    days = pd.bdate_range("2024-01-02", "2024-06-28")
    steps = np.random.default_rng(7).normal(0, 0.01, (len(days), 2)).cumsum(axis=0)
    frame = pd.DataFrame(
        {"ADR": 80 * np.exp(steps[:, 0]), "HK": 78 * np.exp(steps[:, 1]), "USDHKD": 7.8},
        index=days,
    )
    for name, code in (("ADR", "XNYS"), ("HK", "XHKG")):
        calendar = exchange_calendar(code, days[0], days[-1])
        frame.loc[~days.isin(calendar.sessions), name] = np.nan
    settings = {
        "exchanges": {"ADR": "XNYS", "HK": "XHKG"},
        "currencies": {"ADR": "USD", "HK": "HKD"},
    }
    return Market.from_frames(frame, **(settings | options)), frame


def test_a_pair_of_ones_own_finds_its_rate_by_the_currencies():
    market, frame = own_market()
    found = premium(market, receipt="ADR", local="HK", ratio=8, pairing=AT_LOCAL_CLOSE)
    expected = frame.loc["2024-03-05", "ADR"] * 7.8 / (8 * frame.loc["2024-03-06", "HK"]) - 1
    assert found.loc["2024-03-06", "premium"] == pytest.approx(expected, abs=1e-12)


def test_a_rate_quoted_the_other_way_round_is_inverted():
    market, _ = own_market()
    _, frame = own_market()
    other = frame.rename(columns={"USDHKD": "HKDUSD"}).assign(HKDUSD=1 / 7.8)
    turned = Market.from_frames(
        other,
        exchanges={"ADR": "XNYS", "HK": "XHKG"},
        currencies={"ADR": "USD", "HK": "HKD"},
    )
    pair = {"receipt": "ADR", "local": "HK", "ratio": 8, "pairing": AT_LOCAL_CLOSE}
    pd.testing.assert_series_equal(
        premium(market, **pair)["premium"], premium(turned, **pair)["premium"]
    )


def test_one_currency_needs_no_rate():
    market, frame = own_market(currencies="USD")
    found = premium(market, receipt="ADR", local="HK", ratio=1, pairing=AT_LOCAL_CLOSE)
    expected = frame.loc["2024-03-05", "ADR"] / frame.loc["2024-03-06", "HK"] - 1
    assert found.loc["2024-03-06", "premium"] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("options", "asked", "words"),
    [
        ({}, PAIR, "how many shares of HK is one ADR"),
        ({}, {"receipt": "ADR"}, "which receipt, and which line"),
        ({}, {}, "none is known here"),
        ({}, PAIR | {"ratio": 0}, "ratio=0: expected"),
        ({}, PAIR | {"ratio": "5"}, "ratio='5': expected"),
        ({}, {"receipt": "ADR", "local": "ADR", "ratio": 5}, "both ADR"),
        (
            {"exchanges": "XNYS"},
            {"receipt": "ADR", "local": "HK", "ratio": 5},
            "both trade in XNYS",
        ),
        (
            {"exchanges": None},
            {"receipt": "ADR", "local": "HK", "ratio": 5},
            "exchange is not known",
        ),
        ({"currencies": None}, {"receipt": "ADR", "local": "HK", "ratio": 5}, "currencies of ADR"),
    ],
)
def test_what_is_not_known_is_asked_for(options, asked, words):
    market, _ = own_market(**options)
    with pytest.raises(InputError, match=words):
        premium(market, **asked, pairing=AT_LOCAL_CLOSE)


def test_two_lines_of_one_exchange_never_wait_for_each_other():
    with pytest.raises(InputError, match="both trade in XNYS"):
        premium(MARKET, receipt="TSM", local="NVDA", ratio=5)


def test_names_that_nobody_knows_are_refused_with_their_neighbours():
    with pytest.raises(UnknownNameError, match="did you mean TSM"):
        premium(MARKET, receipt="TSMC", local="2330.TW")
    with pytest.raises(UnknownNameError, match="exchange rate"):
        premium(MARKET, rate="USDHKD")
    with pytest.raises(InputError, match="expected a Market"):
        premium("market")
    with pytest.raises(InputError, match="expected a Pairing"):
        premium(MARKET, pairing="open")


def test_a_pairing_at_the_open_needs_opening_prices():
    market, _ = own_market()
    with pytest.raises(InputError, match="HK has no opening prices"):
        premium(market, receipt="ADR", local="HK", ratio=8, pairing=AT_LOCAL_OPEN)


def test_a_missing_price_leaves_a_pair_with_its_reason():
    bars = dict(MARKET.bars)
    bars["TSM"] = bars["TSM"].drop(pd.Timestamp("2025-01-30"))
    bars["2330.TW"] = bars["2330.TW"].drop(pd.Timestamp("2025-02-05"))
    found = premium(replace(MARKET, bars=bars))
    assert np.isnan(found.loc["2025-02-05", "premium"])
    assert found.loc["2025-02-05", "remark"].startswith("no price of 2330.TW")
    assert found.loc["2025-02-06", "closes"] == 2
    assert found.loc["2025-02-03", "premium"] == FRAME.loc["2025-02-03", "premium"]


def test_the_recorded_pair_is_found_in_the_directory():
    lines = listings_of(MARKET)
    assert (lines.receipt.ticker, lines.local.ticker, lines.ratio, lines.rate) == (
        "TSM",
        "2330.TW",
        5.0,
        "USDTWD",
    )
    assert listings_of(MARKET, local="2330.TW").receipt.ticker == "TSM"
