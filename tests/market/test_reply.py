"""An answer as text and back, and what cannot be a question."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import InputError
from analytics.market.reply import (
    Query,
    Reply,
    YahooListing,
    bars_text,
    checked_day,
    checked_tickers,
    read_bars,
)

FLOATS = st.floats(2.0**-10, 2.0**20, width=32)
WORDS = st.text(max_size=12).filter(lambda text: text.isprintable())
DATES = st.dates(dt.date(1962, 1, 2), dt.date(2100, 1, 1))


@st.composite
def replies(draw):
    days = pd.DatetimeIndex(sorted(draw(st.sets(DATES, min_size=1, max_size=6)))).as_unit("ns")
    count = len(days)
    names = draw(st.sampled_from([("close",), ("open", "high", "low", "close", "volume")]))
    bars = pd.DataFrame(
        {
            name: draw(
                st.lists(
                    st.integers(0, 10**12).map(float) if name == "volume" else FLOATS,
                    min_size=count,
                    max_size=count,
                )
            )
            for name in names
        },
        index=days,
    )
    actions = [
        pd.Series(draw(st.lists(FLOATS, min_size=count, max_size=count)), index=days)
        for _ in range(2)
    ]
    return Reply(
        query=Query("2330.TW", dt.date(1962, 1, 2), dt.date(2100, 1, 1)),
        listing=YahooListing("TAI", "TWD", "Asia/Taipei", "EQUITY", draw(WORDS), "TWD"),
        bars=bars,
        dividends=actions[0],
        splits=actions[1],
        retrieved=dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC),
        library="yfinance 1.7.0",
        left_out=tuple(draw(st.lists(st.tuples(WORDS, WORDS), max_size=2))),
    )


@given(replies())
def test_a_reply_survives_as_text(reply):
    back = Reply.from_text(reply.to_text())
    for name in ("query", "listing", "left_out", "retrieved", "library"):
        assert getattr(back, name) == getattr(reply, name)
    assert back.to_text() == reply.to_text()
    pd.testing.assert_frame_equal(
        back.bars, reply.bars, check_names=False, check_freq=False, rtol=1e-6
    )
    np.testing.assert_allclose(back.dividends, reply.dividends, rtol=1e-6)
    assert back.splits.index.equals(reply.splits.index)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", "null", json.dumps({"format": 1}), json.dumps({"format": 2})]
)
def test_what_is_no_reply_is_refused_with_what_a_reader_expects(text):
    with pytest.raises((ValueError, KeyError, TypeError)):
        Reply.from_text(text)


def test_a_cell_without_a_number_stays_empty():
    days = pd.DatetimeIndex(["2025-01-27", "2025-01-28"])
    bars = pd.DataFrame({"open": [np.nan, 1.5], "close": [1.0, 2.0], "volume": np.nan}, index=days)
    text = bars_text(bars)
    assert text == "date,open,close\n2025-01-27,,1\n2025-01-28,1.5,2\n"
    assert np.isnan(read_bars(text)["open"].iloc[0])


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("brk-b", "BRK-B"),
        (" 0700.hk ", "0700.HK"),
        ("EURUSD=X", "EURUSD=X"),
        ("btc-usd", "BTC-USD"),
        ("ES=F", "ES=F"),
        ("^n225", "^N225"),
        ("M&M.NS", "M&M.NS"),
        ("NVDA,nvda", "NVDA"),
    ],
)
def test_tickers_as_people_write_them(given, read):
    assert checked_tickers(given) == (read,)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "no tickers"),
        ([], "no tickers"),
        (" , ", "no tickers"),
        ("US67066G1040", "an ISIN"),
        ("輝達", "'輝達': not a ticker"),
        ("NVDA;TSM", "'NVDA;TSM': not a ticker"),
        ("../../etc/passwd", "not a ticker"),
        ("-NVDA", "not a ticker"),
        ("NVDA.", "not a ticker"),
        ([None], "not a ticker"),
        (["NV DA"], "not a ticker"),
        ("A" * 40, "not a ticker"),
    ],
)
def test_what_cannot_be_a_ticker_is_refused(given, words):
    with pytest.raises(InputError, match=words):
        checked_tickers(given)


@pytest.mark.parametrize("day", ["27.01.2025", "2025-02-30", "", None, 20250127.5, "yesterday"])
def test_what_is_no_date_is_refused(day):
    with pytest.raises(InputError, match="expected a date such as 2025-01-27"):
        checked_day("start", day)


@pytest.mark.parametrize(
    "day", ["2025-01-27", dt.date(2025, 1, 27), pd.Timestamp("2025-01-27 16:00")]
)
def test_a_date_in_any_form_is_the_date(day):
    assert checked_day("start", day) == dt.date(2025, 1, 27)
