"""Codes of exchanges beside the tables of yfinance and the calendars that can be built."""

from __future__ import annotations

import exchange_calendars
import pandas as pd
import pytest
from yfinance import const

from analytics.market.calendars import exchange_calendar
from analytics.market.exchanges import (
    BENCHMARKS,
    CALENDARS,
    GENERAL_KNOWLEDGE,
    LISTED,
    benchmark_of,
    calendar_of,
    security_of,
    why_no_calendar,
)
from analytics.market.reply import YahooListing

COUNTRIES = {
    **dict.fromkeys(("XETR", "XFRA", "XSTU", "XDUS", "XHAM"), "de"),
    "XNYS": "us",
    "XTSE": "ca",
    "BVMF": "br",
    "XMEX": "mx",
    "XBUE": "ar",
    "XBOG": "co",
    "XSGO": "cl",
    "XLON": "gb",
    "XPAR": "fr",
    "XAMS": "nl",
    "XBRU": "be",
    "XLIS": "pt",
    "XMIL": "it",
    "XMAD": "es",
    "XSWX": "ch",
    "XWBO": "at",
    "XSTO": "se",
    "XCSE": "dk",
    "XHEL": "fi",
    "XOSL": "no",
    "XICE": "is",
    "XTAL": "ee",
    "XRIS": "lv",
    "XLIT": "lt",
    "XDUB": "ie",
    "XWAR": "pl",
    "XPRA": "cz",
    "XBUD": "hu",
    "XBSE": "ro",
    "ASEX": "gr",
    "XIST": "tr",
    "XTAE": "il",
    "XSAU": "sa",
    "XJSE": "za",
    "XKAR": "pk",
    "XTKS": "jp",
    "XHKG": "hk",
    "XSHG": "cn",
    "XTAI": "tw",
    "XKRX": "kr",
    "XBOM": "in",
    "XSES": "sg",
    "XBKK": "th",
    "XIDX": "id",
    "XKLS": "my",
    "XPHS": "ph",
    "XASX": "au",
    "XNZE": "nz",
}
SPAN = (pd.Timestamp("2022-01-03"), pd.Timestamp("2025-12-31"))


def known_to_yfinance():
    """Code -> countries, of its screeners for shares and for funds."""
    found = {}
    for table in (const.EQUITY_SCREENER_EQ_MAP, const.FUND_SCREENER_EQ_MAP):
        for country, codes in table["exchange"].items():
            for code in codes:
                found.setdefault(code, set()).add(country)
    return found


def listing(exchange, kind="EQUITY"):
    return YahooListing(exchange, "USD", "America/New_York", kind)


def test_every_listed_code_is_in_the_country_that_yfinance_says():
    known = known_to_yfinance()
    ours = {one: {COUNTRIES[code]} for code, codes in LISTED.items() for one in codes.split()}
    lacking = {one for one in ours if one not in known}
    assert lacking <= {"OQX"} & set(ours)
    assert {one: known[one] for one in ours if one in known} == {
        one: where for one, where in ours.items() if one in known
    }


def test_what_yfinance_lists_does_not_count_as_general_knowledge():
    codes = {one for its in GENERAL_KNOWLEDGE.values() for one in its.split()}
    assert codes & set(known_to_yfinance()) == set()
    assert len(CALENDARS) == sum(
        len(its.split()) for table in (LISTED, GENERAL_KNOWLEDGE) for its in table.values()
    )


def test_every_exchange_of_the_table_has_a_calendar():
    known = set(exchange_calendars.get_calendar_names(include_aliases=False))
    assert set(CALENDARS.values()) <= known
    assert set(BENCHMARKS) <= set(CALENDARS.values())
    assert [CALENDARS[one] for one in ("NMS", "NYQ", "TAI", "LSE", "JPX", "CCC")] == [
        *("XNYS", "XNYS", "XTAI", "XLON", "XTKS", "24/7")
    ]


def test_calendars_that_cannot_be_built_are_told_and_all_others_are_built():
    codes = {code: listed.split()[0] for code, listed in LISTED.items()}
    said = {code: why_no_calendar(listing(one), *SPAN) for code, one in codes.items()}
    assert {code for code, why in said.items() if why} == {"ASEX", "XBSE", "XTAE"}
    assert len(exchange_calendar("XTAL", *SPAN).sessions) > 900


def test_a_calendar_that_begins_later_than_the_prices_is_told():
    early = (pd.Timestamp("2019-01-02"), pd.Timestamp("2025-12-31"))
    words = "cannot build XSAU from 2019-01-02 to 2025-12-31"
    assert words in why_no_calendar(listing("SAU"), *early)
    assert why_no_calendar(listing("SAU"), *SPAN) == ""


@pytest.mark.parametrize("exchange", ["", "ZZZ", "CME", "BER", "CXE"])
def test_an_unknown_exchange_has_no_calendar_and_no_benchmark(exchange):
    one = security_of("ODD", listing(exchange), ["ODD"])
    assert (one.calendar, one.benchmark) == (None, None)
    assert f"Yahoo's exchange {exchange!r} has no calendar here" in why_no_calendar(
        listing(exchange), *SPAN
    )


@pytest.mark.parametrize(
    ("ticker", "one", "benchmark"),
    [
        ("SAP.DE", listing("GER"), "^GDAXI"),
        ("^GDAXI", listing("GER", "INDEX"), None),
        ("EURUSD=X", listing("CCY", "CURRENCY"), None),
        ("BTC-USD", listing("CCC", "CRYPTOCURRENCY"), None),
        ("000001.SS", listing("SHH"), None),  # a share of that name would be its own measure
        ("2330.TW", listing("ZZZ"), "^TWII"),  # as recorded
    ],
)
def test_the_index_of_a_market_measures_its_shares_only(ticker, one, benchmark):
    assert benchmark_of(ticker, one) == benchmark
    assert security_of(ticker, one, [ticker]).benchmark is None  # it has no prices here


def test_an_undated_security_keeps_its_city():
    one = security_of("TEVA.TA", listing("TLV"), [], dated=False)
    assert (one.calendar, calendar_of(listing("TLV"))) == (None, "XTAE")
    assert one.exchange
