"""The pages in a browser: on a telephone, on a wide screen, in the dark and on paper."""

from __future__ import annotations

import io
import math

import matplotlib as mpl
import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure as Canvas
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analytics.display import pages, words
from analytics.display.pages import (
    Bullets,
    Cell,
    Column,
    Facts,
    Figure,
    Finding,
    Formula,
    IndexPage,
    Link,
    Matrix,
    MatrixCell,
    MatrixRow,
    News,
    Note,
    Prose,
    Row,
    Section,
    Source,
    Table,
    TearSheet,
    Ticker,
)
from tests.display.browser import chromium, inspect, opened, running, save_pdf

SITE = "News and share prices"
TICKERS = (
    Ticker("NVDA", "NVIDIA", "輝達"),
    Ticker("META", "Meta Platforms", "臉書母公司"),
    Ticker("TSM", "TSMC, New York", "台積電 ADR"),
    Ticker("2330.TW", "TSMC, Taipei", "台積電"),
)
COLOURS = {"NVDA": "#009E73", "META": "#0072B2", "TSM": "#D55E00", "2330.TW": "#E69F00"}
SOURCES = (
    Source("prices/NVDA.csv", "1f" * 32, "daily prices", "3 January 2022 to 31 October 2025", 961),
    Source(
        "prices/2330.TW.csv", "2e" * 32, "daily prices", "3 January 2022 to 31 October 2025", 925
    ),
    Source("events.yaml", "3d" * 32, "events", "31 August 2022 to 24 November 2025", 44),
    Source("calendar_corrections.csv", "4c" * 32, "trading days of Taipei, corrected", "", 3),
)
NOTEBOOKS = (
    Link("00_quickstart.html", "What did the DeepSeek shock do to NVIDIA?", note="Ten lines."),
    Link(
        "03_chip_announcements.html",
        "Do in-house chips hurt NVIDIA and help TSMC?",
        "自研晶片傷了輝達、幫了台積電嗎？",
        "No effect seen; a move of 2.4 % would have been found four times in five.",
    ),
)


def draw(kind: str, *, width: float = 680, height: float = 340) -> str:
    """Draw a figure of the demonstration as SVG, the same each time."""
    noise = np.random.default_rng(7)
    with mpl.rc_context({"svg.hashsalt": "demo", "font.size": 13}):
        canvas = Canvas(figsize=(width / 72, height / 72), layout="constrained")
        if kind == "paths":
            axes = canvas.subplots(1, 4, sharey=True)
            for one, ticker in zip(axes, TICKERS, strict=True):
                path = np.cumsum(noise.normal(0, 1.4, 21)) - 9 * (np.arange(-10, 11) >= 0)
                one.fill_between(np.arange(-10, 11), path - 4, path + 4, color="#dddddd")
                one.plot(np.arange(-10, 11), path, color=COLOURS[ticker.symbol], lw=2)
                one.set_title(ticker.symbol, fontsize=13)
                one.axvline(0, color="#333333", lw=0.8)
        else:
            one = canvas.subplots()
            x = noise.normal(0, 1, 120)
            one.scatter(x, 1.8 * x + noise.normal(0, 1.3, 120), s=14, color="#999999")
            one.scatter([-1.5], [-16.9], s=60, color=COLOURS["NVDA"])
        for one in canvas.axes:
            one.spines[["top", "right", "left"]].set_visible(False)
            one.axhline(0, color="#333333", lw=0.8)
            one.grid(axis="y", color="#e5e5e5")
        buffer = io.StringIO()
        canvas.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def demo_findings() -> tuple[Finding, ...]:
    small = draw("paths", width=420, height=190)
    shock = Link("deepseek-shock-2025-01-27.html", "The DeepSeek shock, day by day")
    return (
        Finding(
            "NVIDIA lost 16.5 % more on one day than the rest of the market explains",
            words.percent(-0.165),
            shock,
            sentence_zh="輝達單日跌幅比大盤可解釋的多出 16.5 %",
            detail=f"{words.interval(-0.223, -0.107)}; two days in a thousand are as bad.",
            figure=Figure(small, alt="Four paths fall on day 0, NVIDIA's the furthest.", width=420),
        ),
        Finding(
            "Taipei answered six sessions later, because it was shut for the Lunar New Year",
            "6 sessions",
            shock,
            detail="TSMC fell 13.3 % in New York on 27 January and 5.7 % in Taipei on 3 February.",
            figure=Figure(small, alt="TSMC falls in New York, then in Taipei.", width=420),
        ),
        Finding(
            "Announcements of in-house chips did not measurably move NVIDIA",
            words.percent(-0.0042),
            NOTEBOOKS[1],
            detail=f"{words.interval(-0.019, 0.011)}; a move of 2.4 % would have been found "
            "eight times in ten.",
        ),
    )


