"""Breaks of level: by any large ratio, by a listed one that was not applied, small or large."""

from __future__ import annotations

import pytest

from analytics.market.checks import check_snapshot
from tests.market.checks.test_traps import PRICES, frame_of

DAY = "2024-05-22"


def checked(tmp_path, ticker, ratio, day=DAY, splits=""):
    frame = frame_of(ticker).astype(float)
    columns = [one for one in PRICES if one in frame]
    frame.loc[frame.index < day, columns] *= ratio
    frame.to_csv(tmp_path / f"{ticker}.csv", index_label="date", float_format="%.8g")
    if splits:
        (tmp_path / "splits.csv").write_text(f"ticker,first_session,ratio\n{splits}\n")
    return check_snapshot(tmp_path).findings


@pytest.mark.parametrize("ratio", [6, 7, 8, 15, 25, 30, 50, 1 / 7, 1 / 30])
def test_a_large_break_is_a_warning_whatever_its_ratio(tmp_path, ratio):
    (one,) = checked(tmp_path, "META", ratio)
    assert (one.rule, one.date, one.severity) == ("level_break", DAY, "warning")
    assert "a split that is not listed, another unit or currency" in one.evidence


def test_the_last_close_at_a_seventh_is_a_warning(tmp_path):
    found = checked(tmp_path, "MSFT", 1 / 0.14, day="2025-12-31")
    assert [(one.rule, one.date) for one in found] == [("level_break", "2025-12-31")]


@pytest.mark.parametrize("ratio", [1.5, 0.45 / 0.25])
def test_a_smaller_break_cannot_be_told_from_news(tmp_path, ratio):
    assert not [one for one in checked(tmp_path, "META", ratio) if one.severity == "error"]


def test_a_split_that_is_listed_on_another_day_is_named(tmp_path):
    (one,) = checked(tmp_path, "NVDA", 10, splits="NVDA,2024-06-10,10")
    assert (one.rule, one.date, one.severity) == ("split_jump", DAY, "error")
    assert one.evidence.endswith("the ratio of a listed split, on another day")


@pytest.mark.parametrize("ratio", [1.25, 0.8, 1.2])
def test_a_small_split_that_was_not_applied_is_an_error(tmp_path, ratio):
    (one,) = checked(tmp_path, "MSFT", ratio, splits=f"MSFT,{DAY},{ratio}")
    assert (one.rule, one.date, one.severity) == ("split_not_applied", DAY, "error")


@pytest.mark.parametrize("ratio", [1.05, 1.25, 0.8])
@pytest.mark.parametrize("day", [DAY, "2024-07-31", "2022-10-27"])
def test_a_small_split_that_was_applied_is_no_finding(tmp_path, ratio, day):
    assert checked(tmp_path, "MSFT", 1, splits=f"MSFT,{day},{ratio}") == ()
