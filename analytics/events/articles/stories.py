"""Whether two pages tell the same story, and whether a page tells of a recorded event.

In: articles and events. Out: a `StoryMatch` with the reasons for and against, and what the two
say differently. A match is a proposal; a person decides. It must not know files.

Points are given for a shared day, source, firms, sums of money, products and words; two days that
cannot be the same rule a match out. The threshold is the one that parts the same stories of the
project's own pages from all others (`tests/events/articles/test_stories.py`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analytics.events.articles.amounts import Amount, distinct
from analytics.events.articles.article import TELLING, Article
from analytics.events.articles.body import words_of
from analytics.events.articles.organisations import Organisation
from analytics.events.articles.page import Line, line
from analytics.events.articles.spellings import finder_of
from analytics.events.records import Event
from analytics.names import Names, recorded_names

SAME = 4.3  # points from which two pages are proposed as one story
RECORDED = 5.0  # points from which a page is proposed as a report of a recorded event
MOST = 40  # claims and sums of a page that are compared
APART = 1  # days by which two accounts of one story may differ
DAY, SOURCE, FIRMS, MONEY, PRODUCTS, WORDS, KIND = 2.0, 1.5, 4.0, 2.0, 1.5, 4.0, 1.0
BESIDE = 0.35  # weight of a firm that an event concerns without naming it in its title
LEADING = 0.6  # share of the most named firm's weight from which a firm leads a story


@dataclass(frozen=True)
class Disagreement:
    """What two pages say differently.

    Attributes
    ----------
    about : str
    first, second : str
        As each has it.
    """

    about: str
    first: str
    second: str


@dataclass(frozen=True)
class StoryMatch:
    """How alike two accounts are.

    Attributes
    ----------
    score : float
        Points; 0 where something rules a match out.
    same : bool
        Whether the score reaches the threshold.
    reasons : tuple of str
        What speaks for it, and against it.
    days : tuple of datetime.date
        Days that both leave possible.
    disagreements : tuple of Disagreement
        Kept, not smoothed.
    """

    score: float
    same: bool
    reasons: tuple[str, ...]
    days: tuple[dt.date, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()


def same_story(first: Article, second: Article) -> StoryMatch:
    """Whether two articles tell the same story.

    Parameters
    ----------
    first, second : Article

    Returns
    -------
    StoryMatch
    """
    days, ruled_out = _common_days(first.dating.days, second.dating.days)
    if ruled_out:
        return StoryMatch(0.0, same=False, reasons=(ruled_out,))
    found = [
        _of_days(days, first.dating.days, second.dating.days),
        _of_sources(first, second),
        _of_firms(_weights(first.firms), _weights(second.firms)),
        _of_money(first.amounts, second.amounts),
        _of_products(set(first.terms), set(second.terms)),
        _of_words(first, second),
    ]
    score = round(sum(points for points, _ in found), 2)
    reasons = tuple(reason for _, reason in found if reason)
    same = score >= SAME
    return StoryMatch(score, same, reasons, days, disagreements(first, second) if same else ())


def _common_days(
    first: Sequence[dt.date], second: Sequence[dt.date]
) -> tuple[tuple[dt.date, ...], str]:
    """Days that both leave possible, and why there are none, if there are none."""
    if not first or not second:
        return tuple(first or second), ""
    near = [day for day in first if any(abs((day - one).days) <= APART for one in second)]
    exact = [day for day in near if day in second]
    if not near:
        return (), f"different days: {_range(first)} and {_range(second)}"
    return tuple(exact or near), ""


def _range(days: Sequence[dt.date]) -> str:
    return str(days[0]) if len(days) == 1 else f"one of {', '.join(map(str, days))}"


def _of_days(
    days: Sequence[dt.date], first: Sequence[dt.date], second: Sequence[dt.date]
) -> tuple[float, str]:
    if not first or not second:
        return 0.0, "one of them gives no day"
    if len(first) == len(second) == 1:
        return DAY, f"both on {days[0]}" if days[0] in second else "on neighbouring days"
    if len(days) == 1:
        return DAY / 2, f"only {days[0]} fits both"
    return 0.0, "several days fit both"


def _of_sources(first: Article, second: Article) -> tuple[float, str]:
    one, two = _source(first), _source(second)
    if not one or not two:
        return 0.0, ""
    if one == two == OFFICIAL:
        leads = [a.firms[0].id if a.firms else a.sheet.name for a in (first, second)]
        return (
            (SOURCE, "both go back to the firm's own statement")
            if len(set(leads)) == 1
            else (0.0, "")
        )
    if one == two:
        return SOURCE, f"both go back to {one}"
    return 0.0, f"sources differ: {one} and {two}"


OFFICIAL = "official statement"


def _source(article: Article) -> str:
    credit = article.original
    if credit is None:
        return (
            article.publisher.outlet.name if article.publisher and article.publisher.outlet else ""
        )
    return credit.name


def _weights(firms: Iterable[Organisation]) -> dict[str, float]:
    return {one.id: min(one.mentions, 5) + 4.0 * one.in_title for one in firms}


def _of_firms(first: dict[str, float], second: dict[str, float]) -> tuple[float, str]:
    """Weighted overlap: firms of the headline and often named ones count most."""
    every = set(first) | set(second)
    if not every:
        return 0.0, ""
    common = sum(min(first.get(one, 0.0), second.get(one, 0.0)) for one in every)
    total = sum(max(first.get(one, 0.0), second.get(one, 0.0)) for one in every)
    shared = sorted(set(first) & set(second), key=lambda one: (-first[one], one))
    names = ", ".join(shared[:5])
    return FIRMS * common / total, f"firms in common: {names}" if shared else "no firm in common"


def _of_money(first: Sequence[Amount], second: Sequence[Amount]) -> tuple[float, str]:
    one, two = _sums(first), _sums(second)
    shared = one & two
    if not shared:
        return 0.0, "no sum in common" if one and two else ""
    share = len(shared) / min(len(one), len(two))
    return MONEY * share, f"{len(shared)} sums of money in common"


def _sums(amounts: Sequence[Amount]) -> set[tuple[float, float, str | None]]:
    return {(one.low, one.high, one.currency) for one in amounts if not one.vague}


def _of_products(first: set[str], second: set[str]) -> tuple[float, str]:
    shared = first & second
    if not shared:
        return 0.0, ""
    share = len(shared) / min(len(first), len(second))
    return PRODUCTS * share, f"in common: {', '.join(sorted(shared)[:4])}"


def _of_words(first: Article, second: Article) -> tuple[float, str]:
    """Share of the shorter page's words that the other has too, beyond what any two pages share."""
    if (first.language == "en") != (second.language == "en"):
        return 0.0, ""
    one, two = words_of(first.parts.story), words_of(second.parts.story)
    if not one or not two:
        return 0.0, ""
    share = len(one & two) / min(len(one), len(two))
    return WORDS * max(0.0, share - 0.15), f"{share:.0%} of the words in common"


