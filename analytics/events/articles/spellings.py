"""Names found in a text whatever the script, the longest first.

In: spellings with what each means, and phrases in which they mean something else. Out: a `Finder`
that reads a line once from left to right. It must not know what a name is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from analytics.events.articles.cleaning import cleaned
from analytics.events.articles.page import Line, Place, simplified

CAPITALS = 4  # letters from which on a name is known in all capitals too


@dataclass(frozen=True)
class Found:
    """A spelling at a place.

    Attributes
    ----------
    meaning : str
        Empty for a phrase that means nobody.
    text : str
    place : Place
    """

    meaning: str
    text: str
    place: Place


@dataclass(frozen=True, eq=False)
class Finder:
    """Spellings by their first character, with the lengths that occur, longest first.

    Examples
    --------
    >>> from analytics.events.articles.page import line
    >>> finder = finder_of({"tsmc": ["台積電", "TSMC"]}, {})
    >>> [(one.meaning, one.text) for one in finder.find(line(1, "台积电(TSMC)與TSMCX"))]
    [('tsmc', '台积电'), ('tsmc', 'TSMC')]
    """

    lengths: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)

    def find(self, line: Line) -> Iterator[Found]:
        """Every name in a line, from left to right, none inside another."""
        text, at, size = line.plain, 0, len(line.plain)
        while at < size:
            spelling, meaning = self._here(text, at)
            if not spelling:
                at += 1
                continue
            end = at + len(spelling)
            if meaning:
                yield Found(meaning, line.text[at:end], Place(line.number, at, end))
            at = end

    def _here(self, text: str, at: int) -> tuple[str, str]:
        for length in self.lengths.get(text[at], ()):
            spelling = text[at : at + length]
            whole = len(spelling) == length and spelling in self.meanings
            if whole and _stands_alone(text, at, at + length):
                return spelling, self.meanings[spelling]
        return "", ""


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a Latin name is not a part of a longer word; Han names have no borders."""
    before, after = text[start - 1 : start], text[end : end + 1]
    first, last = text[start], text[end - 1]
    if first.isascii() and first.isalnum() and before.isascii() and before.isalnum():
        return False
    return not (last.isascii() and last.isalnum() and after.isascii() and after.isalnum())


def finder_of(
    spellings: Mapping[str, Iterable[str]], unless: Mapping[str, Iterable[str]]
) -> Finder:
    """A finder of some spellings.

    Parameters
    ----------
    spellings : mapping
        Meaning -> how it is written.
    unless : mapping
        Meaning -> phrases in which one of these is not meant.
    """
    known: dict[str, str] = {}
    for meaning, forms in spellings.items():
        for form in forms:
            for written in _ways(form):
                known.setdefault(written, meaning)
    for phrases in unless.values():
        for phrase in phrases:
            for written in _ways(phrase):
                known[written] = known.get(written, "") if written in known else ""
    lengths: dict[str, set[int]] = {}
    for written in known:
        lengths.setdefault(written[0], set()).add(len(written))
    ordered = {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}
    return Finder(ordered, known)


def _ways(form: str) -> Iterator[str]:
    plain = simplified(cleaned(form))
    if not plain:
        return
    yield plain
    single = plain.isascii() and plain.isalpha() and len(plain) >= CAPITALS
    if single and plain != plain.upper():
        yield plain.upper()
