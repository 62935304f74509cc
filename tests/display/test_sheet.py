"""The tear sheet of a reader's own event: any market, any tickers, one page that stands alone."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest

import analytics as ma
from analytics.cli import main
from analytics.display import names, sentences
from analytics.errors import DataError, InputError
from analytics.events import Event
from analytics.market import exchange_calendar
from tests.display import browser

FIRST, LAST = pd.Timestamp("2023-06-01"), pd.Timestamp("2025-06-30")


@cache
def series(code, seed):
    days = exchange_calendar(code, FIRST, LAST).sessions
    days = days[(days >= FIRST) & (days <= LAST)]
    change = pd.Series(np.random.default_rng(seed).normal(0, 0.012, len(days)), days)
    change["2025-01-27":"2025-01-28"] -= 0.05 * (seed % 2)
    return 100 * (1 + change).cumprod()


def write_prices(folder, listed, *, extra=""):
    """One file per ticker, and the list of securities: ticker -> (exchange, benchmark, firm)."""
    folder.mkdir()
    lines = []
    for k, (ticker, (code, benchmark, firm)) in enumerate(listed.items()):
        frame = series(code, 2 * k + bool(benchmark)).rename_axis("Date").rename("Close").round(4)
        frame.to_csv(folder / f"{ticker}.csv", date_format="%Y-%m-%d")
        lines.append(
            f"- {{ticker: '{ticker}', exchange: '{code}', currency: EUR"
            + (f", benchmark: '{benchmark}'" if benchmark else "")
            + (f", firm: '{firm}'" if firm else "")
            + "}\n"
        )
    (folder / "securities.yaml").write_text("".join(lines) + extra, encoding="utf-8")
    return folder


PLACES = {
    "HSH.L": ("XLON", "^UKX", "Hash & Sons <Ltd>"),
    "HSH.DE": ("XETR", "^DX", "Hash & Sons <Ltd>"),
    "7777.T": ("XTKS", "^NK", "Hash & Sons <Ltd>"),
    "2222.SR": ("XSAU", "^TAS", ""),
    "^UKX": ("XLON", "", ""),
    "^DX": ("XETR", "", ""),
    "^NK": ("XTKS", "", ""),
    "^TAS": ("XSAU", "", ""),
}


@pytest.fixture(scope="module")
def prices(tmp_path_factory):
    return write_prices(tmp_path_factory.mktemp("own") / "prices", PLACES)


def event(*tickers, **fields):
    given = {"id": "my-event", "title": "A <b>shock</b>", "published_at": "2025-01-27T07:30Z"}
    given |= {"companies": [{"ticker": one, "expected": "-"} for one in tickers]} | fields
    return Event(**given)


@pytest.fixture(scope="module")
def page(prices, tmp_path_factory):
    """Four shares in four places, three of them one firm's; a draft."""
    out = tmp_path_factory.mktemp("out") / "sheet.html"
    own = event("HSH.L", "HSH.DE", "7777.T", "2222.SR", status="draft")
    return ma.tear_sheet(own, ma.load_market(prices), out=out)


@pytest.fixture(scope="module")
def text(page):
    return page.read_text(encoding="utf-8")


def headings(text):
    return [re.sub(r"<[^>]+>|#", "", one).strip() for one in re.findall(r"<h2.*?</h2>", text)]


def labels(text):
    return re.findall(r'<p class="label"[^>]*>(.*?)</p>', text)


def test_the_page_has_the_sections_of_the_reports_and_none_without_records(text):
    assert labels(text) == [
        "The clocks",
        "Expected and found",
        "The paths",
        "The estimate",
        "The tests",
        "Placebo",
        "Robustness",
        "Other news",
        "How it was made",
    ]


def test_listings_are_called_after_their_city_and_other_shares_by_their_ticker(text):
    for name in ("Hash &amp; Sons &lt;Ltd&gt; in London", "in Frankfurt", "in Tokyo", "2222.SR"):
        assert name in text
    assert "New York" not in re.sub(r"Washington, New York or Taipei", "", text)


