"""Pages: one self-contained HTML file each, for a phone, for paper, and for a reader in five years.

In come frozen parts that say *what* a page holds (:class:`IndexPage`, :class:`TearSheet`, or an
executed notebook), already worded; out comes the text of one file. The file holds no script and
asks for nothing: its Content Security Policy allows inline style and ``data:`` images only. This
module knows no event, price or study, and reads no file but its own templates. The same input
gives the same bytes.

::

    Prose, Note, Facts, Bullets, Formula, Table, Figure --> Section --+
    Finding, Matrix, News -----> IndexPage, TearSheet <---------------+
    IndexPage, TearSheet ------> index_page, tearsheet_page --> str
    executed notebook --> clean, chinese, math, Figure --> notebook_page --> str

Every string of a part is plain text and is escaped, whoever wrote it; runs of Chinese characters
are marked as Chinese. Whoever has HTML that is known to be safe says so with
:class:`markupsafe.Markup`.
"""

from __future__ import annotations

import base64
import functools
import html
import itertools
import math as arithmetic
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from urllib.parse import unquote
from xml.etree import ElementTree

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, PreformattedString
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from analytics.display import words

if TYPE_CHECKING:
    from nbformat import NotebookNode

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

_TEMPLATES = Path(__file__).parent / "templates"


class Block(Protocol):
    """Anything that can stand in a section."""

    def html(self) -> Markup:
        """Return safe HTML."""
        ...


class _Part:
    """A block that is drawn by the macro of its own name in ``parts.html.j2``."""

    def html(self) -> Markup:
        """Return safe HTML."""
        return Markup(_macro(type(self).__name__)(self))


@dataclass(frozen=True)
class Source:
    """One recorded file behind a page.

    Parameters
    ----------
    name : str
        Name of the file, inside the data folder.
    sha256 : str
        Its whole hash; the page shows twelve characters and holds all of them.
    kind : str
        What the file holds, in words.
    covers : str
        The dates it covers, in words; may be empty.
    rows : int
        Number of records.
    """

    name: str
    sha256: str
    kind: str
    covers: str
    rows: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError(
                f"source {self.name}: a sha256 has 64 hexadecimal digits, got {self.sha256!r}"
            )


@dataclass(frozen=True)
class Link:
    """A way to another page: where, what it is called, and in one line what it says."""

    href: str
    title: str
    title_zh: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _require_safe(self.href)


@dataclass(frozen=True)
class Figure(_Part):
    """A picture with the text that stands for it.

    Parameters
    ----------
    image : str or bytes
        SVG as text, or a PNG or JPEG file.
    alt : str
        What a reader would see, from the numbers.
    caption : str
        Shown below; the figure itself has a title.
    width : int
        Width on a wide screen in CSS pixels; a PNG drawn at twice this is sharp everywhere.
    """

    image: str | bytes
    alt: str = field(kw_only=True)
    caption: str = field(default="", kw_only=True)
    width: int = field(default=680, kw_only=True)

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("a figure needs an alt text that says what a reader would see")
        _image_kind(self.image)  # a picture that no browser shows is an error here, not on the page

    @property
    def uri(self) -> str:
        """The picture as a ``data:`` address.

        An SVG is embedded as an image, not inline: its ids and styles then clash with nothing, and
        no script in it ever runs.
        """
        kind, content = _image_kind(self.image)
        return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


@dataclass(frozen=True)
class Prose(_Part):
    """Paragraphs, separated by an empty line."""

    text: str

    @property
    def paragraphs(self) -> list[str]:
        """The paragraphs, without the empty lines between them."""
        return [one.strip() for one in re.split(r"\n\s*\n", self.text) if one.strip()]


@dataclass(frozen=True)
class Note(_Part):
    """A remark where it matters: an assumption, a limit. An unconfirmed time has a hollow mark."""

    text: str
    unconfirmed: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Facts(_Part):
    """Names and values, one pair a line."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Bullets(_Part):
    """A plain list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Formula(_Part):
    """A formula on a line of its own, in LaTeX, and below it what its letters mean."""

    latex: str
    meaning: str = ""

    @property
    def mathml(self) -> Markup:
        """The formula as MathML."""
        return math(self.latex, display=True)


