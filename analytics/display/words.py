"""How a number, a date or a list of names is written in a sentence or a table.

In come plain floats (decimal fractions), dates and names; out come strings. This module knows no
frame, file, locale or HTML, so that a figure, a page and the command line all say a number the
same way.

Minus is U+2212, as wide as a plus sign; the space before a percent sign and between thousands is
U+202F, which is narrow and never breaks a line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

__all__ = [
    "MINUS",
    "MISSING",
    "NARROW_SPACE",
    "clock",
    "confidence",
    "count",
    "date_range",
    "ends",
    "estimate",
    "interval",
    "iso_date",
    "join",
    "long_date",
    "number",
    "percent",
    "points",
    "pvalue",
    "pvalue_cell",
    "relative_day",
    "share",
    "short_hash",
]

MINUS = "\u2212"
NARROW_SPACE = "\u202f"
MISSING = "\u2013"
"""What stands where there is no value: an en dash, never an empty cell."""

_INFINITY = "\u221e"
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SCALES = ((10, "ten"), (100, "a hundred"), (1000, "a thousand"))


def number(value: float, *, digits: int = 1, signed: bool = False) -> str:
    """Write a number with a real minus sign and narrow spaces between thousands.

    Parameters
    ----------
    value : float
        Any number; one that is missing gives an en dash.
    digits : int
        Decimals.
    signed : bool
        Put a plus sign before a positive number. A number that rounds to zero has no sign.

    Examples
    --------
    >>> number(-12345.67) == f"{MINUS}12{NARROW_SPACE}345.7"
    True
    >>> number(0.04, signed=True)
    '0.0'
    """
    if math.isnan(value):
        return MISSING
    if math.isinf(value):
        text = _INFINITY
    else:
        text = f"{abs(value):,.{digits}f}".replace(",", NARROW_SPACE)
    if not any(mark in text for mark in "123456789" + _INFINITY):
        return text
    if value < 0:
        return MINUS + text
    return "+" + text if signed else text


def percent(
    fraction: float, *, digits: int | None = None, signed: bool = False, unit: bool = True
) -> str:
    """Write a decimal fraction as percent: one decimal, two below 1 %.

    Parameters
    ----------
    fraction : float
        Decimal fraction: 0.165 is 16.5 %.
    digits : int, optional
        Decimals; a column of a table should give one number for all of its cells.
    signed : bool
        Put a plus sign before a positive number.
    unit : bool
        Write the percent sign; a table has it in the head instead.

    Examples
    --------
    >>> percent(-0.165).replace(NARROW_SPACE, " ").replace(MINUS, "-")
    '-16.5 %'
    >>> percent(0.0042, unit=False)
    '0.42'
    """
    if math.isnan(fraction):
        return MISSING
    places = _percent_digits(fraction) if digits is None else digits
    text = number(100 * fraction, digits=places, signed=signed)
    return f"{text}{NARROW_SPACE}%" if unit else text


def points(fraction: float, *, digits: int = 1) -> str:
    """Write the size of a difference between two percentages.

    Examples
    --------
    >>> points(-0.0812)
    '8.1 percentage points'
    """
    if math.isnan(fraction):
        return MISSING
    text = number(abs(100 * fraction), digits=digits)
    noun = "point" if text == number(1, digits=digits) else "points"
    return f"{text} percentage {noun}"


def confidence(alpha: float) -> str:
    """Write the level of an interval whose error rate is ``alpha``.

    Examples
    --------
    >>> confidence(0.05).replace(NARROW_SPACE, " ")
    '95 %'
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must lie between 0 and 1, got {alpha!r}")
    return f"{100 * (1 - alpha):.10g}{NARROW_SPACE}%"


def interval(low: float, high: float, *, alpha: float = 0.05, digits: int | None = None) -> str:
    """Write an interval of decimal fractions in percent.

    Raises
    ------
    ValueError
        If ``low`` lies above ``high``.

    Examples
    --------
    >>> interval(-0.223, -0.107).replace(NARROW_SPACE, " ").replace(MINUS, "-")
    '95 % interval -22.3 to -10.7'
    """
    if math.isnan(low) or math.isnan(high):
        return "no interval"
    if low > high:
        raise ValueError(f"an interval runs from low to high, got {low!r} to {high!r}")
    places = max(_percent_digits(low), _percent_digits(high)) if digits is None else digits
    ends = [percent(end, digits=places, unit=False) for end in (low, high)]
    return f"{confidence(alpha)} interval {ends[0]} to {ends[1]}"


