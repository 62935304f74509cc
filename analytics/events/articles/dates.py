"""Dates as pages write them, found and read, but not yet completed.

In: lines. Out: one `Stamp` for each date, with what it says and what it leaves open: a year, a
month, or which of two numbers is the month. It must not know when the page was published.

The finder is our own because nothing in a page may be read as a date that is none: a general date
parser reads ``(2330-TW)`` as the year 2330 and completes what is missing from today's date.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from analytics.events.articles.clocks import Clock, find_clock, find_clock_before
from analytics.events.articles.page import Line, Place

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
MONTHS["sept"] = 9
MONTHS |= {"januar": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6, "juli": 7}
MONTHS |= {"oktober": 10, "okt": 10, "dezember": 12, "dez": 12}
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
WEEKDAYS |= {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
WEEKDAYS |= {"sat": 5, "sun": 6}
HAN_DAYS = dict(zip("一二三四五六日天", (0, 1, 2, 3, 4, 5, 6, 6), strict=True))
HAN_DIGITS = dict(zip("〇○零一二三四五六七八九", (0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
MINGUO = 1911  # years between the Republic's calendar and ours
YEARS = (1980, 2100)

MONTH = (
    r"(?P<month>Jan(?:uary?)?|Feb(?:ruary?)?|Mar(?:ch)?|März|Apr(?:il)?|May|Mai|Juni|June?|Juli|July?|"
    r"Aug(?:ust)?|Sept?(?:ember)?|O[ck]t(?:ober)?|Nov(?:ember)?|De[cz](?:ember)?)\.?"
)
DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?"
WEEKDAY = (
    r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)"
)
HAN_WEEK = r"(?:(?P<which>上|本|这|下)(?:个)?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"


@dataclass(frozen=True)
class Stamp:
    """A date in a text.

    Attributes
    ----------
    text : str
        As written.
    place : Place
    year, month, day : int or None
        What it says.
    weekday : int or None
        0 for Monday.
    shift : int or None
        Days from the day of publication, where it says so: 0 today, -1 yesterday.
    swapped : datetime.date or None
        The other reading of a date such as 2/11/2025, where there is one.
    clock : Clock or None
    kind : str
        In words: "full date", "month and day", "weekday and day", "weekday", "day", "relative".
    """

    text: str
    place: Place
    kind: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    shift: int | None = None
    swapped: dt.date | None = None
    clock: Clock | None = None

    @property
    def date(self) -> dt.date | None:
        """The date, where all of it is said."""
        if self.year and self.month and self.day:
            return dt.date(self.year, self.month, self.day)
        return None


Reader = Callable[[re.Match[str]], dict[str, object] | None]


def _number(text: str) -> int:
    """A number in digits, or in Han digits up to 31."""
    if text.isdecimal():
        return int(text)
    if "十" not in text:
        return int("".join(str(HAN_DIGITS[one]) for one in text))
    tens, _, ones = text.partition("十")
    return 10 * (HAN_DIGITS[tens] if tens else 1) + (HAN_DIGITS[ones] if ones else 0)


def _full(year: int, month: int, day: int, **more: object) -> dict[str, object] | None:
    if not YEARS[0] <= year <= YEARS[1]:
        return None
    try:
        dt.date(year, month, day)
    except ValueError:
        return None
    return {"kind": "full date", "year": year, "month": month, "day": day, **more}


def _partial(month: int, day: int) -> dict[str, object] | None:
    try:
        dt.date(2024, month, day)  # a leap year: it has every day
    except ValueError:
        return None
    return {"kind": "month and day", "month": month, "day": day}


def _in_order(found: re.Match[str]) -> dict[str, object] | None:
    return _full(*(_number(found.group(name)) for name in ("year", "month", "day")))


def _minguo(found: re.Match[str]) -> dict[str, object] | None:
    year, month, day = (_number(found.group(name)) for name in ("year", "month", "day"))
    return _full(year + MINGUO, month, day)


def _english(found: re.Match[str]) -> dict[str, object] | None:
    month, day = MONTHS[found.group("month").lower()], int(found.group("day"))
    year = found.groupdict().get("year")
    return _full(int(year), month, day) if year else _partial(month, day)


def _two_ways(found: re.Match[str]) -> dict[str, object] | None:
    """Month first, or day first: both where both are dates; a dot means day first."""
    first, second, year = (int(found.group(name)) for name in ("first", "second", "year"))
    american, european = _full(year, first, second), _full(year, second, first)
    if found.group("mark") == "." and european:
        return european
    if american and european and first != second:
        return american | {"swapped": dt.date(year, second, first)}
    return american or european


def _month_day(found: re.Match[str]) -> dict[str, object] | None:
    return _partial(_number(found.group("month")), _number(found.group("day")))


def _weekday(found: re.Match[str]) -> dict[str, object] | None:
    groups = found.groupdict()
    name = groups["weekday"]
    weekday = HAN_DAYS[name] if name in HAN_DAYS else WEEKDAYS[name.lower()]
    day = int(groups["day"]) if groups.get("day") else None
    if day is not None and not 1 <= day <= 31:
        return None
    if groups.get("which") == "下" or (groups.get("before") or "").lower() == "next":
        return None
    kind = "weekday" if day is None else "weekday and day"
    return {"kind": kind, "weekday": weekday, "day": day}


def _day(found: re.Match[str]) -> dict[str, object] | None:
    day = int(found.group("day"))
    return {"kind": "day", "day": day} if 1 <= day <= 31 else None


SHIFTS = {"前天": -2, "昨": -1, "今": 0, "yesterday": -1, "last night": -1, "overnight": -1}
SHIFTS |= {"today": 0, "this morning": 0, "this afternoon": 0, "tonight": 0, "this evening": 0}


def _relative(found: re.Match[str]) -> dict[str, object] | None:
    word = found.group().lower()
    shift = next(days for key, days in SHIFTS.items() if word.startswith(key))
    return {"kind": "relative", "shift": shift}


def _named_day(found: re.Match[str]) -> dict[str, object] | None:
    """Weekday, month and day without a year: few years have it."""
    weekday, month = found.group("weekday"), found.group("month")
    said = _partial(MONTHS.get(month.lower()) or _number(month), _number(found.group("day")))
    number = HAN_DAYS[weekday] if weekday in HAN_DAYS else WEEKDAYS[weekday.lower()]
    return said and said | {"kind": "weekday, month and day", "weekday": number}


SEP = r"\s{0,2}"
# In this order: what an earlier pattern has taken, a later one does not see.
PATTERNS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern, flags), reader)
    for pattern, flags, reader in (
        (
            r"(?<![\d.])(?P<year>(?:19|20)\d\d)-(?P<month>[01]?\d)-(?P<day>[0-3]?\d)(?!\d)",
            0,
            _in_order,
        ),
        (
            r"(?<![\d.])(?P<year>(?:19|"
            r"20)\d\d)(?P<m>[/.])(?P<month>[01]?\d)(?P=m)(?P<day>[0-3]?\d)(?![\d])",
            0,
            _in_order,
        ),
        (
            rf"(?<!\d)(?P<year>(?:19|"
            rf"20)\d\d){SEP}年{SEP}(?P<month>[01]?\d){SEP}月{SEP}(?P<day>[0-3]?\d){SEP}[日号]",
            0,
            _in_order,
        ),
        (
            r"(?P<year>[〇○零一二三四五六七八九]{4})年(?P<month>[一二三四五六七八九十]{1,2})月(?P<day>[一二三四五六七八九十]{1,3})[日号]",
            0,
            _in_order,
        ),
        (
            rf"(?<!\d)(?:民国{SEP})?(?P<year>1[0-3]\d){SEP}年{SEP}(?P<month>[01]?\d){SEP}月{SEP}(?P<day>[0-3]?\d){SEP}日",
            0,
            _minguo,
        ),
        (
            r"(?<![\d/.-])(?P<year>1[0-3]\d)(?P<m>[/.-])(?P<month>[01]\d)(?P=m)(?P<day>[0-3]\d)(?![\d/.-])",
            0,
            _minguo,
        ),
        (rf"\b{MONTH}{SEP}{DAY},?{SEP}(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE, _english),
        (rf"\b{DAY}{SEP}(?:of )?{MONTH},?{SEP}(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE, _english),
        (
            r"(?<![\d/.-])(?P<first>[0-3]?\d)(?P<mark>[/.-])(?P<second>[0-3]?\d)(?P=mark)(?P<year>(?:19|"
            r"20)\d\d)(?!\d)",
            0,
            _two_ways,
        ),
        (
            rf"(?<!\d)(?P<month>1[0-2]|0?[1-9]){SEP}月{SEP}(?P<day>[0-3]?\d){SEP}[日号]{SEP}\(?"
            r"(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])\)?",
            0,
            _named_day,
        ),
        (
            rf"(?<!\d)(?P<month>1[0-2]|0?[1-9]){SEP}月{SEP}(?P<day>[0-3]?\d){SEP}[日号]",
            0,
            _month_day,
        ),
        (
            r"(?P<month>十[一二]?|"
            r"[一二三四五六七八九])月(?P<day>[一二三]?十[一二三四五六七八九]?|"
            r"[一二三四五六七八九])[日号]",
            0,
            _month_day,
        ),
        (rf"\b{WEEKDAY},?{SEP}{MONTH}{SEP}{DAY}\b(?!,?{SEP}(?:19|20)\d\d)", 0, _named_day),
        (rf"\b{WEEKDAY},?{SEP}{DAY}{SEP}{MONTH}\b(?!,?{SEP}(?:19|20)\d\d)", 0, _named_day),
        (rf"\b{MONTH}{SEP}{DAY}\b(?!,?{SEP}(?:19|20)\d\d|[.,]?\d|%)", 0, _english),
        (rf"\b{DAY}{SEP}(?:of )?{MONTH}\b(?!,?{SEP}(?:19|20)\d\d)", 0, _english),
        (rf"{HAN_WEEK}{SEP}\(?{SEP}(?P<day>[0-3]?\d){SEP}[日号](?:{SEP}\))?", 0, _weekday),
        (
            rf"(?<![\d月年])(?P<day>[0-3]?\d){SEP}[日号]{SEP}\(?(?:周|星期|"
            rf"礼拜)(?P<weekday>[一二三四五六日天])\)?",
            0,
            _weekday,
        ),
        (rf"\b{WEEKDAY},?{SEP}\(?(?:the )?(?P<day>[0-3]?\d)(?:st|nd|rd|th)\b", 0, _weekday),
        (HAN_WEEK, 0, _weekday),
        (
            r"\b(?:(?P<before>[Nn]ext|[Ll]ast|[Tt]his) )?(?P<weekday>(?:Mon|Tues|Wednes|"
            r"Thurs|Fri|Satur|Sun)day)s?\b",
            0,
            _weekday,
        ),
        (rf"(?<![\d月年./:-])(?P<day>[0-3]?\d){SEP}日(?![元圆线报均本内后前间游])", 0, _day),
        (r"前天|昨[天日晚](?!本)|今[天日早晨晚](?!年)", 0, _relative),
        (
            r"\b(?:yesterday|last night|overnight|today|this morning|this afternoon|this "
            r"evening|tonight)\b",
            re.IGNORECASE,
            _relative,
        ),
    )
)


def find_stamps(lines: Iterable[Line]) -> tuple[Stamp, ...]:
    """Every date in some lines, in reading order.

    Parameters
    ----------
    lines : iterable of Line

    Returns
    -------
    tuple of Stamp

    Examples
    --------
    >>> from analytics.events.articles.page import line
    >>> [one] = find_stamps([line(1, "路透周二 (11 日) 報導 (2330-TW)")])
    >>> one.kind, one.weekday, one.day, one.date
    ('weekday and day', 1, 11, None)
    """
    return tuple(stamp for line in lines for stamp in _in_line(line))


def _in_line(line: Line) -> Iterator[Stamp]:
    text = line.plain
    taken = bytearray(len(text))
    found = []
    for pattern, read in PATTERNS:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            said = read(match)
            if said is None:
                continue
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            found.append(_stamp(line, match, said))
    yield from sorted(found, key=lambda stamp: stamp.place)


def _stamp(line: Line, match: re.Match[str], said: dict[str, object]) -> Stamp:
    start, end = match.span()
    front = line.plain[max(0, start - 36) : start]
    clock = find_clock(line.plain[end : end + 60], before=front)
    time, length = clock or (find_clock_before(front), 0)
    end += length
    stamp = Stamp(line.text[start:end].strip(), Place(line.number, start, end), "", clock=time)
    return replace(stamp, **said)  # type: ignore[arg-type]


def months_with(weekday: int, day: int, years: Iterable[int]) -> list[dt.date]:
    """Dates of some years that fall on a weekday and a day of the month.

    Examples
    --------
    >>> [str(one) for one in months_with(1, 11, [2025])]
    ['2025-02-11', '2025-03-11', '2025-11-11']
    """
    found = []
    for year in years:
        for month in range(1, 13):
            if day <= calendar.monthrange(year, month)[1]:
                date = dt.date(year, month, day)
                if date.weekday() == weekday:
                    found.append(date)
    return found