@dataclass(frozen=True)
class Column:
    """Head of a column: its name, the unit of its numbers, and whether it holds numbers."""

    title: str
    unit: str = field(default="", kw_only=True)
    numeric: bool = field(default=True, kw_only=True)


@dataclass(frozen=True)
class Cell:
    """A cell that is more than its text.

    Parameters
    ----------
    text : str
    text_zh : str
        The same in Traditional Chinese, set beside it.
    href : str
        Where the text leads.
    ticker : str
        Symbol whose colour is shown before the text.
    note : str
        A remark below the text.
    unconfirmed : bool
        Set a hollow mark: a time that the text rests on is not confirmed.
    """

    text: str
    text_zh: str = field(default="", kw_only=True)
    href: str = field(default="", kw_only=True)
    ticker: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)
    unconfirmed: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        _require_safe(self.href)


@dataclass(frozen=True)
class Row:
    """One row: the one that matters is heavier, one that does not count is greyed."""

    cells: tuple[Cell | str, ...]
    matters: bool = field(default=False, kw_only=True)
    invalid: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        plain = (Cell(one) if isinstance(one, str) else one for one in self.cells)
        object.__setattr__(self, "cells", tuple(plain))


@dataclass(frozen=True)
class Table(_Part):
    """A table whose first column names the rows. Numbers come worded, in the unit of the head."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"table {self.caption!r}: {len(self.columns)} columns, but a row has "
                    f"{len(row.cells)} cells: {row.cells!r}"
                )

    @property
    def stacks(self) -> bool:
        """Whether a telephone, too narrow for the table, shows each row as a small list."""
        return len(self.columns) > 5


@dataclass(frozen=True)
class Section:
    """A part of a page with a heading of its own.

    Parameters
    ----------
    title : str
        The finding, as a sentence.
    body : tuple of Block
        What shows it, in order.
    label : str
        The topic in one or two words: shown above the heading, and used in the table of contents.
    title_zh : str
        The heading in Traditional Chinese.
    """

    title: str
    body: tuple[Block, ...]
    label: str = field(default="", kw_only=True)
    title_zh: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class Finding:
    """A sentence with its number, its comparison, a small figure, and where it is shown."""

    sentence: str
    number: str
    link: Link
    detail: str = field(default="", kw_only=True)
    sentence_zh: str = field(default="", kw_only=True)
    figure: Figure | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Ticker:
    """A column of the matrix."""

    symbol: str
    name: str
    name_zh: str = ""


@dataclass(frozen=True)
class MatrixCell:
    """One event and one ticker.

    Parameters
    ----------
    value : float
        Decimal fraction; NaN where there is none, and then ``reason`` says why.
    href : str
        The tear sheet.
    matters : bool
        Set in a heavier weight, for instance where the interval leaves out zero.
    reason : str
        Why there is no value, or another remark; shown when pointed at, and read aloud.
    """

    value: float
    href: str = ""
    matters: bool = field(default=False, kw_only=True)
    reason: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        _require_safe(self.href)
        if arithmetic.isnan(self.value) and not self.reason:
            raise ValueError("a cell of the matrix without a value needs a reason")


@dataclass(frozen=True)
class MatrixRow:
    """One event: a short name, its day, a cell for each ticker. Rows of one group share a head."""

    title: str
    cells: tuple[MatrixCell, ...]
    title_zh: str = field(default="", kw_only=True)
    day: str = field(default="", kw_only=True)
    href: str = field(default="", kw_only=True)
    unconfirmed: bool = field(default=False, kw_only=True)
    group: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        _require_safe(self.href)


@dataclass(frozen=True)
class Matrix(_Part):
    """Events by tickers, every number printed and tinted blue above zero and orange below.

    Parameters
    ----------
    tickers : tuple of Ticker
        At most four keep a telephone readable.
    rows : tuple of MatrixRow
    measure : str
        What the numbers are and their unit.
    full : float
        Decimal fraction from which the tint no longer deepens.
    """

    tickers: tuple[Ticker, ...]
    rows: tuple[MatrixRow, ...]
    measure: str
    full: float = 0.08

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.tickers):
                raise ValueError(
                    f"matrix row {row.title!r}: {len(self.tickers)} tickers, {len(row.cells)} cells"
                )

    def tint(self, value: float) -> str:
        """Name the CSS class of a value: a sign and one of four steps."""
        if arithmetic.isnan(value) or value == 0:
            return "tint-0"
        step = min(4, arithmetic.ceil(4 * abs(value) / self.full))
        return f"tint-{'up' if value > 0 else 'down'}-{step}"

    @property
    def groups(self) -> list[tuple[str, list[MatrixRow]]]:
        """The rows under the head they share."""
        runs = itertools.groupby(self.rows, key=lambda row: row.group)
        return [(group, list(rows)) for group, rows in runs]

    @property
    def gaps(self) -> list[tuple[str, str, str]]:
        """Event, ticker and reason of every cell without a value; a telephone cannot point."""
        return [
            (row.title, ticker.symbol, cell.reason)
            for row in self.rows
            for ticker, cell in zip(self.tickers, row.cells, strict=True)
            if arithmetic.isnan(cell.value)
        ]

    @property
    def unconfirmed(self) -> bool:
        """Whether any row has a time that is not confirmed."""
        return any(row.unconfirmed for row in self.rows)


@dataclass(frozen=True)
class IndexPage:
    """The first page: findings, events by tickers, how to read it, notebooks, sources."""

    title: str
    covers: str
    findings: tuple[Finding, ...]
    matrix: Matrix
    how_to_read: tuple[Block, ...]
    notebooks: tuple[Link, ...]
    sources: tuple[Source, ...]
    site_title: str
    title_zh: str = field(default="", kw_only=True)
    summary: str = field(default="", kw_only=True)
    sections: tuple[Section, ...] = field(default=(), kw_only=True)
    matrix_title: str = field(default="Every event, every share", kw_only=True)
    matrix_title_zh: str = field(default="", kw_only=True)
    home: str = field(default="index.html", kw_only=True)


@dataclass(frozen=True)
class News:
    """The news in one line: two languages, when, from whom, and how well that is known."""

    title: str
    title_zh: str
    published: str
    source: str
    grade: str
    source_href: str = field(default="", kw_only=True)
    unconfirmed: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        _require_safe(self.source_href)


@dataclass(frozen=True)
class TearSheet:
    """One event: ``finding`` is the headline, the sections follow in the order given."""

    finding: str
    news: News
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    site_title: str
    summary: str = field(default="", kw_only=True)
    links: tuple[Link, ...] = field(default=(), kw_only=True)
    home: str = field(default="index.html", kw_only=True)


def index_page(page: IndexPage) -> str:
    """Write the first page of a report.

    Parameters
    ----------
    page : IndexPage

    Returns
    -------
    str
        The text of one HTML file.
    """
    fixed = [("findings", "Findings"), ("matrix", "Events and shares")]
    anchors = _Anchors(reserved=("reading", "notebooks", "sources"))
    head = [_Entry(anchors.take(name), title) for name, title in fixed]
    entries, sections = _outline(page.sections, anchors)
    tail = [_Entry("reading", "How to read it"), _Entry("notebooks", "Notebooks")]
    return _render(
        "index.html.j2",
        page=page,
        sections=sections,
        contents=[*head, *entries, *tail, _Entry("sources", "Sources")],
    )


def tearsheet_page(sheet: TearSheet) -> str:
    """Write the page of one event.

    Parameters
    ----------
    sheet : TearSheet

    Returns
    -------
    str
        The text of one HTML file.
    """
    entries, sections = _outline(sheet.sections, _Anchors(reserved=("sources", "links")))
    contents = [*entries, _Entry("sources", "Sources")]
    return _render("tearsheet.html.j2", page=sheet, sections=sections, contents=contents)


def notebook_page(
    notebook: NotebookNode,
    *,
    sources: Sequence[Source],
    links: Sequence[Link] = (),
    site_title: str,
    title_zh: str = "",
    home: str = "index.html",
) -> str:
    """Write the page of an executed notebook.

    Results come first and the code that made them is folded below. Cells tagged ``remove_cell``,
    ``remove_input`` or ``remove_output`` lose that part; the one tagged ``parameters`` is marked
    as the settings. What was written to standard error, empty outputs and bare ``<Axes>`` lines
    are dropped.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Version 4, executed; it is not changed. Its one ``#`` heading is the headline; what follows
        that heading in the same cell stands below it as the answer. A figure brings its alt text
        in the metadata of its output, where ``caption`` and ``width`` go too:
        ``display(fig, metadata={"image/svg+xml": {"alt": "..."}})``.
    sources : sequence of Source
        The recorded files behind it.
    links : sequence of Link
        Other pages.
    site_title : str
        Name of the whole report.
    title_zh : str
        The headline in Traditional Chinese; a heading may also hold it itself, last, in a
        ``<span lang="zh-Hant">``.
    home : str
        Address of the first page.

    Returns
    -------
    str
        The text of one HTML file.

    Raises
    ------
    ValueError
        If the notebook has no headline, a failed cell, a figure without an alt text, or a formula
        that is not LaTeX.
    """
    soup = _soup(_cells_html(notebook))
    title, answer = _headline(soup)
    _mark_chinese(soup)
    _dress_tables(soup)
    contents = _dress_headings(soup, _Anchors(reserved=("sources", "links")))
    return _render(
        "notebook.html.j2",
        title=title,
        title_zh=title_zh,
        answer=_dressed(answer),
        body=Markup(soup.decode(formatter="minimal")),
        contents=[*contents, _Entry("sources", "Sources")],
        sources=sources,
        links=links,
        site_title=site_title,
        home=home,
    )


def math(latex: str, *, display: bool = False) -> Markup:
    r"""Turn a LaTeX formula into MathML, which browsers draw without a script.

    Parameters
    ----------
    latex : str
        Without the dollar signs.
    display : bool
        On a line of its own.

    Raises
    ------
    ValueError
        If a command is unknown or a brace is missing: a formula is right or it is not shown.

    Examples
    --------
    >>> print(math(r"\beta_i"))
    <math display="inline" alttext="\beta_i"><mrow><msub><mi>β</mi><mi>i</mi></msub></mrow></math>
    """
    from latex2mathml import exceptions
    from latex2mathml.converter import convert_to_element

    known = tuple(
        one
        for one in vars(exceptions).values()
        if isinstance(one, type) and issubclass(one, Exception)
    )
    try:
        tree = convert_to_element(latex.strip(), display="block" if display else "inline")
    except known as error:
        raise ValueError(f"not a LaTeX formula ({type(error).__name__}): {latex!r}") from error
    tree.attrib.pop("xmlns", None)
    for node in tree.iter():
        node.attrib = {name: node.attrib[name] for name in node.attrib if name in _MATH_ATTRIBUTES}
        # The converter leaves entities, unknown commands and alignment marks in the text.
        node.text = html.unescape(node.text) if node.text else node.text
        if node.tag != "mtext" and re.search(r"\\[A-Za-z]|^&$", node.text or ""):
            raise ValueError(f"LaTeX that is not understood, {node.text!r}, in {latex!r}")
    tree.set("alttext", latex.strip())
    return Markup(ElementTree.tostring(tree, encoding="unicode"))


_CHINESE = re.compile(
    "[\u2e80-\u2fdf\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff]+"
)


def chinese(text: str) -> Markup:
    """Escape plain text and mark runs of Chinese characters as such; safe HTML passes unchanged.

    The mark picks the font (a Traditional Chinese one, not a Japanese one) and the voice.

    Examples
    --------
    >>> print(chinese("台積電 <TSMC>"))
    <span lang="zh-Hant">台積電</span> &lt;TSMC&gt;
    """
    if isinstance(text, Markup):
        return text
    marked = _CHINESE.sub(lambda run: f'<span lang="zh-Hant">{run[0]}</span>', str(escape(text)))
    return Markup(marked)


def _require_safe(href: str) -> None:
    if not _is_safe(href):
        raise ValueError(f"a link leads to a page, http, https or mailto; got {href!r}")


def _is_safe(href: str) -> bool:
    """Tell whether an address leads somewhere, rather than runs something."""
    return _scheme(href) in ("", "http", "https", "mailto")


def _scheme(href: str) -> str:
    """Find the scheme of an address as browsers do: spaces and control characters do not count."""
    found = re.match(r"([a-z][a-z0-9+.\-]*):", re.sub(r"[\x00-\x20]", "", href), re.IGNORECASE)
    return found[1].lower() if found else ""


def _image_kind(image: str | bytes) -> tuple[str, bytes]:
    """Tell the type of a picture from its first bytes."""
    if isinstance(image, str):
        if "<svg" not in image or "http://www.w3.org/2000/svg" not in image:
            raise ValueError("an SVG as an image needs an <svg> element with its xmlns")
        return "image/svg+xml", image.encode()
    if image.startswith(b"\x89PNG\r\n"):
        return "image/png", image
    if image.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", image
    raise ValueError(f"a figure is SVG text, PNG or JPEG; got bytes that begin {image[:8]!r}")


@functools.lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(text=chinese, short_hash=words.short_hash, number=words.number)
    environment.globals.update(
        percent=words.percent,
        isnan=arithmetic.isnan,
        stylesheet=Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8")),
    )
    return environment


def _macro(name: str) -> Any:
    return getattr(_environment().get_template("parts.html.j2").module, name)


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(values)


@dataclass(frozen=True)
class _Entry:
    """A line of the table of contents."""

    anchor: str
    title: str
    level: int = 2


class _Anchors:
    """Hands out ids for headings: readable, unique on the page, the same each time."""

    def __init__(self, *, reserved: Iterable[str] = ()) -> None:
        self._taken = {"top", "main", *reserved}

    def take(self, title: str) -> str:
        """Return an id that no other heading of the page has."""
        stem = _slug(title) or "section"
        name, copy = stem, 1
        while name in self._taken:
            copy += 1
            name = f"{stem}-{copy}"
        self._taken.add(name)
        return name


def _slug(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-_")


def _outline(
    sections: Iterable[Section], anchors: _Anchors
) -> tuple[list[_Entry], list[tuple[str, Section]]]:
    """Give each section its id, and the lines of the table of contents."""
    named = [(anchors.take(one.label or one.title), one) for one in sections]
    return [_Entry(anchor, one.label or one.title) for anchor, one in named], named


def _cells_html(notebook: NotebookNode) -> str:
    """Export the cells, each output cleaned, with our own template on nbconvert's ``basic``."""
    from nbconvert.exporters import HTMLExporter
    from traitlets.config import Config

    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        config=Config(TagRemovePreprocessor={"remove_cell_tags": ["remove_cell", "remove-cell"]}),
        extra_template_basedirs=[str(_TEMPLATES)],
        template_name="notebook_cells",
        filters={"prose": _prose, "results": _results, "tagged": _tagged, "fold": _fold},
    )
    body, _ = exporter.from_notebook_node(notebook)
    return str(body)


