"""Sums of money in a text: how much, in which currency, how firmly said, and where.

In: lines of a page. Out: frozen `Amount` records in the order of the text. It must not know
organisations, events or exchange rates; percentages, counts and dates are no money.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from analytics.errors import InputError
from analytics.events.articles.currencies import BEHIND, FRONT, currency_behind, currency_in_front
from analytics.events.articles.numbers import (
    CHINESE,
    PLAIN,
    SPELLED,
    VAGUE,
    Number,
    read_number,
)
from analytics.events.articles.page import Line, Place
from analytics.events.articles.wording import Wording, wording_around


@dataclass(frozen=True)
class Amount:
    """A sum of money as a text states it.

    Attributes
    ----------
    text : str
        As written.
    low, high : float
        In units of the currency; equal for a single number, the two ends of a range, or the bounds
        of a vague one.
    currency : str or None
        ISO 4217 code; None where the text does not say.
    vague : bool
        Only the order of magnitude is said: "tens of millions" is 1e7 to 1e8.
    wording : {"more than", "at least", "up to", "about", "less than", ""}
    place : Place
    converted : bool
        It repeats the amount before it in another currency.
    per_unit : str
        ``share``, ``year``, ``barrel`` ... for a price or a rate; empty for a sum.
    """

    text: str
    low: float
    high: float
    currency: str | None
    vague: bool
    wording: Wording
    place: Place
    converted: bool = False
    per_unit: str = ""


_DASH = r"[ ]?[-–—~～‐‑−][ ]?"
_WORDED = r"[ ]?(?:至|到|~|～)[ ]?|[ ](?:to)[ ]"
_JOINED = r"(?(between)[ ]?(?:and|和|与|及|至|到|-|–)[ ]?"
_NUMBER = rf"(?:{PLAIN}|{SPELLED})"
_BETWEEN = r"(?P<between>(?i:\bbetween )|介于 ?)?"
_IN_FRONT = re.compile(
    rf"{_BETWEEN}(?P<front>{FRONT})[ ]?(?P<a>{PLAIN})"
    rf"(?:{_JOINED}|(?P<sep>{_DASH}|{_WORDED}))(?P<front2>{FRONT})?[ ]?(?P<b>{PLAIN}))?"
    rf"(?P<behind>{BEHIND})?"
)
_FOLLOWED = re.compile(
    rf"{_BETWEEN}(?P<a>{_NUMBER})(?:(?P<middle>{BEHIND})?"
    rf"{_JOINED}|(?P<sep>{_DASH}|{_WORDED}))(?P<b>{_NUMBER}))?(?P<behind>{BEHIND})"
)
_LOOSE = re.compile(rf"(?P<a>{VAGUE})(?:[ -]of|[ ]in)?(?P<behind>{BEHIND})")
# No currency at all: only behind a word of money, and not before a thing that is counted.
_MONEY = (
    "投资|投入|斥资|耗资|注资|出资|募资|融资|估值|市值|营收|资本支出|支出|开支|成本|金额|预算"
    "|价值|罚款"
    "|净利|获利|亏损|蒸发"
)
_BARE = re.compile(
    rf"(?:{_MONEY})[^,。;、\uff0c\uff1b\n\d]{{0,6}}?(?<![成之])(?P<a>{CHINESE})"
    r"(?=[,。;、!?)」』 \uff0c\uff1b\uff01\uff1f\uff09]|\Z|以上|左右|规模|资金)"
)
_PATTERNS = (_IN_FRONT, _FOLLOWED, _LOOSE, _BARE)

_UNITS = {
    "share": "share",
    "barrel": "barrel",
    "ounce": "ounce",
    "tonne": "tonne",
    "ton": "tonne",
    "year": "year",
    "month": "month",
    "quarter": "quarter",
    "week": "week",
    "day": "day",
    "hour": "hour",
    "unit": "unit",
    "chip": "unit",
    "wafer": "unit",
    "piece": "unit",
    "股": "share",
    "桶": "barrel",
    "盎司": "ounce",
    "吨": "tonne",
    "年": "year",
    "月": "month",
    "季": "quarter",
    "周": "week",
    "天": "day",
    "日": "day",
    "小时": "hour",
    "颗": "unit",
    "片": "unit",
    "台": "unit",
    "部": "unit",
    "件": "unit",
}
_THINGS = "|".join(sorted(_UNITS, key=len, reverse=True))
_PER_BEHIND = re.compile(
    rf"(?i:[ -](?:an?|per|each)[ -]({_THINGS})s?\b|[ ]?/[ ]?({_THINGS})|[ ]?每({_THINGS}))"
)
_PER_FRONT = re.compile(
    rf"每({_THINGS})(?:盈余|盈利|收益|净利|获利|派息|股利|现金|发行价|配息|约|派)?[ ]?\Z"
)
_AGAIN = re.compile(
    r"[ ]?(?:[(\uff08][^()\uff08\uff09。]{0,30}|,? ?(?:or|equivalent to|worth)(?: about| roughly"
    r"| around)? "
    r"|,? ?(?:约合|折合|相当于|合)约?[ ]?)\Z"
)
_CHANGED = re.compile(r"(?:(?i:\bfrom )|从|由|自)\Z")
_RANGED = re.compile(r"(?i:rang|anywhere|estimat|forecast|guidance)[^.]{0,24}\Z")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")


def find_amounts(lines: Sequence[Line]) -> tuple[Amount, ...]:
    """Every sum of money in the lines, in English and in Chinese.

    A range is one amount. "from 5 to 10 billion" is a change, and gives two. A bare ``$`` is read
    as the US dollar, ``¥`` as the yuan where the line is Chinese and as the yen elsewhere. An order
    of magnitude reaches up to the next one: "tens of millions" is 1e7 to 1e8, "billions" 1e9 to
    1e10.

    Parameters
    ----------
    lines : sequence of Line

    Returns
    -------
    tuple of Amount
        In the order of the text. The same sum at two places is there twice; see `distinct`.

    Raises
    ------
    InputError
        What came is no sequence of lines.

    Examples
    --------
    >>> from analytics.events.articles.page import line
    >>> found = find_amounts([line(1, "預算 1,200 億至 1,350 億美元,每廠最多數千萬美元")])
    >>> [(one.low, one.high, one.currency, one.vague, one.wording) for one in found]
    [(120000000000.0, 135000000000.0, 'USD', False, ''), (10000000.0, 100000000.0, 'USD', True,
    'up to')]
    """
    return tuple(amount for one in checked_lines(lines) for amount in _on(one))


def distinct(amounts: Sequence[Amount]) -> tuple[tuple[Amount, ...], ...]:
    """Amounts of the same size and currency together, in the order of their first place.

    Parameters
    ----------
    amounts : sequence of Amount

    Returns
    -------
    tuple of tuple of Amount

    Examples
    --------
    >>> from analytics.events.articles.page import line
    >>> found = find_amounts([line(1, "$2bn, of which 2 billion dollars in cash and $1bn in debt")])
    >>> [[one.text for one in group] for group in distinct(found)]
    [['$2bn', '2 billion dollars'], ['$1bn']]
    """
    groups: dict[tuple[float, float, str | None], list[Amount]] = {}
    for one in amounts:
        groups.setdefault((one.low, one.high, one.currency), []).append(one)
    return tuple(tuple(group) for group in groups.values())


def checked_lines(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines as they came.

    Raises
    ------
    InputError
        One of them is no line of a page.
    """
    if isinstance(lines, (str, bytes)) or not isinstance(lines, Sequence):
        raise InputError(f"lines: expected lines of a page, got {type(lines).__name__}")
    for one in lines:
        if not isinstance(one, Line):
            raise InputError(
                f"lines: expected lines of a page, got {type(one).__name__} among them"
            )
    return lines


