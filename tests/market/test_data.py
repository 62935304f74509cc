"""The recorded figures themselves: anchors, order, calendar in both directions."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

import analytics as ma
from analytics.recorded import recorded_folder

MARKET = ma.load_market()
FOLDER = recorded_folder()
BARS = ["NVDA", "META", "TSM", "2330.TW"]


@pytest.mark.parametrize(
    ("ticker", "before", "after"),
    [
        ("NVDA", 142.62, 118.42),
        ("META", 647.49, 659.88),
        ("TSM", 221.88, 192.31),
        ("^GSPC", 6101.24, 6012.28),
        ("^IXIC", 19954.30, 19341.83),
        ("^SOX", 5341.94, 4853.24),
    ],
)
def test_closes_around_the_shock_in_new_york(ticker, before, after):
    assert MARKET.closes.loc["2025-01-24":"2025-01-27", ticker].tolist() == [before, after]


@pytest.mark.parametrize(
    ("ticker", "before", "after"), [("2330.TW", 1135, 1070), ("^TWII", 23525.41, 22694.71)]
)
def test_closes_around_the_shock_in_taipei(ticker, before, after):
    closes = MARKET.closes[ticker].dropna()["2025-01-22":"2025-02-03"]
    assert closes.tolist() == [before, after]
    assert [f"{day:%m-%d}" for day in closes.index] == ["01-22", "02-03"]


@pytest.mark.parametrize(
    ("date", "column", "value"),
    [
        ("2022-01-03", "close", 631),  # unadjusted for dividends
        ("2022-08-22", "close", 510),
        ("2024-03-29", "high", 781),
        ("2024-03-29", "close", 779),
        ("2024-11-20", "open", 1045),
        ("2024-11-20", "high", 1050),
        ("2024-11-20", "low", 1020),
        ("2024-11-20", "close", 1025),
        ("2025-08-01", "open", 1145),
        ("2025-08-01", "high", 1150),
        ("2025-08-01", "low", 1130),
        ("2025-08-01", "close", 1140),
        ("2025-04-07", "close", 848),
        ("2025-04-10", "close", 863),
    ],
)
def test_official_figures_of_taipei(date, column, value):
    assert MARKET.bars["2330.TW"].loc[date, column] == value


def test_a_bad_tick_is_kept_as_recorded_and_named_here():
    """META 2025-12-12: the high stands far above everything else of that day."""
    bar = MARKET.bars["META"].loc["2025-12-12"]
    assert (bar["open"], bar["close"]) == (649.8, 644.23)
    wild = MARKET.bars["META"]["high"] / MARKET.bars["META"][["open", "close"]].max(axis=1)
    assert wild[wild > 1.085].index.strftime("%Y-%m-%d").tolist() == ["2025-12-12"]


@pytest.mark.parametrize("ticker", MARKET.tickers)
def test_first_last_and_number_of_rows(ticker):
    rows = {"XNYS": 1003, "XTAI": 970}[MARKET.directory.security(ticker).calendar]
    bars = MARKET.bars[ticker]
    if ticker == "USDTWD":
        rows = 1041  # weekdays; rows of holidays are not used
    assert len(bars) == rows
    assert [f"{bars.index[k]:%Y-%m-%d}" for k in (0, -1)] == ["2022-01-03", "2025-12-31"]


@pytest.mark.parametrize("ticker", [one for one in MARKET.tickers if one != "USDTWD"])
def test_dates_are_the_sessions_of_the_exchange(ticker):
    """In both directions: no session without a price, no price without a session."""
    assert MARKET.bars[ticker].index.equals(MARKET.sessions(ticker))


def test_the_currency_has_a_rate_on_every_session_of_taipei():
    rates = MARKET.bars["USDTWD"]
    assert MARKET.sessions("USDTWD").isin(rates.index).all()
    assert rates["close"].between(27, 34).all()
    assert rates.loc["2025-05-06", "close"] == pytest.approx(30.28, abs=0.005)


@pytest.mark.parametrize("ticker", BARS)
def test_open_and_close_lie_between_low_and_high(ticker):
    bars = MARKET.bars[ticker]
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    assert (bars["volume"] > 0).all()


def test_flat_bars_are_the_locked_days_of_taipei():
    flat = {
        ticker: MARKET.bars[ticker].query("open == high == low == close").index for ticker in BARS
    }
    found = {ticker: list(days.strftime("%Y-%m-%d")) for ticker, days in flat.items() if len(days)}
    assert found == {"2330.TW": ["2025-04-07", "2025-04-10"]}


def test_no_day_of_taipei_moves_beyond_its_limit():
    closes = MARKET.closes["2330.TW"].dropna()
    assert closes.pct_change(fill_method=None).abs().max() <= 0.1


@pytest.mark.parametrize(
    ("ticker", "number"), [("NVDA", 16), ("META", 8), ("TSM", 16), ("2330.TW", 16)]
)
def test_dividends_fall_on_sessions(ticker, number):
    paid = MARKET.dividends[ticker]
    assert len(paid) == number
    assert paid.index.isin(MARKET.sessions(ticker)).all()
    assert (paid > 0).all()


def test_every_dividend_and_split_is_of_a_recorded_ticker_on_a_session():
    for name, column in (("dividends.csv", "ex_date"), ("splits.csv", None)):
        for row in FOLDER.table(name):
            date = row[column] if column else next(v for k, v in row.items() if "session" in k)
            assert pd.Timestamp(date) in MARKET.sessions(row["ticker"]), row


def test_known_dividends():
    assert MARKET.dividends["2330.TW"]["2025-03-18"] == 4.5
    assert MARKET.dividends["TSM"]["2025-03-18"] == 0.684
    assert MARKET.dividends["NVDA"]["2024-06-11"] == 0.01


def test_both_lines_of_one_firm_cost_about_the_same():
    """TSM is five shares; the premium of the receipt stays between -10 and +35 per cent."""
    closes = MARKET.closes[["TSM", "2330.TW", "USDTWD"]].dropna()
    premium = closes["TSM"] * closes["USDTWD"] / (5 * closes["2330.TW"]) - 1
    assert premium.between(-0.1, 0.35).all()


def test_anchor_weights():
    rows = {(row["index"], row["ticker"]): row for row in FOLDER.table("index_weights.csv")}
    assert {key: (row["date"], float(row["weight"])) for key, row in rows.items()} == {
        ("^TWII", "2330.TW"): ("2025-12-31", 0.430957),
        ("^GSPC", "NVDA"): ("2024-12-31", 0.066),
        ("^GSPC", "META"): ("2024-12-31", 0.026),
    }


def test_the_shock_cost_about_590_billion_dollars():
    shares = {row["ticker"]: float(row["shares"]) for row in FOLDER.table("shares_outstanding.csv")}
    lost = shares["NVDA"] * (142.62 - 118.42)
    assert 589e9 < lost < 594e9


def test_csv_files_are_utf8_with_plain_newlines():
    for entry in FOLDER.entries.values():
        content = FOLDER.read(entry.name)
        assert not content.startswith(b"\xef\xbb\xbf"), entry.name
        assert b"\r" not in content, entry.name
        assert content.endswith(b"\n"), entry.name
        if entry.name.endswith(".csv"):
            widths = {len(row) for row in csv.reader(io.StringIO(content.decode("utf-8")))}
            assert len(widths) == 1, entry.name
