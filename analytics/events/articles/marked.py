"""A line with everything marked that a market claim may be made of.

In: a line and the organisations named in it. Out: `Marked`: its moves, nouns, sizes, mentions and
groups of shares, each list in the order of the text and quick to search. It must not know which
of them belong together.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.events.articles.clauses import breaks, clause_at, sentences
from analytics.events.articles.market_words import (
    GROUPS,
    MOVES,
    NOUNS,
    OWN_LISTING,
    OWNED,
    THE_FIRM,
)
from analytics.events.articles.page import Line, Mention
from analytics.events.articles.sizes import Size, find_sizes

REACH = 160  # characters that one claim can span


@dataclass(frozen=True)
class Mark:
    """A marked piece of text.

    Attributes
    ----------
    kind : str
        Kind of a move, ``price``, ``value`` or ``other`` of a noun; organisation; text of a group.
    start, end : int
    """

    kind: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Marked:
    """The marks of one line, each list ascending.

    Attributes
    ----------
    line : Line
    moves, nouns, names, groups : list of Mark
    sizes : list of Size
    sentences : list of tuple of int
    marks : list of int
        Where clauses end.
    """

    line: Line
    moves: list[Mark]
    nouns: list[Mark]
    names: list[Mark]
    groups: list[Mark]
    sizes: list[Size]
    sentences: list[tuple[int, int]]
    marks: list[int]

    @property
    def plain(self) -> str:
        """The line in Simplified characters."""
        return self.line.plain

    @classmethod
    def of(cls, line: Line, mentions: Sequence[Mention], others: Sequence[Mention] = ()) -> Marked:
        """The marks of a line; what a name covers is no move and no noun.

        ``others`` are named and have no shares.
        """
        names = _places(mentions)
        covered = _places([*mentions, *others])
        groups, listings = _told_apart(_free(_found(GROUPS, line.plain), []), names, line.plain)
        nouns = sorted([*_found(NOUNS, line.plain), *listings], key=lambda mark: mark.start)
        return cls(
            line,
            _free(_found(MOVES, line.plain), covered),
            _free(nouns, covered),
            _free(names, groups),
            groups,
            find_sizes(line.plain),
            sentences(line.plain),
            breaks(line.plain),
        )

    def clause(self, span: tuple[int, int], start: int, end: int) -> tuple[int, int]:
        """The clause around a piece, at most `REACH` characters to each side."""
        first, last = clause_at(self.marks, span, start, end)
        return max(first, start - REACH), min(last, end + REACH)

    def around(self, span: tuple[int, int], first: int, last: int) -> tuple[int, int]:
        """A clause with its neighbours on both sides, where these hold no move of their own."""
        before = self.clause(span, max(span[0], first - 2), max(span[0], first - 2) + 1)
        after = self.clause(span, min(last + 1, span[1]), min(last + 2, span[1]))
        if before[0] < first and not inside(self.moves, before[0], first):
            first = before[0]
        if last < after[1] and not inside(self.moves, last, after[1]):
            last = after[1]
        return first, last

    def groups_at(self, place: int) -> list[Mark]:
        """The group of shares that covers a place."""
        at = bisect_right(self.groups, place, key=lambda mark: mark.start)
        return [one for one in self.groups[max(0, at - 1) : at] if one.end > place]

    def names_from(self, place: int) -> list[Mark]:
        """Up to ten names from a place on."""
        at = bisect_left(self.names, place, key=lambda mark: mark.start)
        return self.names[at : at + 10]

    def broken(self, start: int, end: int) -> bool:
        """Whether a clause ends between two places."""
        at = bisect_left(self.marks, start)
        return at < len(self.marks) and self.marks[at] < end


def inside(marks: list[Mark], start: int, end: int) -> list[Mark]:
    """The marks that lie between two places, at most `REACH` characters before the second."""
    first = bisect_left(marks, max(start, end - REACH), key=lambda mark: mark.start)
    last = bisect_right(marks, end, key=lambda mark: mark.start)
    return [one for one in marks[first:last] if one.end <= end]


def inside_span(marks: list[Mark], span: tuple[int, int]) -> list[Mark]:
    """The first mark of a sentence, if there is one."""
    at = bisect_left(marks, span[0], key=lambda mark: mark.start)
    return marks[at : at + 1] if at < len(marks) and marks[at].end <= span[1] else []


def _places(mentions: Sequence[Mention]) -> list[Mark]:
    return sorted(
        (Mark(one.organisation, one.place.start, one.place.end) for one in mentions),
        key=lambda mark: (mark.start, -mark.end),
    )


def _told_apart(groups: list[Mark], names: list[Mark], plain: str) -> tuple[list[Mark], list[Mark]]:
    """Groups of shares, and the listings of one firm: "Acme港股" is no market.

    Behind such a listing a further one within `REACH` characters is of the same firm.
    """
    markets: list[Mark] = []
    listings: list[Mark] = []
    for one in groups:
        if _is_own(one, names, listings[-1:], plain):
            listings.append(Mark("price", one.start, one.end))
        else:
            markets.append(one)
    return markets, listings


def _is_own(one: Mark, names: list[Mark], last: list[Mark], plain: str) -> bool:
    """Whether a name, "the company" or an earlier listing says whose listing it is."""
    if not OWN_LISTING.fullmatch(plain, one.start, one.end):
        return False
    at = bisect_right(names, one.start, key=lambda mark: mark.start) - 1
    named = at >= 0 and names[at].end <= one.start and OWNED.match(plain, names[at].end, one.start)
    if named or THE_FIRM.search(plain, max(0, one.start - 30), one.start):
        return True
    gap = plain[last[0].end : min(one.start, last[0].end + REACH)] if last else "。"
    return "。" not in gap and len(gap) < REACH


def _found(pattern: re.Pattern[str], plain: str) -> list[Mark]:
    named = bool(pattern.groupindex)
    return [
        Mark((one.lastgroup or "") if named else one[0], one.start(), one.end())
        for one in pattern.finditer(plain)
    ]


def _free(marks: list[Mark], taken: list[Mark]) -> list[Mark]:
    """The marks that do not overlap what is taken, nor an earlier one of themselves."""
    free: list[Mark] = []
    k = 0
    for one in marks:
        while k < len(taken) and taken[k].end <= one.start:
            k += 1
        overlaps = k < len(taken) and taken[k].start < one.end
        if not overlaps and (not free or free[-1].end <= one.start):
            free.append(one)
    return free
