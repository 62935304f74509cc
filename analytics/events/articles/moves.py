"""Which words of a line make a statement about a share: move, subject, size, time and reason.

In: a line and its mentions. Out: `Move` records in offsets of the line. It must not know tickers
or pages. Every search looks at a bounded stretch of text, so that it runs in linear time.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace

from analytics.events.articles import market_words as words
from analytics.events.articles.amounts import Amount, find_amounts
from analytics.events.articles.marked import REACH, Mark, Marked, inside, inside_span
from analytics.events.articles.page import Line, Mention
from analytics.events.articles.sizes import Size
from analytics.events.articles.subjects import NOBODY, Subject
from analytics.events.articles.whose import Before, Said, Whose, first_named
from analytics.events.articles.wording import wording_around


@dataclass(frozen=True)
class Move:
    """One statement; the attributes are those of a `MarketClaim`, in offsets of the line."""

    kind: str
    organisations: tuple[str, ...]
    group: str
    size: float | None
    share: float | None
    wording: str
    amount: Amount | None
    at_one_point: bool
    when: str
    causes: tuple[str, ...]
    span: tuple[int, int]


_BY = re.compile(r" ?[a-z ]{0,14}, (?:though |but |and )?(?:only )?by [a-z ]{0,16}")
# "A fell by 4 per cent, and B slid about 3."
_BARE = re.compile(
    r"(?i:(?: by| about| around| nearly| almost| roughly| over| more than| less than| under| some"
    r"| just| at least| only| another| as much as){0,3} )"
    r"(\d{1,2}(?:\.\d{1,2})?)(?=[.,;]?\Z|[.,;][ ]| (?:and|while|but)\b)"
)
_OF_VALUE = ("wiped", "grown", "dwindled")
MOST = 40  # moves in one sentence; what follows in such a list is not read
_NO_GAP = re.compile(
    r"(?i:\b(?:after|amid|despite|because|when|following|while|from|to)\b"
    r"|(?<!much )(?<!many )\bas\b(?! (?:much|many)\b))"
    r"|因|受|后|至|(?<![不达])到|从|由"
)
_TIGHT = re.compile(
    r"[ -]?(?:的|share[- ]price |stock[- ]price |one-day |single-day |intraday )?\Z"
)
_ENDED = re.compile(
    r"(?i:\b(?:closed|ended|finished|opened|trading|traded|closing|ending|went|moved|edged) )\Z"
)
_NEEDS_SIZE = re.compile(
    r"(?i:down|lower|up|higher|lost|los(?:es?|ing)|add(?:s|ed|ing)|shed(?:s|ding)?|gains?|跌幅|涨幅"
    r"|升幅|回吐|吐回|g[ai]v[a-z]{1,3} (?:up|back)|weaken.*|eased|par(?:es?|ed|ing)|revers.*)"
)
_NAMED_AGAIN = re.compile(r"(?i:\b(?:the|its|that|this|their|those|these)(?: [a-z-]{1,12})? )\Z")
_LEVEL = re.compile(r"(?i:\b(?:to|below|under|above|past|beyond)\b)|[至到破]")
_TURNS = r"(?:after|as|on|amid|following|when|because|and|but|while|with|despite|before|by|for)\b"
_OTHER_BEHIND = re.compile(
    rf"(?i: ?(?:of|in)? ?(?:the |its "
    rf"|their )?(?:(?!{_TURNS})[a-z-]{{1,14}} )?(?:{words.OTHER_WORDS}|workforce|customers"
    r"|users|staff|jobs|votes|market(?! (?:value|cap|worth))))"
)
_NOUN_LINK = re.compile(r"(?i: (?:in|of|for|off|from)\b)")
_NEXT = re.compile(r"[ ]?(?:,|\uff0c|、|;|\uff1b)?[ ]?(?:(?:and|while|but)[ ]|和|而|及|与)?[ ]?")
_EACH = re.compile(r"(?i:\brespectively\b)|分别|各自")


def moves_on(
    line: Line, mentions: list[Mention], said: Said, others: list[Mention] | None = None
) -> tuple[list[Move], Said]:
    """The statements of a line, and what its last sentence was about.

    Parameters
    ----------
    line : Line
    mentions : list of Mention
        Of this line.
    said : Said
        What the sentence before this line was about.
    others : list of Mention, optional
        Of this line, that have no shares: public bodies.

    Returns
    -------
    tuple
        List of `Move`, and `Said`.

    Examples
    --------
    >>> from analytics.events.articles.page import Place, line
    >>> named = [Mention("acme", "Acme", Place(1, 0, 4))]
    >>> (move,), said = moves_on(line(1, "Acme stock slid a fifth."), named, Said())
    >>> move.kind, move.size, said.subject.organisations
    ('fall', 0.2, ('acme',))
    """
    said = replace(said, age=said.age + 1)
    if not (mentions or said.subject.known or words.GROUPS.search(line.plain)):
        return [], said  # nobody is named whose share could move
    marked = Marked.of(line, mentions, others or ())
    found: list[Move] = []
    amounts = _amounts(marked)
    for span in marked.sentences:
        moves = _Sentence(marked, span, said, amounts).moves()
        said = said.after(moves[-1:], first_named(marked, span))
        found += moves
    return found, said


def _amounts(marked: Marked) -> tuple[Amount, ...]:
    """Sums of money, looked for only where a market value is named."""
    if not any(one.kind == "value" for one in marked.nouns):
        return ()
    return find_amounts([marked.line])


class _Sentence:
    """One sentence, read from its first move to its last."""

    def __init__(
        self, marked: Marked, span: tuple[int, int], said: Said, amounts: tuple[Amount, ...]
    ) -> None:
        self.marked, self.span, self.said, self.amounts = marked, span, said, amounts
        self.plain = marked.plain
        self.whose = Whose(marked, span, said)
        self.used: set[int] = set()
        first = bisect_left(marked.moves, span[0], key=lambda mark: mark.start)
        last = bisect_left(marked.moves, span[1], key=lambda mark: mark.start)
        self.tokens = marked.moves[first : min(last, first + MOST)]

    def moves(self) -> list[Move]:
        """Every statement of the sentence; one without a size yields to the same with one."""
        found: list[Move] = []
        before: Before | None = None
        for k, token in enumerate(self.tokens):
            stop = self.tokens[k + 1].start if k + 1 < len(self.tokens) else self.span[1]
            read = self._read(token, before, stop)
            if read is None:
                continue
            before, moves = read
            found += moves
        return _without_echo(found)

    # --- one move ---------------------------------------------------------------------------------

    def _read(
        self, token: Mark, before: Before | None, stop: int
    ) -> tuple[Before, list[Move]] | None:
        """What a move says; None for a word that is no move here."""
        floor = before.end if before else self.span[0]
        size = self._size(token, floor, stop)
        value = self._value(token, floor, stop)
        word = self.plain[token.start : token.end]
        if token.kind in ("grown", "dwindled") and not value:
            return None
        amount = self._amount(token, stop) if value else None
        if size is None and amount is None and _NEEDS_SIZE.fullmatch(word):
            ended = _ENDED.search(self.plain, max(0, token.start - 9), token.start)
            if not ended:
                return None
        sized = size is not None or amount is not None
        peak = token.kind in ("record_high", "record_low")
        if peak and words.PEAK_BEFORE.search(self.plain, max(0, token.start - 16), token.start):
            return None
        if not sized and _NAMED_AGAIN.search(self.plain, max(0, token.start - 24), token.start):
            return None
        subject = self.whose.subject(token, before, floor, size, sized=sized)
        if subject is None or self._is_other(token, size, value=value):
            named = NOBODY if sized else self.whose.led_up_to(token, floor)
            return Before(named, accepted=named.known, end=token.end), []
        kind = self._kind(token, value=value, size=size)
        if kind is None or words.NOT_SAID.search(
            self.plain, max(self.span[0], token.start - 48), token.start
        ):
            return Before(subject, accepted=False, end=token.end), []
        move = self._move(token, kind, subject, size, amount)
        if size:
            self.used.add(size.start)
        moves = self._respectively(move, size) or [move, *self._listed(move, size)]
        if token.kind == "narrowed" and size:
            moves.insert(0, replace(move, kind="recovery", size=None, wording=""))
        return Before(subject, accepted=True, end=token.end), moves

    def _size(self, token: Mark, floor: int, stop: int) -> Size | None:
        """The size behind a move, else the one directly in front of it."""
        at = bisect_left(self.marked.sizes, token.end, key=lambda size: size.start)
        for one in self.marked.sizes[at : at + 1]:
            gap = self.plain[token.end : one.start]
            whole = _BY.fullmatch(gap) or not self.marked.broken(token.end, one.start)
            near = one.start <= min(stop, token.end + 44) and whole
            if near and not _NO_GAP.search(gap):
                return one
        bare = _BARE.match(self.plain, token.end, self.span[1]) if self.used else None
        if bare:
            return Size(float(bare[1]) / 100, bare.start(1), bare.end(1))
        for one in self.marked.sizes[max(0, at - 1) : at]:
            tight = one.end <= token.start and _TIGHT.match(self.plain, one.end, token.start)
            if tight and one.start >= floor and one.start not in self.used:
                return one
        return None

    def _value(self, token: Mark, floor: int, stop: int) -> bool:
        """Whether it is the market value that moves."""
        front = inside(self.marked.nouns, floor, token.start)
        if front and front[-1].kind == "value":
            return True
        after = inside(self.marked.nouns, token.end, min(stop, token.end + 80))[:1]
        return any(
            one.kind == "value" and not self.marked.broken(token.end, one.start) for one in after
        )

    def _amount(self, token: Mark, stop: int) -> Amount | None:
        first = bisect_left(self.amounts, token.start - 24, key=lambda one: one.place.start)
        reach = min(stop, token.end + 40)
        near = [one for one in self.amounts[first : first + 8] if one.place.start <= reach]
        later = [one for one in near if one.place.start >= token.end]
        if later and _LEVEL.search(self.plain, token.end, later[0].place.start):
            return None
        return next(iter(later or near), None)

    def _is_other(self, token: Mark, size: Size | None, *, value: bool) -> bool:
        """Whether what moves stands behind the move and is no price: "a fall in sales"."""
        end = max(token.end, size.end if size else 0)
        if value:
            return False
        if _OTHER_BEHIND.match(self.plain, end, min(self.span[1], end + 40)):
            return True
        if not _NOUN_LINK.match(self.plain, token.end):
            return False
        after = inside(self.marked.nouns, token.end, min(self.span[1], token.end + 48))
        return bool(after) and after[0].kind == "other"

    # --- what -------------------------------------------------------------------------------------

    def _kind(self, token: Mark, *, value: bool, size: Size | None) -> str | None:
        kind = words.FACTORS[token.kind][0] if token.kind in words.FACTORS else token.kind
        if token.kind == "narrowed":
            return "fall" if size else "recovery"
        if token.kind in _OF_VALUE:
            if value:
                return "value_gain" if token.kind == "grown" else "value_loss"
            return "fall" if token.kind == "wiped" and size else None
        if value and kind in ("fall", "rise"):
            return "value_loss" if kind == "fall" else "value_gain"
        if kind in ("fall", "rise") and words.LIMIT.match(self.plain, token.end):
            return "limit_down" if kind == "fall" else "limit_up"
        if kind == "fall" and self._again(token):
            return "renewed_fall"
        return kind

    def _again(self, token: Mark) -> bool:
        end = min(self.span[1], token.end + 24)
        return bool(
            words.AGAIN_BEFORE.search(self.plain, max(0, token.start - 20), token.start)
            or words.AGAIN_BEHIND.match(self.plain, token.end, end)
        )

    def _move(
        self, token: Mark, kind: str, subject: Subject, size: Size | None, amount: Amount | None
    ) -> Move:
        first, last = self.marked.clause(self.span, token.start, token.end)
        last = max(last, size.end if size else 0)
        value, wording = self._sized(token, size)
        share = None
        if kind == "recovery":
            value, share, wording = self._regained(size, (first, last), value, wording)
        if amount is not None and not wording:
            wording = amount.wording
        return Move(
            kind,
            subject.organisations,
            subject.group,
            value,
            share,
            wording,
            amount,
            bool(words.ONE_POINT.search(self.plain, first, last)),
            self._when(first, last),
            self._causes(kind, first, last),
            self._text(subject, first, last),
        )

    def _sized(self, token: Mark, size: Size | None) -> tuple[float | None, str]:
        if token.kind in words.FACTORS:
            return words.FACTORS[token.kind][1], wording_around(self.plain, token.start, token.end)
        if size is None:
            return None, ""
        wording = wording_around(self.plain, size.start, size.end)
        if not wording and self.plain[size.start : size.end] in ("近半", "过半"):
            wording = "about" if self.plain[size.start] == "近" else "more than"
        if words.OF_GAINS.match(self.plain, size.end) and token.kind == "fall":
            return None, ""
        if size.ranged:
            wording = "at least"
        return (size.value if size.value > 0 else None), wording

    def _regained(
        self, size: Size | None, clause: tuple[int, int], value: float | None, wording: str
    ) -> tuple[float | None, float | None, str]:
        """Size, share and wording of a recovery: "9 %" is a size, "half of the fall" a share."""
        at = bisect_left(self.marked.sizes, clause[0], key=lambda one: one.start)
        for one in self.marked.sizes[at : at + 3]:
            of_it = words.OF_THE_FALL.match(self.plain, one.end, min(len(self.plain), one.end + 40))
            if of_it and one.end <= clause[1]:
                return None, one.value, wording_around(self.plain, one.start, one.end)
        if words.SHARE_MOST.search(self.plain, *clause):
            return None, 0.5, "more than"
        if size is None and words.SHARE_ALL.search(self.plain, *clause):
            return None, 1.0, ""
        return value, None, wording

    def _when(self, first: int, last: int) -> str:
        found = words.WHEN.search(self.plain, first, last)
        if found is None:
            found = words.WHEN.search(self.plain, *self.marked.around(self.span, first, last))
        return self.marked.line.text[found.start() : found.end()].strip() if found else ""

    def _causes(self, kind: str, first: int, last: int) -> tuple[str, ...]:
        if kind in ("flat", "swing"):
            return ()
        first, last = self.marked.around(self.span, first, last)
        found = words.CAUSES.search(self.plain, first, last)
        if found is None:
            return ()
        reasons = words.REASONS.finditer(self.plain, found.start(), last)
        return tuple(dict.fromkeys(str(one.lastgroup) for one in reasons))

    def _text(self, subject: Subject, first: int, last: int) -> tuple[int, int]:
        """Where the clause stands, from its subject on, without blanks at its ends."""
        if self.span[0] <= subject.start < first and last - subject.start <= REACH:
            first = subject.start
        last = min(last, first + REACH)
        text = self.plain[first:last]
        first += len(text) - len(text.lstrip())
        return first, first + max(1, len(text.strip()))

    # --- several at once --------------------------------------------------------------------------

    def _listed(self, move: Move, size: Size | None) -> list[Move]:
        """The firms that follow without a verb of their own: "A fell 17%, B 17% and C 13%"."""
        found: list[Move] = []
        while size is not None:
            link = _NEXT.match(self.plain, size.end, self.span[1])
            start = link.end() if link else size.end
            names = inside_span(self.marked.names, (start, self.span[1]))
            if start == size.end or not names or names[0].start != start:
                return found
            size = self._following(names[0].end)
            if size is not None:
                self.used.add(size.start)
                value, wording = self._sized(Mark("fall", names[0].end, names[0].end), size)
                found.append(
                    replace(
                        move,
                        organisations=(names[0].kind,),
                        group="",
                        size=value,
                        wording=wording,
                        span=(names[0].start, size.end),
                    )
                )
        return found

    def _following(self, start: int) -> Size | None:
        """A size within a few characters, without a move or the end of a clause between."""
        at = bisect_left(self.marked.sizes, start, key=lambda size: size.start)
        for one in self.marked.sizes[at : at + 1]:
            between = inside(self.marked.moves, start, one.start)
            if one.start - start <= 20 and not between and not self.marked.broken(start, one.start):
                return one
        return None

    def _respectively(self, move: Move, size: Size | None) -> list[Move]:
        """One statement each of "A and B fell 17% and 13%, respectively"."""
        count = len(move.organisations)
        if size is None or count < 2:
            return []
        at = bisect_left(self.marked.sizes, size.start, key=lambda one: one.start)
        sizes = self.marked.sizes[at : at + count]
        around = (max(self.span[0], size.start - 40), min(self.span[1], sizes[-1].end + 24))
        if len(sizes) < count or not _EACH.search(self.plain, *around):
            return []
        if sizes[-1].end > self.span[1]:
            return []
        self.used |= {one.start for one in sizes}
        return [
            replace(move, organisations=(name,), size=one.value)
            for name, one in zip(move.organisations, sizes, strict=True)
        ]


def _without_echo(moves: list[Move]) -> list[Move]:
    """Statements without a size give way to one of the same kind and subject with a size."""

    def key(move: Move) -> tuple[str, tuple[str, ...], str]:
        return move.kind.removeprefix("renewed_"), move.organisations, move.group

    sized = {key(one) for one in moves if one.size is not None or one.share or one.amount}
    seen: set[tuple[object, ...]] = set()
    kept = []
    for one in moves:
        full = one.size is not None or one.share is not None or one.amount is not None
        figures = (one.size, one.share, one.amount, one.wording)
        entry = (one.kind, one.organisations, one.group, *figures)
        if (full or one.kind == "renewed_fall" or key(one) not in sized) and entry not in seen:
            kept.append(one)
        seen.add(entry)
    return kept
