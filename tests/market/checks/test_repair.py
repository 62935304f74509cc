"""Repairs: on a copy, every cell listed, and undone byte by byte."""

from __future__ import annotations

import hashlib
import shutil

import pandas as pd
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


# --- rows that are added --------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("whole", [True, False])
def test_a_session_whose_bar_is_official_is_added_and_taken_out_again(tmp_path, end, whole):
    """2330.TW 2025-08-01: open 1145, high 1150, low 1130, close 1140; its volume is not known."""
    folder = tmp_path / "mine"
    folder.mkdir()
    lines = (RECORDED / TSMC).read_text().splitlines()
    k = next(k for k, line in enumerate(lines) if line.startswith("2025-08-01"))
    kept = [*lines[:k], *lines[k + 1 : k + 9]]
    (folder / "2330.TW.csv").write_bytes((end.join(kept) + end * whole).encode())
    (one,) = check_snapshot(folder).findings
    assert (one.rule, one.date) == ("missing_session", "2025-08-01")
    done = repair(folder, [one], into=tmp_path / "fixed")
    text = (done.path / "2330.TW.csv").read_bytes().decode()
    added = text.split(end)[k]
    assert added == "2025-08-01,1145,1150,1130,1140,"
    assert added.rpartition(",")[0] == lines[k].rpartition(",")[0]
    assert check_snapshot(done.path).passed
    assert list(done.changes["column"]) == ["row"]
    back = undo_repairs(done.path, into=tmp_path / "back")
    assert (back / "2330.TW.csv").read_bytes() == (folder / "2330.TW.csv").read_bytes()


def test_a_session_of_which_only_some_prices_are_official_is_not_added(tmp_path):
    lines = (RECORDED / TSMC).read_text().splitlines()
    k = next(k for k, line in enumerate(lines) if line.startswith("2024-03-29"))
    (tmp_path / "2330.TW.csv").write_text("\n".join([*lines[:k], *lines[k + 1 :], ""]))
    (one,) = check_snapshot(tmp_path).findings
    assert (one.rule, one.date, one.remedy) == ("missing_session", "2024-03-29", ())


def test_official_figures_follow_the_splits_that_came_later(tmp_path):
    """A split of 4 in 2026: every earlier figure of a file fetched after it is a quarter."""
    frame = pd.read_csv(RECORDED / TSMC, index_col="date")
    frame[["open", "high", "low", "close"]] /= 4
    frame["volume"] *= 4
    (tmp_path / "splits.csv").write_text("ticker,first_session,ratio\n2330.TW,2026-03-02,4\n")
    frame.round(2).to_csv(tmp_path / "2330.TW.csv")
    findings = check_snapshot(tmp_path).findings
    assert [one for one in findings if one.rule == "official_figure"] == []
    frame.loc["2022-08-22", "close"] = 128.0
    frame.drop("2025-08-01").round(2).to_csv(tmp_path / "2330.TW.csv")
    two = {one.rule: one for one in check_snapshot(tmp_path).findings if one.remedy}
    assert two["official_figure"].remedy[0].new == "127.5"
    assert "2025-08-01,286.25,287.5,282.5,285," in two["missing_session"].remedy[0].new


# --- any faults, any bytes ------------------------------------------------------------------------

FAULTS = ("missing", "phantom", "shifted", "stamped", "split")
MONTH = (RECORDED / TSMC).read_text().splitlines()
MONTH = [MONTH[0], *(line for line in MONTH if "2025-07-14" <= line[:10] <= "2025-08-29")]


def planted(faults, spaces):
    """July and August 2025 of 2330.TW with the faults that were asked for."""
    lines = list(MONTH)

    def at(day):
        return next(k for k, line in enumerate(lines) if line.startswith(day))

    if "split" in faults:  # a listed split on 2025-08-20 that the rows before it do not have
        for k in range(at("2025-08-20"), len(lines)):
            date, *cells = lines[k].split(",")
            lines[k] = ",".join([date, *(f"{float(one) / 2:g}" for one in cells[:4]), cells[4]])
    if "missing" in faults:
        del lines[at("2025-08-01")]
    if "phantom" in faults:
        lines.insert(at("2025-07-28"), "2025-07-26,1150,1150,1150,1150,0")
    if "shifted" in faults:
        lines[at("2025-08-04")] = lines[at("2025-08-04")].replace("2025-08-04", "2025-08-03")
    if "stamped" in faults:
        twice = lines[at("2025-08-06")].replace("2025-08-06", "2025-08-06 01:00:00+00:00")
        lines.insert(at("2025-08-07"), twice)
    if spaces:
        lines = [lines[0], *(line.replace(",", ", ", 2) for line in lines[1:])]
    return lines


@settings(max_examples=40, deadline=None)
@given(
    faults=st.sets(st.sampled_from(FAULTS)),
    end=st.sampled_from(["\n", "\r\n"]),
    final=st.booleans(),
    spaces=st.booleans(),
    mark=st.booleans(),
    data=st.data(),
)
def test_any_faults_repaired_and_undone_give_back_every_byte(
    tmp_path_factory, faults, end, final, spaces, mark, data
):
    folder = tmp_path_factory.mktemp("any")
    text = end.join(planted(faults, spaces)) + end * final
    (folder / "2330.TW.csv").write_bytes(text.encode("utf-8-sig" if mark else "utf-8"))
    if "split" in faults:
        (folder / "splits.csv").write_text("ticker,first_session,ratio\n2330.TW,2025-08-20,2\n")
    findings = [one for one in check_snapshot(folder).findings if one.remedy]
    assert bool(findings) == bool(faults)
    if not findings:
        return
    chosen = data.draw(st.sets(st.sampled_from(range(len(findings))), min_size=1))
    fixed = folder.with_name(f"{folder.name}-fixed")
    repair(folder, [findings[k] for k in chosen], into=fixed)
    back = undo_repairs(fixed, into=folder.with_name(f"{folder.name}-back"))
    assert hashes(back) == hashes(folder)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_rows_added_taken_out_and_changed_come_back(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("any")
    rows = [f"2025-01-{k:02},{k},{k + 1}" for k in range(1, 9)]
    end = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    final = data.draw(st.booleans())
    (folder / "A.csv").write_bytes((end.join(["date,open,close", *rows]) + end * final).encode())
    changes = []
    for line in data.draw(st.lists(st.integers(2, 9), min_size=1, unique=True)):
        date, first, close = rows[line - 2].split(",")
        olds = {"open": first, "close": close, "date": date, "row": ""}
        kinds = data.draw(st.sets(st.sampled_from([*olds, "add", "add too"]), min_size=1))
        for kind in sorted(kinds):
            if kind.startswith("add"):
                day = f"2025-02-{line:02}" if kind == "add" else f"2025-03-{line:02}"
                changes.append(Change(line, day, "row", "", f"{day},5,6", "a test"))
            else:
                changes.append(Change(line, date, kind, olds[kind], "99" * (kind != "row"), "x"))
    finding = Finding("A.csv", "", "test", "error", "", tuple(changes))
    done = repair(folder, [finding], into=folder.with_name(f"{folder.name}-fixed"))
    added = [one.new for one in changes if one.column == "row" and one.new]
    assert set(added) <= set((done.path / "A.csv").read_text().splitlines())
    back = undo_repairs(done.path, into=folder.with_name(f"{folder.name}-back"))
    assert (back / "A.csv").read_bytes() == (folder / "A.csv").read_bytes()