def demo_matrix() -> Matrix:
    names = (
        ("Market sell-off over DeepSeek", "DeepSeek衝擊引發AI股重挫", "2025-01-27", False),
        ("DeepSeek-R1 released under MIT licence", "DeepSeek-R1以MIT授權發布", "2025-01-20", True),
        (
            "Reuters: OpenAI builds first chip with Broadcom and TSMC, drops own-fab plan",
            "路透：OpenAI攜手博通、台積電開發首款晶片",
            "2024-10-29",
            True,
        ),
        ("Meta presents next-generation MTIA (5 nm)", "Meta發表新一代MTIA", "2024-04-10", True),
        ("AWS Trainium2 <general> & Trainium3", "亞馬遜推出Trainium2", "2024-12-03", False),
    )
    values = np.random.default_rng(3).normal(0, 0.03, (len(names), 4))
    values[0] = (-0.165, 0.041, -0.121, -0.052)
    rows = []
    for number, (title, title_zh, day, unconfirmed) in enumerate(names):
        cells = [
            MatrixCell(float(value), f"{day}.html", matters=abs(value) > 0.05)
            for value in values[number]
        ]
        if number == 3:
            cells[3] = MatrixCell(math.nan, reason="98 estimation days, 120 are needed")
        rows.append(
            MatrixRow(
                title,
                tuple(cells),
                title_zh=title_zh,
                day=day,
                href=f"{day}.html",
                unconfirmed=unconfirmed,
                group=day[:4],
            )
        )
    return Matrix(TICKERS, tuple(rows), "Abnormal return on days 0 and 1, in percent")


def demo_index() -> IndexPage:
    return IndexPage(
        title="One Chinese model cost NVIDIA a sixth of its value; rival chips cost it nothing "
        "that can be seen",
        title_zh="一個中國模型讓輝達市值少了六分之一；自研晶片則看不出影響",
        summary="What 44 pieces of news on AI chips did to four share prices, how sure that is, "
        "and where every number came from.",
        covers="3 January 2022 to 31 October 2025",
        findings=demo_findings(),
        matrix=demo_matrix(),
        how_to_read=(
            Prose(
                "A number is the part of a share's move that its benchmark does not explain.\n\n"
                "A bold number is one whose 95 % interval leaves out zero. With 176 numbers, nine "
                "would be bold by chance alone."
            ),
            Formula(
                r"\mathrm{AR}_{it} = R_{it} - (\hat\alpha_i + \hat\beta_i R_{mt})",
                "R is a daily return, i the share, m its benchmark, t the session.",
            ),
            Note("A hollow mark says that the clock time is not confirmed.", unconfirmed=True),
        ),
        notebooks=NOTEBOOKS,
        sources=SOURCES,
        site_title=SITE,
    )


