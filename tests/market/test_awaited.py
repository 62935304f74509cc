"""Sessions that are lacking: asked for again while they may come, and told."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from analytics.market import load_market
from tests.market import loopback as play
from tests.market.asking import CLOSES, MARCH, WEEK, again
from tests.market.loopback import Listing, Server

pytestmark = pytest.mark.usefixtures("fresh_yfinance")


@pytest.fixture
def yahoo():
    index = Listing(dict(CLOSES), exchange="SNP", kind="INDEX")
    with Server({"NVDA": Listing(dict(CLOSES)), "^GSPC": index}) as server:
        yield server


def test_a_close_that_was_not_filled_yet_is_asked_for_again(yahoo, tmp_path):
    evening = dt.datetime(2025, 1, 29, 12, tzinfo=dt.UTC)
    yahoo.listings["NVDA"].nulls.add("2025-01-28")
    done = again(yahoo, tmp_path, now=evening)
    assert done.lacking == {"NVDA": "prices end 2025-01-27, asked to 2025-01-28"}
    yahoo.listings["NVDA"].nulls.clear()
    later = again(yahoo, tmp_path, now=MARCH)
    assert (later.arrived, later.lacking) == (("NVDA",), {})
    assert load_market(tmp_path).closes["NVDA"].tolist() == list(CLOSES.values())


def test_a_close_that_did_not_come_within_a_week_is_not_asked_for_again(yahoo, tmp_path):
    del yahoo.listings["NVDA"].closes["2025-01-28"]
    assert again(yahoo, tmp_path, now=MARCH - 4 * WEEK).arrived == ("NVDA",)  # four days later
    assert again(yahoo, tmp_path).arrived == ("NVDA",)  # a month later
    done = again(yahoo, tmp_path, now=MARCH + 52 * WEEK)
    assert (done.cached, done.requests) == (("NVDA",), 0)
    assert "not all: NVDA: prices end 2025-01-27, asked to 2025-01-28" in done.lines()
    assert done.record()["lacking"] == [{"ticker": "NVDA", "reason": done.lacking["NVDA"]}]


def test_a_day_of_bitcoin_that_was_still_open_is_asked_for_again(yahoo, tmp_path):
    closes = {f"2025-02-{day}": 90000.0 - 500 * day % 7 for day in range(20, 29)}
    yahoo.listings["BTC-USD"] = Listing(
        closes | {"2025-03-01": 86000.0}, exchange="CCC", kind="CRYPTOCURRENCY", zone="UTC", opens=0
    )
    days = ("2025-02-20", "2025-03-01")
    night = dt.datetime(2025, 3, 2, 0, 10, tzinfo=dt.UTC)
    assert len(again(yahoo, tmp_path, "BTC-USD", days, now=night).left_out) == 1
    done = again(yahoo, tmp_path, "BTC-USD", days, now=night + 52 * WEEK)
    assert (done.arrived, done.left_out, done.lacking) == (("BTC-USD",), (), {})
    assert load_market(tmp_path).closes["BTC-USD"].iloc[-1] == 86000.0


def test_an_answer_from_the_future_is_not_believed(yahoo, tmp_path):
    again(yahoo, tmp_path, now=MARCH + WEEK)
    assert again(yahoo, tmp_path, now=MARCH).arrived == ("NVDA",)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (("2025-01-18", "2025-01-28"), "prices begin 2025-01-22, asked from 2025-01-18"),
        (("2024-01-02", "2025-01-28"), "prices begin 2025-01-22, asked from 2024-01-02"),
        (("2025-01-22", "2025-01-29"), "prices end 2025-01-28, asked to 2025-01-29"),
        (("2025-01-22", "2025-02-20"), "prices end 2025-01-28, asked to 2025-02-20"),
    ],
)
def test_prices_that_begin_late_or_end_early_are_told(yahoo, tmp_path, days, said):
    assert again(yahoo, tmp_path, days=days).lacking == {"NVDA": said}


def test_closed_days_at_the_ends_are_nothing_lacking(yahoo, tmp_path):
    """A weekend and a holiday before the first session, a weekend after the last."""
    monday = dt.datetime(2025, 1, 27, 12, tzinfo=dt.UTC)
    yahoo.listings["NVDA"] = Listing({"2025-01-21": 1.0, "2025-01-22": 1.1, "2025-01-24": 1.2})
    days = ("2025-01-18", "2025-01-26")
    assert again(yahoo, tmp_path, days=days, now=monday).lacking == {}
    assert again(yahoo, tmp_path, days=days, now=monday).cached == ("NVDA",)


def test_without_a_calendar_a_weekday_at_the_end_is_asked_for_again(yahoo, tmp_path):
    yahoo.listings["ODD"] = Listing(dict(CLOSES), exchange="ZZZ")
    days, soon = ("2025-01-22", "2025-01-29"), dt.datetime(2025, 1, 30, 12, tzinfo=dt.UTC)
    first = again(yahoo, tmp_path, "ODD", days, now=soon)
    assert (first.arrived, first.lacking) == (("ODD",), {})  # the 29th may be a holiday there
    assert again(yahoo, tmp_path, "ODD", days, now=soon + WEEK).arrived == ("ODD",)
    assert again(yahoo, tmp_path, "ODD", days, now=soon + WEEK).requests == 0


def test_a_weekend_at_the_end_without_a_calendar_is_nothing_lacking(yahoo, tmp_path):
    yahoo.listings["ODD"] = Listing({"2025-01-23": 1.0, "2025-01-24": 1.1}, exchange="ZZZ")
    days, monday = ("2025-01-23", "2025-01-26"), dt.datetime(2025, 1, 27, 12, tzinfo=dt.UTC)
    again(yahoo, tmp_path, "ODD", days, now=monday)
    assert again(yahoo, tmp_path, "ODD", days, now=monday).requests == 0


NOTHING = {
    "code": "Bad Request",
    "description": "Data doesn't exist for startDate = 1, endDate = 2",
}


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (("2025-01-25", "2025-01-26"), "no session of XNYS in these dates"),
        (("1999-01-04", "1999-01-08"), "Yahoo has no prices in these dates"),
        (("1999-01-04", "2001-01-08"), "Yahoo has no prices in these dates"),
    ],
)
def test_dates_without_prices_are_no_fault_of_the_answer(yahoo, tmp_path, days, words):
    """Yahoo answers such a question with an HTTP error; asking again does not help."""
    nothing = json.dumps({"chart": {"result": None, "error": NOTHING}})
    yahoo.script = [play.good, play.status(400, nothing)]
    done = again(yahoo, tmp_path / "kept", days=days)
    assert done.failed == {"NVDA": words}
    assert yahoo.charts <= 3
