"""Repairs: on a copy, every cell listed, and undone byte by byte."""

from __future__ import annotations

import hashlib
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analytics as ma
from analytics.errors import DataError, InputError
from analytics.market.checks import Change, Finding, check_snapshot, repair, undo_repairs
from analytics.recorded import RecordedFolder, recorded_folder, write_manifest

RECORDED = recorded_folder().path
NVDA, TSMC = "prices/NVDA.csv", "prices/2330.TW.csv"


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(RECORDED, tmp_path / "data")
    return tmp_path / "data"


def hashes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def spoil(folder):
    """A phantom row, a date that stands twice, a Monday dated Sunday, a frozen bar."""
    lines = (folder / TSMC).read_text().splitlines()
    at = {line[:10]: k for k, line in enumerate(lines)}
    lines[at["2022-08-22"]] = "2022-08-22,511,514,510,512,11587910"
    lines[at["2024-05-06"]] = lines[at["2024-05-06"]].replace("2024-05-06", "2024-05-05")
    lines.insert(at["2025-09-30"], "2025-09-29,1300,1300,1300,1300,0")
    twice = lines[at["2024-05-08"]]
    lines.insert(at["2024-05-08"], twice.replace("2024-05-08", "2024-05-08 01:00:00+00:00"))
    (folder / TSMC).write_text("\n".join(lines) + "\n")
    write_manifest(folder)


def test_a_repaired_copy_is_the_recorded_file_again(copy, tmp_path):
    spoil(copy)
    before = hashes(copy)
    check = check_snapshot(copy)
    assert {one.rule for one in check.findings} == {
        "phantom_row",
        "shifted_date",
        "clock_time",
        "duplicate_date",
        "official_figure",
    }
    done = repair(copy, check.findings, into=tmp_path / "fixed")
    assert hashes(copy) == before
    listed = set(zip(done.changes["column"], done.changes["rule"], strict=True))
    assert listed == {
        ("row", "phantom_row"),
        ("date", "shifted_date"),
        ("row", "duplicate_date"),
        ("close", "official_figure"),
        ("date", "clock_time"),
    }
    assert done.left == ()
    text = (done.path / TSMC).read_text()
    assert text.replace("11587910", "23175820") == (RECORDED / TSMC).read_text()
    assert check_snapshot(done.path).findings == ()
    assert ma.load_market(done.path).closes.loc["2024-05-06", "2330.TW"] == 786
    assert "repairs.csv" in RecordedFolder(done.path).entries


def test_undone_it_is_what_it_was_byte_by_byte(copy, tmp_path):
    spoil(copy)
    done = repair(copy, check_snapshot(copy).findings, into=tmp_path / "fixed")
    back = undo_repairs(done.path, into=tmp_path / "back")
    assert hashes(back) == hashes(copy)


def test_a_split_is_applied_to_every_cell_before_it(copy, tmp_path):
    lines = (copy / NVDA).read_text().splitlines()
    k = next(k for k, line in enumerate(lines) if line.startswith("2024-06-10"))
    for row in range(1, k):
        date, *prices, volume = lines[row].split(",")
        prices = [f"{float(one) * 10:.7g}" for one in prices]
        lines[row] = ",".join([date, *prices, str(int(volume) // 10)])
    (copy / NVDA).write_text("\n".join(lines) + "\n")
    write_manifest(copy)
    done = repair(copy, check_snapshot(copy).findings, into=tmp_path / "fixed")
    assert len(done.changes) == 5 * (k - 1)
    fixed, whole = ma.load_market(done.path), ma.load_market()
    mended, closes = (one.closes["NVDA"].dropna() for one in (fixed, whole))
    assert mended.to_numpy() == pytest.approx(closes.to_numpy(), rel=1e-9)
    assert fixed.volume["NVDA"].dropna().iloc[0] == pytest.approx(391_547_000, abs=10)


def test_a_finding_without_a_remedy_is_left_and_said(copy, tmp_path):
    spoil(copy)
    odd = Finding(NVDA, "2024-07-15", "bad_tick", "warning", "a high of 999")
    done = repair(copy, [*check_snapshot(copy).findings, odd], into=tmp_path / "fixed")
    assert done.left == (odd,)


def test_nothing_to_repair_writes_nothing(copy, tmp_path):
    odd = Finding(NVDA, "2024-07-15", "bad_tick", "warning", "a high of 999")
    with pytest.raises(InputError, match="none of 1 findings has a remedy"):
        repair(copy, [odd], into=tmp_path / "fixed")
    assert not (tmp_path / "fixed").exists()


@pytest.mark.parametrize("place", [".", "inside", "../full"])
def test_a_place_that_is_taken_is_refused(copy, place):
    spoil(copy)
    (copy.parent / "full").mkdir()
    (copy.parent / "full" / "a.txt").write_text("a")
    with pytest.raises(InputError, match=r"lies in the folder|is there already"):
        repair(copy, check_snapshot(copy).findings, into=copy / place)


def test_a_folder_that_changed_since_it_was_checked_is_refused(copy, tmp_path):
    spoil(copy)
    findings = check_snapshot(copy).findings
    (copy / TSMC).write_text((copy / TSMC).read_text().replace("514,510,512", "514,510,513"))
    with pytest.raises(DataError, match="expected '512'"):
        repair(copy, findings, into=tmp_path / "fixed")
    assert not (tmp_path / "fixed").exists()


def test_two_remedies_for_one_cell_are_refused(copy, tmp_path):
    first, second = (Change(2, "2022-01-03", "close", "30.12", new, "") for new in "12")
    one = Finding(NVDA, "2022-01-03", "a", "error", "", (first,))
    two = Finding(NVDA, "2022-01-03", "b", "error", "", (second,))
    with pytest.raises(DataError, match="repair one of them at a time"):
        repair(copy, [one, two], into=tmp_path / "fixed")


def test_a_folder_that_was_never_repaired_cannot_be_undone(copy, tmp_path):
    with pytest.raises(InputError, match=r"no repairs\.csv"):
        undo_repairs(copy, into=tmp_path / "back")


@settings(max_examples=30)
@given(data=st.data())
def test_any_rows_taken_out_and_cells_changed_come_back(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("any")
    rows = [f"2025-01-{k:02},{k},{k + 1}" for k in range(1, 21)]
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    (folder / "A.csv").write_bytes(end.join(["date,open,close", *rows, ""]).encode())
    lines = data.draw(st.lists(st.integers(2, 21), min_size=1, unique=True))
    changes = []
    for line in lines:
        date, first, close = rows[line - 2].split(",")
        kind = data.draw(st.sampled_from(["row", "open", "close", "date"]))
        old = {"open": first, "close": close, "date": date, "row": ""}[kind]
        new = {"row": "", "date": "2025-02-01"}.get(kind, "99")
        changes.append(Change(line, date, kind, old, new, "a test"))
    finding = Finding("A.csv", "", "test", "error", "", tuple(changes))
    done = repair(folder, [finding], into=folder.with_name(f"{folder.name}-fixed"))
    assert len(done.changes) == len(lines)
    back = undo_repairs(done.path, into=folder.with_name(f"{folder.name}-back"))
    assert (back / "A.csv").read_bytes() == (folder / "A.csv").read_bytes()