def ends(low: float, high: float) -> str:
    """Write the ends of an interval for a column of percent; never 0.0 for what is not zero.

    Examples
    --------
    >>> ends(-0.032, 0.005), ends(-0.0004, 0.0804)
    ('−3.2 to 0.5', '−0.04 to 8.04')
    """
    near = any(0 < abs(end) < 0.0005 for end in (low, high))
    first, last = (percent(end, unit=False, digits=2 if near else 1) for end in (low, high))
    return f"{first} to {last}"


def estimate(value: float, low: float, high: float, *, alpha: float = 0.05) -> str:
    """Write an estimate with its interval, all three with the decimals of the estimate.

    Examples
    --------
    >>> estimate(-0.165, -0.223, -0.107).replace(NARROW_SPACE, " ").replace(MINUS, "-")
    '-16.5 % (95 % interval -22.3 to -10.7)'
    """
    if math.isnan(value):
        return MISSING
    digits = _percent_digits(value)
    around = interval(low, high, alpha=alpha, digits=digits)
    return f"{percent(value, digits=digits)} ({around})"


def pvalue(p: float) -> str:
    """Write a p value for a sentence.

    Examples
    --------
    >>> pvalue(0.0321), pvalue(4e-9), pvalue(0.41), pvalue(float("nan"))
    ('p = 0.032', 'p < 0.001', 'p = 0.41', 'no p value')
    """
    if math.isnan(p):
        return "no p value"
    text = pvalue_cell(p)
    return f"p {text[0]} {text[1:]}" if text[0] in "<>" else f"p = {text}"


def pvalue_cell(p: float) -> str:
    """Write a p value for a table: three decimals below 0.1, else two; never 0 and never 1.

    Raises
    ------
    ValueError
        If ``p`` is not a probability.

    Examples
    --------
    >>> pvalue_cell(4e-9), pvalue_cell(0.0321), pvalue_cell(0.9999)
    ('<0.001', '0.032', '>0.99')
    """
    if math.isnan(p):
        return MISSING
    if not 0 <= p <= 1:
        raise ValueError(f"a p value lies between 0 and 1, got {p!r}")
    if p < 0.001:
        return "<0.001"
    if p > 0.99:
        return ">0.99"
    return f"{p:.3f}" if p < 0.0995 else f"{p:.2f}"


def share(fraction: float) -> str:
    """Write a share in words, on the coarsest scale that is off by less than a seventh.

    Examples
    --------
    >>> share(0.8), share(0.06), share(0.96), share(0.002)
    ('eight in ten', 'six in a hundred', '96 in a hundred', 'two in a thousand')
    >>> share(0.0001), share(0)
    ('fewer than one in a thousand', 'none')
    """
    if not 0 <= fraction <= 1:
        raise ValueError(f"a share lies between 0 and 1, got {fraction!r}")
    if fraction in (0, 1):
        return "all" if fraction else "none"
    if not 0.0005 <= fraction < 0.9995:
        return "fewer than one in a thousand" if fraction < 0.5 else "more than 999 in a thousand"
    rounded = [(round(fraction * scale), scale, word) for scale, word in _SCALES]
    for whole, scale, word in rounded:
        if abs(whole / scale - fraction) < min(fraction, 1 - fraction) / 7:
            return f"{_spelled(whole)} in {word}"
    return f"{_spelled(rounded[-1][0])} in a thousand"


def count(n: int, singular: str, plural: str | None = None) -> str:
    """Write how many, with the noun in the right form.

    Examples
    --------
    >>> count(1, "session"), count(3, "session"), count(2, "share of stock", "shares of stock")
    ('1 session', '3 sessions', '2 shares of stock')
    """
    noun = singular if n == 1 else plural or f"{singular}s"
    return f"{number(n, digits=0)} {noun}"


