"""An article read: everything that was found, where, and what is missing.

In: a sheet and the names that are known. Out: a frozen `Article`, which makes a draft `Event`. It
must not know files of events or other articles.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.events.articles.amounts import Amount, find_amounts
from analytics.events.articles.body import Parts, separate
from analytics.events.articles.categories import Category, find_category
from analytics.events.articles.dating import Dating, date_page
from analytics.events.articles.furniture import HAN
from analytics.events.articles.intake import Sheet, take_in
from analytics.events.articles.market_claims import MarketClaim, find_market_claims
from analytics.events.articles.organisations import Organisation, find_organisations
from analytics.events.articles.outlets import Credit, find_original, find_publisher
from analytics.events.articles.page import Line, simplified
from analytics.events.articles.reading import Page, lay_out
from analytics.events.articles.spellings import finder_of
from analytics.names import Names, recorded_names

TELLING = ("product", "project")  # kinds of terms that tell stories apart


@dataclass(frozen=True, eq=False, repr=False)
class Article:
    """What a news page says, and what it does not.

    Attributes
    ----------
    sheet : Sheet
        The text as it came, its encoding, what was mended.
    page : Page
    parts : Parts
        Headline, body, and what was left out, with how sure that is.
    publisher, original : Credit or None
        Who published the page; who had the story first.
    dating : Dating
        Publication and day of the story, with the evidence.
    organisations : tuple of Organisation
    amounts : tuple of Amount
    claims : tuple of MarketClaim
        What it says about prices.
    category : Category
    terms : tuple of str
        Products and projects that tell the story apart.
    """

    sheet: Sheet
    page: Page
    parts: Parts
    publisher: Credit | None
    original: Credit | None
    dating: Dating
    organisations: tuple[Organisation, ...]
    amounts: tuple[Amount, ...]
    claims: tuple[MarketClaim, ...]
    category: Category
    terms: tuple[str, ...]

    @property
    def title(self) -> str:
        """The headline in its own punctuation; empty where none was found."""
        line = self.parts.title
        if line is None:
            return self.page.stated.title
        return self.page.written[line.number]

    @property
    def language(self) -> str:
        """``en``, ``zh-Hans`` or ``zh-Hant``: the script of the story; empty without text."""
        text = "".join(one.text for one in self.parts.story)
        if not text:
            return ""
        if len(HAN.findall(text)) < 0.2 * len(text):
            return "en"
        changed = sum(a != b for a, b in zip(text, simplified(text), strict=True))
        return "zh-Hant" if changed > 0.02 * len(text) else "zh-Hans"

    @property
    def firms(self) -> tuple[Organisation, ...]:
        """Organisations without the public bodies."""
        return tuple(one for one in self.organisations if one.kind == "firm")

    @property
    def tickers(self) -> tuple[str, ...]:
        """All listings of all firms, each once."""
        return tuple(dict.fromkeys(t for one in self.firms for t in one.tickers))

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of what the page does not give, or not surely."""
        dating, absent = self.dating, []
        clock = isinstance(dating.published, dt.datetime)
        checks = {
            "body": not self.parts.body,
            "title": not self.title,
            "publisher": self.publisher is None,
            "published_at": dating.published is None,
            "published_time": dating.published is not None and not clock,
            "published_zone": not dating.zone or bool(dating.assumed),
            "event_date": dating.day is None,
            "organisations": not self.organisations,
            "tickers": not self.tickers,
            "original_source": self.original is None,
            "category": self.category.name == "other",
        }
        absent = [name for name, lacks in checks.items() if lacks]
        return tuple(absent)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know about how this was found."""
        dating, parts = self.dating, self.parts
        notes = [*self.sheet.notes]
        notes.append(f"body: confidence {parts.confidence} ({'; '.join(parts.reasons)})")
        if dating.published is not None and dating.assumed:
            notes.append(f"zone assumed {dating.zone} because {dating.assumed}")
        if isinstance(dating.published, dt.datetime) and not dating.zone:
            notes.append("clock time without a zone, and none can be assumed")
        if len(dating.days) != 1:
            notes.append(f"day of the story: {dating.because}")
        assumed = [ticker for one in self.firms for ticker in one.assumed]
        if assumed:
            notes.append(f"exchange told from a bare number: {', '.join(assumed)}")
        unknown = [one.name for one in self.firms if not one.known]
        if unknown:
            notes.append(f"not in the list of names: {', '.join(unknown)}")
        if self.title and parts.title is not None and _looks_cut(parts.title):
            notes.append("the headline may be cut off")
        return tuple(notes)

    def to_dict(self) -> dict[str, Any]:
        """Everything as one document of plain values.

        Returns
        -------
        dict
            ``title, publisher, published_at, published_zone, date_evidence, organisations,
            tickers, amounts, market_claims, original_source, category, missing`` and more.
        """
        from analytics.events.articles.document import as_document

        return as_document(self)

    def __repr__(self) -> str:
        from analytics.events.articles.document import as_lines

        return "\n".join(as_lines(self))

    def _repr_html_(self) -> str:
        from analytics.events.articles.document import as_pairs

        rows = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>"
            for name, text in as_pairs(self)
        )
        return f"<table><tbody>{rows}</tbody></table>"


def read_article(source: str | Path | bytes, *, names: Names | None = None) -> Article:
    r"""Read a news page: what it says, where, and what is missing.

    Parameters
    ----------
    source : str, path or bytes
        A saved page (``.txt``, ``.html``, in any encoding), or its text.
    names : Names, optional
        Firms, public bodies and outlets to look for; the recorded ones by default.

    Returns
    -------
    Article

    Raises
    ------
    InputError
        No such file, too large, or not a text.

    Examples
    --------
    >>> article = read_article(
    ...     "Meta tests a chip of its own\n\nMENLO PARK, March 11, 2025 - Meta has begun to test a "
    ...     "chip made by TSMC to cut its reliance on Nvidia, Reuters reported, citing two people."
    ... )
    >>> article.tickers
    ('META', '2330.TW', 'TSM', 'NVDA')
    >>> str(article.dating.day), article.original.name
    ('2025-03-11', 'Reuters')
    """
    known = names or recorded_names()
    sheet = take_in(source)
    page = lay_out(sheet)
    parts = separate(page.lines, furniture=page.furniture, stated=page.stated.title)
    publisher = find_publisher(page, parts, known)
    organisations, mentions = find_organisations(parts.story, known, title=parts.title)
    listings = {one.id: one.tickers for one in organisations if one.kind == "firm"}
    return Article(
        sheet=sheet,
        page=page,
        parts=parts,
        publisher=publisher,
        original=find_original(parts, known, publisher),
        dating=date_page(page, parts, publisher),
        organisations=organisations,
        amounts=find_amounts(parts.story),
        claims=find_market_claims(parts.story, mentions, tickers=listings),
        category=find_category(parts.title, parts.body),
        terms=_terms(parts.story, known),
    )


def _terms(lines: Sequence[Line], names: Names) -> tuple[str, ...]:
    telling = {one.name: one.forms for one in names.terms.values() if one.kind in TELLING}
    finder = finder_of(telling, {})
    return tuple(dict.fromkeys(one.meaning for line in lines for one in finder.find(line)))


def _looks_cut(title: Line) -> bool:
    """Whether a headline ends in the middle: too few characters stand after its last comma."""
    if title.plain.endswith(("...", "…")):
        return True
    clause = title.plain.replace("，", ",").rsplit(",", 1)
    return len(clause) == 2 and bool(HAN.search(clause[1])) and len(clause[1]) <= 4
