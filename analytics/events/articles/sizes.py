"""Shares of a whole as news writes them: 17 per cent, a fifth, 两成, 五分之一.

In: a text. Out: each share with its place, as a decimal fraction. It must not know what it is a
share of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from analytics.errors import InputError
from analytics.events.articles.numbers import DIGITS, read_number

_NTHS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "nine": 9}
_H = "零〇一二两三四五六七八九十"
_NO_TENTH = (
    "为|本|立|长|功|交|员|果|都|熟|分|份|就|绩|型|品|名|人"  # 成 as the head of another word
)
_ORDINAL = "day|straight|consecutive|time|session|week|month|year|quarter|round|party|of the year"
SIZE = re.compile(
    rf"(?P<low>{DIGITS})(?:(?:%|[ ]?per[ ]?cent)?[ ]?(?:[-–~～至到]|to)[ ]?(?P<high>{DIGITS}))?"
    r"[ ]?[-]?(?:%|(?i:per[ ]?cent(?:age[ ]points?)?\b|pct\b)|个百分点)"
    rf"|百分之(?P<hundredths>[{_H}百]{{1,6}}(?:点[{_H}]{{1,4}})?)"
    rf"|(?P<under>[{_H}\d]{{1,3}})分之(?P<over>[{_H}\d]{{1,3}})"
    rf"|(?<![{_H}\d.])(?P<tenths>\d(?:\.\d)?|[一二两三四五六七八九]|十)[ ]?[多余]?成"
    rf"(?P<more>[一二三四五六七八九半](?!成))?(?!{_NO_TENTH})"
    r"|(?i:\b(?P<count>an?|one|two|three|four|five|nine)[ -]"
    rf"(?P<nth>half|halves|third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)s?\b"
    rf"(?![ -](?:{_ORDINAL})))"
    rf"|(?P<times>\d{{1,3}}(?:\.\d)?|[一二两三四五六七八九十])[ ]?倍"
    r"|(?P<half>(?i:\bhalf\b)|一半|近半|过半|半数)"
)


@dataclass(frozen=True)
class Size:
    """A share of a whole.

    Attributes
    ----------
    value : float
        Decimal fraction; the lower end of a range.
    start, end : int
    ranged : bool
        Whether the text gives two ends.
    """

    value: float
    start: int
    end: int
    ranged: bool = False


def find_sizes(plain: str) -> list[Size]:
    """Every share of a whole in a text, in its order.

    Parameters
    ----------
    plain : str
        In Simplified characters where it is Chinese.

    Returns
    -------
    list of Size

    Examples
    --------
    >>> [
    ...     one.value
    ...     for one in find_sizes("17 per cent, two-thirds, 两成五, 百分之三十, 五分之一, 3-5%")
    ... ]
    [0.17, 0.6666666666666666, 0.25, 0.3, 0.2, 0.03]
    """
    found = []
    for match in SIZE.finditer(plain):
        value = _value(match)
        if value is not None:
            found.append(Size(value, match.start(), match.end(), bool(match["high"])))
    return found


def _value(match: re.Match[str]) -> float | None:
    if match["low"]:
        return float(Decimal(match["low"].replace(",", "")) / 100)
    if match["half"]:
        return 0.5
    if match["times"]:
        return float(read_number(match["times"]).low)
    if match["nth"]:
        count = _COUNTS[match["count"].lower()]
        return count / _NTHS[match["nth"].lower()]
    try:
        if match["hundredths"]:
            return float(read_number(match["hundredths"]).low / 100)
        if match["under"]:
            under, over = (read_number(match[name]).low for name in ("under", "over"))
            return float(over / under) if under else None
        rest = {"半": Decimal(5)}.get(match["more"]) or (
            read_number(match["more"]).low if match["more"] else Decimal(0)
        )
        return float(read_number(match["tenths"]).low / 10 + rest / 100)
    except InputError:
        return None
