"""Closes beside the recorded ones: another basis, and what only looks like one."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.market.checks import check_snapshot
from analytics.recorded import recorded_folder

PRICES = ["open", "high", "low", "close"]


def recorded(ticker):
    return pd.read_csv(recorded_folder().path / "prices" / f"{ticker}.csv")


def checked(folder, ticker, frame, **beside):
    frame.to_csv(folder / f"{ticker}.csv", index=False)
    for name, text in beside.items():
        (folder / f"{name}.csv").write_text(text)
    return check_snapshot(folder).findings


def halved(ticker="NVDA"):
    frame = recorded(ticker)
    frame[PRICES] /= 2
    return frame


def test_a_constant_ratio_is_a_split_that_is_not_listed(tmp_path):
    (one,) = checked(tmp_path, "NVDA", halved())
    assert (one.rule, one.severity, one.date) == ("other_basis", "error", "2022-01-03")
    assert "closes are 0.5 times the recorded ones" in one.evidence


def test_a_later_split_that_is_listed_explains_the_ratio(tmp_path):
    later = "ticker,first_session,ratio\nNVDA,2026-06-08,2\n"
    found = checked(tmp_path, "NVDA", halved(), splits=later)
    assert [one for one in found if one.severity == "error"] == []


@pytest.mark.parametrize("ticker", ["MSFT", "TSM", "ORCL"])
def test_closes_adjusted_for_dividends_in_new_york(tmp_path, ticker):
    frame = recorded(ticker)
    paid = pd.read_csv(recorded_folder().path / "dividends.csv")
    level = pd.Series(1.0, index=frame.index)
    for row in paid[paid["ticker"] == ticker].itertuples():
        before = frame["date"] < row.ex_date
        if before.any():
            level[before] *= 1 - row.amount / frame["close"][before].iloc[-1]
    for column in [one for one in PRICES if one in frame]:
        frame[column] = (frame[column] * level).round(2)
    found = checked(tmp_path, ticker, frame)
    assert [(one.rule, one.severity) for one in found] == [("other_basis", "warning")]


def test_a_poor_exchange_rate_is_held_against_the_interbank_rate(tmp_path):
    frame = recorded("USDTWD")
    frame["close"] *= [1 + 0.012 * (-1) ** (k // 5) for k in range(len(frame))]
    found = checked(tmp_path, "TWD=X", frame)
    assert "other_basis" in [one.rule for one in found]


def test_rounding_and_corrections_of_single_days_are_none(tmp_path):
    frame = recorded("TSM")
    frame[PRICES] = frame[PRICES].round(1)
    frame.loc[100:140, "close"] *= 1.004
    frame.loc[100:140, "high"] *= 1.01
    assert [one.rule for one in checked(tmp_path, "TSM", frame)] == []


def test_a_share_that_is_not_recorded_has_nothing_beside_it(tmp_path):
    assert [one.rule for one in checked(tmp_path, "SAP.DE", halved())] == ["no_calendar"]