def _tagged(cell: NotebookNode, tag: str) -> bool:
    return tag in {str(one).replace("-", "_") for one in cell.metadata.get("tags", [])}


def _fold(cell: NotebookNode) -> str:
    """Say what is folded."""
    lines = words.count(len(cell.source.strip().splitlines()), "line")
    return f"{'Settings' if _tagged(cell, 'parameters') else 'Code'}, {lines}"


def _prose(cell: NotebookNode) -> str:
    return clean(_markdown(cell.source, cell.get("attachments", {})))


def _results(cell: NotebookNode) -> list[str]:
    """Give what a code cell showed, as clean HTML; nothing for what is empty or was a warning."""
    if _tagged(cell, "remove_output"):
        return []
    where = f"code cell [{cell.get('execution_count')}]"
    shown = (_result(output, where) for output in cell.outputs)
    return [one for one in shown if one]


def _result(output: NotebookNode, where: str) -> str:
    if output.output_type == "error":
        raise ValueError(f"{where} failed: {output.ename}: {output.evalue}")
    if output.output_type == "stream":
        return _printed(output.text) if output.name == "stdout" else ""
    return _displayed(output.data, output.metadata, where)


def _displayed(data: Mapping[str, Any], metadata: Mapping[str, Any], where: str) -> str:
    """Show the richest form that needs no script."""
    for kind in ("image/svg+xml", "image/png", "image/jpeg"):
        if kind in data:
            return _picture(data[kind], {**metadata, **metadata.get(kind, {})}, kind, where)
    if "application/vnd.jupyter.widget-view+json" in data:
        return ""
    if "text/html" in data:
        return clean(data["text/html"]).strip()
    if "text/markdown" in data:
        return clean(_markdown(data["text/markdown"], {})).strip()
    if "text/latex" in data:
        return str(math(data["text/latex"].strip().strip("$"), display=True))
    return _printed(data.get("text/plain", ""))