def disagreements(first: Article, second: Article) -> tuple[Disagreement, ...]:
    """What two accounts of one story say differently.

    Parameters
    ----------
    first, second : Article

    Returns
    -------
    tuple of Disagreement
        Times, prices, sums of money about the same thing, and who is named in one of them only.
    """
    found: list[Disagreement] = []
    moments = [str(one.dating.published or "no time shown") for one in (first, second)]
    if moments[0] != moments[1]:
        found.append(Disagreement("publication", *moments))
    if first.dating.days != second.dating.days:
        found.append(
            Disagreement(
                "day",
                *(
                    _range(one.dating.days) if one.dating.days else "none"
                    for one in (first, second)
                ),
            )
        )
    found += _of_claims(first, second)
    found += _of_amounts(first, second)
    only = [
        sorted({one.name for one in a.firms} - {one.name for one in b.firms})
        for a, b in ((first, second), (second, first))
    ]
    if any(only):
        found.append(
            Disagreement("named only in one", *(", ".join(one) or "nobody" for one in only))
        )
    return tuple(found)


def _of_claims(first: Article, second: Article) -> Iterable[Disagreement]:
    for one in first.claims[:MOST]:
        for two in second.claims[:MOST]:
            alike = one.kind == two.kind and set(one.organisations) & set(two.organisations)
            if alike and (one.size, one.wording) != (two.size, two.wording):
                yield Disagreement("price", one.text, two.text)


def _of_amounts(first: Article, second: Article) -> Iterable[Disagreement]:
    """Sums that stand among the same words, are of one size and are not equal."""
    mine, theirs = _unmatched(first, second), _unmatched(second, first)
    for one, words in mine:
        for two, others in theirs:
            near = two.currency == one.currency and one.high <= 5 * two.high <= 25 * one.high
            shared = len(words & others) / max(min(len(words), len(others)), 1)
            if near and shared >= 0.4:
                yield Disagreement("sum", one.text, two.text)


def _unmatched(article: Article, other: Article) -> list[tuple[Amount, set[str]]]:
    """Exact sums that the other page does not have, with the words around them."""
    theirs = _sums(other.amounts)
    lines = {one.number: one.text for one in article.parts.story}
    found = []
    for one, *_ in distinct(article.amounts):
        if not one.vague and (one.low, one.high, one.currency) not in theirs:
            text = lines[one.place.line][max(0, one.place.start - 24) : one.place.end + 24]
            found.append((one, words_of([line(0, text)])))
    return found[:MOST]


@dataclass(frozen=True)
class Proposal:
    """A recorded event that a page may report.

    Attributes
    ----------
    event : Event
    match : StoryMatch
    """

    event: Event
    match: StoryMatch


