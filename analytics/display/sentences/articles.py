"""What was read from pages, in sentences.

In: articles, a draft event. Out: text. It must not know files or prices.
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.display.words import count, long_date
from analytics.events import Event
from analytics.events.articles import Article, StoryMatch
from analytics.events.articles.document import published_line


def pages_read(articles: Sequence[Article], event: Event) -> str:
    """What some pages give together: one story, its day, its firms and their listings.

    Examples
    --------
    >>> from analytics.events.articles import draft_event, read_article
    >>> page = read_article("March 11, 2025 - Meta said on Tuesday that TSMC makes its chip.")
    >>> pages_read([page], draft_event(page))
    '1 page tells a story of 11 March 2025, and names 2 firms with 3 listings'
    """
    firms = {one.id for page in articles for one in page.firms}
    tickers = {ticker for page in articles for ticker in page.tickers}
    tell = "tells a story" if len(articles) == 1 else "tell one story"
    source = f", first reported by {event.original_source}" if event.original_source else ""
    return (
        f"{count(len(articles), 'page')} {tell} of {long_date(event.date)}{source}, and "
        f"{'names' if len(articles) == 1 else 'name'} {count(len(firms), 'firm')} with "
        f"{count(len(tickers), 'listing')}"
    )


def pages_differ(match: StoryMatch) -> list[str]:
    """What two pages of one story say differently, one line each; none is smoothed."""
    return [f"on {one.about}: {one.first} | {one.second}" for one in match.disagreements]


def page_lacks(article: Article) -> str:
    """What a page does not give, or not surely."""
    name = article.sheet.name or "The text"
    if not article.missing:
        return f"{name} lacks nothing that a draft needs"
    lacks = ", ".join(one.replace("_", " ") for one in article.missing)
    return f"{name} lacks or leaves open: {lacks}"


def page_zone(article: Article) -> str:
    """When a page was published, and where its zone comes from."""
    return published_line(article)
