"""The page of one event: the finding as its headline, the news, sections, sources.

In comes a frozen :class:`TearSheet`, already worded; out comes the text of one HTML file. It knows
no event and no price: `analytics.display.tearsheet` decides what a sheet says.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from analytics.display.pages.addresses import require_safe
from analytics.display.pages.contents import Anchors, Entry, outline
from analytics.display.pages.parts import Link, Section, Source
from analytics.display.pages.render import render


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
        require_safe(self.source_href)


@dataclass(frozen=True)
class TearSheet:
    """One event: ``finding`` is the headline, the sections follow in the order given.

    ``home`` is empty where the page stands alone; ``warning`` stands above the headline.
    """

    finding: str
    news: News
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    site_title: str
    summary: str = field(default="", kw_only=True)
    links: tuple[Link, ...] = field(default=(), kw_only=True)
    home: str = field(default="index.html", kw_only=True)
    origin: str = field(default="", kw_only=True)
    warning: str = field(default="", kw_only=True)


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
    entries, sections = outline(sheet.sections, Anchors(reserved=("sources", "links")))
    contents = [*entries, Entry("sources", "Sources")]
    return render("tearsheet.html.j2", page=sheet, sections=sections, contents=contents)
