"""Asked once, kept whole, compared when read again."""

from __future__ import annotations

import datetime as dt
import json
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analytics as ma
from analytics.display.checkwork import check_record
from analytics.errors import ChecksumError, DataError, InputError
from analytics.market import load_market
from analytics.market.checks import check_snapshot
from analytics.market.fetching import ARRIVED, cache_folder, download_market, fetch
from analytics.market.reply import checked_tickers, number_text
from analytics.market.store import kept_replies
from analytics.market.yahoo import Client
from analytics.recorded import RecordedFolder, recorded_folder
from tests.market import loopback as play
from tests.market.asking import CLOSES, DAYS, MARCH, again, client
from tests.market.loopback import Listing, Server, loopback_session

pytestmark = pytest.mark.usefixtures("fresh_yfinance")


def index(closes=CLOSES):
    return Listing({day: 40 * close for day, close in closes.items()}, exchange="SNP", kind="INDEX")


@pytest.fixture
def yahoo():
    with Server({"NVDA": Listing(dict(CLOSES)), "^GSPC": index()}) as server:
        yield server


# --- what a folder holds --------------------------------------------------------------------------


def test_a_fetched_folder_is_a_market_like_the_recorded_one(yahoo, tmp_path):
    yahoo.listings["NVDA"].dividends["2025-01-27"] = 0.01
    market = download_market("NVDA", *DAYS, tmp_path, client=client(yahoo))
    assert market.tickers == ("NVDA", "^GSPC")
    assert market.returns("NVDA")["2025-01-27"] == pytest.approx((118.42 + 0.01) / 142.62 - 1)
    assert market.benchmark("NVDA", exclude_self=False)["2025-01-27"] == pytest.approx(
        118.42 / 142.62 - 1, abs=1e-6
    )
    security = market.directory.security("NVDA")
    assert (security.calendar, security.currency, security.benchmark) == ("XNYS", "USD", "^GSPC")
    assert market.directory.firm_of("NVDA").name_zh == "輝達"


def test_sources_name_yahoo_the_question_and_the_moment(yahoo, tmp_path):
    market = download_market("NVDA", *DAYS, tmp_path, client=client(yahoo))
    (entry,) = [one for one in market.sources if one.name == "prices/NVDA.csv"]
    assert entry.source.startswith("Yahoo Finance through yfinance 1.")
    assert "NVDA 2025-01-22 to 2025-01-28" in entry.source
    assert entry.retrieved == "2025-03-01T12:00:00Z"
    assert (entry.rows, entry.first, entry.last) == (5, *DAYS)


def test_the_market_is_what_was_asked_whatever_else_the_folder_holds(yahoo, tmp_path):
    again(yahoo, tmp_path, "NVDA,^GSPC")
    market = download_market(
        "NVDA", "2025-01-24", "2025-01-27", tmp_path, benchmarks=False, client=client(yahoo)
    )
    assert market.tickers == ("NVDA",)
    assert market.closes["NVDA"].tolist() == [142.62, 118.42]


def test_taipei_keeps_its_corrected_calendar(yahoo, tmp_path):
    closes = {"2024-10-30": 1030.0, "2024-11-01": 1035.0}
    yahoo.listings["2330.TW"] = Listing(
        closes, exchange="TAI", currency="TWD", zone="Asia/Taipei", opens=9
    )
    again(yahoo, tmp_path, "2330.TW", ("2024-10-30", "2024-11-01"))
    market = load_market(tmp_path)
    assert market.returns("2330.TW").tolist() == [pytest.approx(1035 / 1030 - 1)]
    assert market.unused.empty


def test_an_event_study_runs_on_a_fetched_folder(yahoo, tmp_path):
    home = ma.load_market()
    for ticker in ("NVDA", "^GSPC"):
        closes = home.closes[ticker].dropna()["2023-06-01":"2025-03-31"]
        yahoo.listings[ticker].closes = {f"{day:%Y-%m-%d}": one for day, one in closes.items()}
    for day, amount in home.dividends["NVDA"]["2023-06-01":"2025-03-31"].items():
        yahoo.listings["NVDA"].dividends[f"{day:%Y-%m-%d}"] = amount
    later = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
    market = download_market(
        "NVDA", "2023-06-01", "2025-03-31", tmp_path, client=client(yahoo, later)
    )
    event = ma.load_events()["deepseek-shock-2025-01-27"]
    found, known = (
        ma.event_study(ma.align(event, one, tickers=["NVDA"])).car(0, 0) for one in (market, home)
    )
    assert found["car"].iloc[0] == pytest.approx(known["car"].iloc[0], abs=1e-7)
    assert found["pvalue"].iloc[0] == pytest.approx(known["pvalue"].iloc[0], rel=1e-4)


