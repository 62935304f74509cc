"""Parts, pages and cells for the tests; ``EVIL`` stands wherever a text may stand."""

from __future__ import annotations

import base64
import dataclasses
import math
from typing import TYPE_CHECKING

import pandas as pd
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

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
    notebook_page,
)

if TYPE_CHECKING:
    from nbformat import NotebookNode

EVIL = "</title><script>alert(1)</script><img src=x onerror=alert(2)> & \"quoted\" 'single'"

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><script>alert(1)</script></svg>'

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

SOURCE = Source("prices/NVDA.csv", "0123456789abcdef" * 4, "daily prices", "2022 to 2025", 961)


def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def notebook(*cells: NotebookNode, title: str = "# A question?") -> NotebookNode:
    return new_notebook(
        cells=[new_markdown_cell(title), *cells],
        metadata={"language_info": {"name": "python"}},
    )


def as_page(*cells: NotebookNode, title: str = "# A question?") -> BeautifulSoup:
    book = notebook(*cells, title=title)
    return soup(notebook_page(book, sources=[SOURCE], links=[], site_title="Site"))


def shown(data: dict[str, str], metadata: dict[str, object] | None = None) -> NotebookNode:
    """A cell that displays this."""
    output = new_output("display_data", data=data, metadata=metadata or {})
    return new_code_cell("show()", outputs=[output], execution_count=1)


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
        Facts(((EVIL, EVIL),)),
        Bullets((EVIL,)),
        Formula("x", EVIL),
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