def _picture(content: str, metadata: Mapping[str, Any], kind: str, where: str) -> str:
    image = content if kind == "image/svg+xml" else base64.b64decode(content)
    try:
        figure = Figure(
            image,
            alt=str(metadata.get("alt", "")),
            caption=str(metadata.get("caption", "")),
            width=int(metadata.get("width", 680)),
        )
    except ValueError as error:
        raise ValueError(
            f"{where}: {error}; show it with display(figure, metadata={{{kind!r}: {{'alt': ...}}}})"
        ) from error
    return str(figure.html())


def _printed(text: str) -> str:
    """Show printed text as it stands, without colours; the bare names of objects say nothing."""
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).strip("\n")
    if not plain.strip() or re.search(r" at 0x[0-9a-f]+>|^<(Figure|Axes)\b", plain):
        return ""
    return f'<pre class="printed" tabindex="0">{escape(plain)}</pre>'


def _markdown(source: str, attachments: Mapping[str, Any]) -> str:
    """Turn Markdown into HTML; formulas become MathML while it is parsed, so never inside code."""
    renderer, inline, block = _markdown_classes()
    from nbconvert.filters.markdown_mistune import MarkdownWithMath

    writer = renderer(escape=False, exclude_anchor_links=True, attachments=dict(attachments))
    return str(MarkdownWithMath(writer, inline=inline(), block=block()).render(source))