@given(st.floats(2.0**-13, 2.0**23, width=32))
def test_a_price_of_single_precision_survives_as_text(price):
    assert np.float32(number_text(price)) == np.float32(price)


# --- nothing is asked twice -----------------------------------------------------------------------


def test_what_the_folder_holds_is_not_asked_for(yahoo, tmp_path):
    again(yahoo, tmp_path)
    count = len(yahoo.asked)
    done = again(yahoo, tmp_path)
    inside = again(yahoo, tmp_path, days=("2025-01-23", "2025-01-24"))
    assert (done.cached, done.arrived, done.requests) == (("NVDA",), (), 0)
    assert (inside.cached, inside.requests) == (("NVDA",), 0)
    assert len(yahoo.asked) == count


def test_wider_dates_are_asked_as_a_whole(yahoo, tmp_path):
    again(yahoo, tmp_path, days=("2025-01-24", "2025-01-27"))
    done = again(yahoo, tmp_path, days=("2025-01-22", "2025-01-24"))
    assert (done.arrived, done.revisions) == (("NVDA",), ())
    reply = kept_replies(tmp_path)["NVDA"]
    assert (str(reply.query.start), str(reply.query.end)) == ("2025-01-22", "2025-01-27")
    assert reply.bars["close"].tolist() == [147.07, 147.22, 142.62, 118.42]


def test_a_session_that_had_not_closed_is_left_out_and_asked_for_later(yahoo, tmp_path):
    before = dt.datetime(2025, 1, 28, 21, 5, tzinfo=dt.UTC)  # five minutes after the close
    done = again(yahoo, tmp_path, now=before)
    assert done.left_out == (("NVDA", "2025-01-28", "its session had not closed when it was read"),)
    assert again(yahoo, tmp_path, now=before).requests == 0
    later = again(yahoo, tmp_path, now=before + dt.timedelta(days=1))
    assert (later.arrived, later.left_out, later.revisions) == (("NVDA",), (), ())
    assert load_market(tmp_path).closes["NVDA"].tolist() == list(CLOSES.values())


def test_what_arrived_stays_and_only_the_rest_is_asked_for(yahoo, tmp_path):
    """The first two arrive, then the rate is limited."""
    for ticker in ("META", "TSM"):
        yahoo.listings[ticker] = Listing(dict(CLOSES))
    yahoo.script = [play.good] * 4 + [play.status(429)]
    first = again(yahoo, tmp_path, "NVDA,META,TSM")
    assert (first.arrived, list(first.failed)) == (("NVDA", "META"), ["TSM"])
    assert load_market(tmp_path).tickers == ("META", "NVDA")
    yahoo.script, yahoo.asked[:] = [play.good], []
    second = again(yahoo, tmp_path, "NVDA,META,TSM")
    assert (second.cached, second.arrived) == (("NVDA", "META"), ("TSM",))
    assert {one.rpartition("/")[2] for one in yahoo.asked if "/chart/" in one} == {"TSM"}


def test_a_missing_ticker_is_an_error_that_names_it_and_what_is_kept(yahoo, tmp_path):
    with pytest.raises(DataError, match=r"NOPE: Yahoo does not know it.*kept in .*: NVDA"):
        download_market("NVDA,NOPE", *DAYS, tmp_path, benchmarks=False, client=client(yahoo))
    assert load_market(tmp_path).tickers == ("NVDA",)


# --- read again -----------------------------------------------------------------------------------


def test_the_same_answer_changes_nothing(yahoo, tmp_path):
    again(yahoo, tmp_path)
    before = (tmp_path / "prices/NVDA.csv").read_bytes()
    done = again(yahoo, tmp_path, refresh=True, now=MARCH + dt.timedelta(days=2))
    assert (done.arrived, done.revisions) == (("NVDA",), ())
    assert (tmp_path / "prices/NVDA.csv").read_bytes() == before
    assert RecordedFolder(tmp_path).entries["prices/NVDA.csv"].retrieved == "2025-03-03T12:00:00Z"


