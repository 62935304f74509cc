"""Recorded prices, and a reader's own, as returns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import analytics as ma
from analytics.errors import InputError, UnknownNameError

MARKET = ma.load_market()
WEEK = pd.bdate_range("2025-01-06", periods=5)


def frame(**columns):
    return pd.DataFrame(columns, index=WEEK)


def payments(ticker, day, *amounts):
    return pd.DataFrame({"ticker": ticker, "ex_date": day, "amount": amounts})


# --- recorded -------------------------------------------------------------------------------------


def test_total_return_counts_the_dividend_on_its_ex_date():
    closes = MARKET.closes["2330.TW"].dropna()
    before, after = closes["2025-03-17"], closes["2025-03-18"]
    expected = (after + 4.5) / before - 1
    assert MARKET.returns("2330.TW")["2025-03-18"] == pytest.approx(expected, rel=1e-12)
    assert MARKET.returns("2330.TW")["2025-03-19"] == pytest.approx(
        closes["2025-03-19"] / after - 1, rel=1e-12
    )


@pytest.mark.parametrize("ticker", ["NVDA", "META", "TSM", "2330.TW", "^GSPC"])
def test_returns_compound_to_prices_and_dividends(ticker):
    closes = MARKET.closes[ticker].dropna()
    shares = 1.0  # every dividend buys more shares at the close of its ex-date
    for day, amount in MARKET.dividends.get(ticker, pd.Series(dtype=float)).items():
        if closes.index[0] < day <= closes.index[-1]:
            shares *= 1 + amount / closes[day]
    growth = np.prod(1 + MARKET.returns(ticker))
    assert growth == pytest.approx(shares * closes.iloc[-1] / closes.iloc[0], rel=1e-10)


def test_returns_stand_on_every_session_after_the_first():
    for ticker in ("NVDA", "2330.TW"):
        returns = MARKET.returns(ticker)
        assert returns.index.equals(MARKET.sessions(ticker)[1:])
        assert returns.notna().all()
    assert len(MARKET.returns("NVDA")) == 251 + 250 + 252 + 250 - 1
    assert len(MARKET.returns("2330.TW")) == 246 + 239 + 242 + 243 - 1


def test_splits_leave_no_jump():
    for ticker, day in (("NVDA", "2024-06-10"), ("AVGO", "2024-07-15"), ("GOOGL", "2022-07-18")):
        assert abs(MARKET.returns(ticker)[day]) < 0.05


def test_the_currency_is_only_read_on_sessions():
    holidays = MARKET.bars["USDTWD"].index.difference(MARKET.sessions("USDTWD"))
    assert len(holidays) == 1041 - 970
    assert MARKET.returns("USDTWD").index.equals(MARKET.returns("^TWII").index)


def test_what_the_market_holds():
    assert len(MARKET.tickers) == 17
    assert [day.strftime("%Y-%m-%d") for day in MARKET.range] == ["2022-01-03", "2025-12-31"]
    assert "NVDA" in MARKET
    assert "INTC" not in MARKET
    assert MARKET.volume.loc["2025-01-27", "NVDA"] == 818830900


def test_an_unknown_ticker_is_refused_with_the_nearest_ones():
    with pytest.raises(UnknownNameError, match=r"unknown ticker '2330TW': did you mean 2330\.TW"):
        MARKET.returns("2330TW")


# --- a reader's own -------------------------------------------------------------------------------


def test_own_prices_with_dividends_by_hand():
    paid = payments("A", "2025-01-08", 0.5, 0.25)
    market = ma.Market.from_frames(frame(A=[10.0, 11, 10, 12, 12]), dividends=paid)
    expected = [0.1, 10.75 / 11 - 1, 0.2, 0.0]  # two payments on one ex-date add up
    assert_allclose(market.returns("A"), expected)


def test_own_prices_on_an_exchange_miss_a_session_where_they_have_none():
    days = ["2025-01-17", "2025-01-21", "2025-01-23", "2025-01-24"]  # nothing for the 22nd
    closes = pd.DataFrame({"A": [10.0, 11, 12, 13]}, index=pd.DatetimeIndex(days))
    returns = ma.Market.from_frames(closes, exchanges="XNYS").returns("A")
    assert [f"{day:%d}" for day in returns.index] == ["21", "22", "23", "24"]
    assert_allclose(returns, [0.1, np.nan, np.nan, 13 / 12 - 1])


def test_own_returns_are_given_back_as_they_are():
    returns = frame(A=[0.01, 0.02, np.nan, 0.0, -0.01], M=[0.0] * 5)
    market = ma.Market.from_returns(returns, benchmarks="M")
    assert_allclose(market.returns("A"), returns["A"])
    assert market.returns("A").index.tolist() == WEEK.tolist()
    assert market.benchmark_name("A") == "M"
    with pytest.raises(InputError, match="M has no default benchmark"):
        market.benchmark_name("M")


def test_shuffled_rows_are_put_in_order():
    closes = frame(A=[10.0, 11, 12, 13, 14])
    shuffled = ma.Market.from_frames(closes.iloc[[3, 0, 4, 1, 2]])
    plain = ma.Market.from_frames(closes)
    assert shuffled.returns("A").to_dict() == plain.returns("A").to_dict()


def test_two_stamps_of_one_day_are_a_duplicate():
    index = pd.DatetimeIndex(["2025-01-06 13:30", "2025-01-06 14:30", "2025-01-07 13:30"])
    with pytest.raises(InputError, match="2025-01-06 stands twice"):
        ma.Market.from_frames(pd.DataFrame({"A": [10.0, 10.5, 11.0]}, index=index))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda f: f.reset_index(drop=True), "indexed by dates"),
        (lambda f: f["A"], "expected a DataFrame indexed by dates"),
        (lambda f: f.tz_localize("UTC"), "dates carry a time zone"),
        (lambda f: f.iloc[[0, 1, 1]], "2025-01-07 stands twice"),
        (lambda f: f.iloc[:0], "the frame is empty"),
        (lambda f: f.astype(object).replace(11.0, "eleven"), "not all values are numbers"),
        (lambda f: f.replace(11.0, np.inf), "infinite values"),
        (lambda f: pd.concat([f, f], axis=1), "column 'A' stands twice"),
        (lambda f: f.set_axis([*f.index[:4], pd.NaT]), "a date is missing"),
    ],
)
@pytest.mark.parametrize("kind", ["from_frames", "from_returns"])
def test_unfit_frames_are_refused_in_words(kind, make, words):
    with pytest.raises(InputError, match=words):
        getattr(ma.Market, kind)(make(frame(A=[10.0, 11.0, 12.0, 13.0, 14.0])))


@pytest.mark.parametrize("price", [0.0, -1.0])
def test_prices_at_or_below_zero_are_refused(price):
    with pytest.raises(InputError, match="at or below zero in B"):
        ma.Market.from_frames(frame(A=[1.0] * 5, B=[1.0, 2.0, price, 1.0, 1.0]))


def test_a_column_with_one_price_is_refused():
    with pytest.raises(InputError, match="fewer than two prices in B"):
        ma.Market.from_frames(frame(A=[1.0] * 5, B=[1.0, *[np.nan] * 4]))


def test_returns_in_percent_are_refused():
    """A simple return below -100 % does not exist."""
    with pytest.raises(InputError, match=r"A.*2025-01-07.*decimal fraction"):
        ma.Market.from_returns(frame(A=[1.0, -16.97, 3.0, 0.0, 0.0]))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"benchmarks": "J"}, "unknown benchmark column 'J'"),
        ({"benchmarks": {"Z": "I"}}, "unknown ticker in benchmarks 'Z'"),
        ({"exchanges": {"Z": "XNYS"}}, "unknown ticker in exchanges 'Z'"),
        ({"currencies": {"Z": "USD"}}, "unknown ticker in currencies 'Z'"),
        ({"exchanges": "NYSE?"}, "unknown exchange calendar"),
        ({"dividends": pd.DataFrame({"ticker": ["A"]})}, "dividends: no column amount, ex_date"),
        (
            {"dividends": payments("Z", "2025-01-07", 1.0)},
            "unknown ticker in dividends 'Z'",
        ),
    ],
)
def test_names_that_match_no_column_are_refused(options, words):
    with pytest.raises(InputError, match=words.replace("?", r"\?")):
        ma.Market.from_frames(frame(A=[1.0, 2, 3, 4, 5], I=[1.0, 2, 3, 4, 5]), **options)


def test_a_dividend_between_two_sessions_is_paid_on_the_next_one():
    days = pd.bdate_range("2025-01-09", periods=5)
    closes = pd.DataFrame({"A": [10.0] * 5}, index=days)
    saturday = payments("A", "2025-01-11", 1.0)
    assert_allclose(ma.Market.from_frames(closes, dividends=saturday).returns("A"), [0, 0.1, 0, 0])


@pytest.mark.parametrize("day", ["2024-12-31", "2025-01-13"])
def test_a_dividend_outside_the_prices_changes_nothing(day):
    market = ma.Market.from_frames(frame(A=[10.0] * 5), dividends=payments("A", day, 1.0))
    assert market.returns("A").eq(0.0).all()


def test_a_price_on_a_day_without_a_session_is_listed_and_not_used():
    """A phantom row of a holiday, as Yahoo has them."""
    closes = MARKET.closes[["NVDA"]].dropna()["2025-01-02":"2025-01-31"]
    phantom = pd.concat([closes, closes.loc[["2025-01-08"]].set_axis([pd.Timestamp("2025-01-09")])])
    market = ma.Market.from_frames(phantom, exchanges="XNYS")
    assert market.unused.values.tolist() == [
        ["NVDA", pd.Timestamp("2025-01-09"), "a price, but no session of XNYS"]
    ]
    assert_allclose(market.returns("NVDA"), closes["NVDA"].pct_change().dropna())


def test_a_session_without_a_price_is_listed_and_gives_no_return():
    closes = MARKET.closes[["NVDA"]].dropna()["2025-01-02":"2025-01-31"].drop("2025-01-15")
    market = ma.Market.from_frames(closes, exchanges="XNYS")
    assert market.unused["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-01-15"]
    missing = market.returns("NVDA").index[market.returns("NVDA").isna()]
    assert missing.strftime("%Y-%m-%d").tolist() == ["2025-01-15", "2025-01-16"]


def test_dates_that_are_a_day_early_are_refused():
    closes = MARKET.closes[["NVDA"]].dropna()["2025-01-02":"2025-01-31"]
    early = closes.set_axis(closes.index - pd.Timedelta(days=1))
    with pytest.raises(InputError, match=r"NVDA has .* without a session of XNYS.*2025-01-01"):
        ma.Market.from_frames(early, exchanges="XNYS")


def test_what_a_reader_does_to_an_answer_does_not_change_the_market():
    market = ma.Market.from_returns(frame(A=[0.01, 0.02, 0.03, 0.0, -0.01]))
    answer = market.returns("A")
    answer.iloc[0] = 5.0
    assert market.returns("A").iloc[0] == 0.01


def test_what_happens_to_a_frame_afterwards_does_not_change_the_market():
    returns, closes = frame(A=[0.01] * 5), frame(A=[10.0, 11, 12, 13, 14])
    first, second = ma.Market.from_returns(returns), ma.Market.from_frames(closes)
    returns.iloc[0], closes.iloc[0] = 5.0, 5.0
    assert first.returns("A").iloc[0] == 0.01
    assert second.returns("A").iloc[0] == pytest.approx(0.1)
