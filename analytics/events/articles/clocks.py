"""Clock times and time zones as pages write them.

In: the text after or before a date. Out: hour, minute, second and zone, if they stand there. It
must not know dates.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

EASTERN, PACIFIC, CHINA = "America/New_York", "America/Los_Angeles", "Asia/Shanghai"
# Abbreviation or words -> IANA zone, or hours from UTC where the abbreviation fixes them.
NAMED: dict[str, str | float] = {
    "z": 0.0,
    "utc": 0.0,
    "gmt": 0.0,
    "est": -5.0,
    "edt": -4.0,
    "et": EASTERN,
    "eastern time": EASTERN,
    "eastern": EASTERN,
    "new york time": EASTERN,
    "美东时间": EASTERN,
    "美国东部时间": EASTERN,
    "纽约时间": EASTERN,
    "pst": -8.0,
    "pdt": -7.0,
    "pt": PACIFIC,
    "pacific time": PACIFIC,
    "美西时间": PACIFIC,
    "太平洋时间": PACIFIC,
    "cdt": -5.0,
    "bst": 1.0,
    "london time": "Europe/London",
    "伦敦时间": "Europe/London",
    "cet": 1.0,
    "cest": 2.0,
    "frankfurt time": "Europe/Berlin",
    "paris time": "Europe/Paris",
    "jst": "Asia/Tokyo",
    "tokyo time": "Asia/Tokyo",
    "东京时间": "Asia/Tokyo",
    "日本时间": "Asia/Tokyo",
    "kst": "Asia/Seoul",
    "seoul time": "Asia/Seoul",
    "首尔时间": "Asia/Seoul",
    "hkt": "Asia/Hong_Kong",
    "hong kong time": "Asia/Hong_Kong",
    "香港时间": "Asia/Hong_Kong",
    "sgt": "Asia/Singapore",
    "singapore time": "Asia/Singapore",
    "新加坡时间": "Asia/Singapore",
    "beijing time": CHINA,
    "shanghai time": CHINA,
    "北京时间": CHINA,
    "taipei time": "Asia/Taipei",
    "taiwan time": "Asia/Taipei",
    "台北时间": "Asia/Taipei",
    "台湾时间": "Asia/Taipei",
    "ct": "America/Chicago",
    "central time": "America/Chicago",
    "mumbai time": "Asia/Kolkata",
    "aest": 10.0,
    "aedt": 11.0,
    "sydney time": "Australia/Sydney",
    "格林威治时间": 0.0,
    "世界时": 0.0,
}
UNSURE = {"cst", "ist"}  # China's or Chicago's; India's, Ireland's or Israel's
ZONES = "|".join(sorted(map(re.escape, [*NAMED, *UNSURE]), key=len, reverse=True))
ZONE = re.compile(
    rf"(?:UTC|"
    rf"GMT)?\s?(?P<sign>[+−-])(?P<hours>\d{{1,2}})(?::?(?P<minutes>[0-5]\d))?(?!\d)|"
    rf"(?P<name>{ZONES})(?![A-Za-z])",
    re.IGNORECASE,
)
HALF = r"(?P<half>上午|早上|早|凌晨|中午|下午|傍晚|晚间|晚上|晚)?"
CLOCK = re.compile(
    rf"{HALF}\s?(?<![\d:])(?P<hour>[01]?\d|"
    rf"2[0-3])(?:(?:[:h]|\.(?=[0-5]\d\s?[ap]\.?\s?m))(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d{{1,6}})?)?"
    r"|[时点](?P<points>[0-5]?\d)?分?(?P<halfpast>半)?)"
    r"(?!\d)\s?(?P<ampm>[ap]\.?\s?m\b\.?)?"
    r"|(?<![\d:])(?P<only>1[0-2]|[1-9])\s?(?P<onlyampm>[ap]\.?\s?m\b\.?)",
    re.IGNORECASE,
)
FILLING = re.compile(
    r"\([一二三四五六日]\)|[\s,.T|·•()—–/-]|\b(?:at|on|um|à)\b|(?:周|星期|礼拜)[一二三四五六日天]|[A-Z][a-z]{2,8}day|"
    r"北京时间|台北时间|香港时间"
)
LATER = ("下午", "傍晚", "晚间", "晚上", "晚")


@dataclass(frozen=True)
class Clock:
    """A clock time.

    Attributes
    ----------
    time : datetime.time
        Without zone.
    zone : str
        As IANA name or ``+08:00``; empty where the text does not say.
    said : str
        The zone as written.
    """

    time: dt.time
    zone: str = ""
    said: str = ""


def find_clock(text: str, *, before: str = "") -> tuple[Clock, int] | None:
    """The clock time at the beginning of ``text``, and where it ends.

    Parameters
    ----------
    text : str
        What follows a date; at most punctuation and a few words may stand in front.
    before : str
        What stands in front of the date: Chinese writes the zone there.

    Examples
    --------
    >>> find_clock(" 21:00:05")[0]
    Clock(time=datetime.time(21, 0, 5), zone='', said='')
    >>> find_clock(" at 5:03 p.m. ET")[0]
    Clock(time=datetime.time(17, 3), zone='America/New_York', said='ET')
    """
    found = CLOCK.search(text[:40])
    if found is None or not _close(text[: found.start()]):
        return None
    time = _time(found)
    if time is None:
        return None
    rest = text[found.end() : found.end() + 30]
    zone = ZONE.match(rest.lstrip(" ,(")) if rest else None
    end = found.end()
    if zone is not None:
        end += len(rest) - len(rest.lstrip(" ,(")) + zone.end()
        return Clock(time, _zone(zone), zone.group().strip()), end
    named = re.search(rf"(?:{ZONES})\s?\(?$", before[-14:], re.IGNORECASE)
    if named:
        said = named.group().strip(" (")
        return Clock(time, _name(NAMED.get(said.lower())), said), end
    return Clock(time), end


def find_clock_before(text: str) -> Clock | None:
    """The clock time with which ``text`` ends, as in "17:03 GMT, 3 March".

    Examples
    --------
    >>> find_clock_before("Published: 5:03 p.m. ET, ")
    Clock(time=datetime.time(17, 3), zone='America/New_York', said='ET')
    """
    for found in CLOCK.finditer(text):
        clock = find_clock(text[found.start() :])
        rest = text[found.start() + clock[1] :] if clock else ""
        if clock is not None and not FILLING.sub("", rest):
            return clock[0]
    return None


def _close(between: str) -> bool:
    """Whether what stands between a date and a clock time lets them belong together."""
    words = FILLING.sub("", between)
    return len(words) == 0 or (len(words) <= 2 and not words.isdigit() and not words.isalpha())


def _time(found: re.Match[str]) -> dt.time | None:
    if found.group("only"):
        hour, minute, second = int(found.group("only")), 0, 0
        half = found.group("onlyampm")
    else:
        hour = int(found.group("hour"))
        minute = int(found.group("minute") or found.group("points") or 0)
        minute = 30 if found.group("halfpast") else minute
        second = int(found.group("second") or 0)
        half = found.group("ampm") or found.group("half")
    if half:
        half = half.lower().replace(".", "").replace(" ", "")
        if (half == "pm" or half in LATER) and hour < 12:
            hour += 12
        if half == "am" and hour == 12:
            hour = 0
    try:
        return dt.time(hour, minute, second)
    except ValueError:
        return None


def _zone(found: re.Match[str]) -> str:
    if found.group("sign"):
        hours, minutes = int(found.group("hours")), int(found.group("minutes") or 0)
        if hours > 14:
            return ""
        return f"{'+' if found.group('sign') == '+' else '-'}{hours:02d}:{minutes:02d}"
    return _name(NAMED.get(found.group("name").lower()))


def _name(zone: str | float | None) -> str:
    if zone is None or isinstance(zone, str):
        return zone or ""
    hours, minutes = divmod(abs(round(zone * 60)), 60)
    return f"{'-' if zone < 0 else '+'}{hours:02d}:{minutes:02d}"


def zone_info(zone: str) -> dt.tzinfo:
    """The zone of an IANA name or an offset such as ``+08:00``.

    Examples
    --------
    >>> zone_info("+08:00").utcoffset(None)
    datetime.timedelta(seconds=28800)
    """
    if zone[:1] in "+-":
        hours, minutes = zone[1:].split(":")
        offset = dt.timedelta(hours=int(hours), minutes=int(minutes))
        return dt.timezone(-offset if zone[0] == "-" else offset)
    return ZoneInfo(zone)