def test_a_later_split_replaces_the_whole_series_and_is_named(yahoo, tmp_path):
    again(yahoo, tmp_path)
    yahoo.listings["NVDA"] = Listing(
        {day: close / 10 for day, close in CLOSES.items()}
        | {"2025-03-10": 11.0, "2025-03-11": 11.5},
        splits={"2025-03-10": 10.0},
    )
    done = again(
        yahoo, tmp_path, days=("2025-01-22", "2025-03-11"), now=MARCH + dt.timedelta(days=20)
    )
    closes = load_market(tmp_path).closes["NVDA"]
    assert closes.iloc[:5].to_numpy() == pytest.approx(np.array(list(CLOSES.values())) / 10)
    (change,) = [one for one in done.revisions if one.what == "close"]
    assert (change.first, change.last, change.days) == (*DAYS, 5)
    assert change.largest == pytest.approx(-0.9)
    assert change.reason == "a split of 10 to 1 that the old answer did not know"
    rows = RecordedFolder(tmp_path).table("revisions.csv")
    assert [row["reason"] for row in rows if row["what"] == "close"] == [change.reason]
    assert RecordedFolder(tmp_path).table("splits.csv") == [
        {"ticker": "NVDA", "first_session": "2025-03-10", "ratio": "10"}
    ]


def test_a_correction_by_the_vendor_is_listed(yahoo, tmp_path):
    again(yahoo, tmp_path)
    yahoo.listings["NVDA"].closes["2025-01-24"] = 142.6
    done = again(yahoo, tmp_path, refresh=True, now=MARCH + dt.timedelta(days=2))
    (change,) = [one for one in done.revisions if one.what == "close"]
    assert (change.first, change.last, change.days) == ("2025-01-24", "2025-01-24", 1)
    assert change.largest == pytest.approx(142.6 / 142.62 - 1, rel=1e-4)
    assert change.reason.startswith("a correction by the vendor")


def test_a_new_dividend_is_listed(yahoo, tmp_path):
    again(yahoo, tmp_path)
    yahoo.listings["NVDA"].dividends["2025-01-27"] = 0.01
    done = again(yahoo, tmp_path, refresh=True, now=MARCH + dt.timedelta(days=2))
    assert [(one.what, one.first, one.days) for one in done.revisions] == [
        ("dividends", "2025-01-27", 1)
    ]


def test_a_phantom_row_that_went_is_no_loss(yahoo, tmp_path):
    yahoo.listings["NVDA"].closes["2025-01-25"] = 142.62  # a Saturday
    again(yahoo, tmp_path)
    del yahoo.listings["NVDA"].closes["2025-01-25"]
    done = again(yahoo, tmp_path, refresh=True, now=MARCH + dt.timedelta(days=2))
    assert [(one.what, one.first) for one in done.revisions] == [("rows", "2025-01-25")]
    assert done.failed == {}


def test_a_refresh_that_fails_leaves_the_folder_as_it_was(yahoo, tmp_path):
    folder = tmp_path / "kept"
    again(yahoo, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    yahoo.script = [play.status(500)]
    done = again(yahoo, folder, refresh=True)
    assert "HTTP 500" in done.failed["NVDA"]
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


# --- broken off -----------------------------------------------------------------------------------


class StopError(Exception):
    pass


def test_a_run_that_was_broken_off_goes_on_where_it_was(yahoo, tmp_path):
    yahoo.listings["META"] = Listing(dict(CLOSES))

    def cut(_):
        raise StopError

    broken = client(yahoo, attempts=2)
    yahoo.script = [play.good, play.good, play.status(500)]
    object.__setattr__(broken, "sleep", cut)  # the process ends in its first pause
    with pytest.raises(StopError):
        fetch("NVDA,META", *DAYS, tmp_path, benchmarks=False, client=broken)
    assert not (tmp_path / "manifest.json").exists()
    yahoo.script, yahoo.asked[:] = [play.good], []
    done = again(yahoo, tmp_path, "NVDA,META")
    assert done.arrived == ("NVDA", "META")
    assert {one.rpartition("/")[2] for one in yahoo.asked if "/chart/" in one} == {"META"}
    assert not (tmp_path / ARRIVED).exists()


def test_an_old_or_damaged_loose_answer_is_not_used(yahoo, tmp_path):
    (tmp_path / ARRIVED).mkdir()
    (tmp_path / ".lock").touch()
    (tmp_path / ARRIVED / "NVDA.json").write_text('{"format": 1, "query": ["NVDA"')
    done = again(yahoo, tmp_path)
    assert (done.arrived, done.requests) == (("NVDA",), 6)


def test_two_runs_at_once_ask_once_and_leave_a_whole_folder(yahoo, tmp_path):
    results = []

    def one():
        options = {"session": loopback_session(yahoo.port), "now": lambda: MARCH}
        done = fetch("NVDA", *DAYS, tmp_path, benchmarks=False, client=Client(**options))
        results.append((done.arrived, done.cached))

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [((), ("NVDA",)), (("NVDA",), ())]
    assert yahoo.charts == 2
    assert load_market(tmp_path).closes["NVDA"].tolist() == list(CLOSES.values())


# --- wrong use ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tickers", "days", "words"),
    [
        ("", DAYS, "no tickers"),
        ("NV DA;X", DAYS, "'DA;X': not a ticker"),
        ("../etc", DAYS, "not a ticker"),
        ("US67066G1040", DAYS, "an ISIN"),
        ("NVDA", ("soon", "2025-01-28"), "start 'soon': expected a date"),
        ("NVDA", ("2025-01-28", "2025-01-22"), "lies after end"),
        ("NVDA", ("2025-04-01", "2025-04-02"), "lies in the future"),
    ],
)
def test_a_wrong_question_is_not_asked(yahoo, tmp_path, tickers, days, words):
    with pytest.raises(InputError, match=words):
        again(yahoo, tmp_path / "kept", tickers, days)
    assert yahoo.asked == []
    assert not (tmp_path / "kept").exists()