def test_the_heading_of_the_clocks_names_each_city_with_its_day(text):
    assert headings(text)[0] == (
        "London, Frankfurt and Riyadh could first react on 27 January 2025, Tokyo on 28 January "
        "2025"
    )


def test_numbers_of_the_page_are_those_of_the_study(prices, text):
    market = ma.load_market(prices)
    own = event("HSH.L", "HSH.DE", "7777.T", "2222.SR")
    results = ma.event_study(ma.align(own, market))
    with names.named_by(market.directory):
        said = sentences.reaction(results, ("my-event", "2222.SR"))
    assert said in text
    assert sentences.name("HSH.L") == "HSH.L"  # the names end with the page


def test_a_draft_says_so_above_its_headline(text, prices, tmp_path):
    assert text.index(sentences.DRAFT) < text.index("<h1>")
    plain = ma.tear_sheet(event("HSH.L"), ma.load_market(prices), out=tmp_path)
    assert plain.name == "my-event.html"
    assert sentences.DRAFT not in plain.read_text(encoding="utf-8")


def test_the_sources_are_the_files_behind_it_with_their_hashes(text, prices):
    market = ma.load_market(prices)
    for entry in market.sources:
        assert entry.name.replace("&", "&amp;") in text
        assert entry.sha256 in text
    assert "given by the reader" in text
    assert "grade" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)


def test_the_page_stands_alone(text):
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert re.findall(r'href="([^#d][^"]*)"', text) == []
    assert "<b>shock</b>" not in text


def test_it_says_where_other_news_is_recorded(text):
    assert "look for it yourself" in text


def test_the_same_files_give_the_same_bytes(prices, page, tmp_path):
    own = event("HSH.L", "HSH.DE", "7777.T", "2222.SR", status="draft")
    again = ma.tear_sheet(own, ma.load_market(prices), out=tmp_path / "again.html")
    assert again.read_bytes() == page.read_bytes()


def test_a_single_share_against_a_plain_column_has_a_page(tmp_path):
    days = series("XLON", 1)
    frame = pd.DataFrame({"ONE": days, "market": series("XLON", 2)})
    market = ma.Market.from_frames(frame, exchanges="XLON")
    with pytest.raises(InputError, match="name one with benchmark="):
        ma.tear_sheet(event("ONE"), market, out=tmp_path)
    path = ma.tear_sheet(event("ONE"), market, out=tmp_path / "one.html", benchmark="market")
    text = path.read_text(encoding="utf-8")
    assert headings(text)[4].startswith("No average to test")
    assert headings(text)[-2].startswith("The one share asked for could be studied")
    assert "closes: ONE, market" in text


def test_an_event_of_ones_own_on_the_recorded_market_has_no_claims(tmp_path):
    market = ma.load_market()
    own = event("AMD", "TSM", "2330.TW", id="mine", published_at="2025-01-27T12:00Z")
    text = ma.tear_sheet(own, market, out=tmp_path).read_text(encoding="utf-8")
    assert "Two listings" in labels(text)
    assert "Claims" not in labels(text)
    assert "recorded event" in text
    assert "prices/NVDA.csv" in text or "prices/AMD.csv" in text
    assert re.findall(r'href="([^#d][^"]*)"', text) == []


