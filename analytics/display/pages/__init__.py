"""Pages: one self-contained HTML file each, for a phone, for paper, and for a reader in five years.

In come frozen parts that say *what* a page holds (:class:`IndexPage`, :class:`TearSheet`, or an
executed notebook), already worded; out comes the text of one file. The file holds no script and
asks for nothing: its Content Security Policy allows inline style and ``data:`` images only. This
package knows no event, price or study, and reads no file but its own templates. The same input
gives the same bytes.

::

    Prose, Note, Facts, Bullets, Formula, Table, Figure --> Section --+
    Finding, Matrix, News -----> IndexPage, TearSheet <---------------+
    IndexPage, TearSheet ------> index_page, tearsheet_page --> str
    executed notebook --> clean, chinese, math, Figure --> notebook_page --> str

Each module imports only from those before it::

    addresses                  where a link may lead
    markup                     text, LaTeX and foreign HTML as safe HTML
    render                     the templates
    parts, matrix              what pages are made of
    contents                   ids of headings, table of contents
    index, tearsheet           two kinds of pages
    markdown, cells, dressing  a notebook, taken apart and set
    notebook                   the third kind
"""

from __future__ import annotations

from analytics.display.pages.index import Finding, IndexPage, LeftOut, index_page
from analytics.display.pages.markup import chinese, clean, math
from analytics.display.pages.matrix import Matrix, MatrixCell, MatrixRow, Ticker
from analytics.display.pages.notebook import notebook_page
from analytics.display.pages.parts import (
    Block,
    Bullets,
    Cell,
    Column,
    Facts,
    Figure,
    Formula,
    Link,
    Note,
    Prose,
    Row,
    Section,
    Source,
    Table,
)
from analytics.display.pages.tearsheet import News, TearSheet, tearsheet_page

__all__ = [
    "Block",
    "Bullets",
    "Cell",
    "Column",
    "Facts",
    "Figure",
    "Finding",
    "Formula",
    "IndexPage",
    "LeftOut",
    "Link",
    "Matrix",
    "MatrixCell",
    "MatrixRow",
    "News",
    "Note",
    "Prose",
    "Row",
    "Section",
    "Source",
    "Table",
    "TearSheet",
    "Ticker",
    "chinese",
    "clean",
    "index_page",
    "math",
    "notebook_page",
    "tearsheet_page",
]
