"""Where the calendar may be wrong a finding says so, and nothing good is taken out."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.market.checks import check_snapshot
from tests.market.checks.test_checks import sessions_of, simulated

INDIA = sessions_of("XBOM", "2023-12-01", "2024-12-31")
HONG_KONG = sessions_of("XHKG", "2023-01-02", "2023-12-29")


def put(folder, exchange, frames, kind="share"):
    rows = []
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv")
        rows.append(f"- {{ticker: {name}, exchange: {exchange}, kind: {kind}}}\n")
    (folder / "securities.yaml").write_text("".join(rows))
    return [(f.rule, f.severity, f.date, f.file, f) for f in check_snapshot(folder).findings]


@pytest.mark.parametrize("day", ["2024-01-20", "2024-03-02"])
@pytest.mark.parametrize("way", ["traded", "no volume", "repeated"])
def test_a_special_session_is_not_taken_for_a_phantom(tmp_path, day, way):
    days = INDIA.union([pd.Timestamp(day)])
    frame = simulated(1, days, 0.015, 5)
    at = frame.index.get_loc(day)
    if way == "no volume":
        frame.iloc[at, 4] = 0
    if way == "repeated":
        frame.iloc[at] = frame.iloc[at - 1]
    ((rule, severity, date, _, one),) = put(tmp_path, "XBOM", {"AAA": frame})
    special = way == "traded"
    assert (rule, severity) == (
        ("special_session", "warning") if special else ("phantom_row", "error")
    )
    assert date == day
    assert bool(one.remedy) is not special


def test_a_session_that_no_file_of_an_exchange_has_is_the_calendars_doubt(tmp_path):
    frames = {
        name: simulated(k, HONG_KONG, 0.015, 5).drop("2023-07-19")
        for k, name in enumerate(("AAA", "BBB"))
    }
    frames["AAA"] = frames["AAA"].drop("2023-07-20")
    found = put(tmp_path, "XHKG", frames)
    assert [one[:4] for one in found] == [
        ("missing_session", "warning", "2023-07-19", "AAA.csv"),
        ("missing_session", "error", "2023-07-20", "AAA.csv"),
        ("missing_session", "warning", "2023-07-19", "BBB.csv"),
    ]
    assert "the calendar does not know" in found[0][4].evidence
    assert "the calendar does not know" not in found[1][4].evidence


def test_in_new_york_it_stays_an_error(tmp_path):
    days = sessions_of("XNYS", "2023-01-03", "2023-12-29")
    frames = {n: simulated(k, days, 0.015, 5).drop("2023-07-17") for k, n in enumerate("AB")}
    assert {one[1] for one in put(tmp_path, "XNYS", frames)} == {"error"}


def test_exchange_rates_rest_on_two_days(tmp_path):
    days = sessions_of("24/5", "2023-12-01", "2024-02-01")
    frame = simulated(1, days, 0.005, 5)[["close"]]
    frame = frame.drop(["2023-12-25", "2024-01-01", "2024-01-09"])
    found = put(tmp_path, "24/5", {"EURUSD=X": frame}, kind="currency")
    assert [one[:3] for one in found] == [
        ("missing_session", "note", "2023-12-25"),
        ("missing_session", "note", "2024-01-01"),
        ("missing_session", "error", "2024-01-09"),
    ]


ASKED = "ticker,start,end,retrieved,library\n"


@pytest.mark.parametrize(
    ("end", "retrieved", "warned"),
    [
        ("2023-12-29", "2024-01-05T09:00:00+00:00", ""),
        ("2024-01-03", "2024-01-05T09:00:00+00:00", "2 sessions to 2024-01-03"),
        ("2024-12-31", "2024-01-02T15:00:00+00:00", ""),
        ("2024-12-31", "2024-11-01T09:00:00+00:00", " sessions or more to 2024-12-31"),
    ],
)
def test_a_fetched_series_that_ends_before_the_end_asked_for(tmp_path, end, retrieved, warned):
    days = sessions_of("XNYS", "2023-01-03", "2023-12-29")
    (tmp_path / "fetched.csv").write_text(f"{ASKED}AAA,2023-01-03,{end},{retrieved},x\n")
    found = put(tmp_path, "XNYS", {"AAA": simulated(1, days, 0.015, 5)})
    own = [one for one in found if one[3] == "AAA.csv"]
    assert [one[:3] for one in own] == [("stale_end", "warning", "2023-12-29")] * bool(warned)
    assert not own or warned in own[0][4].evidence


def test_cash_that_was_left_out_is_a_warning(tmp_path):
    days = sessions_of("XNYS", "2023-01-03", "2023-12-29")
    asked = f"{ASKED}AAA,2023-01-03,2023-12-29,2024-01-05T09:00:00+00:00,x\n"
    (tmp_path / "fetched.csv").write_text(asked)
    rows = "AAA,2023-06-06,cash of 0.5 EUR beside USD\nAAA,2023-06-07,no close\n"
    (tmp_path / "left_out.csv").write_text("ticker,date,reason\n" + rows)
    found = put(tmp_path, "XNYS", {"AAA": simulated(1, days, 0.015, 5)})
    cash = [one for one in found if one[0] == "cash_left_out"]
    assert [one[1:4] for one in cash] == [("warning", "2023-06-06", "left_out.csv")]
    assert cash[0][4].evidence == "AAA: cash of 0.5 EUR beside USD; its total return lacks it"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fetched.csv", "ticker,start,end,retrieved,library\n" + "A" * 140_000 + ",1,2,3,x\n"),
        ("fetched.csv", "a,b\n1,2\n"),
        ("left_out.csv", "a,b\n1,2\n"),
    ],
)
def test_a_table_of_a_fetch_that_cannot_be_read_is_a_finding(tmp_path, name, text):
    days = sessions_of("XNYS", "2023-01-03", "2023-12-29")
    asked = f"{ASKED}AAA,2023-01-03,2023-12-29,2024-01-05T09:00:00+00:00,x\n"
    (tmp_path / "fetched.csv").write_text(asked)
    (tmp_path / name).write_text(text)
    found = put(tmp_path, "XNYS", {"AAA": simulated(1, days, 0.015, 5)})
    assert [one[0] for one in found if one[3] == name] == ["unreadable"]
