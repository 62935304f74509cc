"""``analytics read``: what a page says, as text and as one document; drafts in a file."""

from __future__ import annotations

import json

import pytest

from analytics.cli import main
from analytics.recorded import recorded_folder

EXAMPLES = recorded_folder().path / "examples"
PAGE, OTHER = str(EXAMPLES / "meta_chip.html"), str(EXAMPLES / "meta_chip.txt")
PROMISED = {
    *("title", "publisher", "published_at", "published_zone", "date_evidence", "organisations"),
    *("tickers", "amounts", "market_claims", "original_source", "category", "missing"),
}


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(["read", *arguments])
    out, err = capsys.readouterr()
    return left.value.code, out, err


def test_one_page_as_a_document(capsys):
    status, out, _ = run(capsys, PAGE, "--json")
    told = json.loads(out)
    assert status == 0
    assert set(told) >= PROMISED
    assert told["published_at"] == "2025-03-11T09:40:00-04:00"
    assert told["published_zone"] == "America/New_York"
    assert told["organisations"][0]["name"] == "Meta"
    assert set(told["organisations"][0]) >= {"name", "tickers", "mentions"}
    assert told["tickers"] == ["META", "NVDA", "2330.TW", "TSM"]
    assert told["original_source"] == "Reuters"
    assert {"kind": "recorded event", "dates": ["2025-03-11"]}.items() <= told["date_evidence"][
        -1
    ].items()


def test_an_assumed_zone_says_why(capsys):
    _, out, _ = run(capsys, OTHER, "--json")
    told = json.loads(out)
    assert told["published_zone"].startswith("assumed +08:00 because")
    assert "published_zone" in told["missing"]


def test_the_first_screen_answers(capsys):
    status, out, _ = run(capsys, PAGE)
    assert status == 0
    for words in ("Meta tries out", "first reported by Reuters", "2025-03-11", "2330.TW, TSM"):
        assert words in out
    assert "reuters-meta-training-chip-2025-03-11" in out


def test_two_pages_are_compared(capsys):
    _, out, _ = run(capsys, PAGE, OTHER)
    assert "the same story" in out
    assert "they differ on publication" in out
    _, out, _ = run(capsys, PAGE, OTHER, "--json")
    told = json.loads(out)
    assert [len(told["articles"]), told["stories"][0]["same_story"]] == [2, True]


def test_a_draft_can_be_studied_at_once(capsys, tmp_path):
    path = tmp_path / "mine.yaml"
    status, out, _ = run(capsys, PAGE, OTHER, "--draft", str(path))
    assert status == 0
    assert "status: draft" in out
    with pytest.raises(SystemExit) as left:
        main(["study", "reuters-meta-2025-03-11", "--events", str(path), "--json"])
    study = json.loads(capsys.readouterr().out)
    assert left.value.code == 0
    assert {one["ticker"] for one in study["observations"]} == {"META", "NVDA", "TSM", "2330.TW"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing.html"], "no such file"),
        ([PAGE, "--draft", "mine.csv"], "added to a .yaml file"),
        ([PAGE, "--draft", "mine.yaml", "--day", "soon"], "expected a date"),
        ([], "Missing argument"),
    ],
)
def test_wrong_use_is_one_line(capsys, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_claims_about_prices_are_ready_for_their_check(capsys):
    _, out, _ = run(capsys, PAGE, "--json")
    fall, recovery = json.loads(out)["market_claims"]
    assert fall["check"].items() >= {"type": "drawdown", "ticker": "NVDA", "fall": 0.2}.items()
    assert (fall["check"]["wording"], fall["needs"]) == (
        "more than",
        ["reference", "start", "until"],
    )
    assert recovery["check"].items() >= {"type": "recovery", "share": 0.5}.items()