def propose(
    article: Article, events: Iterable[Event], *, names: Names | None = None
) -> tuple[Proposal, ...]:
    """Events that an article may report, the likeliest first.

    Parameters
    ----------
    article : Article
    events : iterable of Event
    names : Names, optional

    Returns
    -------
    tuple of Proposal
        Only those whose score reaches the threshold.
    """
    known = names or recorded_names()
    table = tuple(events)
    rarity = _rarity(table, known)
    found = [Proposal(one, _with_event(article, one, known, rarity)) for one in table]
    fitting = [one for one in found if one.match.same]
    return tuple(sorted(fitting, key=lambda one: (-one.match.score, one.event.id)))


def _told(event: Event) -> Line:
    return line(0, " ".join((event.title, event.title_zh, event.label, event.original_source)))


def _products(text: Line, names: Names) -> set[str]:
    telling = {one.name: one.forms for one in names.terms.values() if one.kind in TELLING}
    return {one.meaning for one in finder_of(telling, {}).find(text)}


def _rarity(events: Sequence[Event], names: Names) -> dict[str, float]:
    """How much a product tells: the logarithm of the events over those that name it."""
    counts = Counter(name for one in events for name in _products(_told(one), names))
    return {name: math.log((len(events) + 1) / count) for name, count in counts.items()}


def _with_event(
    article: Article, event: Event, names: Names, rarity: Mapping[str, float]
) -> StoryMatch:
    days, ruled_out = _common_days(article.dating.days, (event.date,))
    if ruled_out:
        return StoryMatch(0.0, same=False, reasons=(ruled_out,))
    heading = _told(event)
    kind = event.category == article.category.name
    found = [
        _of_days(days, article.dating.days, (event.date,)),
        _with_source(article, heading, names),
        _with_firms(article, event, heading, names),
        _with_products(set(article.terms), _products(heading, names), rarity),
        _with_words(article, event),
        (KIND, f"both {event.category.replace('_', ' ')}") if kind else (0.0, ""),
    ]
    score = round(sum(points for points, _ in found), 2)
    return StoryMatch(score, score >= RECORDED, tuple(r for _, r in found if r), days)


def _with_source(article: Article, told: Line, names: Names) -> tuple[float, str]:
    credit = article.original
    if credit is None or credit.outlet is None:
        return 0.0, ""
    finder = finder_of({one.id: (*one.aliases, one.name) for one in names.press.values()}, {})
    cited = {one.meaning for one in finder.find(told)}
    if credit.outlet.id in cited:
        return SOURCE, f"both go back to {credit.name}"
    return (-SOURCE, f"sources differ from {credit.name}") if cited else (0.0, "")


def _with_firms(article: Article, event: Event, told: Line, names: Names) -> tuple[float, str]:
    """Weighted overlap of the firms: those of the event's title count most, as in an article."""
    finder = finder_of({one.id: (*one.aliases, one.name) for one in names.firms.values()}, {})
    owners = [names.firm_with(ticker) for ticker in event.tickers]
    meant = dict.fromkeys((one.id for one in owners if one is not None), BESIDE)
    meant |= dict.fromkeys((one.meaning for one in finder.find(told)), 1.0)
    given = _weights(article.firms)
    if not meant or not given:
        return 0.0, ""
    top = max(given.values())
    weights = {one: worth / top for one, worth in given.items()}
    every = set(meant) | {one for one, worth in weights.items() if worth >= LEADING}
    common = sum(min(meant.get(one, 0.0), weights.get(one, 0.0)) for one in every)
    total = sum(max(meant.get(one, 0.0), weights.get(one, 0.0)) for one in every)
    shared = sorted(set(weights) & set(meant))
    return FIRMS * common / total, f"firms in common: {', '.join(shared)}" if shared else ""


def _with_products(
    told: set[str], named: set[str], rarity: Mapping[str, float]
) -> tuple[float, str]:
    """Overlap of the products, rare ones first (the harmonic mean of both shares)."""
    if not named:
        return 0.0, ""
    weight = {one: rarity.get(one, 1.0) for one in told | named}
    shared = told & named
    whole = sum(weight[one] for one in told) + sum(weight[one] for one in named)
    if not shared:
        return -1.0, f"nothing of {', '.join(sorted(named))}"
    points = 2 * PRODUCTS * 2 * sum(weight[one] for one in shared) / whole
    return points, f"in common: {', '.join(sorted(shared))}"


def _with_words(article: Article, event: Event) -> tuple[float, str]:
    title = event.title if article.language == "en" else event.title_zh or event.title
    words = words_of([line(0, title)])
    if not words:
        return 0.0, ""
    share = len(words & words_of(article.parts.story)) / len(words)
    return WORDS * max(0.0, share - 0.2), f"{share:.0%} of the event's title in the story"
