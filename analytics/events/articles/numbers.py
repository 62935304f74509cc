"""Numbers as news writes them: digits, English words, Chinese numerals, and what multiplies them.

In: a short piece of text that one of the patterns here has matched. Out: its value, or the two
bounds of a vague one. It must not know currencies, lines or places. All patterns have bounded
repetitions and none inside another, so that they run in linear time on any text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import TypedDict

from analytics.errors import InputError

TENFOLD = 10  # "tens of millions" reaches from ten to a hundred millions
_MANY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS: dict[str, Decimal] = {word: Decimal(k) for k, word in enumerate(_MANY)}
_WORDS |= {word: Decimal(10 * k) for k, word in enumerate(_TENS, start=2)}
_WORDS |= {"a": Decimal(1), "an": Decimal(1), "dozen": Decimal(12)}
_PARTS = {"half": Decimal("0.5"), "quarter": Decimal("0.25"), "quarters": Decimal("0.25")}
_SCALES: dict[str, int] = {
    **dict.fromkeys(("thousand", "k"), 10**3),
    **dict.fromkeys(("million", "mln", "mil", "mn", "m"), 10**6),
    **dict.fromkeys(("billion", "bln", "bn", "b"), 10**9),
    **dict.fromkeys(("trillion", "trn", "tln", "tn", "t"), 10**12),
    "lakh crore": 10**12,
    "crore": 10**7,
    "lakh": 10**5,
}
_HAN_DIGITS = {one: k for k, one in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_SMALL = {"十": 10, "百": 100, "千": 1000}
_HAN_LARGE = {"万": 10**4, "亿": 10**8, "兆": 10**12}
_HAN_UNITS = _HAN_SMALL | _HAN_LARGE

_D = "".join(_HAN_DIGITS)
_S = "".join(_HAN_SMALL)
_L = "".join(_HAN_LARGE)
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_WORD = rf"(?:{'|'.join(sorted({*_WORDS, 'hundred'} - {'a', 'an'}, key=len, reverse=True))})\b"

# 1,234.56 and 1,00,000 and 8277.36; never a piece of a longer or a broken number
DIGITS = (
    r"(?<!\d)(?<!\d[.,])(?>\d{1,3}(?:,\d{2,3}){0,5},\d{3}|\d{1,15})(?>(?:\.\d{1,8})?)(?![.,]?\d)"
)
SCALE = rf"(?i:[ -]?(?:{_SCALE})(?![A-Za-z\d]))"
_MORE = rf"(?: ?\d{{1,4}}(?:\.\d{{1,4}})? ?[{_S}{_L}]{{1,3}}){{0,3}}"
_MIXED = rf"{DIGITS} ?(?>[多余几]? ?[{_S}{_L}]{{1,3}}{_MORE}[多余]?)"
_HAN = (
    rf"(?<![{_D}{_S}{_L}数几点])(?>[{_D}{_S}{_L}]{{1,24}})(?:点[{_D}]{{1,6}})?"
    rf"(?>[多余几]?[{_S}{_L}]{{0,3}}[多余]?)(?![{_D}{_S}{_L}])"
)
_VAGUE_HAN = rf"(?<![{_D}{_S}{_L}])(?<!(?<![最至])多)[数几](?>[{_S}{_L}]{{1,4}})"
CHINESE = rf"(?:{_MIXED}|{_VAGUE_HAN}|{_HAN})"
PLAIN = rf"(?:{DIGITS}{SCALE}|{CHINESE}|{DIGITS}(?:[多余](?=[^\d]))?)"
_MANYFOLD = r"(?:thousand|million|billion|trillion)"
_PART = r"half(?:[ -]an?)?|(?:a|one|three)[ -]quarters?[ -]of[ -]an?"
_COUNT = (
    rf"(?:an?[ -](?:hundred|dozen)\b|{_WORD})"
    rf"(?:[ -](?:and[ -])?(?:{_WORD}|a[ -](?:half|quarter)\b)){{0,6}}"
)
SPELLED = (
    rf"(?i:(?<![A-Za-z\d-])(?:(?:(?:{_PART}|{_COUNT}|an?)[ -]{_MANYFOLD}\b)"
    rf"|{_COUNT}))"
)
VAGUE = (
    rf"(?i:(?<![A-Za-z\d-])(?:(?:(?:tens|dozens|hundreds|thousands) of )?{_MANYFOLD}s"
    rf"|(?:several|a few|a couple of|many)(?: dozen| hundred)? {_MANYFOLD}"
    rf"|multi[ -]?{_MANYFOLD})\b)"
)


@dataclass(frozen=True)
class Number:
    """The value of a written number.

    Attributes
    ----------
    low, high : decimal.Decimal
        Equal for a single number.
    scaled : bool
        Whether it carries a unit of its own (billion, 亿).
    vague : bool
        Whether only its order of magnitude is said.
    more : bool
        Whether it is written as "and some more" (多, 余).
    scale : int
        The units at its end: 10^7 for 千万, 1 if there is none.
    large : int
        The same without tens, hundreds and thousands in Chinese: 10^4 for 千万.
    chinese : bool
        Whether its units are Chinese.
    """

    low: Decimal
    high: Decimal
    scaled: bool = False
    vague: bool = False
    more: bool = False
    scale: int = 1
    large: int = 1
    chinese: bool = False

    def times(self, factor: int) -> Number:
        """The same number in another unit."""
        low, high = self.low * factor, self.high * factor
        scaled = self.scaled or factor != 1
        return replace(self, low=low, high=high, scaled=scaled, scale=factor, large=factor)


_ENGLISH = re.compile(rf"({DIGITS})({SCALE})?")
_HAN_ONLY = re.compile(rf"[{_D}{_S}{_L}数几多余点\d., ]{{1,64}}")
_TOKEN = re.compile(rf"\d[\d,]*(?:\.\d+)?|[{_D}{_S}{_L}]|点[{_D}]{{1,6}}")


def read_number(text: str) -> Number:
    """The value of a number as one of the patterns here has found it.

    Parameters
    ----------
    text : str
        In Simplified characters where it is Chinese.

    Returns
    -------
    Number

    Raises
    ------
    InputError
        It is no number.

    Examples
    --------
    >>> [float(read_number(one).low) for one in ("1,350 亿", "1兆2000亿", "两三千万", "65bn")]
    [135000000000.0, 1200000000000.0, 20000000.0, 65000000000.0]
    >>> vague = read_number("tens of millions")
    >>> float(vague.low), float(vague.high), vague.vague
    (10000000.0, 100000000.0, True)
    >>> float(read_number("two and a half billion").low)
    2500000000.0
    """
    english = _ENGLISH.fullmatch(text)
    if english:
        factor = _SCALES[english[2].strip(" -").lower()] if english[2] else 1
        value = Decimal(english[1].replace(",", ""))
        return Number(value, value).times(factor)
    number = _chinese(text) if _HAN_ONLY.fullmatch(text) else _spelled(text.lower())
    if number is None:
        raise InputError(f"{text[:40]!r}: expected a number such as 65bn, two billion or 三十亿")
    return number


# --- English words --------------------------------------------------------------------------------


def _spelled(text: str) -> Number | None:
    words = [one.removesuffix("s") for one in re.split(r"[ -]+", text.removeprefix("multi"))]
    words = [one for one in words if one not in ("", "and", "of")]
    scale = _SCALES.get(words[-1], 1) if words else 1
    if text.startswith(("multi", "several", "a few", "a couple", "many")) or text.endswith("s"):
        return _vague(words, scale)
    total = Decimal(0)
    for k, word in enumerate(words[:-1] if scale > 1 else words):
        if word == "hundred":
            total = (total or Decimal(1)) * 100
        elif word in _PARTS:
            total = _part(words[:k], total) + _PARTS[word] * _times(words[:k])
        elif word in ("a", "an"):
            total += 0 if words[k + 1 : k + 2] in (["half"], ["quarter"]) or k else 1
        elif word in _WORDS:
            total += _WORDS[word]
        else:
            return None
    return Number(total, total).times(scale) if total else None


def _part(before: list[str], total: Decimal) -> Decimal:
    """What stands before a half or a quarter; it does not count where it says how many of them."""
    return Decimal(0) if before in (["three"], ["one"], ["a"]) else total


def _times(before: list[str]) -> int:
    return 3 if before == ["three"] else 1


def _vague(words: list[str], scale: int) -> Number:
    factors = {"ten": 10, "dozen": 10, "hundred": 100, "thousand": 1000}
    low = Decimal(scale)
    for word in words[:-1]:
        low *= factors.get(word, 1)
    return Number(low, low * TENFOLD, scaled=True, vague=True, scale=scale, large=scale)


# --- Chinese numerals -----------------------------------------------------------------------------


def _chinese(text: str) -> Number | None:
    more = "多" in text or "余" in text
    text = text.replace(" ", "").replace("多", "").replace("余", "")
    if text[:1] in ("数", "几"):
        low = Decimal(1)
        for one in text[1:]:
            if one not in _HAN_UNITS:
                return None
            low *= _HAN_UNITS[one]
        return Number(low, low * TENFOLD, vague=True, **_units(text))
    if "几" in text:
        return _some(text)
    values = [_value(one) for one in _around(text)]
    if values[0] is None or values[1] is None or values[0] > values[1]:
        return None
    return Number(values[0], values[1], more=more, **_units(text))


def _some(text: str) -> Number | None:
    """十几亿: from ten to twenty; 30几亿 from thirty to forty."""
    head, tail = text.split("几", 1)
    start, factor = _value(head), Decimal(1)
    if start is None or start % TENFOLD or any(one not in _HAN_UNITS for one in tail):
        return None
    for one in tail:
        factor *= _HAN_UNITS[one]
    low, high = start * factor, (start + TENFOLD) * factor
    return Number(low, high, vague=True, **_units(text))


class _Units(TypedDict):
    scaled: bool
    scale: int
    large: int
    chinese: bool


def _units(text: str) -> _Units:
    """The units at the end: 1.2万亿 is written in units of 10^12."""
    scale = large = 1
    for one in reversed(text):
        if one not in _HAN_UNITS:
            break
        scale *= _HAN_UNITS[one]
        large *= _HAN_LARGE.get(one, 1)
    return {"scaled": scale > 1, "scale": scale, "large": large, "chinese": True}


def _around(text: str) -> tuple[str, str]:
    """两三亿 is 两亿 to 三亿; anything else is one number."""
    for k, (one, two) in enumerate(pairwise(text)):
        both = one in _HAN_DIGITS and two in _HAN_DIGITS
        if both and 0 < _HAN_DIGITS[one] == _HAN_DIGITS[two] - 1 and text[k + 2 : k + 3]:
            return text[: k + 1] + text[k + 2 :], text[:k] + text[k + 1 :]
    return text, text


def _value(text: str) -> Decimal | None:
    """The value of one number in Chinese characters or mixed with digits."""
    total = section = Decimal(0)
    pending: Decimal | None = None
    largest, unit = 1, 1
    for token in _TOKEN.findall(text):
        if token in _HAN_LARGE:
            unit = _HAN_LARGE[token]
            section += pending or 0
            if unit > largest:
                total = ((total + section) or Decimal(1)) * unit
                largest = unit
            else:
                total += section * unit
            section, pending = Decimal(0), None
        elif token in _HAN_SMALL:
            unit = _HAN_SMALL[token]
            section += (Decimal(1) if pending is None else pending) * unit
            pending = None
        elif token[0] == "点":
            pending = (pending or 0) + Decimal("0." + _plain_digits(token[1:]))
        else:
            if pending:  # two digits beside each other are a year or a name
                return None
            pending = Decimal(_plain_digits(token).replace(",", ""))
            unit = 1 if pending == 0 else unit
    if pending is not None and pending < TENFOLD and unit > TENFOLD and text[-1] in _HAN_DIGITS:
        pending *= unit // 10  # 三万五 is 35,000
    return total + section + (pending or 0)


def _plain_digits(text: str) -> str:
    return "".join(str(_HAN_DIGITS.get(one, one)) for one in text)