def demo_expected() -> Table:
    columns = (
        Column("Share", numeric=False),
        Column("Expected", numeric=False),
        Column("Moved", unit="%"),
        Column("95 % interval", unit="%"),
        Column("Could be seen", unit="%"),
        Column("Verdict", numeric=False),
    )
    moves = ((-0.165, 0.03), (0.041, 0.03), (-0.121, 0.024), (-0.052, 0.027))
    rows = [
        Row(
            (
                Cell(one.symbol, text_zh=one.name_zh, ticker=one.symbol),
                "up" if value > 0 else "down",
                words.percent(value, unit=False),
                f"{words.percent(value - half, unit=False)} to "
                f"{words.percent(value + half, unit=False)}",
                words.percent(1.4 * half, unit=False),
                "as expected",
            ),
            matters=one.symbol == "NVDA",
        )
        for one, (value, half) in zip(TICKERS, moves, strict=True)
    ]
    return Table(columns, tuple(rows), caption="Abnormal return, days 0 to 1")


def demo_tests() -> Table:
    columns = (
        Column("Test", numeric=False),
        Column("Statistic"),
        Column("df"),
        Column("p"),
        Column("p, adjusted"),
    )
    valid = [("Adjusted BMP", -2.91), ("GRANK-T", -3.4), ("Sign flip", -2.2)]
    rows = [
        Row((name, words.number(value, digits=2), "3", "0.012", "0.036"), matters=not place)
        for place, (name, value) in enumerate(valid)
    ]
    broken = Cell("Patell", note="Assumes that the four shares move independently; they do not.")
    rows.append(
        Row((broken, words.number(-8.1, digits=2), "", "<0.001", words.MISSING), invalid=True)
    )
    return Table(
        columns, tuple(rows), caption="Valid ones first", note="p after Holm's correction."
    )


def demo_sheet() -> TearSheet:
    paths = Figure(
        draw("paths", width=900, height=330),
        alt="NVIDIA's cumulative abnormal return falls to 16.5 % below zero on day 0.",
        caption="Band: 95 % prediction interval. Source: recorded prices, 249 sessions each.",
        width=900,
    )
    scatter = Figure(draw("scatter"), alt="The event day lies far below the fitted line.")
    return TearSheet(
        finding="NVIDIA lost 16.5 % more than the rest of the market explains",
        summary=f"{words.estimate(-0.165, -0.223, -0.107)} on 27 January 2025. "
        "Two sessions in a thousand of the year before were as bad.",
        news=News(
            "Market sell-off over DeepSeek",
            "DeepSeek衝擊引發AI股重挫",
            "27 January 2025",
            "Reuters",
            "grade high: several sources agree",
            source_href="https://example.com/story",
            unconfirmed=True,
        ),
        sections=(
            Section(
                "Taipei was shut until 3 February",
                (
                    Facts(
                        (
                            ("Day 0 in New York", "2025-01-27"),
                            ("Day 0 in Taipei 台北", "2025-02-03"),
                        )
                    ),
                ),
                label="Three clocks",
                title_zh="台北股市休市至二月三日",
            ),
            Section(
                "All four moved the way that was expected",
                (demo_expected(),),
                label="Expected and seen",
            ),
            Section("The loss did not come back in ten sessions", (paths,), label="Paths"),
            Section(
                "The estimate",
                (scatter, Formula(r"\mathrm{CAR}_i(0,1) = \sum_{t=0}^{1} \mathrm{AR}_{it}")),
                label="Estimate",
            ),
            Section("Valid tests agree that it was no accident", (demo_tests(),), label="Tests"),
            Section(
                "Two other pieces of news fell into the window",
                (Bullets(("Meta's results, 29 January, after the close", "The FOMC, 29 January")),),
                label="Confounders",
            ),
        ),
        sources=SOURCES,
        site_title=SITE,
        links=(Link("index.html", "All findings"), *NOTEBOOKS),
    )


