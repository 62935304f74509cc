"""Parts and wholes that stand twice, and figures in another unit."""

from __future__ import annotations

import shutil

import pytest

from analytics.market.checks import check_snapshot
from tests.market.checks.test_runs import checked, nvda, ruled
from tests.market.checks.test_traps import RECORDED

DAY = "2024-05-22"


@pytest.mark.parametrize("columns", [["close"], ["open", "high", "low", "close", "volume"]])
def test_a_block_that_was_pasted_twice(tmp_path, columns):
    frame = nvda()[columns]
    at = frame.index.get_loc(DAY)
    frame.iloc[at + 40 : at + 60] = frame.iloc[at : at + 20].to_numpy()
    found = checked(tmp_path, frame).findings
    day = frame.index[at + 40]
    (one,) = [one for one in found if one.rule == "copied_block"]
    assert (one.date, one.severity) == (day, "error")
    assert one.evidence == f"15 closes or more are those from {DAY} on"


def test_a_file_under_the_name_of_another_ticker(tmp_path):
    for name in ("MSFT", "META"):
        shutil.copy(RECORDED / "prices" / "MSFT.csv", tmp_path / f"{name}.csv")
    found = [(one.rule, one.file) for one in check_snapshot(tmp_path).findings]
    assert found == [("other_basis", "META.csv"), ("same_prices", "MSFT.csv")]


def test_the_same_bad_high_on_two_days(tmp_path):
    frame = nvda()
    at = frame.index.get_loc(DAY)
    frame.iloc[at : at + 2, frame.columns.get_loc("high")] = 150.0
    found = checked(tmp_path, frame).findings
    assert [(one.rule, one.date) for one in found] == [
        ("bad_tick", DAY),
        ("bad_tick", "2024-05-23"),
    ]


def test_volumes_in_thousands(tmp_path):
    frame = nvda()
    frame.loc[:"2024-05-21", "volume"] /= 1000
    check = checked(tmp_path, frame)
    assert ruled(check) == {("volume_break", "warning")}
    assert check.findings[0].date == DAY


def test_a_dividend_in_hundredths(tmp_path):
    frame = nvda()
    (tmp_path / "dividends.csv").write_text(
        "ticker,ex_date,amount\n"
        "NVDA,2024-06-11,0.01\nNVDA,2024-09-12,0.01\nNVDA,2024-12-05,0.01\nNVDA,2025-03-12,0.0001\n"
    )
    (one,) = checked(tmp_path, frame).findings
    assert (one.rule, one.date) == ("small_dividend", "2025-03-12")