@functools.lru_cache(maxsize=1)
def _markdown_classes() -> tuple[Any, Any, Any]:
    """Make nbconvert's Markdown stricter about dollars; late, for nbconvert is slow to load."""
    from nbconvert.filters import markdown_mistune as base

    class Renderer(base.IPythonRenderer):
        def inline_math(self, body: str) -> str:
            return str(math(body))

        def block_math(self, body: str) -> str:
            return f'<span class="formula" tabindex="0">{math(body, display=True)}</span>'

        def latex_environment(self, name: str, body: str) -> str:
            return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    class Inline(base.MathInlineParser):
        # "$65 billion, or $60 billion" is money: a formula neither begins nor ends with a space.
        SPECIFICATION: ClassVar[dict[str, str]] = {
            **base.MathInlineParser.SPECIFICATION,
            "inline_math_tex": r"(?<![$\\])\$"
            r"(?P<math_inline_tex>[^\s$`](?:[^$`]*[^\s\\$`])?)\$(?!\d)",
        }

    class Block(base.MathBlockParser):
        # At the start of a line only, or `$$` in code in the middle of a sentence would count.
        SPECIFICATION: ClassVar[dict[str, str]] = {
            **base.MathBlockParser.SPECIFICATION,
            "multiline_math": r"^ {0,3}(?s:[$]{2}.*?(?<!\\)[$]{2}"
            r"|\\begin\{(?P<math_env_name>[a-z]*\*?)\}.*?\\end\{(?P=math_env_name)\})",
        }

    return Renderer, Inline, Block


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED = _names(
    """
    applet audio base button canvas dialog embed form frame frameset head iframe input link meta
    noembed noframes noscript object option plaintext portal script select style svg template
    textarea title video xmp
    """
)
_MATH = _names(
    """
    math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms
    mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover
    """
)
_KEPT = _MATH | _names(
    """
    a abbr aside b blockquote br caption cite code col colgroup dd del details dfn div dl dt em
    figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small
    span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr
    """
)
_MATH_ATTRIBUTES = _names(
    """
    accent accentunder alttext columnalign columnspacing depth display displaystyle fence form
    height linethickness lspace mathvariant maxsize minsize movablelimits notation rowspacing
    rspace scriptlevel separator stretchy width
    """
)
_ATTRIBUTES = {
    "a": _names("href"),
    "img": _names("src alt width height"),
    "td": _names("colspan rowspan"),
    "th": _names("colspan rowspan scope"),
    "col": _names("span"),
    "ol": _names("start"),
    "time": _names("datetime"),
    "details": _names("open"),
    "pre": _names("tabindex"),
    "span": _names("tabindex"),
}
_EVERYWHERE = _names("class lang title dir")