def test_folders_of_others_are_not_written_to(yahoo, tmp_path):
    home = tmp_path / "recorded"
    home.mkdir()
    for name in ("manifest.json", "splits.csv"):
        (home / name).write_bytes((recorded_folder().path / name).read_bytes())
    with pytest.raises(InputError, match="did not come from Yahoo"):
        again(yahoo, home)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "AAA.csv").write_text("date,close\n2025-01-27,1\n")
    with pytest.raises(InputError, match="nothing fetched"):
        again(yahoo, tmp_path / "own")
    with pytest.raises(InputError, match="a file; give a folder"):
        again(yahoo, tmp_path / "own" / "AAA.csv")
    assert yahoo.asked == []


def test_a_folder_changed_by_hand_is_not_written_to(yahoo, tmp_path):
    again(yahoo, tmp_path)
    with (tmp_path / "prices/NVDA.csv").open("a") as stream:
        stream.write("2025-01-29,1,1,1,1,1\n")
    with pytest.raises(ChecksumError, match=r"NVDA\.csv"):
        again(yahoo, tmp_path, refresh=True)


# --- places and units ---------------------------------------------------------------------------


def test_an_exchange_that_is_not_in_the_table_keeps_its_own_dates(yahoo, tmp_path):
    yahoo.listings["ODD.XX"] = Listing(dict(CLOSES), exchange="ZZZ", currency="GBp")
    again(yahoo, tmp_path, "ODD.XX", benchmarks=True)
    market = load_market(tmp_path)
    security = market.directory.security("ODD.XX")
    assert (security.calendar, security.benchmark, security.currency) == (None, None, "GBP")
    assert len(market.returns("ODD.XX")) == 4


@pytest.mark.parametrize(("exchange", "code"), [("TLV", "XTAE"), ("ATH", "ASEX"), ("BVB", "XBSE")])
def test_a_calendar_that_cannot_be_built_is_named_and_stops_nothing(
    yahoo, tmp_path, exchange, code
):
    yahoo.listings["TEVA.TA"] = Listing(dict(CLOSES), exchange=exchange, currency="ILA")
    done = again(yahoo, tmp_path, "TEVA.TA", benchmarks=True)
    words = f"cannot build {code} from 2025-01-22 to 2025-01-28; the dates of its prices count"
    assert list(done.undated) == ["TEVA.TA"]
    assert words in done.undated["TEVA.TA"]
    assert [one for one in done.lines() if one.startswith("no calendar: TEVA.TA: ")]
    market = load_market(tmp_path)
    assert market.closes["TEVA.TA"].tolist() == pytest.approx(np.array([*CLOSES.values()]) / 100)
    (entry,) = [one for one in market.sources if one.name == "prices/TEVA.TA.csv"]
    assert "in ILS (quoted in ILA, divided by 100)" in entry.source
    assert words in entry.source
    assert again(yahoo, tmp_path, "TEVA.TA").undated == done.undated  # from the folder as well


