"""A folder whose hashes fit and whose files do not hold what they should: one `DataError`."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re

import pytest

from analytics.errors import DataError
from analytics.market import load_market
from analytics.market.snapshot import SnapshotFile, write_snapshot
from analytics.market.store import kept_replies, snapshot_files
from analytics.recorded import MANIFEST, RecordedFolder

SECURITIES = "securities:\n- ticker: A\n  calendar: XNYS\n"
GOOD = {
    "prices/A.csv": "date,close\n2025-01-02,1\n2025-01-03,2\n",
    "dividends.csv": "ticker,ex_date,amount\nA,2025-01-03,0.5\n",
    "securities.yaml": SECURITIES,
    "closures.csv": "calendar,date,reason\nXNYS,2025-01-09,Mourning\n",
    "calendar_corrections.csv": "calendar,date,change,reason\n",
    "shares_outstanding.csv": "ticker,date,shares,grade\nA,2025-01-02,5,high\n",
    "index_weights.csv": "index,ticker,date,weight,grade,source\nI,A,2025-01-02,0.5,high,x\n",
    "names.yaml": "firms: []\n",
}


def folder(place, **changed):
    files = (GOOD | changed).items()
    write_snapshot(place, {name: SnapshotFile(text.encode(), "a", "b") for name, text in files})
    return place


def test_the_good_folder_is_read(tmp_path):
    market = load_market(folder(tmp_path))
    assert market.closes["A"].tolist() == [1, 2]
    assert market.dividends["A"].to_dict() == {dt.datetime(2025, 1, 3): 0.5}  # noqa: DTZ001
    assert (market.shares[0].shares, market.weights[0].weight) == (5, 0.5)


def test_a_row_without_its_date_is_described_all_the_same(tmp_path):
    place = folder(tmp_path, **{"closures.csv": "calendar,date\nXNYS\nXNYS,2025-01-09\n"})
    entry = RecordedFolder(place).entries["closures.csv"]
    assert (entry.rows, entry.first, entry.last) == (2, "", "2025-01-09")


PRICES = (
    "",
    "\n",
    '"',
    "date,close\n",
    "a,b\n1,2\n",
    "date,close\n2025-01-02,abc\n",
    "date,close\n2025-01-02,inf\n",
    "date,close\n2025-01-02,1,2,3\n",
    "date,close\n2025-01-02\n",
    "date,close\n20250102,1\n",
    "date,close\n2025-13-45,1\n",
    "date,close\n2025-01-03,1\n2025-01-02,1\n",
    "date,close\n9999-12-31,1\n",
)
TABLES = ("", '"', "a,b\n1,2\n", "calendar,date\nXNYS\n")
DOCUMENTS = (
    "",
    "5",
    "[]",
    "text",
    "{",
    "name: 5",
    "securities: 5",
    "securities: [5]",
    "securities:\n- ticker: [A]\n",
    "securities:\n- ticker: 2025-13-45\n",
    "a: \0",
    "[" * 5000,
    "securities: !!python/name:os.system\n",
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("prices/A.csv", text) for text in PRICES),
        *(("dividends.csv", text) for text in TABLES),
        ("dividends.csv", "ticker,ex_date,amount\nA,2025,0.5\n"),
        ("dividends.csv", "ticker,ex_date,amount\nA,2025-01-03,-1\n"),
        *(("closures.csv", text) for text in TABLES),
        ("closures.csv", "calendar,date,reason\nXNYS,soon,x\n"),
        *(("calendar_corrections.csv", text) for text in TABLES),
        *(("shares_outstanding.csv", text) for text in TABLES),
        *(("index_weights.csv", text) for text in TABLES),
        *(("securities.yaml", text) for text in DOCUMENTS),
        ("names.yaml", "firms: 5"),
        ("names.yaml", "a: 2025-13-45"),
        ("names.yaml", "[" * 5000),
        *((name, b"\xff\xfe\x00") for name in GOOD),
    ],
)
def test_one_error_that_names_the_file(tmp_path, name, text):
    place, content = folder(tmp_path), text if isinstance(text, bytes) else text.encode()
    (place / name).write_bytes(content)
    document = json.loads((place / MANIFEST).read_text())
    (entry,) = [one for one in document["files"] if one["name"] == name]
    entry["sha256"] = hashlib.sha256(content).hexdigest()
    (place / MANIFEST).write_text(json.dumps(document))
    with pytest.raises(DataError, match=rf"{re.escape(name)}: not a readable file \(.+\)"):
        load_market(place)


# --- what a run of fetch left ---------------------------------------------------------------------

ROW = "A,2025-01-02,2025-01-03,{},yfinance 1.7.0,NMS,USD,America/New_York,EQUITY,A,USD\n"
ASKED = "ticker,start,end,retrieved,library,exchange,currency,zone,kind,name,quoted\n"
ANSWERED = ASKED + ROW.format("2025-03-01T12:00:00Z")


def fetched(place, text=ANSWERED, **changed):
    yahoo = SnapshotFile(GOOD["prices/A.csv"].encode(), "prices", "Yahoo Finance through x: A")
    folder(place, **{"fetched.csv": text}, **changed)
    write_snapshot(place, {"prices/A.csv": yahoo})
    return place


def test_a_fetched_folder_is_read_as_replies(tmp_path):
    assert list(kept_replies(fetched(tmp_path))) == ["A"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": ASKED}, "fetched.csv: no row of A, and prices/A.csv is there"),
        ({"text": ASKED + ROW.format("2025-03-01T12:00:00")}, "without a zone"),
        ({"text": ASKED + ROW.format("soon")}, "fetched.csv: not a readable file"),
        ({"text": "ticker\nA\n"}, "fetched.csv: .*no column start"),
        ({"splits.csv": "a,b\n1,2\n"}, "splits.csv: .*no column ticker"),
        ({"left_out.csv": "a,b\n1,2\n"}, "left_out.csv: .*no column ticker"),
    ],
)
def test_what_a_run_left_is_named_where_it_cannot_be_read(tmp_path, changed, said):
    with pytest.raises(DataError, match=said):
        kept_replies(fetched(tmp_path, **changed))


def test_revisions_of_another_form_are_named(tmp_path):
    place = fetched(tmp_path, **{"revisions.csv": "a,b\n1,2\n"})
    with pytest.raises(DataError, match=r"revisions\.csv: .*no column ticker"):
        snapshot_files(place, kept_replies(place), [])
