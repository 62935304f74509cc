"""Dividends and splits: one fault planted beside the recorded prices of one share, and found."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from analytics.market.checks import check_snapshot
from analytics.recorded import recorded_folder

RECORDED = recorded_folder().path
SPLIT = "NVDA,2024-06-10,10"


@pytest.fixture
def folder(tmp_path):
    """NVDA and MSFT with the dividends and splits that are recorded of them."""
    for ticker in ("NVDA", "MSFT"):
        shutil.copy(RECORDED / "prices" / f"{ticker}.csv", tmp_path)
    for name in ("dividends.csv", "splits.csv"):
        rows = (RECORDED / name).read_text().splitlines()
        kept = [one for one in rows[1:] if one.split(",")[0] in ("NVDA", "MSFT")]
        (tmp_path / name).write_text("\n".join([rows[0], *kept]) + "\n")
    return tmp_path


def found(folder):
    return [(one.rule, one.file, one.date) for one in check_snapshot(folder).findings]


def add(folder, name, line):
    with (folder / name).open("a") as file:
        file.write(f"{line}\n")


def test_the_recorded_actions_have_no_finding(folder):
    assert found(folder) == []


@pytest.mark.parametrize(
    ("name", "line", "rule", "date"),
    [
        ("dividends.csv", "MSFT,2025-05-17,0.83", "action_off_session", "2025-05-17"),
        ("splits.csv", "MSFT,2025-05-26,1.2", "action_off_session", "2025-05-26"),
        ("dividends.csv", "MSFT,2025-05-16,83", "large_dividend", "2025-05-16"),
        ("dividends.csv", "MSFT,2025-05-16,9", None, ""),
        ("dividends.csv", "MSFT,2025-05-16,126", "large_dividend", "2025-05-16"),
        ("dividends.csv", "AAPL,2025-05-16,0.2", "no_prices", "2025-05-16"),
        ("splits.csv", "AAPL,2020-08-31,4", "no_prices", "2020-08-31"),
        ("splits.csv", SPLIT, "action_twice", "2024-06-10"),
        ("splits.csv", "MSFT,1990-01-01,2", None, ""),
        ("dividends.csv", "MSFT,2026-02-19,0.91", None, ""),
    ],
)
def test_an_odd_row_is_found_in_its_file_on_its_date(folder, name, line, rule, date):
    """MSFT closed at 453.13 on 2025-05-15: a quarter of it is 113."""
    add(folder, name, line)
    assert found(folder) == ([(rule, name, date)] if rule else [])


@pytest.mark.parametrize(("amount", "severity"), [(None, "error"), ("5", "warning")])
def test_a_dividend_twice_is_an_error_and_two_dividends_a_warning(folder, amount, severity):
    line = next(
        one
        for one in (folder / "dividends.csv").read_text().splitlines()
        if one.startswith("MSFT,2025")
    )
    ticker, day, paid = line.split(",")
    add(folder, "dividends.csv", f"{ticker},{day},{amount or paid}")
    (one,) = check_snapshot(folder).findings
    assert (one.rule, one.date, one.severity) == ("action_twice", day, severity)


def test_dividends_that_a_split_did_not_divide(folder):
    """0.16 a year was 0.04 a quarter before the split of ten, and 0.01 after it."""
    rows = (folder / "dividends.csv").read_text().splitlines()
    early = [k for k, one in enumerate(rows) if one.startswith("NVDA") and one[5:15] < "2024-06-10"]
    for k in early:
        rows[k] = rows[k].replace(",0.004", ",0.04")
    (folder / "dividends.csv").write_text("\n".join(rows) + "\n")
    assert found(folder) == [("dividend_not_split", "dividends.csv", rows[early[-1]][5:15])]


def unsplit(folder, factor):
    frame = pd.read_csv(folder / "NVDA.csv", index_col="date")
    early = frame.index < "2024-06-10"
    frame.loc[early, ["open", "high", "low", "close"]] *= factor
    frame.round(6).to_csv(folder / "NVDA.csv")


@pytest.mark.parametrize(
    ("factor", "listed"),
    [(10, "0.1"), (0.1, "10")],
    ids=["listed the wrong way", "applied the wrong way"],
)
def test_a_split_the_wrong_way_round(folder, factor, listed):
    unsplit(folder, factor)
    (folder / "splits.csv").write_text(f"ticker,first_session,ratio\nNVDA,2024-06-10,{listed}\n")
    (one,) = [one for one in check_snapshot(folder).findings if one.file == "NVDA.csv"]
    assert (one.rule, one.date, one.remedy) == ("split_inverted", "2024-06-10", ())