def _on(line: Line) -> Iterator[Amount]:
    """Amounts of one line, each with what stands before it known."""
    previous: Amount | None = None
    chinese = bool(_HAN.search(line.plain))
    for found in _spans(line.plain):
        for amount in _read(found, line, chinese=chinese):
            again = previous is not None and previous.currency != amount.currency
            if previous is not None and again:
                gap = line.plain[previous.place.end : amount.place.start]
                listed = previous.converted and gap.strip() in (";", ",", "/", "、")
                amount = replace(amount, converted=listed or bool(_AGAIN.fullmatch(gap)))
            yield amount
            previous = amount


def _spans(plain: str) -> list[re.Match[str]]:
    """Matches of all patterns that do not overlap: an earlier start wins, then an earlier one."""
    found = sorted(
        (
            (one.start("a"), rank, one)
            for rank, p in enumerate(_PATTERNS)
            for one in p.finditer(plain)
        ),
        key=lambda entry: entry[:2],
    )
    kept: list[re.Match[str]] = []
    for _, _, one in found:
        if not kept or _start(one) >= kept[-1].end():
            kept.append(one)
    return kept


def _read(found: re.Match[str], line: Line, *, chinese: bool) -> Iterator[Amount]:
    """The one or two amounts of a match; none where its number is no number."""
    groups = found.groupdict()
    try:
        a = read_number(groups["a"])
        b = read_number(groups["b"]) if groups.get("b") else None
    except InputError:
        return
    if _is_other(found, b or a, line.plain):
        return
    code, hundredths = _currency(groups, chinese=chinese)
    start, end = _start(found), found.end()
    if b is None:
        yield _amount(line, (start, end), (a, a), code, hundredths)
        return
    if not _is_range(found, b):
        yield _amount(line, (start, found.end("a")), (a, a), code, hundredths)
        return
    a = _in_unit_of(a, b)
    if not (_differ(groups) or _is_change(line.plain, start) or a.low > b.high):
        yield _amount(line, (start, end), (a, b), code, hundredths)
        return
    first, second = _each(groups, code, chinese=chinese)
    cut = found.end("middle") if groups.get("middle") else found.end("a")
    begin = found.start("front2") if groups.get("front2") else found.start("b")
    yield _amount(line, (start, cut), (a, a), first, hundredths)
    yield _amount(line, (begin, end), (b, b), second, hundredths)


