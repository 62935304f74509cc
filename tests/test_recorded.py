"""Recorded files are the ones described, or nothing is read."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

import analytics as ma
from analytics.errors import ChecksumError, DataError, InputError
from analytics.recorded import RecordedFolder, recorded_folder, write_manifest

FOLDER = recorded_folder()


@pytest.fixture
def copy(tmp_path):
    """A copy of the recorded data that may be spoiled."""
    shutil.copytree(FOLDER.path, tmp_path / "data")
    return tmp_path / "data"


def test_every_file_is_in_the_manifest_and_matches():
    there = {
        path.relative_to(FOLDER.path).as_posix()
        for path in FOLDER.path.rglob("*")
        if path.is_file() and path.name not in ("manifest.json", "README.md")
    }
    assert set(FOLDER.entries) == there
    for name, entry in FOLDER.entries.items():
        assert hashlib.sha256((FOLDER.path / name).read_bytes()).hexdigest() == entry.sha256


def test_every_entry_says_what_it_is_and_where_from():
    for entry in FOLDER.entries.values():
        assert entry.kind, entry.name
        assert entry.source, entry.name
        assert entry.grade in ("high", "medium", "low"), entry.name


def test_rows_and_range_of_every_entry():
    for entry in FOLDER.entries.values():
        lines = (FOLDER.path / entry.name).read_text(encoding="utf-8").splitlines()
        if entry.name.endswith(".csv"):
            assert entry.rows == len(lines) - 1, entry.name
        if entry.name.startswith("prices/"):
            assert entry.first == lines[1].split(",")[0], entry.name
            assert entry.last == lines[-1].split(",")[0], entry.name
    assert FOLDER.entries["events.yaml"].rows == 44
    assert FOLDER.entries["claims.yaml"].rows == 14


def test_a_changed_price_is_refused_with_both_hashes(copy):
    path = copy / "prices" / "NVDA.csv"
    path.write_text(path.read_text().replace("118.42", "118.43"))
    got = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(ChecksumError) as caught:
        ma.load_market(copy)
    message = str(caught.value)
    assert str(path) in message
    assert f"expected sha256 {FOLDER.entries['prices/NVDA.csv'].sha256[:16]}" in message
    assert f"got {got[:16]}" in message
    assert "git checkout" in message


def test_a_changed_newline_is_a_change(copy):
    path = copy / "dividends.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    with pytest.raises(ChecksumError, match=r"dividends\.csv: expected sha256"):
        ma.load_market(copy)


def test_a_missing_file_is_refused(copy):
    (copy / "prices" / "META.csv").unlink()
    with pytest.raises(ChecksumError, match=r"META\.csv: listed in manifest\.json but missing"):
        ma.load_market(copy)


def test_an_unlisted_file_is_not_read(copy):
    (copy / "prices" / "EXTRA.csv").write_text("date,close\n2025-01-02,1\n2025-01-03,2\n")
    with pytest.raises(ChecksumError, match=r"EXTRA\.csv: not listed in manifest\.json"):
        RecordedFolder(copy).read("prices/EXTRA.csv")
    assert "EXTRA" not in ma.load_market(copy)


def test_a_copy_gives_the_same_market(copy):
    assert ma.load_market(copy).closes.equals(ma.load_market().closes)


def test_a_folder_without_a_manifest_is_refused_with_advice(tmp_path):
    with pytest.raises(InputError, match=r"no manifest\.json there; give a folder written by"):
        ma.load_market(tmp_path)
    with pytest.raises(InputError, match=r"no manifest\.json there"):
        ma.load_market(tmp_path / "nowhere")


def test_a_recorded_file_alone_is_read_as_a_readers_own(copy):
    market = ma.load_market(copy / "prices" / "NVDA.csv")
    assert market.tickers == ("NVDA",)
    assert [entry.source for entry in market.sources] == ["given by the reader"]


def test_a_recorded_folder_that_lost_its_manifest_is_not_read_as_if_it_were_whole(copy):
    (copy / "manifest.json").unlink()
    with pytest.raises(InputError, match=r"securities\.yaml, lines? .*expected a known exchange"):
        ma.load_market(copy)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"files": [{"name": "a"}]}', '{"files": ["a"]}', '{"other": 1}']
)
def test_a_manifest_that_cannot_be_read_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DataError, match=r"manifest\.json: not a readable manifest"):
        ma.load_market(tmp_path)


def test_prices_without_a_security_are_refused(copy):
    (copy / "prices" / "EXTRA.csv").write_text("date,close\n2025-01-02,1\n2025-01-03,2\n")
    write_manifest(copy)
    with pytest.raises(DataError, match="prices of EXTRA but no entry in securities"):
        ma.load_market(copy)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("day,close\n2025-01-02,1\n", "expected columns date and close"),
        ("date,close\n2025-01-03,1\n2025-01-02,2\n", "dates are not ascending"),
        ("date,close\n2025-01-02,1\n2025-01-02,2\n", "dates are not ascending, each once"),
        ("date,close\n2025-01-02,1\n2025-01-03,\n", "a close that is missing"),
        ("date,close\n2025-01-02,1\n2025-01-03,0\n", "not above zero"),
    ],
)
def test_prices_that_cannot_be_right_are_refused(copy, text, words):
    (copy / "prices" / "NVDA.csv").write_text(text)
    write_manifest(copy)
    with pytest.raises(DataError, match=words):
        ma.load_market(copy)


def test_columns_are_read_by_name(copy):
    """Newer exports put the close first."""
    path = copy / "prices" / "NVDA.csv"
    rows = [line.split(",") for line in path.read_text().splitlines()]
    order = [rows[0].index(name) for name in ("volume", "close", "high", "low", "open", "date")]
    path.write_text("\n".join(",".join(row[k] for k in order) for row in rows) + "\n")
    write_manifest(copy)
    assert ma.load_market(copy).bars["NVDA"].equals(ma.load_market().bars["NVDA"])


def test_writing_the_manifest_again_changes_not_a_byte(copy):
    before = (copy / "manifest.json").read_bytes()
    assert write_manifest(copy) == len(FOLDER.entries)
    assert (copy / "manifest.json").read_bytes() == before
    assert not list(copy.glob(".manifest*"))


def test_a_new_manifest_keeps_what_was_said_and_hashes_anew(copy):
    path = copy / "prices" / "NVDA.csv"
    path.write_text(path.read_text().replace("118.42", "118.43"))
    write_manifest(copy, {"prices/META.csv": {"source": "by hand", "retrieved": "2026-01-02"}})
    entries = RecordedFolder(copy).entries
    assert entries["prices/NVDA.csv"].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert entries["prices/NVDA.csv"].source == FOLDER.entries["prices/NVDA.csv"].source
    assert (entries["prices/META.csv"].source, entries["prices/META.csv"].retrieved) == (
        "by hand",
        "2026-01-02",
    )
    assert json.loads((copy / "manifest.json").read_text(encoding="utf-8"))["format"] == 1


def test_a_table_is_read_by_column_name():
    first = FOLDER.table("index_weights.csv")[0]
    assert (first["index"], first["ticker"]) == ("^TWII", "2330.TW")
