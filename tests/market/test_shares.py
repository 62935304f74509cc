"""Share counts: read row by row, refused with their file where they are none."""

from __future__ import annotations

import shutil

import pytest

import analytics as ma
from analytics.errors import DataError
from analytics.recorded import recorded_folder, write_manifest


def test_the_recorded_counts():
    counts = {one.ticker: one for one in ma.load_market().shares}
    assert counts["NVDA"].shares == 24.49e9
    assert counts["2330.TW"].shares == 25.932e9
    assert counts["2330.TW"].grade == "medium"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("24490000000", "-1", "NVDA has -1 shares"),
        ("24490000000", "many", "could not convert string to float"),
    ],
)
def test_a_wrong_count_is_named_with_its_file(tmp_path, old, new, said):
    copy = tmp_path / "data"
    shutil.copytree(recorded_folder().path, copy)
    path = copy / "shares_outstanding.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    write_manifest(copy)
    with pytest.raises(DataError, match=rf"shares_outstanding\.csv: .*{said}"):
        ma.load_market(copy)


def test_a_folder_without_counts_has_none(tmp_path):
    copy = tmp_path / "data"
    shutil.copytree(recorded_folder().path, copy)
    (copy / "shares_outstanding.csv").unlink()
    write_manifest(copy)
    assert ma.load_market(copy).shares == ()
