"""How firmly a figure is worded: "more than", "at least", "about", "less than", "up to".

In: the text around a figure. Out: one of these words, or an empty text. It must not know what the
figure counts.
"""

from __future__ import annotations

import re
from typing import Literal

Wording = Literal["more than", "at least", "up to", "about", "less than", ""]

REACH = 28  # characters looked at on each side
_AFTER_REACH = 10
_BEFORE: tuple[tuple[Wording, str], ...] = (
    (
        "less than",
        r"不到|不足|少于|低于|未满|不满|未达|\b(?:less than|under|below|fewer than|short of)",
    ),
    (
        "up to",
        r"不超过|不高于|不逾|至多|最多达?|高达|多达|最高达?|上限为?|可达"
        r"|\b(?:up to|as much as|as many as|as high as|at most|(?:no|not) more than"
        r"|(?:a )?maximum(?: of)?|by as much as)",
    ),
    (
        "at least",
        r"至少|不少于|不低于|起码|最少|最低|\b(?:at least|(?:no|not) less than|a minimum of)",
    ),
    (
        "more than",
        r"超过|超出|超|逾|多于|高于|突破|破|大于|(?<![不通经])过|(?<![以之])上"
        r"|\b(?:more than|over|above|exceed(?:s|ed|ing)?|in excess of|upwards? of|north of"
        r"|well over|topp(?:ed|ing))",
    ),
    (
        "about",
        r"大约|约为|约达|约合|约|将近|接近|近|大概|估计|差不多|几乎|几近"
        r"|[~≈]|\b(?:about|around|roughly|approximately|approx\.?|some|nearly|almost|close to"
        r"|an? estimated|circa|just (?:over|under|short of))",
    ),
)
_AFTER: tuple[tuple[Wording, str], ...] = (
    ("about", r"左右|上下|\b(?:or so|or thereabouts|give or take)"),
    ("at least", r"以上|起|\+|[ -]?plus\b|\b(?:or more|or higher)"),
    ("up to", r"以下|以内|之内|\b(?:or less|at most)"),
    ("more than", r"多(?!元)|余(?!额)"),
)
_BEFORE_PATTERN = re.compile(
    rf"(?i:{'|'.join(f'({pattern})' for _, pattern in _BEFORE)})[ ]?(?:of |by )?(?:了|达|为)?[ ]?\Z"
)
_AFTER_PATTERN = re.compile(rf"[ ]?(?i:{'|'.join(f'({pattern})' for _, pattern in _AFTER)})")


def wording_around(text: str, start: int, end: int) -> Wording:
    """How the figure at ``start`` to ``end`` of ``text`` is hedged.

    Parameters
    ----------
    text : str
        In Simplified characters where it is Chinese.
    start, end : int

    Returns
    -------
    str
        Empty where nothing is said. What stands in front counts before what stands behind.

    Examples
    --------
    >>> wording_around("more than 20 %", 10, 14), wording_around("近三成", 1, 3)
    ('more than', 'about')
    """
    found = _BEFORE_PATTERN.search(text, max(0, start - REACH), start)
    if found and found.lastindex and (found[0] != "上" or text[start] in "百千万亿"):
        return _BEFORE[found.lastindex - 1][0]
    found = _AFTER_PATTERN.match(text, end, min(len(text), end + _AFTER_REACH))
    return _AFTER[found.lastindex - 1][0] if found and found.lastindex else ""
