"""Where sentences and clauses of a text begin and end.

In: a text. Out: pairs of offsets. It must not know what the text is about.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_SHORT = {
    *"mr mrs ms dr st no inc corp co ltd vs etc approx est jan feb mar apr jun jul aug sep".split(),
    *"sept oct nov dec u.s u.k e.g i.e a.m p.m".split(),
}
_END = re.compile(r"[。!?\uff01\uff1f;\uff1b\n]|\.(?=[ \"'”’)\]]|\Z)")
_WORD = re.compile(r"[A-Za-z.]{1,8}\Z")
_BREAK = re.compile(r"[\uff0c\uff1b\uff1a。;:—]|,(?!\d)|[ ][-–][ ]")


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end (exclusive) of every sentence; what is only blank is left out.

    Examples
    --------
    >>> text = "Acme Inc. fell 3%. It rose later。股价回升。"
    >>> [text[start:end] for start, end in sentences(text)]
    ['Acme Inc. fell 3%.', 'It rose later。', '股价回升。']
    """
    found, start = [], 0
    for mark in _END.finditer(text):
        if mark[0] == "." and _is_short(text, mark.start()):
            continue
        found.append((start, mark.end()))
        start = mark.end()
    found.append((start, len(text)))
    return [(a + _blank(text, a, b), b) for a, b in found if a + _blank(text, a, b) < b]


def _blank(text: str, start: int, end: int) -> int:
    return end - start - len(text[start:end].lstrip())


def _is_short(text: str, dot: int) -> bool:
    """Whether the dot belongs to an abbreviation or an initial."""
    word = _WORD.search(text, max(0, dot - 8), dot)
    return word is not None and (
        word[0].lower() in _SHORT or re.fullmatch("[A-Z]", word[0]) is not None
    )


def breaks(text: str) -> list[int]:
    """Offsets at which one clause ends and the next begins.

    Examples
    --------
    >>> breaks("up 3%, not 1,000")
    [5]
    """
    return [mark.start() for mark in _BREAK.finditer(text)]


def clause_at(marks: list[int], span: tuple[int, int], start: int, end: int) -> tuple[int, int]:
    """The clause of a sentence ``span`` that holds ``start`` to ``end``.

    Examples
    --------
    >>> clause_at([5, 12], (0, 20), 7, 9)
    (6, 12)
    """
    left = bisect_right(marks, start) - 1
    right = bisect_right(marks, max(start, end - 1))
    first = marks[left] + 1 if left >= 0 else 0
    last = marks[right] if right < len(marks) else span[1]
    return max(first, span[0]), min(last, span[1])
