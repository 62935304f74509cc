"""Whose share it is that moves, told from the words around a move.

In: a marked line, one of its sentences, and what the sentences before were about. Out: a `Subject`
for each move, or None where no share moves. It must not know how far or when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from analytics.events.articles import market_words as words
from analytics.events.articles.marked import REACH, Mark, Marked, inside
from analytics.events.articles.sizes import Size
from analytics.events.articles.subjects import (
    NOBODY,
    Subject,
    behind,
    bound_to,
    named_before,
    suffering,
)

_CLOSES_FLAT = ("平盘", "收平", "平收", "无升跌", "无涨跌", "没有升跌", "没有涨跌")
NEAR = 24  # characters between a name and a move that belongs to it


class _Claim(Protocol):
    @property
    def organisations(self) -> tuple[str, ...]: ...
    @property
    def group(self) -> str: ...


@dataclass(frozen=True)
class Said:
    """What the sentence before was about.

    Attributes
    ----------
    subject : Subject
    claimed : bool
        Whether it made a claim.
    age : int
        Lines since that subject was named.
    main : Subject
        The firm that the page is about.
    """

    subject: Subject = NOBODY
    claimed: bool = False
    age: int = 0
    main: Subject = NOBODY

    def after(self, claims: Sequence[_Claim], named: Mark | None) -> Said:
        """What a sentence was about, from its last claim, else from the first firm it names."""
        if claims:
            last = Subject(claims[0].organisations, claims[0].group)
            return replace(self, subject=last, claimed=True, age=0)
        if named is not None:
            return replace(self, subject=Subject((named.kind,)), claimed=False, age=0)
        return self

    @property
    def meant(self) -> Subject:
        """Whom "the company" means: who was named a line ago at most, else the main firm."""
        return self.subject if self.age <= 1 or not self.main.known else self.main


@dataclass(frozen=True)
class Before:
    """The move before in the same sentence: its subject, and whether it was about a share."""

    subject: Subject
    accepted: bool
    end: int


def first_named(marked: Marked, span: tuple[int, int]) -> Mark | None:
    """The first firm between two places that is not merely quoted, served or supplied.

    Examples
    --------
    >>> from analytics.events.articles.page import Mention, Place, line
    >>> named = [Mention("acme", "Acme", Place(1, 0, 4)), Mention("zeta", "Zeta", Place(1, 9, 13))]
    >>> first_named(Marked.of(line(1, "Acme and Zeta fell"), named), (5, 18)).kind
    'zeta'
    """
    for one in marked.names_from(span[0]):
        if one.end > span[1]:
            return None
        quoted = words.QUOTED_BEFORE.search(marked.plain, max(0, one.start - 24), one.start)
        if not quoted and not words.QUOTED_BEHIND.match(marked.plain, one.end):
            return one
    return None


class Whose:
    """The subjects of the moves of one sentence."""

    def __init__(self, marked: Marked, span: tuple[int, int], said: Said) -> None:
        self.marked, self.span, self.said = marked, span, said
        self.plain = marked.plain

    def subject(
        self, token: Mark, before: Before | None, floor: int, size: Size | None, *, sized: bool
    ) -> Subject | None:
        """Whose share moves; None where it is no share."""
        noun = self._noun(token, floor)
        if noun is not None and noun.kind == "other":
            return None
        if noun is not None:
            return self._owner(noun, token, before, floor)
        after = behind(self.marked, token, self.span)
        if after is None and size is not None and size.end <= token.start:
            after = suffering(self.marked, token)
        if after is not None:
            return after
        name = named_before(self.marked, floor, token.start)
        if name is None:
            return self._inherited(token, before)
        if self._plainly(name, token, size, before, sized=sized):
            return name
        return self._topic(token, floor) if sized else None

    def _noun(self, token: Mark, floor: int) -> Mark | None:
        """The noun that a move belongs to, if one stands before it."""
        nouns = [
            one
            for one in inside(self.marked.nouns, floor, token.start)
            if one.kind != "other"
            or not words.REASON_BEFORE.search(self.plain, max(floor, one.start - 10), one.start)
        ]
        if not nouns:
            return None
        names = inside(self.marked.names, nouns[-1].end, token.start)
        names += inside(self.marked.groups, nouns[-1].end, token.start)
        if nouns[-1].kind == "other" and any(
            self.marked.broken(nouns[-1].end, one.start) for one in names
        ):
            return None
        return nouns[-1]

    def _owner(self, noun: Mark, token: Mark, before: Before | None, floor: int) -> Subject | None:
        """The owner of the shares that a noun names."""
        bound = bound_to(self.marked, noun, floor)
        if bound is not None:
            return bound
        end = min(self.span[1], noun.end + 24)
        pointing = words.ITS_SHARES.finditer(self.plain, max(floor, noun.start - 34), end)
        if any(one.start() <= noun.start and one.end() >= noun.end for one in pointing):
            first = first_named(self.marked, (self.span[0], noun.start))
            said = self.said.meant
            return Subject((first.kind,)) if first else said if said.known else None
        if words.OF_SOMEBODY.match(self.plain, noun.end):
            return self._described(noun, token)
        heading = self._heading(noun.start, floor)
        if heading is not None:
            return heading
        name = named_before(self.marked, floor, token.start)
        if name is not None:
            return name
        after = behind(self.marked, token, self.span)
        return after or self._inherited(token, before, noun=True)

    def _described(self, noun: Mark, token: Mark) -> Subject | None:
        """The firm behind its description: "shares of German carmaker Acme"."""
        names = inside(self.marked.names, noun.end, token.start)[:1]
        if names and words.DESCRIBED.fullmatch(self.plain, noun.end, names[0].start):
            return Subject((names[0].kind,), "", names[0].start, names[0].end)
        return None

    def _inherited(
        self, token: Mark, before: Before | None, *, noun: bool = False
    ) -> Subject | None:
        """The subject of the move before, or of the sentence before where the text refers to it."""
        if self._strange(token, before, noun=noun):
            return None
        if noun and before is not None and not before.accepted:
            first = first_named(self.marked, (self.span[0], token.start))
            return Subject((first.kind,)) if first else None
        if before is not None:
            known = before.accepted and before.subject.known
            return replace(before.subject, start=-1, end=-1) if known else None
        start = max(self.span[0], token.start - REACH)
        refers = words.REFERS.search(self.plain, start, min(self.span[1], token.end + 48))
        known = self.said.subject.known
        return self.said.subject if known and (noun or (refers and self.said.claimed)) else None

    def led_up_to(self, token: Mark, floor: int) -> Subject:
        """The firm of a fall or rise that a size may still follow: "Acme sank, losing 5%"."""
        name = named_before(self.marked, floor, token.start)
        if name is None or name.group or token.kind not in ("fall", "rise"):
            return NOBODY
        gap = self.plain[name.end : token.start]
        return name if words.PLAIN_GAP.fullmatch(gap) else NOBODY

    def _strange(self, token: Mark, before: Before | None, *, noun: bool) -> bool:
        """Whether a subject that nobody knows stands before a move or its noun."""
        first, _ = self.marked.clause(self.span, token.start, token.end)
        first = max(first, before.end if before else 0)
        end = token.start
        if noun:
            nouns = inside(self.marked.nouns, first, token.start)
            end = nouns[-1].start if nouns else end
        return bool(
            words.STRANGER.search(self.plain, first, end)
            or words.SHORT_CHINESE.fullmatch(self.plain, first, end)
        )

    def _topic(self, token: Mark, floor: int) -> Subject | None:
        """The firm that the clause before is about: "药明康德承担部分生产,涨2%"."""
        if not words.PRICE_VERB.match(self.plain, token.start, token.end):
            return None
        name = self._heading(token.start, floor)
        if name is None or words.GOODS_MOVE.search(self.plain, name.end, token.start):
            return None
        return name

    def _heading(self, place: int, floor: int) -> Subject | None:
        """The firm that begins the clause before the one that ``place`` begins, in Chinese."""
        first, _ = self.marked.clause(self.span, place, place + 1)
        head = words.HEADED.match(self.plain, first, place)
        if first - 1 < floor or self.plain[first - 1] not in ",\uff0c" or not head:
            return None
        before, end = self.marked.clause(self.span, first - 2, first - 1)
        name = first_named(self.marked, (max(before, floor), end))
        if name is None or not words.HAN.match(self.plain, name.start):
            return None
        return Subject((name.kind,), "", name.start, name.end)

    def _plainly(
        self,
        name: Subject,
        token: Mark,
        size: Size | None,
        before: Before | None,
        *,
        sized: bool,
    ) -> bool:
        """Whether a firm or an index by itself can be what moves: with a size, or while trading."""
        around = (max(self.span[0], token.start - REACH), min(self.span[1], token.end + REACH))
        trading = words.TRADING.search(self.plain, *around) is not None
        if name.group:
            return sized or trading or token.start - name.end < NEAR
        end = min(token.start, size.start) if size else token.start
        gap = self.plain[name.end : end]
        loose = words.PLAIN_GAP.fullmatch(gap) is not None
        word = self.plain[token.start : token.end]
        if loose and token.kind == "record_high" and word.lower() == "record":
            return trading
        if loose and token.kind in ("limit_up", "limit_down", "record_high", "record_low"):
            return True
        if loose and token.kind == "recovery" and words.LOST_GROUND.search(self.plain, *around):
            return True
        if token.kind == "swing":
            return False
        if loose and (word in _CLOSES_FLAT or words.LIMIT.match(self.plain, token.end)):
            return True
        told = self.said.claimed or (before is not None and before.accepted)
        if loose and words.ON_EXCHANGE.match(self.plain, token.end):
            return True
        if loose and told and words.BARE_END.match(self.plain, token.end, self.span[1]):
            return True
        return (sized or trading) and (loose or (trading and sized and len(gap) < NEAR))
