"""Prices that stand still: more damage is never judged milder, and chance is left alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analytics.market.checks import check_snapshot
from analytics.recorded import recorded_folder
from tests.market.checks.test_checks import SESSIONS, simulated
from tests.market.checks.test_traps import PRICES, frame_of

DAY = "2024-05-22"


def nvda(first="2022-01-01"):
    return frame_of("NVDA").astype(float).loc[first:]


def checked(tmp_path, frame, ticker="NVDA", exchange=""):
    frame.to_csv(tmp_path / f"{ticker}.csv", index_label="date", float_format="%.10g")
    if exchange:
        listed = f"- {{ticker: {ticker}, exchange: {exchange}}}\n"
        (tmp_path / "securities.yaml").write_text(listed)
    return check_snapshot(tmp_path)


def ruled(check):
    return {(one.rule, one.severity) for one in check.findings}


def overwritten(frame, day, count, columns):
    """The row before, written over some rows."""
    at = frame.index.get_loc(day)
    frame.loc[frame.index[at : at + count], columns] = frame.iloc[at - 1][columns].to_numpy()
    return frame


@pytest.mark.parametrize("count", [1, 2, 4, 15, 300])
@pytest.mark.parametrize("first", ["2022-01-01", "2024-01-01"])
def test_a_run_of_frozen_bars_is_an_error_however_long(tmp_path, count, first):
    frame = overwritten(nvda(first), DAY, count, [*PRICES, "volume"])
    check = checked(tmp_path, frame)
    assert ("frozen_bar", "error") in ruled(check)
    assert "repeated_bar" not in {one.rule for one in check.findings}


def test_a_run_of_frozen_bars_with_volumes_of_their_own_is_an_error(tmp_path):
    check = checked(tmp_path, overwritten(nvda(), DAY, 4, PRICES))
    assert ruled(check) == {("frozen_bar", "error")}


@pytest.mark.parametrize("count", [1, 10, 60])
def test_flat_bars_of_full_volume_are_a_warning_however_many(tmp_path, count):
    frame = nvda("2024-01-01").loc[:"2024-12-31"]
    days = frame.index[frame.index.get_loc(DAY) :][: 2 * count : 2]
    for column in ("open", "high", "low"):
        frame.loc[days, column] = frame.loc[days, "close"]
    assert ruled(checked(tmp_path, frame)) == {("flat_bar", "warning")}


@pytest.mark.parametrize("columns", [["close"], [*PRICES, "volume"]])
def test_a_feed_that_died_is_an_error(tmp_path, columns):
    frame = nvda().loc[:"2025-03-14", columns]
    rest = frame.index >= DAY
    frame.loc[rest, [one for one in columns if one in PRICES]] = frame.loc[DAY, "close"]
    if "volume" in columns:
        frame.loc[rest, "volume"] = 0
    errors = [one for one in checked(tmp_path, frame).findings if one.severity == "error"]
    assert [(one.rule, one.date) for one in errors] == [("equal_closes", "2024-05-23")]
    assert f"{rest.sum() - 1} sessions to 2025-03-14" in errors[0].evidence
    assert "to the end of the file" in errors[0].evidence


def test_twenty_equal_closes_within_a_file_of_closes_are_a_warning(tmp_path):
    frame = overwritten(nvda()[["close"]], DAY, 20, ["close"])
    (one,) = checked(tmp_path, frame).findings
    assert (one.rule, one.date, one.severity) == ("equal_closes", DAY, "warning")
    assert one.evidence.startswith("20 sessions to 2024-06-20 with the close before, 95.39; ")
    assert one.evidence.endswith("chance makes 3")


def test_a_share_whose_close_often_stays_may_stay_for_days(tmp_path):
    """In ticks of a tenth a third of the closes stays; six in a row are chance, forty are none."""
    rng = np.random.default_rng(4)
    close = 2 + 0.1 * np.cumsum(rng.choice([-1, 0, 1], 501))
    frame = pd.DataFrame({"close": (close + 20).round(1)}, SESSIONS.strftime("%Y-%m-%d"))
    frame.iloc[100:106] = frame.iloc[100, 0]
    assert checked(tmp_path, frame, "AAA", "XNYS").passed
    frame.iloc[100:141] = frame.iloc[100, 0]
    assert not checked(tmp_path, frame, "AAA", "XNYS").passed


@pytest.mark.parametrize("volume", [0, None])
def test_a_fund_of_one_price_a_day_and_a_pegged_rate_are_no_finding(tmp_path, volume):
    fund = simulated(2, SESSIONS, 0.008, 5)
    for column in ("open", "high", "low"):
        fund[column] = fund["close"]
    peg = fund.assign(open=3.75, high=3.75, low=3.75, close=3.75)
    peg.loc[peg.index[::40], ["high", "close"]] = 3.7502
    for name, frame in (("FUND", fund), ("PEG", peg)):
        frame = frame.drop(columns="volume") if volume is None else frame.assign(volume=volume)
        check = checked(tmp_path, frame, name, "XNYS")
        assert check.passed, check.findings
        assert not any("nan" in one.evidence for one in check.findings)


def test_days_of_one_trade_in_an_illiquid_share_are_notes(tmp_path):
    frame = simulated(5, SESSIONS, 0.02, 5)
    for at in (0, 60, 200, 330):
        frame.iloc[at, :3], frame.iloc[at, 4] = frame.iloc[at, 3], 100
    check = checked(tmp_path, frame, "AAA", "XNYS")
    assert ruled(check) == {("flat_bar", "note")}
    assert not any("nan" in one.evidence for one in check.findings)


@pytest.mark.parametrize(("close", "rule"), [(11.01, "limit_day"), (11.05, "flat_bar")])
def test_the_limit_of_shanghai_is_rounded_to_the_next_tick(tmp_path, close, rule):
    """10 % above 10.005 is 11.0055; a close of 11.01 is 10.04 % up."""
    days = [f"2024-03-{day:02}" for day in (4, 5, 6, 7, 8, 11, 12, 13)]
    rng = np.random.default_rng(1)
    last = 10.005 * np.exp(0.01 * np.cumsum(rng.normal(size=8)))
    frame = pd.DataFrame(
        {"open": last * 0.99, "high": last * 1.02, "low": last * 0.97, "close": last}, days
    ).round(3)
    frame["volume"] = 1_000_000 + 1000 * np.arange(8)
    frame.iloc[3, :4] = [10.0, 10.1, 9.9, 10.005]
    frame.iloc[4, :4] = close
    frame.iloc[5:, :4] += close - 10
    frame = frame.round(3)
    found = {one.rule for one in checked(tmp_path, frame, "600000.SS", "XSHG").findings}
    assert rule in found


@pytest.mark.parametrize(
    ("column", "value"),
    [("open", 0), ("low", -3.5), ("high", 0), ("volume", -5000), ("volume", 1e15)],
)
def test_a_figure_that_no_market_has_is_an_error_without_noise(tmp_path, column, value, capsys):
    frame = nvda()
    frame.loc[DAY, column] = value
    with np.errstate(all="raise"):
        check = checked(tmp_path, frame)
    assert ruled(check) == {("impossible_figure", "error")}
    assert check.findings[0].date == DAY
    assert f"{column} {value:.8g}".split("e")[0] in check.findings[0].evidence
    assert capsys.readouterr().err == ""


def test_a_share_that_fell_to_a_few_cents_trades_in_few_steps(tmp_path):
    frame = simulated(3, SESSIONS, 0.05, 5)
    level = np.geomspace(20, 0.03, 501) / frame["close"]
    frame.iloc[:, :4] = frame.iloc[:, :4].mul(level, axis=0).round(2).clip(lower=0.01)
    assert (frame["close"] == 0.03).sum() > 5
    check = checked(tmp_path, frame, "AAA", "XNYS")
    assert ("flat_bar", "warning") not in ruled(check)


def test_one_repeated_bar_is_no_chance_where_a_range_has_hundreds_of_ticks(tmp_path):
    """TSM on 15 August 2024 as the session before, with a volume above that session's."""
    frame = pd.read_csv(recorded_folder().path / "prices" / "TSM.csv")
    at = frame.index[frame["date"] == "2024-08-15"][0]
    columns = ["open", "high", "low", "close"]
    frame.loc[at, columns] = frame.loc[at - 1, columns]
    frame.loc[at, "volume"] = int(frame.loc[at - 1, "volume"] * 1.2)
    frame.to_csv(tmp_path / "TSM.csv", index=False)
    found = [(one.rule, one.date, one.severity) for one in check_snapshot(tmp_path).findings]
    assert found == [("frozen_bar", "2024-08-15", "error")]


def test_sessions_in_a_row_without_a_volume_on_which_prices_moved(tmp_path):
    frame = pd.read_csv(recorded_folder().path / "prices" / "NVDA.csv")
    at = frame.index[frame["date"] == "2025-01-13"][0]
    frame.loc[at : at + 6, "volume"] = 0
    frame.loc[500, "volume"] = 0  # a single one proves nothing
    frame.to_csv(tmp_path / "NVDA.csv", index=False)
    found = [(one.rule, one.severity) for one in check_snapshot(tmp_path).findings]
    assert found == [("zero_volume", "note"), *[("zero_volume", "warning")] * 7]
