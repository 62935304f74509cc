"""Answers as files of a folder, and back."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
import yaml

from analytics.errors import ChecksumError, DataError, InputError
from analytics.market.overlap import Revision
from analytics.market.reply import Query, Reply, YahooListing
from analytics.market.snapshot import write_snapshot
from analytics.market.store import kept_replies, refuse_foreign, snapshot_files, undated
from analytics.recorded import MANIFEST, RecordedFolder, recorded_folder

LISTINGS = {
    "NVDA": YahooListing("NMS", "USD", "America/New_York", "EQUITY", "NVIDIA, Inc.", "USD"),
    "VOD.L": YahooListing("LSE", "GBP", "Europe/London", "EQUITY", 'Vodafone "Group"', "GBp"),
    "^GSPC": YahooListing("SNP", "USD", "America/New_York", "INDEX", "", "USD"),
    "TEVA.TA": YahooListing("TLV", "ILS", "Asia/Jerusalem", "EQUITY", "טבע", "ILA"),
}


def dated(**values):
    index = pd.DatetimeIndex([day.replace("d", "").replace("_", "-") for day in values])
    return pd.Series(list(values.values()), index=index.as_unit("ns"), dtype=float)


def reply(ticker, *, volume=True, left_out=()):
    days = pd.DatetimeIndex(["2025-01-24", "2025-01-27"]).as_unit("ns")
    bars = pd.DataFrame({"close": [142.62, 118.42]}, index=days)
    if volume:
        bars["volume"] = [1000.0, 2000.0]
    return Reply(
        query=Query(ticker, dt.date(2025, 1, 24), dt.date(2025, 1, 27)),
        listing=LISTINGS[ticker],
        bars=bars,
        dividends=dated(d2025_01_24=0.0125) if ticker == "NVDA" else dated(),
        splits=dated(d2025_01_27=0.1) if ticker == "VOD.L" else dated(),
        retrieved=dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC),
        library="yfinance 1.7.0",
        left_out=left_out,
    )


def write(folder, *tickers, changed=(), **options):
    replies = {one: reply(one, **options) for one in tickers}
    write_snapshot(folder, snapshot_files(folder, replies, changed))
    return replies


def test_what_was_written_is_read_back(tmp_path):
    rows = (("2025-01-25", 'no close, "nothing"'), ("2025-01-26", "outside"))
    written = write(tmp_path, *LISTINGS, left_out=rows)
    read = kept_replies(tmp_path)
    assert list(read) == sorted(LISTINGS)
    for ticker, one in read.items():
        assert one.to_text() == written[ticker].to_text()


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert kept_replies(tmp_path / "none") == {}


def test_every_price_file_says_what_its_prices_are_in(tmp_path):
    write(tmp_path, *LISTINGS)
    entries = RecordedFolder(tmp_path).entries
    said = {one: entries[f"prices/{one}.csv"] for one in LISTINGS}
    assert "in GBP (quoted in GBp, divided by 100)" in said["VOD.L"].source
    assert "quoted" not in said["NVDA"].source
    assert "cannot build XTAE" in said["TEVA.TA"].source
    assert {one: entry.kind for one, entry in said.items()} == {
        **dict.fromkeys(("NVDA", "VOD.L", "TEVA.TA"), "prices"),
        "^GSPC": "index",
    }
    assert {entry.retrieved for entry in said.values()} == {"2025-03-01T12:00:00Z"}


def test_a_benchmark_is_one_that_has_prices(tmp_path):
    def listed(folder):
        document = yaml.safe_load((folder / "securities.yaml").read_text(encoding="utf-8"))
        return {one["ticker"]: one for one in document["securities"]}

    write(tmp_path / "with", "NVDA", "^GSPC")
    write(tmp_path / "without", "NVDA", "TEVA.TA")
    assert listed(tmp_path / "with")["NVDA"]["benchmark"] == "^GSPC"
    assert "benchmark" not in listed(tmp_path / "without")["NVDA"]
    assert "calendar" not in listed(tmp_path / "without")["TEVA.TA"]


def test_only_exchanges_without_a_calendar_are_undated():
    found = undated({one: reply(one) for one in LISTINGS})
    assert list(found) == ["TEVA.TA"]
    assert undated({}) == {}


def test_revisions_go_on_from_the_older_ones(tmp_path):
    first = Revision("NVDA", "close", "2025-01-24", "2025-01-24", 1, 0.1, "a", "2025-03-01")
    second = Revision("NVDA", "rows", "2025-01-27", "2025-01-27", 1, float("nan"), "b, c", "x")
    write(tmp_path, "NVDA")
    write(tmp_path, "NVDA", changed=[first])
    write(tmp_path, "NVDA", changed=[second])
    rows = RecordedFolder(tmp_path).table("revisions.csv")
    assert [(row["what"], row["largest"], row["reason"]) for row in rows] == [
        ("close", "0.1", "a"),
        ("rows", "", "b, c"),
    ]


def test_weights_are_taken_along_only_for_firms_and_indices_that_have_prices(tmp_path):
    write(tmp_path / "both", "NVDA", "^GSPC")
    write(tmp_path / "one", "NVDA")
    rows = RecordedFolder(tmp_path / "both").table("index_weights.csv")
    assert {(row["index"], row["ticker"]) for row in rows} == {("^GSPC", "NVDA")}
    assert "index_weights.csv" not in RecordedFolder(tmp_path / "one").entries


def test_a_damaged_file_is_not_read(tmp_path):
    write(tmp_path, "NVDA")
    (tmp_path / "fetched.csv").write_text("ticker\nNVDA\n")
    with pytest.raises(ChecksumError, match=r"fetched\.csv"):
        kept_replies(tmp_path)


def test_a_folder_of_another_form_is_one_message(tmp_path):
    files = snapshot_files(tmp_path, {"NVDA": reply("NVDA")}, ())
    old = files["fetched.csv"]
    fewer = old.content.replace(b",quoted", b",other")
    write_snapshot(tmp_path, files | {"fetched.csv": type(old)(fewer, old.kind, old.source)})
    with pytest.raises(DataError, match=r"fetched\.csv: .*no column quoted.*fetch it anew"):
        kept_replies(tmp_path)


def test_folders_that_something_else_filled_are_refused(tmp_path):
    refuse_foreign(tmp_path / "new")
    refuse_foreign(tmp_path)
    (tmp_path / ".lock").touch()
    refuse_foreign(tmp_path)
    (tmp_path / ".lock").unlink()
    (tmp_path / "mine.csv").write_text("x")
    with pytest.raises(InputError, match="holds files, but nothing fetched"):
        refuse_foreign(tmp_path)
    with pytest.raises(InputError, match="a file; give a folder"):
        refuse_foreign(tmp_path / "mine.csv")
    with pytest.raises(InputError, match="did not come from Yahoo"):
        refuse_foreign(recorded_folder().path)
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(DataError):
        refuse_foreign(tmp_path)
