"""Cells of a reader's price files: a date, a number, a missing value, or a fault with its line.

In: texts of one file. Out: values, and one `Fault` per kind of fault with all its lines. It must
not know which file holds what.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

import pandas as pd

from analytics.errors import Fault
from analytics.files import day_hint

MISSING = {"", "null", "nan", "na", "n/a", "#n/a", "none"}
FIRST_YEAR, LAST_YEAR = 1800, 2200  # what moments in nanoseconds hold with room to spare
NAMED = 5  # lines that a fault names; the others are counted
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?\s*(Z|[+-]\d{2}:?\d{2})?")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_SHAPES = (
    (re.compile(r"[^%]*%"), "a percent sign", "a price such as 12.34"),
    (re.compile(r"[+-]?\d{1,3},\d{3}"), "a comma", "a number with a point, without separators"),
    (re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?"), "a thousands separator", "1234.5 for 1,234.5"),
    (re.compile(r"[+-]?\d{1,3}(\.\d{3})*,\d+"), "a decimal comma", "12.34 for 12,34"),
    (
        re.compile(r"[+-]?\d{1,3}([ '’\u00a0\u202f]\d{3})+([.,]\d*)?"),
        "a thousands separator",
        "1234.5",
    ),
    (
        re.compile(r"([A-Z]{0,2}[$€£¥₩₹]|[A-Z]{3})\s?[\d.,]+|[\d.,]+\s?([$€£¥₩₹]|[A-Z]{3})"),
        "a currency sign",
        "the number alone",
    ),
)


@dataclass(frozen=True, eq=False)
class Faults:
    """What is wrong in a folder, gathered while it is read; the same fault is said once.

    Attributes
    ----------
    found : dict
        (file, field, what was expected) -> lines and what stood there.
    first : dict
        The same -> what to write instead, said of the first.
    """

    found: dict[tuple[str, str, str], list[tuple[int, str]]] = field(default_factory=dict)
    first: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(map(len, self.found.values()))

    def add(self, file: str, line: int, where: str, got: str, expected: str) -> None:
        """One fault; line 0 is the file as a whole."""
        self.found.setdefault((file, where, expected.split(";")[0]), []).append((line, got))
        self.first.setdefault((file, where, expected.split(";")[0]), expected)

    def listed(self) -> list[Fault]:
        """Each kind of fault with the lines on which it stands."""
        return [
            Fault(
                _place(file, [line for line, _ in seen]),
                where,
                seen[0][1],
                self.first[(file, where, expected)],
            )
            for (file, where, expected), seen in self.found.items()
        ]


def _place(file: str, lines: list[int]) -> str:
    if not any(lines):
        return file
    named = [str(line) for line in lines[:NAMED]]
    more = len(lines) - len(named)
    if more:
        return f"{file}, lines {', '.join(named)} and {more:,} more"
    if len(named) == 1:
        return f"{file}, line {named[0]}"
    return f"{file}, lines {', '.join(named[:-1])} and {named[-1]}"


def day_of(text: str) -> pd.Timestamp | str:
    """The date of a cell, or what to write instead.

    A clock time is refused unless it is midnight: a bar belongs to a trading date.

    Examples
    --------
    >>> day_of("2025-01-27 00:00:00-05:00"), day_of("20250127")
    (Timestamp('2025-01-27 00:00:00'), Timestamp('2025-01-27 00:00:00'))
    >>> day_of("27.01.2025")
    'a date such as 2025-01-27; write 27.01.2025 as 2025-01-27'
    """
    form = "a date such as 2025-01-27"
    match = _DAY.match(text)
    if match is None:
        hint = day_hint(text)
        return f"{form}; {hint}" if hint else form
    rest = text[match.end() :]
    if rest and not _MIDNIGHT.fullmatch(rest):
        return f"{form}, without a clock time: the trading date of the exchange"
    if not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return f"{form}, in the years {FIRST_YEAR} to {LAST_YEAR}"
    try:
        return pd.Timestamp("-".join(match.groups()))
    except ValueError:
        return f"{form}, a day that exists"


def number_of(text: str) -> float | tuple[str, str]:
    """The number of a cell, NaN where it is empty, or what is wrong and what was expected.

    Examples
    --------
    >>> number_of("12.5"), number_of("null"), number_of("12,5")
    (12.5, nan, ('a decimal comma', '12.34 for 12,34'))
    """
    if text.casefold() in MISSING:
        return float("nan")
    if _NUMBER.fullmatch(text):
        value = float(text)
        return value if math.isfinite(value) else ("a number beyond all bounds", "a price")
    for shape, got, expected in _SHAPES:
        if shape.fullmatch(text):
            return got, expected
    return "text", "a number such as 12.34, or nothing"
