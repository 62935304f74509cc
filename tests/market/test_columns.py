"""Files with other names of columns: mapped by the caller or by the list of securities."""

from __future__ import annotations

import pytest

import analytics as ma
from analytics.errors import InputError
from analytics.market.checks import check_snapshot, repair
from analytics.market.columns import MAPPED

TEXT = "Trade Date;Open Px;Last Price;Close\n2025-01-27;9,5;10;77\n2025-01-28;10,5;11;78\n"
LISTED = "- {ticker: AAA, exchange: XLON}\n"
MAP = {"date": "Trade Date", "open": "Open Px", "close": "Last Price"}


def folder(tmp_path, files):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("write", [str, str.upper, lambda name: f" {name}  "])
def test_the_caller_says_what_the_columns_are(tmp_path, write):
    path = folder(tmp_path, {"AAA.csv": TEXT, "securities.yaml": LISTED})
    market = ma.load_market(path, columns={field: write(name) for field, name in MAP.items()})
    assert market.bars["AAA"]["close"].tolist() == [10.0, 11.0]
    assert market.bars["AAA"]["open"].tolist() == [9.5, 10.5]
    assert list(market.bars["AAA"]) == ["open", "close"]
    assert next(one for one in market.sources if one.name == "AAA.csv").source == (
        "given by the reader; not read: Close"
    )


def test_the_list_of_securities_says_it(tmp_path):
    listed = (
        "columns: {date: Trade Date, open: Open Px, close: Last Price}\nsecurities:\n"
        "- {ticker: AAA, exchange: XLON}\n"
    )
    market = ma.load_market(folder(tmp_path, {"AAA.csv": TEXT, "securities.yaml": listed}))
    assert market.bars["AAA"]["close"].tolist() == [10.0, 11.0]
    assert market.calendars["AAA"].code == "XLON"


def test_a_check_and_a_repair_read_the_same_columns(tmp_path):
    text = "Trade Date,Last Price\n2025-01-24,9\n2025-01-26,10\n2025-01-28,11\n"
    listed = (
        "columns: {date: Trade Date, close: Last Price}\nsecurities:\n"
        "- {ticker: AAA, exchange: XLON}\n"
    )
    path = folder(tmp_path, {"AAA.csv": text, "securities.yaml": listed})
    check = check_snapshot(path)
    assert [(one.rule, one.date) for one in check.findings] == [("shifted_date", "2025-01-26")]
    fixed = repair(path, check.findings, into=tmp_path.with_name(f"{tmp_path.name}-fixed"))
    assert (fixed.path / "AAA.csv").read_text() == text.replace("01-26", "01-27")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"closing": "Last Price"}, "'closing' is no field.*did you mean 'close'"),
        ({"close": ""}, "close: expected the name of a column, got ''"),
        ({"close": 3}, "close: expected the name of a column, got 3"),
        ({"close": "Last", "open": "last"}, "'last' stands for two fields"),
        ("close", "columns: got str; expected a mapping"),
        (MAP | {"volume": "Shares"}, "a column 'Shares', as columns says of volume"),
    ],
)
def test_a_map_that_does_not_fit_is_refused(tmp_path, columns, said):
    path = folder(tmp_path, {"AAA.csv": TEXT, "securities.yaml": LISTED})
    with pytest.raises(InputError, match=said):
        ma.load_market(path, columns=columns)


def test_every_field_can_be_mapped(tmp_path):
    head = ",".join(f"x {field}" for field in MAPPED)
    rows = "2025-01-27,9,12,8,10,1000\n2025-01-28,10,12,9,11,0\n"
    path = folder(tmp_path, {"AAA.csv": f"{head}\n{rows}"})
    bars = ma.load_market(path, columns={field: f"x {field}" for field in MAPPED}).bars["AAA"]
    assert bars.iloc[0].tolist() == [9, 12, 8, 10, 1000]


def test_recorded_folders_take_no_map():
    with pytest.raises(InputError, match="a folder with a manifest"):
        ma.load_market(columns={"close": "Last"})
