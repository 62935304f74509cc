"""The real report: every page built from the recorded data, opened in a browser."""

import re
from pathlib import Path

import pytest

import analytics as ma
from analytics.cli import main
from analytics.display import notebooks as books
from analytics.display import report
from analytics.display.notebooks import find_notebooks
from analytics.errors import InputError
from tests.display import browser

SHOCK = "deepseek-shock-2025-01-27"
ARTICLES = [
    "reuters-meta-training-chip-2025-03-11",
    "meta-mtia-v1-2023-05-18",
    "reuters-openai-tapeout-2025-02-10",
    "info-alibaba-baidu-2025-09-11",
    SHOCK,
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory, executed):
    """The report, built once, from notebooks that were executed once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            books, "execute", lambda _, name, __: executed(books.notebooks_folder() / name)
        )
        return report.build_report(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def texts(pages):
    return {path.stem: path.read_text(encoding="utf-8") for path in pages}


def test_there_is_an_index_a_page_per_notebook_and_a_sheet_per_event(pages):
    names = [path.stem for path in pages]
    assert names[0] == "index"
    assert sum(re.match(r"\d\d_", name) is not None for name in names) >= 4
    assert {event.id for event in ma.load_events()} <= set(names)


def test_the_index_opens_with_five_findings_and_holds_every_event(texts):
    index = texts["index"]
    assert index.count('<p class="amount">') == 5
    for event in ma.load_events():
        assert f'href="events/{event.id}.html"' in index


@pytest.mark.parametrize("event_id", ARTICLES)
def test_the_articles_events_have_all_four_listings(texts, event_id):
    text = texts[event_id]
    for name in ("NVIDIA", "Meta", "TSMC in New York", "TSMC in Taipei"):
        assert name in text


def test_the_training_chip_has_two_sources(texts):
    event = ma.load_events()["reuters-meta-training-chip-2025-03-11"]
    assert len(event.sources) == 2
    for source in event.sources:
        assert source.publisher.split(",")[0] in re.sub(r"<[^>]+>", "", texts[event.id])


def test_numbers_of_a_sheet_are_those_of_the_study(texts):
    results = ma.event_study(ma.align(ma.load_events()[SHOCK], ma.load_market()))
    for ticker in ("NVDA", "META", "TSM", "2330.TW"):
        sentence = ma.sentences.reaction(results, (SHOCK, ticker))
        assert sentence in texts[SHOCK]


def test_the_spanning_return_and_the_unconfirmed_time_are_said(texts):
    assert "over the Lunar New Year closure" in texts[SHOCK]
    assert "No source at hand shows the clock time" in texts[SHOCK]
    confirmed = texts["info-alibaba-baidu-2025-09-11"]
    assert "No source at hand shows the clock time" not in confirmed


def test_no_page_asks_for_anything_or_runs_anything(texts):
    for name, text in texts.items():
        assert "default-src 'none'" in text, name
        assert "<script" not in text.lower(), name
        assert not re.search(r'(?:src|srcset)="(?!data:)', text), name


def test_no_page_names_a_machine_or_an_hour(texts):
    for name, text in texts.items():
        prose = re.sub(r'src="data:[^"]*"', "", text)
        for trace in (str(Path.home()), str(Path.cwd()), "/Users/", "site-packages"):
            assert trace not in prose, (name, trace)


def test_the_same_data_give_the_same_bytes(texts):
    """Pages drawn again here, one after another, are those that processes of their own drew."""
    for event in list(ma.load_events())[::6]:
        page = report._sheet(event.id)
        assert page.text == texts[Path(page.link.href).stem], page.link
    for page in report._notebook_pages(find_notebooks(names=["00", "07"])):
        assert page.text == texts[Path(page.link.href).stem], page.link


@pytest.mark.browser
def test_every_page_holds_up_on_a_telephone(pages):
    with browser.running() as chromium:
        for page in pages:
            assert browser.inspect(page, 390, within=chromium).faults == {}, page.name


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_the_first_pages_hold_up_on_a_wide_screen_by_day_and_night(pages, dark):
    chosen = [page for page in pages if page.parent.name != "events" or page.stem in ARTICLES]
    with browser.running() as chromium:
        for page in chosen:
            assert browser.inspect(page, 1400, dark=dark, within=chromium).faults == {}, page.name


def test_a_folder_that_cannot_be_written_is_one_message(tmp_path, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(InputError, match="cannot write there"):
        report.build_report(blocked / "deeper")
    with pytest.raises(SystemExit) as left:
        main(["report", "--out", str(blocked)])
    assert left.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