def test_london_prices_and_dividends_are_in_pounds(yahoo, tmp_path):
    """By hand: (405 + 4.5) / 400 - 1; Yahoo sends the second dividend in pounds."""
    closes = {"2025-01-23": 400.0, "2025-01-24": 405.0, "2025-01-27": 410.0}
    paid = {"2025-01-24": 4.5, "2025-01-27": 0.041}
    yahoo.listings["VOD.L"] = Listing(
        closes, exchange="LSE", currency="GBp", zone="Europe/London", dividends=paid
    )
    done = again(yahoo, tmp_path, "VOD.L")
    market = load_market(tmp_path)
    assert market.directory.security("VOD.L").currency == "GBP"
    assert market.closes["VOD.L"].tolist() == [4.0, 4.05, 4.1]
    assert market.dividends["VOD.L"].tolist() == [0.045, 0.041]
    assert market.returns("VOD.L").tolist() == pytest.approx([409.5 / 400 - 1, 414.1 / 405 - 1])
    assert done.left_out == (
        (
            *("VOD.L", "2025-01-27"),
            "cash of 0.041 taken as GBP, for as GBp it would be 0.010% of the price",
        ),
    )
    assert kept_replies(tmp_path)["VOD.L"].listing.quoted == "GBp"
    assert again(yahoo, tmp_path, "VOD.L", refresh=True).revisions == ()


@pytest.mark.parametrize("kind", ["MUTUALFUND", "ETF", "EQUITY"])
def test_capital_gains_of_a_fund_are_cash(yahoo, tmp_path, kind):
    yahoo.listings["FUND"] = Listing(
        dict(CLOSES), kind=kind, dividends={"2025-01-27": 0.3}, gains={"2025-01-27": 1.2}
    )
    again(yahoo, tmp_path, "FUND")
    market = load_market(tmp_path)
    assert market.dividends["FUND"].tolist() == [1.5]
    assert market.returns("FUND")["2025-01-27"] == pytest.approx((118.42 + 1.5) / 142.62 - 1)


def test_a_gain_that_yahoo_has_in_the_dividend_too_is_paid_once(yahoo, tmp_path):
    yahoo.listings["FUND"] = Listing(
        dict(CLOSES), kind="MUTUALFUND", dividends={"2025-01-27": 10.0}, gains={"2025-01-27": 8.0}
    )
    done = again(yahoo, tmp_path, "FUND")
    assert load_market(tmp_path).dividends["FUND"].tolist() == [10.0]
    assert [day for _, day, why in done.left_out if "not added" in why] == ["2025-01-27"]


def test_numbers_that_can_be_no_price_are_named_and_the_rest_is_kept(yahoo, tmp_path):
    inf = float("inf")
    yahoo.listings["NVDA"] = Listing(
        dict(CLOSES),
        odd={
            "2025-01-22": (0.0, 148.0, 0.0, 147.07, -1),
            "2025-01-23": (147.0, 148.0, 146.0, inf, 1000),
        },
        twice={"2025-01-27"},
        dividends={"2025-01-24": inf},
    )
    done = again(yahoo, tmp_path)
    assert sorted(done.left_out) == [
        ("NVDA", "2025-01-22", "open of 0, low of 0, volume of -1: left empty"),
        ("NVDA", "2025-01-23", "close of inf, which is no price"),
        ("NVDA", "2025-01-24", "cash of inf, which is no amount"),
        ("NVDA", "2025-01-27", "came 2 times, one row was taken"),
    ]
    bars = load_market(tmp_path).bars["NVDA"]
    assert bars["close"].tolist() == [147.07, 142.62, 118.42, 128.99]
    assert bars.loc["2025-01-22"].isna().sum() == 3


def test_a_renamed_ticker_is_not_stored_under_the_old_name(yahoo, tmp_path):
    yahoo.listings["FB"] = Listing(dict(CLOSES), symbol="META")
    done = again(yahoo, tmp_path / "kept", "FB,NVDA")
    assert done.failed == {"FB": "Yahoo answers for META instead; ask for that one"}
    assert load_market(tmp_path / "kept").tickers == ("NVDA",)


# --- checked after fetching -----------------------------------------------------------------------


