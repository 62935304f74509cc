"""The first page of a report: findings, events by tickers, how to read it, notebooks, sources.

In comes a frozen :class:`IndexPage`, already worded; out comes the text of one HTML file. It knows
no event and no price, and does not choose what is a finding.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from analytics.display.pages.contents import Anchors, Entry, outline
from analytics.display.pages.matrix import Matrix
from analytics.display.pages.parts import Block, Figure, Link, Section, Source
from analytics.display.pages.render import render


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
class LeftOut:
    """What the prices of this report do not allow: what kind of thing, which one, and why."""

    kind: str
    title: str
    reason: str


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
    origin: str = field(default="", kw_only=True)
    left_out: tuple[LeftOut, ...] = field(default=(), kw_only=True)


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
    anchors = Anchors(reserved=("reading", "notebooks", "left-out", "sources"))
    head = [Entry(anchors.take(name), title) for name, title in fixed]
    entries, sections = outline(page.sections, anchors)
    tail = [Entry("reading", "How to read it"), Entry("notebooks", "Notebooks")]
    tail += [Entry("left-out", "Left out")] if page.left_out else []
    return render(
        "index.html.j2",
        page=page,
        sections=sections,
        contents=[*head, *entries, *tail, Entry("sources", "Sources")],
    )
