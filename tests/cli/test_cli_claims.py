"""``analytics claims``: the document, the text, a reader's own prices and claims."""

from __future__ import annotations

import json
import shutil

import pytest

import analytics as ma
from analytics.cli import main
from analytics.recorded import recorded_folder, write_manifest

KEYS = {"id", "article", "claim", "tickers", "verdict", "figures", "reason"}
VERDICTS = {"supported", "refuted", "partly", "not_checkable"}
OWN = """
- id: MINE
  articles: [mine]
  claim: Meta doubled
  kind: price
  published: 2025-03-11
  tickers: [META]
  check: {type: not_checkable, needs: another claim}
"""


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(["claims", *arguments])
    said = capsys.readouterr()
    return left.value.code, said.out, said.err


def document(capsys, *arguments):
    status, out, err = run(capsys, *arguments, "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert list(found) == ["claims"]
    return {one["id"]: one for one in found["claims"]}


def test_every_claim_with_the_promised_fields(capsys):
    found = document(capsys)
    assert list(found) == [f"C{k}" for k in range(1, 15)]
    assert all(set(one) >= KEYS for one in found.values())
    assert {one["verdict"] for one in found.values()} == VERDICTS
    low = found["C1"]["figures"]["fall_period_low"]
    assert low["value"] == pytest.approx(113.01 / 142.62 - 1)
    assert (low["date"], low["basis"], low["unit"]) == ("2025-02-03", "low", "fraction")
    assert found["C6"]["article"] == "000,001"
    assert found["C6"]["tickers"] == ["^SOX", "NVDA", "TSM", "2330.TW", "META"]


def test_noise_carries_no_event(capsys):
    noise = document(capsys)["C14"]
    assert noise["event_id"] is None
    text = json.dumps(noise)
    assert not [event.id for event in ma.load_events() if event.id in text]


def test_the_text_says_verdict_reason_and_what_would_change_it(capsys):
    status, out, err = run(capsys)
    assert (status, err) == (0, "")
    flat = " ".join(out.split())
    assert "C2 REFUTED NVIDIA finally recovered (article 000)" in flat
    assert "It would be supported by a close of at least 142.62 USD on 2025-03-10." in flat


def test_other_prices_give_other_verdicts(capsys, tmp_path):
    copy = tmp_path / "data"
    shutil.copytree(recorded_folder().path, copy)
    path = copy / "prices" / "NVDA.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = [
        "2025-03-10,150,160,140,155,1000" if line.startswith("2025-03-10,") else line
        for line in lines
    ]
    path.write_text("\n".join(changed) + "\n", encoding="utf-8")
    write_manifest(copy)
    assert document(capsys, "--data", str(copy))["C2"]["verdict"] == "supported"


def test_own_claims(capsys, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(OWN, encoding="utf-8")
    found = document(capsys, "--claims", str(path))
    assert list(found) == ["MINE"]
    assert found["MINE"]["figures"] == {}


def test_wrong_use_is_one_line(capsys, tmp_path):
    status, out, err = run(capsys, "--claims", "nowhere.yaml")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "nowhere.yaml: no such file" in err
    path = tmp_path / "mine.yaml"
    path.write_text(OWN.replace("not_checkable", "guess"), encoding="utf-8")
    status, out, err = run(capsys, "--claims", str(path))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "claim 'MINE', check.type: got 'guess'" in err