WIDE_TABLE = """<div><style scoped>.dataframe tbody tr th {{vertical-align: top;}}</style>
<table border="1" class="dataframe">
<thead><tr style="text-align: right;"><th></th><th></th>{head}</tr>
</thead><tbody><tr><th rowspan="2">deepseek-shock-2025-01-27</th><th>NVDA</th>{one}</tr>
<tr><th>2330.TW</th>{two}</tr></tbody></table></div>""".format(
    head="".join(f"<th>{name}</th>" for name in "car std_error t df pvalue ci_low ci_high".split())
    + "<th>benchmark</th>",
    one="".join(f"<td>{value}</td>" for value in (-0.165, 0.0295, -5.6, 247, 0.0, -0.223, -0.107))
    + "<td>^GSPC without NVDA</td>",
    two="".join(f"<td>{value}</td>" for value in (-0.052, 0.0271, -1.9, 240, "NaN", -0.105, 0.001))
    + "<td>^TWII without 2330.TW</td>",
)


def demo_notebook() -> nbformat.NotebookNode:
    """An executed notebook with everything that a page has to cope with."""
    picture = new_output(
        "display_data",
        data={"image/svg+xml": draw("scatter"), "text/plain": "<Figure size 680x340>"},
        metadata={"image/svg+xml": {"alt": "The event day lies far below the fitted line."}},
    )
    table = new_output("execute_result", data={"text/html": WIDE_TABLE}, execution_count=3)
    warning = new_output("stream", name="stderr", text="FutureWarning: do not show this\n")
    printed = new_output("stream", name="stdout", text="2330.TW 台積電   day 0: 2025-02-03\n")
    code = (
        "results = ma.event_study(sample, ma.MarketModel())  # one row per share\nresults.car(0, 1)"
    )
    return new_notebook(
        cells=[
            new_markdown_cell(
                "# Who lost, who won, and how much of it was abnormal? "
                '<span lang="zh-Hant">誰輸、誰贏，其中多少是異常報酬？</span>\n\n'
                "NVIDIA lost **16.5 %** more than the rest of the market explains (95 % interval "
                "−22.3 to −10.7); Meta 臉書 gained 4.1 %.\n\nEverything below uses recorded prices."
            ),
            new_code_cell(
                'event_id = "deepseek-shock-2025-01-27"\nwindow = (0, 1)',
                execution_count=1,
                metadata={"tags": ["parameters"]},
            ),
            new_markdown_cell(
                "## The model is a straight line\n\nWith $R_{it}$ the return of share $i$,\n\n"
                "$$\\mathrm{AR}_{it} = R_{it} - (\\hat\\alpha_i + \\hat\\beta_i R_{mt}), \\qquad "
                "\\operatorname{Var}(\\mathrm{AR}_{it}) = \\sigma_i^2 \\left(1 + \\frac{1}{L} + "
                "\\frac{(R_{mt} - \\bar R_m)^2}{\\sum_s (R_{ms} - \\bar R_m)^2}\\right)$$\n\n"
                "A price of $65 billion, or $60 billion, is no formula, and `$x$` is code.\n\n"
                "See [the tests](#Valid-tests) and [robustness](05_robustness.ipynb)."
            ),
            new_code_cell("ma.plots.scatter(results)", outputs=[picture], execution_count=2),
            new_markdown_cell("### One row per share 每檔股票一列"),
            new_code_cell(code, outputs=[warning, table, printed], execution_count=3),
            new_markdown_cell(
                "## Valid tests\n\n> A test that assumes independence is printed last.\n\n"
                "| test | p |\n|---|---:|\n| Adjusted BMP | 0.012 |\n| Patell | -0.5 |\n"
            ),
        ],
        metadata={"language_info": {"name": "python"}},
    )


