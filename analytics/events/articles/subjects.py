"""Whose share a sentence speaks of.

In: a line with its marks. Out: a `Subject`: organisations, or a group of shares. It must not know
what moved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from analytics.events.articles.marked import Mark, Marked, inside


@dataclass(frozen=True)
class Subject:
    """Whose share it is.

    Attributes
    ----------
    organisations : tuple of str
    group : str
        Shares as a group, or a market, as written.
    start, end : int
        Where it stands in the line; -1 where it is taken from the sentence before.
    """

    organisations: tuple[str, ...] = ()
    group: str = ""
    start: int = -1
    end: int = -1

    @property
    def known(self) -> bool:
        """Whether anything is named."""
        return bool(self.organisations or self.group)


NOBODY = Subject()
_BRACKET = r"(?:[ ]?[(\uff08][^()\uff08\uff09]{0,24}[)\uff09])?"
_FUNCTION = (
    r"(?:and|or|its|their|the|said|saw|after|as|on|but|while|when|which|that|than|from|for|with|had"
    r"|has|were|was|is|are|in|of|to|by|at)\b"
)
_JOINED = re.compile(rf"{_BRACKET}[ ]?(?:,? and[ ]|、|,|\uff0c|和|与|及|以及|/|&)[ ]?(?:and[ ])?")
_COUPLED = re.compile(r"and|、|和|与|及|&")
_SAME = re.compile(r"[ (\uff08/,:-]{0,4}")
_OWNS = re.compile(
    rf"{_BRACKET}[)\uff09]?(?:'s|’s|s’|s'|的)?{_BRACKET}[ ]?"
    rf"(?:(?!{_FUNCTION})[A-Za-z.-]{{1,14}}[ ]){{0,2}}"
)
_OF = re.compile(r"(?i: (?:of|in|for) (?:the )?(?:chip ?maker |company )?)")
_FOR = re.compile(r"(?i: (?:for|in) )")
_NO_MORE = re.compile(
    r"[,.;]|\Z| (?:on|after|as|and|but|while|in|at|amid|was|were|came|made|lifted|pushed|helped"
    r"|dragged|weighed|led|this|last|since)\b"
)
_LINK = re.compile(r"(?i: (?:in|of|for|off|from) (?:the |its )?)")


def named_before(marked: Marked, floor: int, end: int) -> Subject | None:
    """The organisations or the group named last between two places.

    Examples
    --------
    >>> from analytics.events.articles.page import Mention, Place, line
    >>> named = [Mention("acme", "Acme", Place(1, 0, 4)), Mention("zeta", "Zeta", Place(1, 9, 13))]
    >>> marked = Marked.of(line(1, "Acme and Zeta fell"), named)
    >>> named_before(marked, 0, 14).organisations
    ('acme', 'zeta')
    """
    names, groups = (inside(one, floor, end) for one in (marked.names, marked.groups))
    if groups and (not names or names[-1].end <= groups[-1].start):
        return _group(marked, groups[-1])
    return _chain(marked, names) if names else None


def bound_to(marked: Marked, noun: Mark, floor: int) -> Subject | None:
    """The owner that stands directly at a noun: "Acme's shares", "shares of Acme", "AI stocks".

    Examples
    --------
    >>> from analytics.events.articles.page import Mention, Place, line
    >>> marked = Marked.of(line(1, "shares of Acme"), [Mention("acme", "Acme", Place(1, 10, 14))])
    >>> bound_to(marked, marked.nouns[0], 0).organisations
    ('acme',)
    """
    near = [one for one in marked.groups_at(noun.start) if one.end >= noun.end]
    if near:
        return _group(marked, near[0])
    names = inside(marked.names, floor, noun.start)
    if names and _OWNS.fullmatch(marked.plain, names[-1].end, noun.start):
        return _chain(marked, names)
    groups = inside(marked.groups, floor, noun.start)
    if groups and noun.start - groups[-1].end <= 2:
        return _group(marked, groups[-1])
    link = _OF.match(marked.plain, noun.end)
    return _starting(marked, link.end()) if link else None


def behind(marked: Marked, token: Mark, span: tuple[int, int]) -> Subject | None:
    """The owner named behind a move: "a fall in Acme's shares", "off Acme's market value"."""
    after = inside(marked.nouns, token.end, min(span[1], token.end + 80))
    prices = [one for one in after[:1] if one.kind in ("price", "value")]
    if not prices or marked.broken(token.end, prices[0].start):
        return None
    bound = bound_to(marked, prices[0], token.end)
    if bound is None and _LINK.match(marked.plain, token.end):
        names = inside(marked.names, token.end, prices[0].start)
        bound = _chain(marked, names) if names else None
    return bound


def suffering(marked: Marked, token: Mark) -> Subject | None:
    """The firm that a move is said to be for: "a 3 per cent gain for Acme".

    Examples
    --------
    >>> from analytics.events.articles.page import Mention, Place, line
    >>> text = line(1, "A 3% gain for Acme.")
    >>> marked = Marked.of(text, [Mention("acme", "Acme", Place(1, 14, 18))])
    >>> suffering(marked, marked.moves[0]).organisations
    ('acme',)
    """
    link = _FOR.match(marked.plain, token.end)
    subject = _starting(marked, link.end()) if link else None
    return subject if subject and _NO_MORE.match(marked.plain, subject.end) else None


def _starting(marked: Marked, start: int) -> Subject | None:
    """Names that start at a place, joined by commas and "and"."""
    names: list[Mark] = []
    for one in marked.names_from(start):
        gap = marked.plain[names[-1].end : one.start] if names else ""
        if (not names and one.start != start) or (names and not _JOINED.fullmatch(gap)):
            break
        names.append(one)
    return _chain(marked, names) if names else None


def _chain(marked: Marked, names: list[Mark]) -> Subject:
    """The last name with those that are joined to it: "A, B and C"."""
    chain, links = [names[-1]], ""
    for one in reversed(names[:-1]):
        gap = marked.plain[one.end : chain[0].start]
        same = one.kind == chain[0].kind and _SAME.fullmatch(gap)
        if not same and not _JOINED.fullmatch(gap):
            break
        links += "" if same else gap
        chain.insert(0, one)
    if links and not _COUPLED.search(links) and marked.plain[: chain[0].start].strip():
        chain = chain[-1:]
    kinds = tuple(dict.fromkeys(one.kind for one in chain))
    return Subject(kinds, "", chain[0].start, chain[-1].end)


def _group(marked: Marked, mark: Mark) -> Subject:
    text = marked.line.text[mark.start : mark.end]
    return Subject((), text, mark.start, mark.end)