def join(names: Iterable[str], *, last: str = "and") -> str:
    """Join names as a sentence does.

    Examples
    --------
    >>> join(["NVDA", "META", "TSM"]), join(["NVDA", "TSM"], last="or"), join(["TSM"])
    ('NVDA, META and TSM', 'NVDA or TSM', 'TSM')
    """
    all_names = [str(name) for name in names]
    if len(all_names) < 2:
        return "".join(all_names)
    return f"{', '.join(all_names[:-1])} {last} {all_names[-1]}"


def long_date(day: date) -> str:
    """Write a date for a sentence, in English whatever the locale.

    Examples
    --------
    >>> long_date(date(2025, 1, 27))
    '27 January 2025'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def iso_date(day: date) -> str:
    """Write a date for a table.

    Examples
    --------
    >>> iso_date(datetime(2025, 1, 27, 21, 0))
    '2025-01-27'
    """
    return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"


def date_range(first: date, last: date) -> str:
    """Write a span of days, naming a shared month or year once.

    Raises
    ------
    ValueError
        If ``first`` is after ``last``.

    Examples
    --------
    >>> date_range(date(2024, 1, 2), date(2025, 3, 31))
    '2 January 2024 to 31 March 2025'
    >>> date_range(date(2025, 1, 27), date(2025, 1, 31))
    '27 to 31 January 2025'
    """
    if iso_date(first) > iso_date(last):
        raise ValueError(f"a range runs from first to last, got {first} to {last}")
    if iso_date(first) == iso_date(last):
        return long_date(first)
    start = str(first.day)
    if (first.year, first.month) != (last.year, last.month):
        start += f" {_MONTHS[first.month - 1]}"
    if first.year != last.year:
        start += f" {first.year}"
    return f"{start} to {long_date(last)}"


def clock(moment: datetime, *, day: bool = True) -> str:
    """Write an instant with the name of its zone, never an ambiguous one such as CST.

    Parameters
    ----------
    moment : datetime
        With a zone; a :class:`pandas.Timestamp` is one.
    day : bool
        Write the date too.

    Raises
    ------
    ValueError
        If ``moment`` has no zone.

    Examples
    --------
    >>> clock(datetime(2025, 1, 27, 14, 31, tzinfo=timezone.utc))
    '27 January 2025, 14:31 UTC'
    """
    time = f"{moment.hour:02d}:{moment.minute:02d} {_zone(moment)}"
    return f"{long_date(moment)}, {time}" if day else time


def relative_day(day: int) -> str:
    """Write a day in event time.

    Examples
    --------
    >>> relative_day(0), relative_day(10)
    ('day 0', 'day +10')
    """
    return f"day {number(day, digits=0, signed=True)}"


def short_hash(digest: str, *, length: int = 12) -> str:
    """Write the first characters of a hash: enough to compare by eye.

    Examples
    --------
    >>> short_hash("829fdaa88f672ee656f01ed7357e14e9")
    '829fdaa88f67'
    """
    return digest[:length]


def _percent_digits(fraction: float) -> int:
    return 2 if round(abs(100 * fraction), 2) < 1 else 1


def _spelled(whole: int) -> str:
    return _SMALL[whole] if whole < len(_SMALL) else number(whole, digits=0)


def _zone(moment: datetime) -> str:
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError(f"a clock time needs a zone, got {moment.isoformat()}")
    key = getattr(moment.tzinfo, "key", None) or str(moment.tzinfo)
    if "/" in key and not key.startswith("Etc/"):
        return f"{key.rsplit('/', 1)[1].replace('_', ' ')} time"
    if offset == timedelta():
        return "UTC"
    return str(timezone(offset))


def brief_source(source: str) -> str:
    """The first part of what a manifest says of a file: who published it.

    Examples
    --------
    >>> brief_source("public price tables; second source agrees to 2025-06-10")
    'public price tables'
    >>> brief_source(
    ...     "Yahoo Finance through yfinance 1.7.0: NVDA 2024-01-01 to 2025-03-31, unadjusted"
    ... )
    'Yahoo Finance through yfinance 1.7.0'
    """
    return re.split(r"[;,]|: ", source, maxsplit=1)[0]
