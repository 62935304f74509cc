"""Every place where a story names a firm or a public body.

In: the lines of a story and the names that are known. Out: mentions with a key that says what
they mean: ``firm:ID``, ``body:ID``, ``press:ID``, or ``new:NAME`` for what is in no list; and
what is known of the new ones. It must not know roles, dates or amounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from analytics.events.articles.page import Line, Mention, Place, simplified
from analytics.events.articles.spellings import Finder, Found, finder_of
from analytics.events.articles.strangers import Kind, find_strangers
from analytics.events.articles.tickers import Ticker, find_tickers, home_exchange
from analytics.names import Names

NOT_NAMES = {"The", "A", "An", "And", "In", "But", "For", "With", "By", "At", "Its", "On", "Of"}
BEFORE_TICKER = re.compile(r"(?P<name>(?:[A-Z][\w&’'.-]{0,20} ){0,3}[A-Z][\w&’'.-]{1,20}) ?\($")
HAN_BEFORE_TICKER = re.compile(r"(?P<name>[\u3400-\u9fff]{2,8}) ?\($")
# Words that make a known name that of a subsidiary or a namesake, unless the whole is known too.
OTHERS = re.compile(
    r" (?:India|Brasil|Brazil|do Brasil|de Mexico|Mexico|Canada|Deutschland|Steel|Heavy|Life|SDI|"
    r"Biologics|CropScience|Hospitality|Idea|Logistics|Properties|Foundation|University|Museum|"
    r"of Darmstadt|Electro-Mechanics|Engineering|Shipbuilding)\b|"
    r"(?:重工|电子|国际|健康|控股|建机|企业|物流|证券|人寿|生物|工业互联网|化学|物产|金属|金融控股|影业|文学|音乐)"
)
MOST = 200  # firms and bodies in no list that are taken from one story
BESIDE = 24  # characters behind a name within which a ticker belongs to it
OFFICE = 3  # Han characters of an office without its country
NEXT = 4  # characters between two tickers in brackets of one name


@dataclass(frozen=True)
class Stranger:
    """A firm or a public body that is in no list of names.

    Attributes
    ----------
    kind : {"firm", "body"}
    tickers, assumed : tuple of str
        As the page gives them; those whose exchange was told from the number alone.
    """

    kind: Kind = "firm"
    tickers: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Named:
    """All mentions of a story, and who the unknown ones are.

    Attributes
    ----------
    mentions : tuple of Mention
        In reading order, none of them press outlets.
    strangers : mapping
        Name -> what is known of it.
    """

    mentions: tuple[Mention, ...]
    strangers: Mapping[str, Stranger] = field(default_factory=dict)


def find_mentions(lines: Sequence[Line], names: Names) -> tuple[Mention, ...]:
    """Every place where a known firm, body or outlet is named.

    Parameters
    ----------
    lines : sequence of Line
    names : Names

    Returns
    -------
    tuple of Mention
        Their ``organisation`` is ``firm:ID``, ``body:ID`` or ``press:ID``.

    Examples
    --------
    >>> from analytics.events.articles.page import line
    >>> from analytics.names import recorded_names
    >>> found = find_mentions([line(1, "臺積電為輝達代工")], recorded_names())
    >>> [(one.organisation, one.text) for one in found]
    [('firm:tsmc', '臺積電'), ('firm:nvidia', '輝達')]
    """
    finder = _finder(names)
    found = []
    for line in lines:
        inside = _covered(
            one.place for one in find_tickers(line) if any(mark in one.text for mark in ".-$")
        )
        found += [
            Mention(one.meaning, one.text, one.place)
            for one in finder.find(line)
            if (line.number, one.place.start) not in inside and not _is_another(line, one)
        ]
    return tuple(_resolved(_undoubted(found, lines, names)))


def find_named(lines: Sequence[Line], names: Names) -> Named:
    """Every place where a firm or a public body is named, the known and the unknown.

    Parameters
    ----------
    lines : sequence of Line
    names : Names

    Returns
    -------
    Named
    """
    every = find_mentions(lines, names)
    known = [one for one in every if not one.organisation.startswith("press:")]
    home = home_exchange(lines)
    tickers = [one for line in lines for one in find_tickers(line, home=home)]
    bare, strangers = _by_ticker(lines, known, tickers, names)
    for name, kind in islice(find_strangers(lines).items(), MOST):
        strangers.setdefault(name, Stranger(kind))
    short = _short_names(strangers, known)
    new = _mentions_of(lines, strangers, short, [one.place for one in every])
    mentions = sorted([*known, *bare, *new], key=lambda one: one.place)
    return Named(tuple(mentions), strangers)


def _is_another(line: Line, one: Found) -> bool:
    """Whether what follows a firm's name makes it another firm: Samsung Heavy, 京東健康."""
    after = line.plain[one.place.end : one.place.end + 24]
    return one.meaning.startswith("firm:") and bool(OTHERS.match(after))


@cache
def _finder(names: Names) -> Finder:
    kinds = (("firm", names.firms), ("body", names.bodies), ("press", names.press))
    spellings: dict[str, tuple[str, ...]] = {}
    unless: dict[str, tuple[str, ...]] = {}
    for kind, table in kinds:
        for one in table.values():
            spellings[f"{kind}:{one.id}"] = (*one.aliases, one.name)
            unless[f"{kind}:{one.id}"] = one.unless
    return finder_of(spellings, unless)


def _covered(places: Iterable[Place]) -> set[tuple[int, int]]:
    """Line and position of every character in some places."""
    return {(one.line, at) for one in places for at in range(one.start, one.end)}


