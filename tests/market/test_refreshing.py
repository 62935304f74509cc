"""Read again: what a new answer may replace, and what stays."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest

from analytics.market import load_market
from analytics.market.store import kept_replies
from analytics.recorded import RecordedFolder
from tests.market.asking import CLOSES, MARCH, WEEK, again
from tests.market.loopback import Listing, Server

pytestmark = pytest.mark.usefixtures("fresh_yfinance")


@pytest.fixture
def yahoo():
    index = Listing(dict(CLOSES), exchange="SNP", kind="INDEX")
    with Server({"NVDA": Listing(dict(CLOSES)), "^GSPC": index}) as server:
        yield server


def test_a_session_that_yahoo_lost_is_kept_beside_the_new_days(yahoo, tmp_path):
    again(yahoo, tmp_path)
    yahoo.listings["NVDA"].nulls.add("2025-01-24")
    yahoo.listings["NVDA"].closes["2025-01-29"] = 123.7
    done = again(yahoo, tmp_path, days=("2025-01-22", "2025-01-29"), now=MARCH + WEEK)
    why = "Yahoo no longer has it; kept from the answer of 2025-03-01T12:00:00Z"
    assert done.failed == {}
    assert [(one.what, one.first, one.reason) for one in done.revisions] == [
        ("rows", "2025-01-24", why)
    ]
    assert load_market(tmp_path).closes["NVDA"].tolist() == [*CLOSES.values(), 123.7]
    later = again(yahoo, tmp_path, refresh=True, now=MARCH + 2 * WEEK)
    assert (later.failed, later.revisions) == ({}, ())
    assert later.left_out == (("NVDA", "2025-01-24", why),)


def test_an_answer_that_lacks_sessions_and_changed_others_replaces_nothing(yahoo, tmp_path):
    again(yahoo, tmp_path)
    del yahoo.listings["NVDA"].closes["2025-01-24"]
    yahoo.listings["NVDA"].closes["2025-01-23"] = 150.0
    done = again(yahoo, tmp_path, refresh=True, now=MARCH + dt.timedelta(days=2))
    assert "lacks 1 session that the folder has, the first 2025-01-24" in done.failed["NVDA"]
    assert load_market(tmp_path).closes["NVDA"].tolist() == list(CLOSES.values())


def test_what_a_refresh_replaced_stays_in_the_folder_and_out_of_use(yahoo, tmp_path):
    again(yahoo, tmp_path)
    before = (tmp_path / "prices/NVDA.csv").read_bytes()
    again(yahoo, tmp_path, refresh=True, now=MARCH + WEEK)
    assert not (tmp_path / "replaced").exists()  # nothing changed
    yahoo.listings["NVDA"].closes["2025-01-24"] = 142.6
    done = again(yahoo, tmp_path, refresh=True, now=MARCH + 2 * WEEK)
    name = "replaced/NVDA_20250308T120000Z.csv"
    assert (tmp_path / name).read_bytes() == before
    entry = RecordedFolder(tmp_path).entries[name]
    assert (entry.kind, entry.rows) == ("replaced", 5)
    assert entry.source.endswith("; replaced by the answer of 2025-03-15T12:00:00Z")
    assert done.check.findings == ()
    market = load_market(tmp_path)
    assert market.tickers == ("NVDA",)
    assert name not in [one.name for one in market.sources]
    again(yahoo, tmp_path, "^GSPC")
    assert RecordedFolder(tmp_path).read(name) == before


def test_another_security_under_the_ticker_replaces_nothing(yahoo, tmp_path):
    days = [f"{day:%Y-%m-%d}" for day in load_market().closes["NVDA"].index[:60]]
    walks = [
        dict(zip(days, 100 * np.exp(0.015 * np.cumsum(rng.standard_normal(60))), strict=True))
        for rng in (np.random.default_rng(1), np.random.default_rng(2))
    ]
    yahoo.listings["OLD"] = Listing(walks[0])
    again(yahoo, tmp_path, "OLD", (days[0], days[-1]))
    before = (tmp_path / "prices/OLD.csv").read_bytes()
    yahoo.listings["OLD"] = Listing(walks[1])
    done = again(yahoo, tmp_path, "OLD", (days[0], days[-1]), refresh=True)
    assert "about another security" in done.failed["OLD"]
    assert "fetch into a new folder and compare the two" in done.failed["OLD"]
    assert (done.arrived, done.revisions) == ((), ())
    assert (tmp_path / "prices/OLD.csv").read_bytes() == before


def test_a_split_after_the_dates_asked_is_known_and_named(yahoo, tmp_path):
    again(yahoo, tmp_path)
    yahoo.listings["NVDA"] = Listing(
        {day: close / 10 for day, close in CLOSES.items()}, splits={"2025-03-10": 10.0}
    )
    done = again(yahoo, tmp_path, refresh=True, now=MARCH + 2 * WEEK)
    assert {one.reason for one in done.revisions if one.what == "close"} == {
        "a split of 10 to 1 that the old answer did not know"
    }
    assert kept_replies(tmp_path)["NVDA"].splits.to_dict() == {np.datetime64("2025-03-10"): 10.0}
    assert done.check.findings == ()
    assert done.left_out == ()


def test_cash_in_another_currency_is_told_by_the_manifest_too(yahoo, tmp_path):
    paid = {"2025-01-24": 3.5, "2025-01-27": 4.0}
    yahoo.listings["TSM"] = Listing(dict(CLOSES), exchange="NYQ", unit="TWD", dividends=paid)
    again(yahoo, tmp_path, "TSM,NVDA")
    entry = RecordedFolder(tmp_path).entries["dividends.csv"]
    assert entry.source.endswith("; left out, for they are in another currency: TSM (2)")


@pytest.mark.parametrize(
    ("currency", "exchange", "words"),
    [
        ("EUR", "NMS", "its prices are in EUR, those of the folder in USD"),
        ("USD", "GER", "it is of exchange GER, the folder's of NMS"),
    ],
)
def test_another_currency_or_exchange_than_the_kept_one_replaces_nothing(
    yahoo, tmp_path, currency, exchange, words
):
    again(yahoo, tmp_path)
    yahoo.listings["NVDA"] = Listing(dict(CLOSES), currency=currency, exchange=exchange)
    done = again(yahoo, tmp_path, refresh=True)
    assert words in done.failed["NVDA"]
    assert kept_replies(tmp_path)["NVDA"].listing.currency == "USD"


def test_a_move_to_an_exchange_of_the_same_calendar_is_listed(yahoo, tmp_path):
    again(yahoo, tmp_path)
    yahoo.listings["NVDA"] = Listing(dict(CLOSES), exchange="NYQ")
    done = again(yahoo, tmp_path, refresh=True)
    assert [(one.what, one.reason) for one in done.revisions] == [
        ("exchange", "NMS before, NYQ now")
    ]
    rows = RecordedFolder(tmp_path).table("revisions.csv")
    assert [row["reason"] for row in rows] == ["NMS before, NYQ now"]


def test_columns_that_vanish_are_named_once(yahoo, tmp_path):
    again(yahoo, tmp_path)
    odd = {day: (None, None, None, close, 0) for day, close in CLOSES.items()}
    yahoo.listings["NVDA"] = Listing(dict(CLOSES), odd=odd)
    done = again(yahoo, tmp_path, refresh=True, now=MARCH + WEEK)
    assert [(one.what, one.days, one.reason) for one in done.revisions] == [
        (name, 5, "Yahoo no longer has this column") for name in ("open", "high", "low", "volume")
    ]
    assert json.loads(json.dumps(done.record(), allow_nan=False)) == done.record()
    old = "replaced/NVDA_20250301T120000Z.csv"
    assert RecordedFolder(tmp_path).text(old).startswith("date,open,high,low,close,volume\n")


def test_replaced_dividends_and_splits_stay_too(yahoo, tmp_path):
    yahoo.listings["NVDA"].dividends["2025-01-24"] = 0.02
    yahoo.listings["NVDA"].splits["2025-01-23"] = 2.0
    again(yahoo, tmp_path)
    yahoo.listings["NVDA"].dividends["2025-01-24"] = 0.01
    again(yahoo, tmp_path, refresh=True, now=MARCH + WEEK)
    there, old = RecordedFolder(tmp_path), "replaced/NVDA_20250301T120000Z"
    assert there.table(f"{old}_dividends.csv") == [{"date": "2025-01-24", "amount": "0.02"}]
    assert there.table(f"{old}_splits.csv") == [{"date": "2025-01-23", "ratio": "2"}]
    assert there.table("dividends.csv")[0]["amount"] == "0.01"


def test_a_split_after_the_dates_asked_for_is_known_and_counts_follow_it(yahoo, tmp_path):
    """Its prices are divided already; the answer reaches up to today, so that it is listed."""
    halved = {day: close / 2 for day, close in CLOSES.items()}
    later = {"2025-02-10": 70.0, "2025-02-28": 71.0}
    yahoo.listings["NVDA"] = Listing({**halved, **later}, splits={"2025-02-10": 2.0})
    done = again(yahoo, tmp_path)
    assert done.left_out == ()
    there = RecordedFolder(tmp_path)
    assert there.entries["prices/NVDA.csv"].last == "2025-01-28"
    assert there.table("splits.csv") == [
        {"ticker": "NVDA", "first_session": "2025-02-10", "ratio": "2"}
    ]
    (count,) = there.table("shares_outstanding.csv")
    assert float(count["shares"]) == 2 * 24_490_000_000
