"""A check on the command line: the tally, every finding with its figures, the same as JSON."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path

import pytest

import analytics.market.checks as checks
from analytics.display.checkwork import (
    RULES,
    check_lines,
    check_record,
    check_status,
    revision_lines,
)
from analytics.market.checks import (
    Finding,
    SnapshotCheck,
    check_snapshot,
    compare_snapshots,
)
from analytics.recorded import recorded_folder, write_manifest

RECORDED = recorded_folder().path
NVDA = "prices/NVDA.csv"


@pytest.fixture
def spoiled(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(RECORDED, folder)
    lines = (folder / NVDA).read_text().splitlines()
    k = next(k for k, line in enumerate(lines) if line.startswith("2025-01-27"))
    lines.insert(k, "2025-01-26,142,142,142,142,0")
    del lines[k - 5]
    (folder / NVDA).write_text("\n".join(lines) + "\n")
    write_manifest(folder)
    return folder


def test_the_record_is_what_the_contract_says(spoiled):
    record = json.loads(json.dumps(check_record(check_snapshot(spoiled))))
    assert set(record) == {"findings", "known"}
    assert [(one["rule"], one["file"], one["date"]) for one in record["findings"]] == [
        ("missing_session", NVDA, "2025-01-17"),
        ("phantom_row", NVDA, "2025-01-26"),
    ]
    assert set(record["findings"][0]) == {"file", "date", "rule", "severity", "evidence"}
    assert len(record["known"]) == 6
    assert all(one["reason"] and one["source"] for one in record["known"])
    rate = next(one for one in record["known"] if one["rule"] == "rate_without_session")
    assert rate["date"] is None


def test_the_status_says_whether_something_is_left_to_explain(spoiled):
    assert check_status(check_snapshot()) == 0
    assert check_status(check_snapshot(spoiled)) == 1


def test_the_lines_name_file_date_rule_and_figures(spoiled):
    text = check_lines(check_snapshot(spoiled))
    plain = " ".join(text.split())
    assert text.splitlines()[0] == "Do not use these prices yet: 2 errors to look into."
    assert "17 files, 17,023 rows; 2 errors, 6 known exceptions" in plain
    assert "ERROR phantom_row: a row on a day without a session" in plain
    assert (
        "prices/NVDA.csv 2025-01-26: close 142, volume 0; no session of XNYS (a weekend)" in plain
    )
    assert "can be repaired on a copy" in plain
    assert "KNOWN looked into before" in plain
    assert "reason: prices/2330.TW.csv 2025-04-07 limit_day" in plain


def checked(*severities, files=3):
    findings = tuple(
        Finding(NVDA, f"2024-01-{k % 28 + 1:02}", "spike", one, f"close {k}")
        for k, one in enumerate(severities)
    )
    return SnapshotCheck("mine", files, 500, findings, ())


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (checked(), "These prices can be used."),
        (checked("note"), "These prices can be used; 1 note, which proves nothing."),
        (checked("note", "note"), "These prices can be used; 2 notes, which prove nothing."),
        (checked("warning", "note"), "Look before you use these prices: 1 warning."),
        (checked("error", "warning"), "Do not use these prices yet: 1 error to look into."),
        (checked("error", files=0), "There are no prices to use."),
    ],
)
def test_the_first_line_says_whether_the_prices_can_be_used(check, said):
    assert check_lines(check).splitlines()[0] == said
    assert check_status(check) == (not said.startswith("These"))


def test_three_hundred_findings_stay_a_page_of_eighty_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = check_lines(checked(*["error"] * 300)).splitlines()
    assert len(lines) == 15
    assert lines[-1] == "  and 290 more; --json lists all of them"
    assert max(map(len, lines)) <= 80


def test_what_changed_against_another_snapshot_has_a_line(spoiled):
    text = revision_lines(compare_snapshots(RECORDED, spoiled))
    assert "prices/NVDA.csv 2025-01-17  vanished: close 137.71, only in the old" in text
    assert "appeared" in text


def test_every_rule_has_its_words():
    """The names that the rules use in the source, and no others."""
    used = set()
    for path in Path(checks.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used |= {node.value} & set(RULES)
    assert used == set(RULES)


def test_every_rule_that_a_finding_can_have_is_in_the_table():
    call = re.compile(
        r'(?:Finding|found)\(\s*[^()]*?"([a-z]+_[a-z_]+)",\s*"(?:error|warning|note)"'
    )
    used = set()
    for path in Path(checks.__file__).parent.glob("*.py"):
        used |= set(call.findall(path.read_text(encoding="utf-8")))
    assert len(used) > 10
    assert used <= set(RULES)