def test_what_cannot_be_studied_is_said(prices, tmp_path):
    market = ma.load_market(prices)
    with pytest.raises(DataError, match=r"nothing to study: HSH: no prices of HSH in this market"):
        ma.tear_sheet(event("HSH"), market, out=tmp_path)
    with pytest.raises(DataError, match=r"no prices of 2222 .*did you mean 2222\.SR\?"):
        ma.tear_sheet(event("2222"), market, out=tmp_path)
    with pytest.raises(InputError, match=r"ends in \.html"):
        ma.tear_sheet(event("HSH.L"), market, out=tmp_path / "sheet.pdf")
    with pytest.raises(InputError, match="in a folder that exists"):
        ma.tear_sheet(event("HSH.L"), market, out=tmp_path / "none" / "sheet.html")
    with pytest.raises(InputError, match="expected one Event, got EventTable"):
        ma.tear_sheet(ma.load_events(), market, out=tmp_path)
    with pytest.raises(InputError, match="unknown benchmark 'NOPE'"):
        ma.tear_sheet(event("HSH.L"), market, out=tmp_path, benchmark="NOPE")


# --- on the command line --------------------------------------------------------------------------


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(list(map(str, arguments)))
    said = capsys.readouterr()
    return left.value.code, said.out, said.err


CSV = "id,title,published_at,tickers,status\nmine,Mine,2025-01-27T07:30Z,HSH.L:- 2222,draft\n"


def test_the_command_line_writes_it_from_a_csv_file_and_a_folder(capsys, prices, tmp_path):
    (tmp_path / "my.csv").write_text(CSV, encoding="utf-8")
    own = ("--events", tmp_path / "my.csv", "--data", prices)
    code, out, err = run(capsys, "study", "mine", *own, "--sheet", tmp_path / "s.html")
    assert (code, err) == (0, "")
    assert f"tear sheet written to {tmp_path / 's.html'}" in out
    assert "mine is a draft: no person has checked it" in out
    assert "left out: 2222: no prices of 2222 in this market; did you mean 2222.SR?" in out
    assert sentences.DRAFT in (tmp_path / "s.html").read_text(encoding="utf-8")
    code, out, err = run(capsys, "events", *own)
    assert (code, err) == (0, "")
    assert "Mine (draft)" in out
    assert "2025-01-27   2025-01-27   2025-01-28" in out
    assert "No prices of 2222 (did you mean 2222.SR?): correct the ticker" in out


def test_prices_in_one_file_need_a_list_of_securities_for_a_time(capsys, prices, tmp_path):
    (tmp_path / "my.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "p.csv").write_bytes(
        (prices / "HSH.L.csv").read_bytes().replace(b"Close", b"HSH.L")
    )
    own = ("--events", tmp_path / "my.csv", "--data", tmp_path / "p.csv")
    code, out, _ = run(capsys, "events", *own)
    assert code == 0
    assert "No exchange is known for these prices" in out
    code, _, err = run(capsys, "study", "mine", *own)
    assert code == 1
    assert "in securities.yaml beside the prices" in err
    assert "there are prices of HSH.L" in err
    listed = "ticker,exchange,benchmark\nHSH.L,XLON,\n"
    (tmp_path / "securities.csv").write_text(listed, encoding="utf-8")
    code, out, _ = run(
        capsys, "study", "mine", *own, "--model", "constant-mean", "--tickers", "HSH.L"
    )
    assert code == 0
    assert "2025-01-27" in out


@pytest.mark.parametrize("form", [(), ("yaml",), ("csv",), ("securities",)])
def test_templates_are_printed(capsys, form):
    code, out, err = run(capsys, "events", "--template", *form)
    assert (code, err) == (0, "")
    expected = ma.securities_template() if form == ("securities",) else ma.event_template(*form)
    assert out == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("events", "--template", "json"), "expected one of yaml, csv, securities"),
        (("study", "x", "--sheet", "a.html", "--model", "garch"), "leave --model"),
        (("study", "x", "--sheet", "a.html", "--mask"), "--mask"),
    ],
)
def test_wrong_use_is_said_in_one_line(capsys, arguments, said):
    code, out, err = run(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


@pytest.mark.browser
@pytest.mark.parametrize("width", [1400, 390])
def test_the_page_fits_a_browser(page, width):
    with browser.running() as chrome:
        assert browser.inspect(page, width, within=chrome).faults == {}
