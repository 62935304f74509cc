"""``analytics fetch`` and ``analytics check`` as a user types them."""

from __future__ import annotations

import csv
import json
import shutil

import pytest

from analytics.cli import main
from analytics.recorded import recorded_folder

DAYS = ["--start", "2025-01-22", "--end", "2025-01-28"]


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main([str(one) for one in arguments])
    printed = capsys.readouterr()
    return left.value.code, printed.out, printed.err


@pytest.fixture
def plain(tmp_path):
    """One recorded file in a folder of its own."""
    folder = tmp_path / "mine"
    folder.mkdir()
    shutil.copy(recorded_folder().path / "prices" / "NVDA.csv", folder)
    return folder


def planted(folder, day, column, value):
    """The same folder with another value in one cell."""
    file = folder / "NVDA.csv"
    with file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    next(row for row in rows if row["date"] == day)[column] = value
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


# --- fetch ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("yahoo")
def test_fetch_writes_a_folder_that_study_can_use(tmp_path, capsys):
    status, said, _ = run(capsys, "fetch", "--tickers", "nvda", *DAYS, "--into", tmp_path / "new")
    assert status == 0
    assert "2 fetched" in said.splitlines()[0]
    status, said, _ = run(capsys, "check", tmp_path / "new", "--json")
    assert [one["rule"] for one in json.loads(said)["findings"] if one["severity"] == "error"] == []


def test_fetch_asks_nothing_twice_and_reads_again_on_request(yahoo, tmp_path, capsys):
    typed = ["fetch", "--tickers", "NVDA", *DAYS, "--into", tmp_path / "new", "--json"]
    first = json.loads(run(capsys, *typed)[1])
    asked = yahoo.charts
    second = json.loads(run(capsys, *typed)[1])
    assert (first["arrived"], second["arrived"]) == (["NVDA", "^GSPC"], [])
    assert (second["cached"], second["requests"]) == (["NVDA", "^GSPC"], 0)
    assert yahoo.charts == asked
    yahoo.listings["NVDA"].closes["2025-01-24"] = 142.0
    third = json.loads(run(capsys, *typed, "--refresh")[1])
    changed = [one for one in third["revisions"] if one["what"] == "close"]
    assert [(one["ticker"], one["first"], one["days"]) for one in changed] == [
        ("NVDA", "2025-01-24", 1)
    ]