def demo_pages() -> dict[str, str]:
    """Every kind of page, by file name."""
    return {
        "index.html": pages.index_page(demo_index()),
        "tearsheet.html": pages.tearsheet_page(demo_sheet()),
        "notebook.html": pages.notebook_page(
            nbformat.from_dict(demo_notebook()), sources=SOURCES, links=NOTEBOOKS, site_title=SITE
        ),
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The pages of the demonstration, as files."""
    folder = tmp_path_factory.mktemp("pages")
    for name, text in demo_pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def chrome():
    """One browser for all pages."""
    with running() as browser:
        yield browser


NAMES = ("index.html", "tearsheet.html", "notebook.html")
needs_chromium = pytest.mark.skipif(chromium() is None, reason="no Chromium on this computer")


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 390, 820, 1400])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_holds_up(folder, chrome, name, width, dark):
    assert inspect(folder / name, width, dark=dark, within=chrome).faults == {}


@pytest.mark.browser
@needs_chromium
def test_the_first_screen_of_a_telephone_has_the_answer(folder, chrome):
    with opened(folder / "tearsheet.html", width=390, within=chrome) as (page, _):
        answer = page.locator(".standfirst").bounding_box()
        text = page.locator(".headline").inner_text()
    assert answer["y"] + answer["height"] < 844
    assert "−22.3 to −10.7" in text


@pytest.mark.browser
@needs_chromium
def test_the_contents_stand_beside_the_text_or_are_folded(folder, chrome):
    seen = {}
    for width in (390, 1400):
        with opened(folder / "index.html", width=width, within=chrome) as (page, _):
            seen[width] = [
                page.locator(f"nav.{name}").is_visible() for name in ("beside", "folded")
            ]
    assert seen == {390: [False, True], 1400: [True, False]}


@pytest.mark.browser
@needs_chromium
def test_a_line_holds_about_seventy_letters(folder, chrome):
    text = "the quick brown fox jumps over the lazy dog and runs away from the hound " * 4
    with opened(folder / "notebook.html", width=1400, within=chrome) as (page, _):
        page.evaluate("text => document.querySelector('main > p').textContent = text", text)
        box = page.locator("main > p").first.bounding_box()
    lines = round(box["height"] / (18 * 1.6))
    assert 60 <= len(text) / (lines - 0.5) <= 85


@pytest.mark.browser
@needs_chromium
def test_the_matrix_fits_a_telephone_and_keeps_its_head_in_sight(folder, chrome):
    with opened(folder / "index.html", width=390, within=chrome) as (page, _):
        box = page.locator(".matrix table").bounding_box()
        page.locator(".matrix tbody tr").last.scroll_into_view_if_needed()
        page.evaluate(
            "document.querySelector('.matrix tbody:last-of-type tr:last-child')"
            ".scrollIntoView({block: 'center'})"
        )
        head = page.locator(".matrix thead th").nth(1).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert 0 <= head["y"] < 10


@pytest.mark.browser
@needs_chromium
def test_paper_is_white_and_shows_whole_hashes_without_code(folder, chrome, tmp_path):
    with opened(folder / "notebook.html", width=820, dark=True, within=chrome) as (page, _):
        page.emulate_media(media="print", color_scheme="dark")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        text = page.locator("main").inner_text()
        code = page.locator("details.code").first.is_visible()
    save_pdf(folder / "notebook.html", tmp_path / "page.pdf", dark=True, within=chrome)
    assert ground == "rgb(255, 255, 255)"
    assert SOURCES[0].sha256 in text
    assert not code
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


BROKEN = """<!DOCTYPE html><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>body {margin: 0} .wide {width: 900px} .faint {color: #aaa}</style>
<script>document.title = "ran"</script>
<p class="wide" id="same">wide</p><p class="faint" id="same">faint text</p>
<p onclick="x()">台積電 and \ue123</p><a href="#nowhere">link</a>
<img src="data:image/png;base64,AAAA" alt="broken"><img src="https://example.com/a.png">"""


@pytest.mark.browser
@needs_chromium
def test_what_is_wrong_with_a_page_is_found(chrome, tmp_path):
    path = tmp_path / "broken.html"
    path.write_text(BROKEN, encoding="utf-8")
    report = inspect(path, 390, within=chrome)
    assert report.overflow_px == 510
    assert report.scripts == 2
    assert report.console
    assert report.requests == () or "example.com" in report.requests[0]
    assert len(report.missing_alt) == 1
    assert report.broken_images[0] == "broken"
    assert "wide" in report.sticking_out[0]
    assert report.tofu == ("\ue123",)
    assert "faint text" in report.faint[0]
    assert report.duplicate_ids == ("same",)
    assert report.dead_anchors == ("nowhere",)
