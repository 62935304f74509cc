"""Folders as others leave them: what cannot be read is a finding or one message that names it."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
import time
from dataclasses import asdict

import pytest

from analytics.errors import DataError, InputError
from analytics.market import load_factors, load_market
from analytics.market.checks import check_snapshot, compare_snapshots
from analytics.market.checks.snapshot import read_snapshot
from analytics.market.snapshot import SnapshotFile, write_snapshot
from analytics.recorded import RecordedFolder, recorded_folder, write_manifest

RECORDED = recorded_folder().path
TEXT = "date,close\n2025-01-02,1\n2025-01-03,2\n2025-01-06,3\n"
LONG = '"' + "x" * 140_000 + '"'


@pytest.fixture
def mine(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "A.csv").write_text(TEXT)
    return folder


def said(check, rule="unreadable"):
    return [(one.file, one.evidence) for one in check.findings if one.rule == rule]


# --- files beside the prices ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("dividends.csv", "ticker,ex_date,amount\nA,2025-01-03,1,2,3\n", "got A, 2025-01-03, 1, 2"),
        ("splits.csv", "ticker,first_session,ratio\nA,2025-01-03,2,x\n", "got A, 2025-01-03, 2, x"),
        ("dividends.csv", f"ticker,ex_date,amount\nA,{LONG},1\n", "field larger than"),
        ("dividends.csv", "symbol,day\nA,2025-01-03\n", "columns ticker, ex_date, amount"),
        ("dividends.csv", "ticker,ex_date,amount\nA\n", "above zero; got A"),
        ("closures.csv", "exchange,day\nXNYS,2025-01-09\n", "expected columns calendar, date"),
        ("closures.csv", "calendar,date\nXNYS,9 January\n", "got XNYS, 9 January"),
        ("closures.csv", "\x00", "NUL"),
        ("securities.yaml", "- {ticker: A, exchange: 2025-13-45}\n", "exchange"),
        ("securities.yaml", "[" * 5000, "deep"),
        ("securities.yaml", "- {ticker: A, exchange: XNYS, name: 5}\n", "name"),
        ("A.csv", f"date,close\n2025-01-02,{LONG}\n", "field larger than"),
        ("A.csv", TEXT + "2025-01-07,4,5\n", "line 5: 3 cells, 2 expected"),
    ],
)
def test_what_cannot_be_read_is_a_finding_of_that_file(mine, name, content, words):
    assert said(check_snapshot(mine)) == []
    (mine / name).write_text(content)
    found = said(check_snapshot(mine))
    assert {file for file, _ in found} == {name}
    assert any(words in evidence for _, evidence in found)
    assert all(len(evidence) < 400 for _, evidence in found)
    with pytest.raises(InputError):
        load_market(mine)


def test_a_row_with_more_cells_in_a_folder_with_a_manifest_is_found(mine):
    write_manifest(mine)
    assert said(check_snapshot(mine)) == []
    (mine / "A.csv").write_text(TEXT.replace("2025-01-03,2", "2025-01-03,2,7"))
    write_manifest(mine)
    assert said(check_snapshot(mine)) == [("A.csv", "line 3: 3 cells, 2 expected")]


@pytest.mark.parametrize("name", ["closures.csv", "calendar_corrections.csv"])
@pytest.mark.parametrize(
    "content",
    [b"\xff\xff", b"date,close\n2025-01-03,1\n", b"calendar,date,change,reason\nXNYS,soon,a,b\n"],
)
def test_tables_of_days_that_cannot_be_read_are_findings_and_one_message(tmp_path, name, content):
    """The sessions are then those of the recorded tables, so nothing else is found."""
    folder = tmp_path / "data"
    shutil.copytree(RECORDED, folder)
    (folder / name).write_bytes(content)
    entries = RecordedFolder(folder).entries
    entry = asdict(entries[name]) | {"sha256": hashlib.sha256(content).hexdigest()}
    listed = [entry if one.name == name else asdict(one) for one in entries.values()]
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "files": listed}))
    (finding,) = check_snapshot(folder).findings
    assert (finding.file, finding.rule) == (name, "unreadable")
    with pytest.raises(DataError, match=name):
        load_market(folder)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'rule,file\n"' + b"x" * 140_000 + b'"\n'])
def test_known_exceptions_that_cannot_be_read_are_one_message(mine, content):
    (mine / "known_findings.csv").write_bytes(content)
    with pytest.raises(DataError, match=r"known_findings\.csv"):
        check_snapshot(mine)


@pytest.mark.parametrize("body", ["[" * 100_000, "5", '{"files": [5]}', "\ud800"])
def test_a_manifest_that_cannot_be_read_is_one_message(mine, body):
    (mine / "manifest.json").write_bytes(body.encode("utf-8", "surrogatepass"))
    for read in (check_snapshot, load_market):
        with pytest.raises(DataError, match=r"manifest\.json: not a readable manifest"):
            read(mine)


@pytest.mark.parametrize("name", ["../out.csv", "/etc/passwd", "a/../../b", "", 5, "C:/a", "a\\b"])
def test_a_manifest_that_leads_out_of_its_folder_is_refused(mine, name):
    write_manifest(mine)
    entry = asdict(RecordedFolder(mine).entries["A.csv"]) | {"name": name}
    (mine / "manifest.json").write_text(json.dumps({"format": 1, "files": [entry]}))
    for read in (check_snapshot, load_market):
        with pytest.raises(DataError, match="not the name of a file of this folder"):
            read(mine)


# --- one file -------------------------------------------------------------------------------------


def test_one_file_is_checked_with_what_lies_beside_it(mine):
    shutil.copy(RECORDED / "prices" / "NVDA.csv", mine)
    (mine / "splits.csv").write_text("ticker,first_session,ratio\nA,2025-01-03,2\n")
    alone = check_snapshot(mine / "NVDA.csv")
    assert (alone.files, alone.rows, alone.findings) == (1, 1003, ())
    assert alone.path == str(mine / "NVDA.csv")
    text = (mine / "NVDA.csv").read_text()
    (mine / "NVDA.csv").write_text(text.replace("2025-01-27,", "2025-01-26,"))
    found = check_snapshot(mine / "NVDA.csv").findings
    assert [(one.file, one.date, one.rule) for one in found] == [
        ("NVDA.csv", "2025-01-26", "shifted_date")
    ]
    report = compare_snapshots(RECORDED / "prices" / "NVDA.csv", mine / "NVDA.csv")
    assert {one.kind for one in report.revisions} == {"vanished", "appeared"}


# --- texts and numbers ----------------------------------------------------------------------------


def test_odd_cells_are_read_as_one_by_one(mine):
    """Cells that the fast way over a column cannot read, beside those that it can."""
    days = ["2025-01-02", "20250103", "2025-01-06 14:30:00+00:00", "2025-02-30", "2500-01-01"]
    closes = ["1.50", "1e1", "1.2.3", "", "1,000.25"]
    rows = [f'{day},"{close}"' for day, close in zip(days, closes, strict=True)]
    (mine / "A.csv").write_text("\n".join(["date,close", *rows]))
    (file,) = read_snapshot(mine).files
    assert [f"{one:%Y%m%d}" for one in file.rows["day"][:3]] == ["20250102", "20250103", "20250106"]
    assert file.rows["day"][3:].isna().all()
    assert list(file.rows["stamp"]) == ["", "", "14:30 +00:00", "", ""]
    assert list(file.rows["close"][:2]) == [1.5, 10.0]
    assert file.rows["close"][2:].isna().all()
    assert (file.cells[6]["close"], file.cells[2]) == (
        "1,000.25",
        {"date": "2025-01-02", "close": "1.50"},
    )
    assert sorted(evidence for _, evidence in said(check_snapshot(mine))) == [
        "line 4: close is '1.2.3'",
        "line 5: the date is '2025-02-30'",
        "line 6: close is '1,000.25'",
        "line 6: the date is '2500-01-01'",
    ]


def test_the_decimal_places_are_those_that_are_written(mine):
    (mine / "A.csv").write_text("date,open,close\n2025-01-02,1.500,1\n2025-01-03,2,1e-9\n")
    (file,) = read_snapshot(mine).files
    assert dict(file.cells.decimals) == {"open": 3, "close": 0}


# --- while it is written --------------------------------------------------------------------------


def test_a_folder_that_is_being_written_gives_no_false_findings(tmp_path):
    folder, text = tmp_path / "live", TEXT.encode()
    write_snapshot(folder, {"prices/A0.csv": SnapshotFile(text, "prices", "a test")})
    done = threading.Event()

    def write():
        for number in range(1, 40):
            new = {f"prices/A{number}.csv": SnapshotFile(text, "prices", "a test")}
            write_snapshot(folder, new)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while not done.is_set():
        seen += [(one.file, one.rule) for one in read_snapshot(folder).findings]
        time.sleep(0.001)
    writer.join()
    assert seen == []
    (folder / "prices" / "stray.csv").write_bytes(text)
    assert said(check_snapshot(folder), "unlisted_file") == [
        ("prices/stray.csv", "not listed in manifest.json")
    ]


# --- arguments ------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [5, b"x", [], {}, "", "\0", "a" * 5000, object()])
def test_what_is_no_path_is_one_message(mine, given):
    for ask in (
        lambda: check_snapshot(given),
        lambda: check_snapshot(mine, against=given),
        lambda: compare_snapshots(given, mine),
        lambda: compare_snapshots(mine, given),
        lambda: load_factors(given),
    ):
        with pytest.raises(InputError):
            ask()


def test_nothing_is_no_snapshot_to_compare(mine):
    with pytest.raises(InputError, match="path: got 'None'"):
        compare_snapshots(None, mine)