@pytest.mark.usefixtures("yahoo")
def test_a_ticker_that_failed_is_named_with_its_reason_and_the_rest_is_kept(tmp_path, capsys):
    status, said, _ = run(
        capsys, "fetch", "--tickers", "NVDA,NOSUCH", *DAYS, "--into", tmp_path / "new", "--json"
    )
    record = json.loads(said)
    assert status == 1
    assert record["arrived"] == ["NVDA", "^GSPC"]
    assert [one["ticker"] for one in record["failed"]] == ["NOSUCH"]
    assert "does not know it" in record["failed"][0]["reason"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["--tickers", "NVDA", "--start", "27 January", "--end", "2025-01-28"], "start"),
        (["--tickers", "US67066G1040", *DAYS], "ISIN"),
        (["--tickers", ",", *DAYS], "no tickers"),
        (["--tickers", "NVDA", "--start", "2025-01-28", "--end", "2025-01-22"], "lies after"),
        (["--tickers", "NVDA", *DAYS, "--deadline", "0"], "deadline"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_exit_2(tmp_path, capsys, typed, words):
    status, said, complaint = run(capsys, "fetch", *typed, "--into", tmp_path / "new")
    assert (status, said) == (2, "")
    assert len(complaint.splitlines()) == 1
    assert words in complaint
    assert not (tmp_path / "new").exists()


# --- check ----------------------------------------------------------------------------------------


def test_the_recorded_prices_pass_with_their_known_exceptions_named(capsys):
    status, said, _ = run(capsys, "check", "--json")
    record = json.loads(said)
    assert status == 0
    assert record["findings"] == []
    assert ("bad_tick", "prices/META.csv", "2025-12-12") in [
        (one["rule"], one["file"], one["date"]) for one in record["known"]
    ]


def test_a_planted_fault_is_the_only_finding_and_the_clean_file_has_none(plain, capsys):
    assert run(capsys, "check", plain)[0] == 0
    planted(plain, "2025-01-27", "low", "150")
    status, said, _ = run(capsys, "check", plain, "--json")
    assert status == 1
    (finding,) = json.loads(said)["findings"]
    assert set(finding) == {"file", "date", "rule", "severity", "evidence"}
    assert (finding["file"], finding["date"]) == ("NVDA.csv", "2025-01-27")


def test_another_snapshot_shows_a_close_that_no_rule_can_see(plain, tmp_path, capsys):
    older = tmp_path / "older"
    shutil.copytree(plain, older)
    planted(plain, "2025-01-28", "close", "128.5")
    assert run(capsys, "check", plain)[0] == 0
    status, said, _ = run(capsys, "check", plain, "--against", older, "--json")
    (finding,) = json.loads(said)["findings"]
    assert status == 1
    assert (finding["rule"], finding["date"]) == ("vendor_correction", "2025-01-28")
    assert "128.99" in finding["evidence"]


def test_a_repair_is_a_copy_with_a_list_and_can_be_taken_back(plain, tmp_path, capsys):
    planted(plain, "2025-01-27", "date", "2025-01-27 14:30:00+00:00")
    before = (plain / "NVDA.csv").read_bytes()
    fixed, back = tmp_path / "fixed", tmp_path / "back"
    status, said, _ = run(capsys, "check", plain, "--repair", fixed)
    assert status == 1
    assert "date 2025-01-27 14:30:00+00:00 -> 2025-01-27" in " ".join(said.split())
    assert (plain / "NVDA.csv").read_bytes() == before
    assert run(capsys, "check", fixed)[0] == 0
    assert run(capsys, "check", fixed, "--undo", back)[0] == 0
    assert (back / "NVDA.csv").read_bytes() == before


def test_findings_without_a_remedy_are_printed_before_the_refusal(plain, tmp_path, capsys):
    shutil.copytree(plain, tmp_path / "older")
    planted(plain, "2025-01-27", "low", "150")
    typed = ["check", plain, "--repair", tmp_path / "fixed"]
    status, said, complaint = run(capsys, *typed)
    assert status == 2
    assert "NVDA.csv 2025-01-27: open/high/low/close" in " ".join(said.split())
    assert "--against TRUSTED --repair" in complaint
    (finding,) = json.loads(run(capsys, *typed, "--json")[1])["findings"]
    assert finding["rule"] == "price_order"
    status, said, _ = run(capsys, *typed, "--against", tmp_path / "older")
    assert "1 cell changed. Checked again, 0 findings are left." in " ".join(said.split())
    assert run(capsys, "check", tmp_path / "fixed")[0] == 0


def test_what_is_left_is_what_a_second_check_of_the_copy_finds(plain, tmp_path, capsys):
    planted(plain, "2025-01-27", "low", "150")
    planted(plain, "2025-01-28", "date", "2025-01-28 14:30:00+00:00")
    fixed = tmp_path / "fixed"
    status, said, _ = run(capsys, "check", plain, "--repair", fixed, "--json")
    assert status == 1
    left = json.loads(said)["repaired"]["left"]
    again = json.loads(run(capsys, "check", fixed, "--json")[1])["findings"]
    assert [one["rule"] for one in left] == [one["rule"] for one in again] == ["price_order"]


def test_one_file_is_checked_as_well_as_its_folder(plain, capsys):
    assert run(capsys, "check", plain / "NVDA.csv")[0] == 0
    planted(plain, "2025-01-27", "low", "150")
    status, said, _ = run(capsys, "check", plain / "NVDA.csv", "--json")
    assert status == 1
    assert [one["file"] for one in json.loads(said)["findings"]] == ["NVDA.csv"]


def test_the_help_says_what_can_be_mended(capsys):
    said = " ".join(run(capsys, "check", "--help")[1].split())
    assert "[[FOLDER]]" not in said
    assert "phantom rows, splits not applied and official figures" in said


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["nowhere"], "nowhere"),
        (["--undo", "elsewhere"], "--undo takes the folder"),
        (["--repair", "elsewhere"], "none of 0 findings has a remedy"),
    ],
)
def test_a_check_that_cannot_be_is_one_line_and_exit_2(tmp_path, monkeypatch, capsys, typed, words):
    monkeypatch.chdir(tmp_path)
    status, _, complaint = run(capsys, "check", *typed)
    assert status == 2
    assert words in complaint
    assert list(tmp_path.iterdir()) == []