def clean(source: str) -> str:
    """Keep the elements and attributes a page needs, and drop the rest.

    Scripts, styles, frames, forms and inline SVG go with what is in them; other unknown elements
    leave their text. Links lead to pages (a notebook's link to another notebook leads to its
    page); pictures are ``data:`` only.

    Parameters
    ----------
    source : str
        HTML from a Markdown cell or an output.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a picture is not inside the page, or has no alt text.

    Examples
    --------
    >>> clean('<p onclick="x()">one<script>two</script> <blink>three</blink></p>')
    '<p>one three</p>'
    """
    soup = _soup(source)
    for hidden in soup.find_all(string=lambda one: isinstance(one, PreformattedString)):
        hidden.extract()
    for element in soup.find_all(name=True):
        if element.decomposed:
            continue
        if element.name in _DROPPED:
            element.decompose()
        elif element.name not in _KEPT:
            element.unwrap()
        else:
            _clean_attributes(element)
    return soup.decode(formatter="minimal")


def _soup(source: str) -> BeautifulSoup:
    return BeautifulSoup(source, features="html.parser")


def _clean_attributes(element: Tag) -> None:
    allowed = _EVERYWHERE | _ATTRIBUTES.get(element.name, frozenset())
    if element.name in _MATH:
        allowed = _MATH_ATTRIBUTES
    element.attrs = {name: value for name, value in element.attrs.items() if name in allowed}
    if element.name == "a" and "href" in element.attrs:
        href = str(element.attrs.pop("href"))
        if _is_safe(href):
            element["href"] = _page_address(href)
    if element.name == "img":
        _require_picture(element)


