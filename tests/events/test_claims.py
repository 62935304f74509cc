"""Records of claims: what they refuse, and the recorded file read back."""

from __future__ import annotations

import pytest
import yaml

import analytics as ma
from analytics.errors import InputError, RecordError

CLAIMS = ma.load_claims()
NOISE = """
- id: N1
  articles: [a]
  claim: Nickel rose
  kind: noise
  published: 2025-09-12
  {more}
  check: {check}
"""
PLAIN = "{type: not_checkable, needs: nothing}"
FALL = (
    "{type: drawdown, ticker: A, references: [2025-01-24], start: 2025-01-27, until: 2025-02-14,"
    " fall: 0.2}"
)


def read(tmp_path, text):
    path = tmp_path / "claims.yaml"
    path.write_text(text, encoding="utf-8")
    return ma.load_claims(path)


def test_yaml_and_back_loses_nothing(tmp_path):
    rows = [one.model_dump(mode="json", exclude_none=True) for one in CLAIMS]
    assert read(tmp_path, yaml.safe_dump(rows, allow_unicode=True)) == CLAIMS


def test_every_kind_of_check_is_recorded_once_at_least():
    assert {one.check.type for one in CLAIMS} == {
        "drawdown",
        "recovery",
        "renewed_fall",
        "swing",
        "timing",
        "sign",
        "conversion",
        "not_checkable",
    }


def test_recorded_noise_names_no_event_and_every_other_event_exists():
    events = ma.load_events()
    for one in CLAIMS:
        if one.kind == "noise":
            assert one.event_id is None
        elif one.event_id is not None:
            assert one.event_id in events


def test_noise_stays_alone(tmp_path):
    assert read(tmp_path, NOISE.format(more="", check=PLAIN))[0].kind == "noise"
    with pytest.raises(RecordError, match="page noise belongs to no event"):
        read(tmp_path, NOISE.format(more="event_id: some-event", check=PLAIN))
    with pytest.raises(RecordError, match="page noise is not tested"):
        read(tmp_path, NOISE.format(more="", check=FALL))


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("{type: guess}", r"check\.type: got 'guess'; expected 'drawdown', 'recovery'"),
        ("{needs: x}", r"check\.type: got nothing; expected"),
        ("just words", r"claim 'K1', check"),
        (FALL.replace("0.2", "1.2"), r"check\.drawdown\.fall: got 1\.2"),
        (FALL.replace("2025-02-14", "2025-01-02"), "start at or before until"),
        (FALL.replace("[2025-01-24]", "[52-week high]"), "a date as the first reference"),
        (FALL.replace("[2025-01-24]", "[2025-01-27]"), "references before start"),
        (FALL.replace("[2025-01-24]", "[]"), r"check\.drawdown\.references"),
        (
            "{type: sign, securities: [{ticker: A, sign: 0}], events: [e]}",
            r"securities\.0\.sign: got 0; expected '\+' or '-'",
        ),
        (
            "{type: sign, securities: [{ticker: A, sign: +}, {ticker: A, sign: '-'}], events: [e]}",
            "each ticker once",
        ),
        (
            "{type: recovery, ticker: A, reference: 2025-02-01, start: 2025-01-27, trough_until: "
            "2025-02-14}",
            "reference before start",
        ),
        (
            "{type: timing, ticker: A, event: e, start: 2025-02-01, until: 2025-01-01, "
            "search_start: 2025-01-01, search_until: 2025-02-01}",
            "start at or before until",
        ),
        (PLAIN.replace("needs", "wants"), r"check\.not_checkable\.needs: got nothing"),
    ],
)
def test_a_wrong_check_is_named_with_its_field(tmp_path, check, said):
    text = (
        "- {id: K1, articles: [a], claim: It fell, kind: price, published: 2025-03-11, "
        f"check: {check}}}\n"
    )
    with pytest.raises(RecordError, match=said):
        read(tmp_path, text)


def test_a_file_that_is_none(tmp_path):
    with pytest.raises(InputError, match="no such file; give a file of claims"):
        ma.load_claims(tmp_path / "none.yaml")
    (tmp_path / "claims.csv").write_text("id\nC1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"write claims as \.yaml"):
        ma.load_claims(tmp_path / "claims.csv")
    with pytest.raises(InputError, match="expected a path or nothing, got list"):
        ma.load_claims([])
    with pytest.raises(InputError, match="expected a list of claims"):
        read(tmp_path, "claims: 3\n")


def test_the_same_id_twice_is_a_fault(tmp_path):
    one = NOISE.format(more="", check=PLAIN)
    with pytest.raises(RecordError, match="the same id twice"):
        read(tmp_path, one + one)