def _is_change(plain: str, start: int) -> bool:
    """Whether two numbers are a "from" and a "to", and no range."""
    if not _CHANGED.search(plain, max(0, start - 5), start):
        return False
    return not _RANGED.search(plain, max(0, start - 40), start)


def _start(found: re.Match[str]) -> int:
    return found.start("front") if "front" in found.groupdict() else found.start("a")


def _is_other(found: re.Match[str], number: Number, plain: str) -> bool:
    """Whether what looks like money is a year, a victory, or a unit without a number."""
    behind = (found.groupdict().get("behind") or "").strip(" -").lower()
    before = plain[max(0, found.start() - 9) : found.start()]
    if len(found["a"]) == 1 and found["a"] in "十百千万亿兆":
        return not wording_around(plain, found.start("a"), found.end("a"))
    if "front" in found.groupdict():
        return False
    if behind == "won":
        follows = plain[found.end() : found.end() + 5].lower()
        return number.low < 1000 or follows.startswith((" the ", " a ", " an ", " by "))
    return bool(
        behind.endswith("dollars")
        and _YEAR.match(found["a"])
        and before.lower().endswith(("in ", "constant "))
    )


def _is_range(found: re.Match[str], second: Number) -> bool:
    """Whether the number behind "to" is money too: "paid $5 to 3 people" is no range."""
    groups = found.groupdict()
    if "front" not in groups or groups["front2"] or groups["behind"] or second.scaled:
        return True
    return not (groups["sep"] or "").strip(" -–—~～‐‑−")


def _in_unit_of(first: Number, second: Number) -> Number:
    """The first end of a range, where its unit stands only at the second."""
    if first.large > 1 or second.large == 1:
        return first
    smaller = 10**4 if second.chinese else 10**3
    factors = [second.scale] if first.scale == 1 else []
    for factor in (*factors, second.large, second.large // smaller):
        if factor and first.low * factor <= second.high:
            return first.times(factor)
    return first


def _currency(groups: dict[str, str | None], *, chinese: bool) -> tuple[str | None, bool]:
    """The currency of a match as a whole, and whether it counts hundredths."""
    name = groups.get("behind")
    code, hundredths = currency_behind(name) if name else (None, False)
    sign = groups.get("front")
    if sign:
        return currency_in_front(sign, chinese=chinese) or code, False
    return code, hundredths


def _differ(groups: dict[str, str | None]) -> bool:
    """Whether the two ends of a range carry two currencies."""
    if groups.get("front2"):
        return groups["front"] != groups["front2"] and groups["front2"] != "$"
    if not groups.get("middle"):
        return False
    return currency_behind(str(groups["middle"])) != currency_behind(str(groups["behind"]))


def _each(
    groups: dict[str, str | None], code: str | None, *, chinese: bool
) -> tuple[str | None, str | None]:
    """The currencies of two amounts that are no range."""
    if groups.get("front2"):
        return code, currency_in_front(str(groups["front2"]), chinese=chinese)
    return currency_behind(str(groups["middle"]))[0] if groups.get("middle") else code, code


def _amount(
    line: Line,
    span: tuple[int, int],
    ends: tuple[Number, Number],
    code: str | None,
    hundredths: bool,  # noqa: FBT001
) -> Amount:
    start, end = span
    factor = Decimal("0.01") if hundredths else Decimal(1)
    wording = wording_around(line.plain, start, end)
    if not wording and any(one.more for one in ends):
        wording = "more than"
    return Amount(
        line.text[start:end],
        float(ends[0].low * factor),
        float(ends[1].high * factor),
        code,
        any(one.vague for one in ends),
        wording,
        Place(line.number, start, end),
        per_unit=_per_unit(line.plain, start, end),
    )


def _per_unit(plain: str, start: int, end: int) -> str:
    found = _PER_BEHIND.match(plain, end, min(len(plain), end + 24))
    found = found or _PER_FRONT.search(plain, max(0, start - 8), start)
    return _UNITS[next(filter(None, found.groups())).lower()] if found else ""