def _page_address(href: str) -> str:
    """Turn a notebook's address of a notebook, or of a heading, into the page's."""
    if _scheme(href) or href.startswith("//"):
        return href
    path, mark, fragment = href.partition("#")
    path = re.sub(r"\.ipynb$", ".html", path)
    return path + mark + (_slug(unquote(fragment)) if mark else "")


def _require_picture(element: Tag) -> None:
    if not str(element.get("alt", "")).strip():
        raise ValueError("a picture in a cell has no alt text; write ![what it shows](...)")
    if not re.match(r"data:image/(png|jpeg|gif|webp|svg\+xml);", str(element.get("src", ""))):
        raise ValueError(
            f"the picture {element['alt']!r} is not inside the page; attach it to the cell"
        )


_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


def _headline(soup: BeautifulSoup) -> tuple[Markup, BeautifulSoup]:
    """Take out the first heading, and what follows it in its cell, up to the next heading.

    The template sets a comment between cells; none is left on the page.
    """
    heading = soup.find("h1")
    if not isinstance(heading, Tag):
        raise ValueError("a notebook needs one # heading: the question it answers")
    answer = _soup("")
    for follower in list(heading.next_siblings):
        if isinstance(follower, Comment) or getattr(follower, "name", None) in _HEADINGS:
            break
        answer.append(follower.extract())
    heading.extract()
    for mark in soup.find_all(string=lambda one: isinstance(one, Comment)):
        mark.extract()
    _mark_chinese(heading)
    return Markup(heading.decode_contents(formatter="minimal").strip()), answer


