"""The report on prices other than the recorded ones: their source on every page, gaps listed."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

import analytics as ma
from analytics.cli import main
from analytics.display import report
from analytics.display.notebooks import execute, read
from analytics.errors import DataError, InputError
from analytics.market.snapshot import SnapshotFile, write_snapshot
from analytics.recorded import recorded_folder

SOURCE = "Yahoo Finance through yfinance 1.7.0"
MOMENT = "2026-11-20T09:00:00Z"
SHOCK = "deepseek-shock-2025-01-27"


def lines_between(name, first, last):
    head, *rows = recorded_folder().text(name).splitlines()
    return "\n".join([head, *(row for row in rows if first <= row[:10] <= last), ""]).encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """NVIDIA and its index from June 2024 to March 2025, as a fetch leaves them."""
    place = tmp_path_factory.mktemp("prices") / "fetched"
    files = {}
    for ticker, kind in (("NVDA", "prices"), ("^GSPC", "index")):
        name = f"prices/{ticker}.csv"
        content = lines_between(name, "2024-06-01", "2025-03-31")
        said = f"{SOURCE}: {ticker} 2024-06-01 to 2025-03-31"
        files[name] = SnapshotFile(content, kind, said, "medium", MOMENT)
    for name in ("dividends.csv", "splits.csv", "closures.csv", "calendar_corrections.csv"):
        files[name] = SnapshotFile(recorded_folder().read(name), "beside", "recorded")
    listed = (
        "firms: []\nsecurities:\n"
        "- {ticker: NVDA, calendar: XNYS, currency: USD, benchmark: ^GSPC, exchange: New York}\n"
        "- {ticker: ^GSPC, kind: index, calendar: XNYS, currency: USD, exchange: New York}\n"
    )
    files["securities.yaml"] = SnapshotFile(listed.encode(), "securities", SOURCE)
    write_snapshot(place, files)
    return place


@pytest.fixture(scope="module")
def made(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("report")
    return report.write_report(out, data=folder, notebooks=["00", "04"], workers=1)


@pytest.fixture(scope="module")
def texts(made):
    return {path.stem: path.read_text(encoding="utf-8") for path in made.pages}


def plain(text):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def letters(text):
    """Without what typography changes."""
    return re.sub(r"\W", "", text)


def test_every_page_names_the_source_and_the_moment(texts):
    assert {"index", "00_quickstart", SHOCK} <= set(texts)
    for name, text in texts.items():
        shown = plain(text)
        assert f"prices: {SOURCE}, fetched 2026-11-20" in shown, name
        assert MOMENT in shown, name
        assert "public price tables" not in shown, name


def test_the_numbers_are_those_of_these_prices(folder, texts):
    market = ma.load_market(folder)
    results = ma.event_study(ma.align(ma.load_events()[SHOCK], market, tickers=["NVDA"]))
    sentence = ma.sentences.reaction(results, (SHOCK, "NVDA"))
    assert sentence.partition(" ")[2] in texts[SHOCK]  # the folder gives NVDA no other name
    assert sentence in texts["00_quickstart"]


def test_what_these_prices_do_not_allow_is_listed_with_its_reason(made, texts):
    left = {(one.kind, one.title): one.reason for one in made.left_out}
    assert "outside the" in left["event", "US chip rules 2022"]
    assert "TSM" in left["finding", "The two listings of TSMC"]
    notebook = next(reason for (kind, _), reason in left.items() if kind == "notebook")
    assert "TSM" in notebook
    shown = letters(plain(texts["index"]))
    for (_, title), reason in left.items():
        assert letters(f"{title}: {reason}") in shown
    assert "04_two_listings" not in texts


def test_every_event_has_a_page_or_a_reason(made, texts):
    left = {one.title for one in made.left_out}
    for event in ma.load_events():
        assert (event.id in texts) != ((event.label or event.title) in left)


def test_prices_of_no_recorded_event_are_one_message(tmp_path):
    text = "date,close\n" + "".join(f"2019-03-{day:02},{100 + day}\n" for day in range(4, 9))
    (tmp_path / "SAP.DE.csv").write_text(text)
    with pytest.raises(DataError, match=r"SAP\.DE.*no recorded event can be studied"):
        report.build_report(tmp_path / "out", data=tmp_path)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        main(["report", "--data", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")])
    assert left.value.code == 2
    assert "nowhere" in capsys.readouterr().err


def test_a_setting_gets_another_value_where_the_notebook_has_it():
    book = {
        "cells": [
            {
                "cell_type": "code",
                "metadata": {"tags": ["parameters"]},
                "source": "A = 1  # a note\nDATA = None",
                "outputs": [],
                "execution_count": None,
                "id": "a",
            },
            {
                "cell_type": "code",
                "metadata": {},
                "source": "print(A, DATA)",
                "outputs": [],
                "execution_count": None,
                "id": "b",
            },
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    import nbformat

    notebook = nbformat.from_dict(json.loads(json.dumps(book)))
    done = execute(notebook, "mine", {"DATA": r"C:\new\1"})
    assert done.cells[1].outputs[0]["text"] == "1 C:\\new\\1\n"
    assert done.cells[0].source == "A = 1  # a note\nDATA = 'C:\\\\new\\\\1'"
    with pytest.raises(InputError, match="mine: the cell tagged parameters sets no B"):
        execute(notebook, "mine", {"B": 2})


def test_every_notebook_can_be_given_other_prices():
    from analytics.display.notebooks import find_notebooks

    for path in find_notebooks():
        cells = read(path).cells
        settings = [one.source for one in cells if "parameters" in one.metadata.get("tags", [])]
        assert "\nDATA = None" in settings[0], path.name
        assert any("load_market(DATA)" in one.source for one in cells), path.name


def test_pages_of_an_earlier_report_go_and_no_other_file(tmp_path):
    (tmp_path / "events").mkdir()
    pages = [Path("index.html"), Path("04_two.html"), Path("events/old.html")]
    mine = tmp_path / "notes.html"
    for page in [*pages, mine]:
        (tmp_path / page).write_text("here")
    report._remove_earlier(tmp_path, pages)
    assert all((tmp_path / page).exists() for page in pages)
    with (tmp_path / report.PAGES).open("a") as note:
        note.write("../outside.html\nnotes.txt\n/etc/x.html\n")
    outside = tmp_path.parent / "outside.html"
    outside.write_text("here")
    report._remove_earlier(tmp_path, [Path("index.html")])
    there = {path.name for path in tmp_path.rglob("*.html")}
    assert there == {"index.html", "notes.html"}
    assert outside.exists()


def test_a_sheet_says_how_to_make_it_again_with_other_prices(texts):
    assert f"analytics study {SHOCK} --tickers NVDA --data YOUR_PRICES" in plain(texts[SHOCK])


def test_the_terminal_names_the_source_of_other_prices(folder, capsys):
    with pytest.raises(SystemExit) as left:
        main(["study", SHOCK, "--tickers", "NVDA", "--data", str(folder)])
    assert left.value.code == 0
    assert capsys.readouterr().out.splitlines()[-1] == (f"prices: {SOURCE}, fetched 2026-11-20")
