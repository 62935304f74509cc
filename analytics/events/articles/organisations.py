"""Who a story names: firms with all their listings, public bodies, and how often.

In: the lines of a story and the names that are known. Out: mentions, and one `Organisation` for
each firm or body, in order of weight. It must not know the rest of the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from analytics.events.articles.page import Line, Mention, Place, simplified
from analytics.events.articles.roles import Role, find_roles
from analytics.events.articles.spellings import Finder, finder_of
from analytics.events.articles.strangers import find_strangers
from analytics.events.articles.tickers import Ticker, find_tickers
from analytics.names import Names

NOT_NAMES = {"The", "A", "An", "And", "In", "But", "For", "With", "By", "At", "Its", "On", "Of"}
BEFORE_TICKER = re.compile(r"(?P<name>(?:[A-Z][\w&’'.-]{0,20} ){0,3}[A-Z][\w&’'.-]{1,20}) ?\($")
HAN_BEFORE_TICKER = re.compile(r"(?P<name>[\u3400-\u9fff]{2,8}) ?\($")
STRONG = {"competitor_or_incumbent": 2}  # dependence and rivalry are what such news is about
TITLE_WEIGHT = 3  # mentions that a place in the headline is worth, for the order


@dataclass(frozen=True)
class Organisation:
    """A firm or a public body that a story names.

    Attributes
    ----------
    id, name, name_zh : str
    kind : {"firm", "body"}
    tickers : tuple of str
        All listings of the firm; empty for a private firm or a public body.
    mentions : int
        In headline and body; tickers beside a name are not counted again.
    spellings : tuple of str
        As written, each once.
    first : Place
        Where it is named first.
    in_title : bool
    roles : tuple of Role
        Hints, with the words that give them.
    known : bool
        Whether it is in the list of names; a firm that is not shows itself by a ticker or by its
        legal form.
    """

    id: str
    name: str
    kind: str
    tickers: tuple[str, ...]
    mentions: int
    spellings: tuple[str, ...]
    first: Place
    name_zh: str = ""
    in_title: bool = False
    roles: tuple[Role, ...] = ()
    known: bool = True

    @property
    def role(self) -> str:
        """The role hinted at most often; ``subject`` where it is in the headline and none is."""
        counts: Counter[str] = Counter()
        for one in self.roles:
            counts[one.name] += STRONG.get(one.name, 1)
        if self.kind == "body":
            return "regulator"
        if counts:
            role, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
            few = count * 4 < self.mentions  # a passing hint does not outweigh what it is about
            if not (self.in_title and few):
                return role
        return "subject" if self.in_title else "mentioned"


@cache
def _finder(names: Names) -> Finder:
    spellings = {f"firm:{one.id}": (*one.aliases, one.name) for one in names.firms.values()}
    spellings |= {f"body:{one.id}": (*one.aliases, one.name) for one in names.bodies.values()}
    spellings |= {f"press:{one.id}": (*one.aliases, one.name) for one in names.press.values()}
    unless = {one.id: one.unless for one in names.firms.values()}
    unless |= {one.id: one.unless for one in names.press.values()}
    unless |= {f"body:{one.id}": one.unless for one in names.bodies.values()}
    return finder_of(spellings, unless)


def find_mentions(lines: Iterable[Line], names: Names) -> tuple[Mention, ...]:
    """Every place where a known firm, body or outlet is named.

    Parameters
    ----------
    lines : iterable of Line
    names : Names

    Returns
    -------
    tuple of Mention
        Their ``organisation`` is ``firm:ID``, ``body:ID`` or ``press:ID``.
    """
    finder = _finder(names)
    found = []
    for line in lines:
        inside = [one.place for one in find_tickers(line) if any(c in ".-$" for c in one.text)]
        found += [
            Mention(one.meaning, one.text, one.place)
            for one in finder.find(line)
            if not any(_overlaps(one.place, ticker) for ticker in inside)
        ]
    return tuple(_resolved(found))


def _resolved(mentions: Sequence[Mention]) -> Iterator[Mention]:
    """A short name means the longer one before it that ends in it: 商務部 after 美國商務部."""
    before: dict[str, str] = {}
    for one in mentions:
        plain = simplified(one.text)
        longer = [who for text, who in before.items() if text.endswith(plain) and text != plain]
        if longer and one.organisation not in longer:
            yield Mention(longer[-1], one.text, one.place)
            continue
        before.setdefault(plain, one.organisation)
        yield one


def find_organisations(
    lines: Sequence[Line], names: Names, *, title: Line | None = None
) -> tuple[tuple[Organisation, ...], tuple[Mention, ...]]:
    """Firms and public bodies of a story.

    Parameters
    ----------
    lines : sequence of Line
        Headline and body.
    names : Names
    title : Line, optional
        The headline among them.

    Returns
    -------
    tuple of Organisation
        Those of the headline and the most mentioned first.
    tuple of Mention
        Every place where one of them is named.
    """
    every = find_mentions(lines, names)
    named = [one for one in every if not one.organisation.startswith("press:")]
    tickers = [one for line in lines for one in find_tickers(line)]
    bare, strangers = _by_ticker(lines, named, tickers, names)
    kinds = {name: kind for name, kind in find_strangers(lines).items() if name not in strangers}
    strangers |= dict.fromkeys(kinds, ())
    short = _short_names(strangers, named)
    mentions = [*named, *bare, *_mentions_of(lines, strangers, short, every)]
    mentions.sort(key=lambda one: one.place)
    roles: dict[str, list[Role]] = {}
    for who, role in find_roles(lines, mentions):
        roles.setdefault(who, []).append(role)
    head = title.number if title is not None else None
    found = [
        _organisation(
            who, [one for one in mentions if one.organisation == who], names, strangers, kinds
        )
        for who in dict.fromkeys(one.organisation for one in mentions)
    ]
    full = [_with(one, tuple(roles.get(key, ())), mentions, key, head) for key, one in found]
    full.sort(key=lambda one: (-(one.mentions + TITLE_WEIGHT * one.in_title), one.first))
    ids = {key: one.id for key, one in found}
    return tuple(full), tuple(
        Mention(ids[one.organisation], one.text, one.place) for one in mentions
    )


def _with(
    one: Organisation,
    roles: tuple[Role, ...],
    mentions: Sequence[Mention],
    key: str,
    head: int | None,
) -> Organisation:
    titled = any(m.organisation == key and m.place.line == head for m in mentions)
    return replace(one, roles=roles, in_title=titled)


def _organisation(
    who: str,
    mentions: Sequence[Mention],
    names: Names,
    strangers: Mapping[str, tuple[str, ...]],
    kinds: Mapping[str, str],
) -> tuple[str, Organisation]:
    kind, _, key = who.partition(":")
    spellings = tuple(dict.fromkeys(one.text for one in mentions))
    count, first = len(mentions), mentions[0].place
    if kind == "new":
        return who, Organisation(
            key, key, kinds.get(key, "firm"), strangers[key], count, spellings, first, known=False
        )
    if kind == "body":
        body = names.bodies[key]
        return who, Organisation(
            body.id, body.name, "body", (), count, spellings, first, body.name_zh
        )
    firm = names.firms[key]
    return who, Organisation(
        firm.id, firm.name, "firm", firm.listings, count, spellings, first, firm.name_zh
    )


def _by_ticker(
    lines: Sequence[Line], named: Sequence[Mention], tickers: Sequence[Ticker], names: Names
) -> tuple[list[Mention], dict[str, tuple[str, ...]]]:
    """Mentions by ticker alone, and firms that only a ticker shows."""
    text = {line.number: line.text for line in lines}
    bare: list[Mention] = []
    strangers: dict[str, tuple[str, ...]] = {}
    for one in tickers:
        symbol, firm = _known(one.symbol, names)
        if firm is not None:
            beside = any(
                m.organisation == f"firm:{firm}" and _beside(m.place, one.place) for m in named
            )
            over = any(_overlaps(m.place, one.place) for m in named)
            if not beside and not over and not _beside_ticker(one, tickers, names, firm):
                bare.append(Mention(f"firm:{firm}", one.text, one.place))
            continue
        if any(_beside(m.place, one.place) for m in named):
            continue  # another line of a firm whose listings are known
        name = _name_before(text[one.place.line][: one.place.start + 1], symbol)
        strangers[name] = tuple(dict.fromkeys((*strangers.get(name, ()), symbol)))
    return bare, strangers


def _known(symbol: str, names: Names) -> tuple[str, str | None]:
    """The symbol as a known firm lists it, and that firm; a number may belong to another place."""
    firm = names.firm_with(symbol)
    if firm is None and symbol[:1].isdigit():
        match = names.listing_numbered(symbol.split(".")[0])
        if match:
            symbol, firm = match, names.firm_with(match)
    return symbol, firm.id if firm else None


def _beside(name: Place, ticker: Place) -> bool:
    """Whether a ticker stands in the brackets behind a name, perhaps after another one."""
    return name.line == ticker.line and 0 <= ticker.start - name.end <= 24


def _overlaps(name: Place, ticker: Place) -> bool:
    return name.line == ticker.line and name.start < ticker.end and ticker.start < name.end


def _beside_ticker(one: Ticker, tickers: Sequence[Ticker], names: Names, firm: str) -> bool:
    return any(
        other is not one
        and _known(other.symbol, names)[1] == firm
        and 0 <= one.place.start - other.place.end <= 4
        and other.place.line == one.place.line
        for other in tickers
    )


def _name_before(text: str, symbol: str) -> str:
    clipped = text[-120:]
    bracket = clipped if clipped.endswith("(") else clipped[:-1].rstrip() + "("
    found = BEFORE_TICKER.search(bracket) or HAN_BEFORE_TICKER.search(bracket)
    if not found:
        return symbol
    words = found.group("name").split(" ")
    while len(words) > 1 and words[0] in NOT_NAMES:
        words = words[1:]
    return " ".join(words)


def _short_names(
    strangers: Mapping[str, tuple[str, ...]], named: Sequence[Mention]
) -> dict[str, str]:
    """Names that are a part of a longer one on the page, and whom they mean: Lilly, Eli Lilly."""
    short = {}
    for name in strangers:
        word = re.compile(rf"(?:^|\s){re.escape(name)}(?:\s|$)")
        owner = next(
            (m.organisation for m in named if m.text != name and word.search(m.text)), None
        )
        longer = next((one for one in strangers if one != name and word.search(one)), None)
        if owner is not None:
            short[name] = owner
        elif longer is not None:
            short[name] = f"new:{longer}"
    return short


def _mentions_of(
    lines: Sequence[Line],
    strangers: Mapping[str, tuple[str, ...]],
    short: Mapping[str, str],
    named: Sequence[Mention],
) -> Iterator[Mention]:
    """Every place where a firm or body that is in no list is named."""
    if not strangers:
        return
    finder = finder_of({name: [name] for name in strangers}, {})
    taken = [one.place for one in named]
    for line in lines:
        for one in finder.find(line):
            if not any(_overlaps(place, one.place) for place in taken):
                meaning = short.get(one.meaning, f"new:{one.meaning}")
                yield Mention(meaning, one.text, one.place)