def _dressed(soup: BeautifulSoup) -> Markup:
    _mark_chinese(soup)
    _dress_tables(soup)
    return Markup(soup.decode(formatter="minimal").strip())


def _mark_chinese(root: Tag) -> None:
    for text in list(root.find_all(string=_CHINESE)):
        known = [
            one for one in text.parents if one.name in ("pre", "code", "math") or one.get("lang")
        ]
        if not known:
            text.replace_with(*list(_soup(str(chinese(str(text)))).contents))


def _dress_headings(soup: BeautifulSoup, anchors: _Anchors) -> list[_Entry]:
    """Give each heading an id and a link to itself; return the table of contents."""
    entries = []
    for heading in soup.find_all(_HEADINGS):
        if heading.name == "h1":
            heading.name = "h2"
        title = heading.get_text().strip()
        anchor = anchors.take(title)
        heading["id"] = anchor
        link = soup.new_tag("a", attrs={"class": "anchor", "href": f"#{anchor}"})
        link["aria-label"] = "Link to this section"
        link.string = "#"
        heading.append(link)
        if heading.name in ("h2", "h3"):
            entries.append(_Entry(anchor, title, level=int(heading.name[1])))
    return entries


_NUMBER = re.compile(
    "[<>\u2264\u2265\u2248~]?\\s*[+\\-\u2212]?(\\d[\\d,\u202f\u2009]*(\\.\\d*)?|\\.\\d+)(e[+-]?\\d+)?"
    "\\s*(%|pp|bp|\u00d7|\\**)|[+\\-\u2212]?inf",
    re.IGNORECASE,
)
_NO_VALUE = frozenset({"", "nan", "nat", "none", "<na>", words.MISSING})


def _dress_tables(soup: BeautifulSoup) -> None:
    """Let each table scroll by itself, set numbers flush right, and write a dash for no value."""
    for table in soup.find_all("table"):
        rows = [row for row in table.find_all("tr") if row.find("td")]
        numeric = _numeric_columns(rows)
        for row in table.find_all("tr"):
            for place, cell in _from_right(row):
                if place in numeric:
                    kept = [str(one) for one in cell.get_attribute_list("class") if one]
                    cell["class"] = " ".join([*kept, "num"])
                if cell.name == "td":
                    _dress_value(cell, numeric=place in numeric)
        box = soup.new_tag("div", attrs={"class": "scroll", "tabindex": "0", "role": "group"})
        box["aria-label"] = "Table"
        table.wrap(box)


def _from_right(row: Tag) -> Iterator[tuple[int, Tag]]:
    """Count a row's cells from the right: the left ones may be shared with an earlier row."""
    place = 0
    for cell in reversed(row.find_all(["td", "th"], recursive=False)):
        width = str(cell.get("colspan", ""))
        span = int(width) if width.isdigit() else 1
        if span == 1:
            yield place, cell
        place += span


def _numeric_columns(rows: Iterable[Tag]) -> set[int]:
    """Find the columns that hold nothing but numbers and gaps."""
    columns: dict[int, list[str]] = {}
    for row in rows:
        for place, cell in _from_right(row):
            if cell.name == "td":
                columns.setdefault(place, []).append(cell.get_text().strip())
    return {
        place
        for place, texts in columns.items()
        if any(_NUMBER.fullmatch(text) for text in texts)
        and all(_NUMBER.fullmatch(text) or text.lower() in _NO_VALUE for text in texts)
    }


def _dress_value(cell: Tag, *, numeric: bool) -> None:
    """Write a real minus sign before a number, and a dash for a value that is missing."""
    text = cell.get_text().strip()
    if text.lower() in _NO_VALUE - {""}:
        cell.string = words.MISSING
        cell["title"] = "no value"
    elif numeric and text.startswith("-") and cell.string is not None:
        cell.string = words.MINUS + text[1:]
