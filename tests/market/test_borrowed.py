"""What a fetched folder takes from the recorded data."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io

import pandas as pd
import pytest

from analytics.market.borrowed import borrowed_files, borrowed_rates
from analytics.market.reply import Query, Reply, YahooListing
from analytics.recorded import recorded_folder

NONE = pd.Series(dtype=float, index=pd.DatetimeIndex([]))


def reply(ticker, start="2025-01-01", end="2025-03-31", splits=None):
    bars = pd.DataFrame({"close": [1.0]}, index=pd.DatetimeIndex(["2025-01-22"]))
    given = pd.Series(splits, dtype=float) if splits else NONE
    given.index = pd.DatetimeIndex(given.index)
    return Reply(
        query=Query(ticker, dt.date.fromisoformat(start), dt.date.fromisoformat(end)),
        listing=YahooListing("NMS", "USD", "America/New_York", "EQUITY"),
        bars=bars,
        dividends=NONE,
        splits=given,
        retrieved=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        library="yfinance 1.7.0",
    )


def replies(*tickers, **about):
    return {one: reply(one, **about) for one in tickers}


def rows(file):
    return list(csv.DictReader(io.StringIO(file.content.decode())))


def test_calendars_go_as_they_are_with_their_own_source_and_grade():
    files, home = borrowed_files(replies("NVDA")), recorded_folder()
    for name in ("calendar_corrections.csv", "closures.csv"):
        assert files[name].content == home.read(name)
        assert files[name].source == home.entries[name].source
        assert files[name].grade == home.entries[name].grade


def test_only_weights_of_a_firm_and_its_index_both_in_the_folder_go():
    assert "index_weights.csv" not in borrowed_files(replies("NVDA", "^TWII"))
    weights = rows(borrowed_files(replies("NVDA", "META", "^GSPC"))["index_weights.csv"])
    assert {(row["ticker"], row["index"]) for row in weights} == {
        ("NVDA", "^GSPC"),
        ("META", "^GSPC"),
    }


def priced(ticker, *days):
    one = reply(ticker)
    bars = pd.DataFrame({"close": 1.0}, index=pd.DatetimeIndex(days))
    return dataclasses.replace(one, bars=bars)


def test_a_weight_beyond_the_prices_is_carried_with_recorded_prices():
    days = "2025-01-22", "2025-02-03", "2025-03-31"
    found = {one: priced(one, *days) for one in ("2330.TW", "^TWII")}
    (weight,) = rows(borrowed_files(found)["index_weights.csv"])
    closes = {
        one: {
            row["date"]: float(row["close"]) for row in recorded_folder().table(f"prices/{one}.csv")
        }
        for one in found
    }
    share, index = (
        closes[one]["2025-03-31"] / closes[one]["2025-12-31"] for one in ("2330.TW", "^TWII")
    )
    assert weight["date"] == "2025-03-31"
    assert float(weight["weight"]) == pytest.approx(0.430957 * share / index, abs=1e-6)
    assert weight["grade"] == "medium"
    assert weight["source"].startswith("carried from 2025-12-31")


def test_a_weight_stays_where_the_recorded_prices_do_not_reach():
    found = {one: priced(one, "2026-03-02", "2026-03-31") for one in ("2330.TW", "^TWII")}
    (weight,) = rows(borrowed_files(found)["index_weights.csv"])
    assert (weight["date"], weight["weight"]) == ("2025-12-31", "0.430957")


@pytest.mark.parametrize(
    ("splits", "shares"),
    [
        (None, 24_490_000_000),
        ({"2024-06-10": 10.0}, 24_490_000_000),  # before the count, which is on its basis
        ({"2024-06-10": 10.0, "2026-06-08": 4.0}, 97_960_000_000),
        ({"2026-06-08": 4.0, "2026-09-01": 0.5}, 48_980_000_000),
    ],
)
def test_a_share_count_follows_the_splits_that_came_after_it(splits, shares):
    files = borrowed_files({"NVDA": reply("NVDA", splits=splits)})
    (count,) = rows(files["shares_outstanding.csv"])
    assert float(count["shares"]) == shares


def test_the_interbank_rate_goes_with_both_listings_over_the_days_of_the_folder():
    files = borrowed_files(replies("TSM", "2330.TW"))
    rate = rows(files["prices/USDTWD.csv"])
    assert rate[0]["date"] >= "2025-01-01"
    assert rate[-1]["date"] == "2025-03-31"
    assert (
        files["prices/USDTWD.csv"].source == recorded_folder().entries["prices/USDTWD.csv"].source
    )
    assert [one.ticker for one in borrowed_rates(replies("TSM", "2330.TW"))] == ["USDTWD"]


@pytest.mark.parametrize(
    ("tickers", "about"),
    [
        (("TSM",), {}),
        (("2330.TW", "NVDA"), {}),
        (("TSM", "2330.TW"), {"start": "2026-02-01", "end": "2026-03-31"}),
    ],
)
def test_no_rate_goes_without_both_listings_or_beyond_its_days(tickers, about):
    found = replies(*tickers, **about)
    assert borrowed_rates(found) == []
    assert "prices/USDTWD.csv" not in borrowed_files(found)
