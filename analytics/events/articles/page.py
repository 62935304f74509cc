"""What a page is to its readers: numbered lines, each in two writings, and places in them.

In: text that is already cleaned. Out: frozen lines and places. It must not know what any of it
means.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC


@dataclass(frozen=True)
class Line:
    """One line of a page's text, or one block of an HTML page.

    Attributes
    ----------
    number : int
        Counted from 1 in the text as it came.
    text : str
        Cleaned: no non-breaking space, no full-width Latin, no pinyin gloss.
    plain : str
        The same in Simplified characters, for matching only; as long as ``text``, so that a place
        in one is the same place in the other.
    tag : str
        HTML element whose block it is (``h1``, ``p``, ``li`` ...); empty for plain text.
    links : float
        Share of its characters that belong to links, 0 to 1; 0 for plain text.
    """

    number: int
    text: str
    plain: str
    tag: str = ""
    links: float = 0.0


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: characters ``start`` to ``end`` (exclusive) of a line.

    Attributes
    ----------
    line : int
        Number of the line.
    start, end : int
    """

    line: int
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    """An organisation named at a place.

    Attributes
    ----------
    organisation : str
        Id of the organisation.
    text : str
        As written there.
    place : Place
    """

    organisation: str
    text: str
    place: Place


def line(number: int, text: str, *, tag: str = "", links: float = 0.0) -> Line:
    """A line with its Simplified writing.

    Examples
    --------
    >>> line(1, "台積電").plain
    '台积电'
    """
    return Line(number, text, simplified(text), tag, links)


def simplified(text: str) -> str:
    """``text`` in Simplified characters, of the same length (OpenCC's table ``t2s``).

    Examples
    --------
    >>> simplified("臺積電與輝達")
    '台积电与辉达'
    """
    if text.isascii():
        return text
    converted = _converter().convert(text)
    if len(converted) != len(text):  # a phrase that is written with fewer characters
        converted = "".join(one if len(one) == 1 else was for was, one in _singly(text))
    return converted


def _singly(text: str) -> list[tuple[str, str]]:
    return [(one, _converter().convert(one)) for one in text]


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