def test_a_fetched_folder_is_checked_and_the_findings_are_told(yahoo, tmp_path):
    del yahoo.listings["NVDA"].closes["2025-01-24"]
    folder = tmp_path / "two words"
    done = again(yahoo, folder)
    (finding,) = done.check.findings
    assert (finding.file, finding.date) == ("prices/NVDA.csv", "2025-01-24")
    assert finding.rule == "missing_session"
    (line,) = [one for one in done.lines() if one.startswith("checked: ")]
    assert "1 error" in line
    assert line.endswith(f"analytics check '{folder}'")
    record = done.record()
    assert record["findings"] == check_record(check_snapshot(folder))["findings"]
    assert [one["date"] for one in record["findings"]] == ["2025-01-24"]
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_clean_prices_give_no_finding(yahoo, tmp_path):
    done = again(yahoo, tmp_path)
    assert done.check.findings == ()
    assert "5 rows; no findings" in done.lines()[-1]


def test_nothing_in_the_folder_is_not_checked(yahoo, tmp_path):
    done = again(yahoo, tmp_path / "kept", "NOPE")
    assert done.check is None
    assert (done.record()["findings"], done.record()["known"]) == ([], [])


# --- as a newcomer tries it -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "ticker", ["brk-b", " 0700.HK ", "EURUSD=X", "BTC-USD", "ES=F", "^N225", "M&M.NS"]
)
def test_tickers_of_every_kind_arrive(yahoo, tmp_path, ticker):
    name = ticker.strip().upper()
    yahoo.listings[name] = Listing(dict(CLOSES), exchange="ZZZ")
    again(yahoo, tmp_path / "價格 of mine", [ticker])
    assert load_market(tmp_path / "價格 of mine").tickers == (name,)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (("2025-01-27", "2025-01-27"), None),
        (("2025-01-22", "2099-01-01"), None),
        (("1900-01-01", "2025-01-28"), None),
        (("1985-01-01", "2025-01-28"), None),
        (("2025-01-25", "2025-01-26"), "no session of XNYS in these dates"),
        (("2025-02-24", "2025-02-25"), "no prices in these dates"),
        (("1900-01-01", "1900-12-31"), "no prices in these dates"),
    ],
)
def test_dates_of_every_kind_are_answered(yahoo, tmp_path, days, words):
    done = again(yahoo, tmp_path / "kept", days=days)
    assert words is None or words in done.failed["NVDA"]
    assert (done.arrived == ("NVDA",)) == (words is None)
    assert all("\n" not in line for line in done.lines())


@pytest.mark.parametrize(
    ("written", "words"),
    [("2330-TW", "it may be 2330.TW"), ("META.US", "it may be META"), ("NOPE", "spelling there")],
)
def test_an_unknown_ticker_is_told_its_usual_spelling(yahoo, tmp_path, written, words):
    done = again(yahoo, tmp_path / "kept", written)
    assert done.failed[written].endswith(words)


def test_many_remarks_of_one_kind_are_one_line(yahoo, tmp_path):
    odd = {day: (0.0, close + 1, close - 1, close, 1) for day, close in CLOSES.items()}
    yahoo.listings["NVDA"] = Listing(dict(CLOSES), odd=odd)
    done = again(yahoo, tmp_path)
    assert len(done.left_out) == 5
    assert [one for one in done.lines() if one.startswith("not as it came")] == [
        "not as it came: NVDA 2025-01-22 to 2025-01-28, 5 rows: open of 0: left empty"
    ]


def test_a_folder_that_cannot_be_made_is_one_message(yahoo, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="file/kept: cannot be written"):
        again(yahoo, tmp_path / "file" / "kept")
    assert yahoo.asked == []


def test_without_a_home_a_folder_must_be_named(monkeypatch):
    def nowhere(_):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", nowhere)
    with pytest.raises(InputError, match="no home folder here"):
        cache_folder()


@given(
    st.lists(st.sampled_from(["nvda", "2330.tw", "^gspc", "brk-b", "eurusd=x", "BF.B"]), min_size=1)
)
def test_tickers_are_read_alike_as_text_and_as_list(names):
    assert checked_tickers(" ,".join(names)) == checked_tickers(names)
    assert len(checked_tickers(names)) == len({one.upper() for one in names})


def test_without_a_folder_downloads_are_kept_in_the_cache_of_the_user(yahoo, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache_folder() == tmp_path / "cache" / "analytics" / "yahoo"
    download_market("NVDA", *DAYS, client=client(yahoo))
    assert load_market(cache_folder()).tickers == ("NVDA", "^GSPC")