def _undoubted(mentions: Sequence[Mention], lines: Sequence[Line], names: Names) -> list[Mention]:
    """Without names that are common words here: 甲骨文 beside 殷墟."""
    text = "\n".join(one.plain for one in lines).lower()
    spelled: dict[str, set[str]] = {}
    for one in mentions:
        spelled.setdefault(one.organisation, set()).add(simplified(one.text).lower())
    listed = {names.firm_with(one.symbol) for line in lines for one in find_tickers(line)}
    doubtful = set()
    for who, spellings in spelled.items():
        firm = names.firms.get(who.removeprefix("firm:"))
        if firm is None or len(spellings) > 1 or firm in listed:
            continue
        [spelling] = spellings
        alike = [one for one in firm.aliases if one.isascii() == spelling.isascii()]
        if any(len(one) < len(spelling) for one in alike):
            continue  # a longer form, such as one with Corp, is sure
        if any(simplified(word).lower() in text for word in firm.doubt):
            doubtful.add(who)
    return [one for one in mentions if one.organisation not in doubtful]


def _resolved(mentions: Sequence[Mention]) -> Iterator[Mention]:
    """A bare office means the country's that was named before it: 商務部 after 美國商務部."""
    before: dict[str, str] = {}
    for one in mentions:
        plain = simplified(one.text)
        if not one.organisation.startswith("body:"):
            yield one
            continue
        longer = [who for text, who in before.items() if text.endswith(plain) and text != plain]
        bare = len(plain) <= OFFICE and not plain.isascii()
        meant = longer[-1] if longer and bare and plain not in before else one.organisation
        before.setdefault(plain, meant)
        yield Mention(before[plain] if bare else meant, one.text, one.place)


def _by_ticker(
    lines: Sequence[Line], known: Sequence[Mention], tickers: Sequence[Ticker], names: Names
) -> tuple[list[Mention], dict[str, Stranger]]:
    """Mentions by ticker alone, and firms that only a ticker shows."""
    text = {line.number: line.text for line in lines}
    ends = {(one.place.line, one.place.end): one.organisation for one in known}
    named = _covered(one.place for one in known)
    bare: list[Mention] = []
    strangers: dict[str, Stranger] = {}
    before: tuple[int, int, str] = (0, 0, "")  # line, end and owner of the ticker before
    for one in tickers:
        place = one.place
        owner = _owner(one, names)
        near = {ends.get((place.line, place.start - gap)) for gap in range(BESIDE + 1)} - {None}
        inside = any((place.line, at) in named for at in range(place.start, place.end))
        follows = before[0] == place.line and 0 <= place.start - before[1] <= NEXT
        if owner:
            if owner not in near and not inside and not (follows and before[2] == owner):
                bare.append(Mention(owner, one.text, place))
        elif not near:
            name = _name_before(text[place.line][: place.start], one.symbol)
            strangers[name] = _with_ticker(strangers.get(name, Stranger()), one)
        before = (place.line, place.end, owner)
    return bare, strangers


def _with_ticker(stranger: Stranger, one: Ticker) -> Stranger:
    if one.symbol.isdigit():
        return stranger  # a number whose exchange nothing tells is no ticker
    tickers = tuple(dict.fromkeys((*stranger.tickers, one.symbol)))
    assumed = (*stranger.assumed, one.symbol) if one.assumed else stranger.assumed
    return Stranger("firm", tickers, tuple(dict.fromkeys(assumed)))


def _owner(one: Ticker, names: Names) -> str:
    """Key of the firm that is listed so; a bare number may be of any place. Empty if none is."""
    firm = names.firm_with(one.symbol)
    if firm is None and one.assumed:
        match = names.listing_numbered(one.symbol.split(".")[0])
        firm = names.firm_with(match) if match else None
    return f"firm:{firm.id}" if firm else ""


def _name_before(text: str, symbol: str) -> str:
    """The words in front of a bracket; the ticker itself where none can be told."""
    bracket = text[-120:].rstrip(" (") + "("
    found = BEFORE_TICKER.search(bracket) or HAN_BEFORE_TICKER.search(bracket)
    if not found:
        return symbol
    words = found.group("name").split(" ")
    while len(words) > 1 and words[0] in NOT_NAMES:
        words = words[1:]
    return " ".join(words)


def _short_names(strangers: Mapping[str, Stranger], known: Sequence[Mention]) -> dict[str, str]:
    """Names that are a part of a longer one on the page, and whom they mean: Lilly, Eli Lilly."""
    owners = {one.text: one.organisation for one in known[:1000] if " " in one.text}
    owners |= {name: f"new:{name}" for name in strangers if " " in name}
    short = {}
    for name in islice(strangers, MOST):
        word = re.compile(rf"(?:^|\s){re.escape(name)}(?:\s|$)")
        owner = next(
            (who for text, who in owners.items() if text != name and word.search(text)), ""
        )
        if owner:
            short[name] = owner
    return short


def _mentions_of(
    lines: Sequence[Line],
    strangers: Mapping[str, Stranger],
    short: Mapping[str, str],
    taken: Sequence[Place],
) -> Iterator[Mention]:
    """Every place where a firm or body that is in no list is named."""
    if not strangers:
        return
    finder = finder_of({name: [name] for name in strangers}, {})
    covered = _covered(taken)
    for line in lines:
        for one in finder.find(line):
            free = all(
                (line.number, at) not in covered for at in range(one.place.start, one.place.end)
            )
            if free:
                yield Mention(short.get(one.meaning, f"new:{one.meaning}"), one.text, one.place)
