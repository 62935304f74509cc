"""The same prices are explained by the same tables wherever they lie, and however they are cut."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

from analytics.market.checks import Finding, SnapshotCheck, check_snapshot
from analytics.market.checks.findings import part_known, read_known
from analytics.recorded import recorded_folder

RECORDED = recorded_folder().path
FILES = sorted((RECORDED / "prices").glob("*.csv"))
KNOWN = {
    "2330.TW": ("2025-04-07", "2025-04-10", "2025-07-11"),
    "META": ("2025-12-12",),
    "USDTWD": ("2025-06-30",),
}


def test_every_recorded_file_alone_in_a_plain_folder_has_no_finding(tmp_path):
    for file in FILES:
        shutil.copy(file, tmp_path)
    assert check_snapshot(tmp_path).findings == ()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_cut_to_three_hundred_rows_it_has_none_either(tmp_path, file):
    lines = file.read_text().splitlines()
    for day in KNOWN.get(file.stem, ("2024-06-10",)):
        at = next(k for k, line in enumerate(lines) if line[:10] >= day and k)
        first = max(1, min(at - 150, len(lines) - 300))
        part = [lines[0], *lines[first : first + 300]]
        (tmp_path / file.name).write_text("\n".join(part) + "\n")
        check = check_snapshot(tmp_path)
        assert check.findings == ()
        known = {one.finding.date for one in check.known}
        assert (day in known) == (file.stem in KNOWN)


@pytest.mark.parametrize("volume", ["other", "none"])
def test_a_fetched_file_with_other_digits_and_volumes_has_none(tmp_path, volume):
    (tmp_path / "prices").mkdir()
    for name in ("2330.TW", "META"):
        frame = pd.read_csv(RECORDED / "prices" / f"{name}.csv", index_col="date")
        prices = frame[["close", "high", "low", "open"]].astype(np.float32).astype(float)
        if volume == "other":
            prices["volume"] = (frame["volume"] * 1.07).round()
        prices.to_csv(tmp_path / "prices" / f"{name}.csv")
    assert check_snapshot(tmp_path).findings == ()


def test_other_figures_on_a_known_day_are_not_explained(tmp_path):
    text = (RECORDED / "prices" / "META.csv").read_text()
    (tmp_path / "META.csv").write_text(text.replace(",711,", ",740,"))
    (one,) = check_snapshot(tmp_path).findings
    assert (one.rule, one.date) == ("bad_tick", "2025-12-12")


def test_a_known_row_holds_every_figure_that_it_vouches_for(tmp_path):
    """Another close beside the same high is not the bar that somebody looked into."""
    text = (RECORDED / "prices" / "META.csv").read_text()
    line = next(one for one in text.splitlines() if one.startswith("2025-12-12"))
    (tmp_path / "META.csv").write_text(text.replace(line, line.replace("644.23", "655.1")))
    (one,) = check_snapshot(tmp_path).findings
    assert (one.rule, one.date) == ("bad_tick", "2025-12-12")


@pytest.mark.parametrize(
    ("evidence", "piece", "holds"),
    [
        ("close 29.902: +2.5%", "close 29.902", True),
        ("close 29.90199999: +2.5%", "close 29.902", True),
        ("close 29.9021: +2.5%", "close 29.902", False),
        ("all four prices 8480, +0.1%", "all four prices 848", False),
        ("close 129.902: +2.5%", "29.902", False),
        ("high 711 beside open 3", "open 3|high 711", True),
        ("high 711 beside open 3", "open 3 | high 712", False),
    ],
)
def test_figures_are_compared_as_numbers(evidence, piece, holds):
    row = {"rule": "any", "file": "A", "date": "", "evidence": piece, "reason": "r", "source": "s"}
    left, known = part_known([Finding("A.csv", "", "any", "error", evidence)], [row])
    assert (len(left), len(known)) == (1 - holds, holds)


def test_no_known_row_names_a_file_that_a_reader_does_not_have():
    for row in read_known(RECORDED):
        assert "README" not in row["source"]
        assert ".yaml" not in row["source"]


def test_a_folders_own_table_and_the_recorded_one_count_together(tmp_path):
    shutil.copy(RECORDED / "prices" / "META.csv", tmp_path)
    lines = (tmp_path / "META.csv").read_text().splitlines()
    del lines[next(k for k, line in enumerate(lines) if line.startswith("2024-05-06"))]
    (tmp_path / "META.csv").write_text("\n".join(lines) + "\n")
    assert not check_snapshot(tmp_path).passed
    table = "rule,file,date,evidence,reason,source\nmissing_session,META,2024-05-06,,lost,me\n"
    table += "bad_tick,META,2025-12-12,high 711,my reason,me\n"
    (tmp_path / "known_findings.csv").write_text(table)
    check = check_snapshot(tmp_path)
    assert check.passed
    assert [one.reason for one in check.known] == ["lost", "my reason"]


def test_a_note_is_no_proof_and_an_error_or_a_warning_is():
    def checked(*severities):
        findings = tuple(Finding("a.csv", "", "any", one, "") for one in severities)
        return SnapshotCheck("x", 1, 1, findings, ()).passed

    assert checked()
    assert checked("note", "note")
    assert not checked("note", "warning")
    assert not checked("error")
