"""When the page was published, and on which day its story happened.

In: a page's parts, its metadata, its publisher. Out: a `Dating`: the publication time with its zone, or
with the zone that was assumed and why; the day of the story, or the days that remain possible; and
every piece of evidence. It must not know other pages or recorded events.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from analytics.events.articles.body import Parts
from analytics.events.articles.clocks import zone_info
from analytics.events.articles.dates import Stamp, find_stamps, months_with
from analytics.events.articles.furniture import HAN
from analytics.events.articles.outlets import Credit
from analytics.events.articles.page import Line, Place, line
from analytics.events.articles.reading import Page

LABEL = re.compile(
    r"(?:发表|发布|发稿|刊登|公布|上架|张贴|发文|出版|时间|日期|published|posted|issued|released|date|first published|publi[ée]|veröffentlicht|stand)"
    r"[^0-9a-z]{0,8}(?:于|on|at|时间|日期|am)?[^0-9A-Za-z]{0,4}$",
    re.IGNORECASE,
)
UPDATED = re.compile(r"(?:更新|修改|updated|modified|last edited|corrected)[^0-9]{0,16}$", re.IGNORECASE)
AHEAD = re.compile(
    r"(?:将|拟|预计|预定|计划|定于|有望|最快|到|截至|下|will|to be|expected|scheduled|due|by|until|next|planned|plans?|from)"
    r"[^,，。.;；]{0,18}$",
    re.IGNORECASE,
)
PAST = re.compile(r"(?:曾|在|于|自|早在|since|back in|in|during|late|early|mid-?)\s?$|^\s?年(?:前|曾|初|底)?[^,。]{0,12}曾", re.I)
YEAR = re.compile(r"(?<![\d.])(?P<year>20[0-4]\d)(?![\d.]*\d)(?=\s?年|[\s,.;:)。,、]|$)")
DATED_URL = re.compile(r"/(?P<year>20\d\d)[/-]?(?P<month>0[1-9]|1[0-2])[/-]?(?P<day>[0-3]\d)(?:/|\D|$)")
CITIES = {
    **dict.fromkeys(("taipei", "hsinchu", "台北", "新竹"), "Asia/Taipei"),
    **dict.fromkeys(("beijing", "shanghai", "shenzhen", "北京", "上海", "深圳", "杭州"), "Asia/Shanghai"),
    **dict.fromkeys(("hong kong", "香港"), "Asia/Hong_Kong"),
    **dict.fromkeys(("new york", "washington", "boston", "纽约", "华盛顿"), "America/New_York"),
    **dict.fromkeys(("san francisco", "los angeles", "seattle", "旧金山", "洛杉矶"), "America/Los_Angeles"),
    **dict.fromkeys(("london", "伦敦"), "Europe/London"),
    **dict.fromkeys(("frankfurt", "berlin", "munich"), "Europe/Berlin"),
    **dict.fromkeys(("paris",), "Europe/Paris"),
    **dict.fromkeys(("amsterdam", "the hague"), "Europe/Amsterdam"),
    **dict.fromkeys(("zurich", "basel", "geneva"), "Europe/Zurich"),
    **dict.fromkeys(("copenhagen",), "Europe/Copenhagen"),
    **dict.fromkeys(("tokyo", "东京"), "Asia/Tokyo"),
    **dict.fromkeys(("seoul", "首尔"), "Asia/Seoul"),
    **dict.fromkeys(("singapore", "新加坡"), "Asia/Singapore"),
    **dict.fromkeys(("mumbai", "bengaluru", "new delhi"), "Asia/Kolkata"),
    **dict.fromkeys(("sydney", "melbourne"), "Australia/Sydney"),
    **dict.fromkeys(("sao paulo", "são paulo"), "America/Sao_Paulo"),
}
CITY = re.compile(r"^\W{0,3}(?P<city>[A-Za-zã ]{4,16}|[\u3400-\u9fff]{2,3})(?=[,，/(\s—–-]|讯|电|\d)")
CHINESE_HOURS = "+08:00"
LEAD = 2  # paragraphs in which the day of the story is looked for
WEEK = 7
LONGEST = 12  # candidates that are listed


@dataclass(frozen=True)
class DateEvidence:
    """A piece of evidence for a date.

    Attributes
    ----------
    dates : tuple of datetime.date
        The day it means, or all that it leaves open.
    text : str
        The words.
    kind : str
        ``metadata``, ``stamp``, ``update``, ``dateline``, ``text``, ``address`` or
        ``recorded event``.
    place : Place or None
        None for metadata.
    note : str
        What was done to complete it, or why it is not used.
    """

    dates: tuple[dt.date, ...]
    text: str
    kind: str
    place: Place | None = None
    note: str = ""


@dataclass(frozen=True)
class Dating:
    """When.

    Attributes
    ----------
    published : datetime.datetime, datetime.date or None
        Publication of the page: with its zone, stated or assumed; a date where no clock time is
        shown; without a zone where none can be given.
    zone : str
        IANA name or offset in which the page counts its days; empty where neither stated nor
        assumed.
    assumed : str
        Why the zone was assumed; empty where the page states it.
    days : tuple of datetime.date
        The day of the story, or those that remain possible.
    because : str
        How the day was found.
    evidence : tuple of DateEvidence
    """

    published: dt.datetime | dt.date | None
    zone: str
    assumed: str
    days: tuple[dt.date, ...]
    because: str
    evidence: tuple[DateEvidence, ...]

    @property
    def day(self) -> dt.date | None:
        """The day of the story, where only one is possible."""
        return self.days[0] if len(self.days) == 1 else None

    @property
    def published_day(self) -> dt.date | None:
        """Calendar day of publication, as the page prints it."""
        if isinstance(self.published, dt.datetime):
            return self.published.date()
        return self.published


def date_page(page: Page, parts: Parts, publisher: Credit | None) -> Dating:
    """When the page was published, and the day of its story.

    Parameters
    ----------
    page : Page
    parts : Parts
    publisher : Credit or None
        Its home zone is assumed where the page prints a time without one.

    Returns
    -------
    Dating
    """
    stamps = list(_publication(page, parts))
    body = find_stamps(parts.body)
    best = _settled(stamps[0][0], body) if stamps else None
    best = _with_clock(best, stamps)
    evidence = [one for _, one in stamps]
    if best is not None and best.date is not None and best.swapped is not None:
        both = tuple(sorted((best.date, best.swapped)))
        note = "month and day can be read both ways"
        evidence = [replace(evidence[0], dates=both, note=note), *evidence[1:]]
    published, zone, assumed = _moment(best, parts, publisher)
    day = published.date() if isinstance(published, dt.datetime) else published
    found = tuple(_in_text(body, parts, day))
    days, because = _story(found, best, day)
    return Dating(published, zone, assumed, days, because, (*evidence, *found))


def _publication(page: Page, parts: Parts) -> Iterator[tuple[Stamp, DateEvidence]]:
    """Stamps of publication, the best first."""
    ranked: list[tuple[int, int, Stamp, DateEvidence]] = []
    for name in ("published", "modified"):
        text = getattr(page.stated, name)
        for stamp in find_stamps([line(0, text)]):
            if stamp.date:
                kind = "metadata" if name == "published" else "update"
                where = page.stated.where[name]
                note = f"stated by the page's {where}"
                rank = 0 if name == "published" else 5
                ranked.append((rank, 0, stamp, DateEvidence((stamp.date,), text, kind, None, note)))
    for order, stamp in enumerate(_near(parts)):
        ranked.append((*_rank(stamp, parts, order), stamp, _as_stamp(stamp, parts)))
    if parts.body:
        for stamp in find_stamps(parts.body[:2]):
            if stamp.date and stamp.place.start <= 24:
                note = "at the beginning of the story"
                evidence = DateEvidence((stamp.date,), stamp.text, "dateline", stamp.place, note)
                ranked.append((6, stamp.place.line, stamp, evidence))
    url = DATED_URL.search(page.stated.url)
    if url:
        for stamp in find_stamps([line(0, "-".join(url.groups()))]):
            if stamp.date:
                evidence = DateEvidence((stamp.date,), url.group(), "address", None, "in its address")
                ranked.append((7, 0, stamp, evidence))
    ranked.sort(key=lambda one: one[:2])
    seen = set()
    stated = next((stamp.date for rank, _, stamp, _ in ranked if rank == 0), None)
    for _, _, stamp, evidence in ranked:
        if stated and evidence.kind == "stamp" and stamp.date and not _agree(stamp, stated):
            continue  # a page that states its date carries the others for something else
        if (stamp.date, stamp.clock, evidence.kind) not in seen:
            seen.add((stamp.date, stamp.clock, evidence.kind))
            yield stamp, evidence


def _agree(stamp: Stamp, day: dt.date) -> bool:
    ways = [one for one in (stamp.date, stamp.swapped) if one]
    return any(abs((one - day).days) <= 1 for one in ways)


def _near(parts: Parts) -> list[Stamp]:
    """Full dates in the head: between headline and body; elsewhere only if labelled, or if none is
    there, the nearest above."""
    head = [one for one in parts.head if "*" not in one.text]
    first = parts.body[0].number if parts.body else 0
    top = parts.title.number if parts.title else first
    stamps = [one for one in find_stamps(head) if one.date]
    between = [one for one in stamps if top <= one.place.line <= first]
    labelled = [one for one in stamps if one not in between and _label(one, parts)]
    above = [one for one in stamps if top - 3 <= one.place.line < top and one.place.start <= 20]
    return [*between, *labelled] if between else [*labelled, *above[-1:]]


def _label(stamp: Stamp, parts: Parts) -> str:
    """What the words before a stamp call it: "published", "updated" or nothing."""
    line = next(one.plain for one in parts.head if one.number == stamp.place.line)
    before = line[: stamp.place.start]
    if UPDATED.search(before):
        return "updated"
    return "published" if LABEL.search(before) else ""


def _rank(stamp: Stamp, parts: Parts, order: int) -> tuple[int, int]:
    """A labelled stamp before a bare one, with a clock before without, an update last."""
    label = _label(stamp, parts)
    if label == "updated":
        return 5, order
    return (1 if label else 2) + (0 if stamp.clock else 2), order


def _as_stamp(stamp: Stamp, parts: Parts) -> DateEvidence:
    kind = "update" if _label(stamp, parts) == "updated" else "stamp"
    dates = (stamp.date,) if stamp.date else ()
    return DateEvidence(dates, stamp.text, kind, stamp.place)


def _settled(best: Stamp, body: Sequence[Stamp]) -> Stamp:
    """A date that can be read both ways, settled by another date of the page if one agrees."""
    if best.swapped is None or best.date is None:
        return best
    ways = (best.date, best.swapped)
    for other in body:
        if other.swapped is None and other.month and other.day:
            for way in ways:
                if (other.month, other.day) == (way.month, way.day):
                    return replace(best, month=way.month, day=way.day, swapped=None)
    named = {other.weekday for other in body[:3] if other.weekday is not None}
    fitting = [way for way in ways if way.weekday() in named]
    if len(fitting) == 1:
        return replace(best, month=fitting[0].month, day=fitting[0].day, swapped=None)
    return best


def _with_clock(
    best: Stamp | None, stamps: Sequence[tuple[Stamp, DateEvidence]]
) -> Stamp | None:
    """The same day with its clock time, where another stamp of publication shows one."""
    if best is None or best.clock is not None:
        return best
    for other, evidence in stamps:
        if other.clock is not None and other.date == best.date and evidence.kind == "stamp":
            return replace(best, clock=other.clock)
    return best


def _moment(
    best: Stamp | None, parts: Parts, publisher: Credit | None
) -> tuple[dt.datetime | dt.date | None, str, str]:
    """Publication time, its zone, and why the zone was assumed."""
    zone, assumed = _assumed_zone(parts, publisher)
    if best is None or best.date is None or best.swapped is not None:
        return None, zone, assumed
    if best.clock is not None and best.clock.zone:
        zone = best.clock.zone
        return _at(best.date, best.clock.time, zone), zone, ""
    if best.clock is None:
        return best.date, zone, assumed
    if not zone:
        return dt.datetime.combine(best.date, best.clock.time), "", ""  # noqa: DTZ001 - the page has none
    return _at(best.date, best.clock.time, zone), zone, assumed


def _at(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    moment = dt.datetime.combine(day, time, zone_info(zone))
    if isinstance(moment.tzinfo, ZoneInfo):
        offset = moment.utcoffset()
        assert offset is not None  # noqa: S101 - a ZoneInfo has one
        return moment.astimezone(dt.timezone(offset))
    return moment


def _assumed_zone(parts: Parts, publisher: Credit | None) -> tuple[str, str]:
    """A zone to assume, and why: the outlet's home, the city of the dateline, the script."""
    text = "".join(one.text for one in parts.story)
    chinese = len(HAN.findall(text)) > 0.3 * max(len(text), 1)
    home = publisher.outlet.zone if publisher and publisher.outlet else ""
    if home:
        shown = CHINESE_HOURS if home in ("Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong") else home
        return shown, f"{publisher.name} is edited in {home.split('/')[1].replace('_', ' ')}"  # type: ignore[union-attr]
    for one in parts.body[:1]:
        city = CITY.match(one.plain)
        zone = CITIES.get(city.group("city").strip().lower()) if city else None
        if city and zone:
            shown = CHINESE_HOURS if chinese and zone.startswith("Asia/") and zone != "Asia/Tokyo" else zone
            return shown, f"the dateline names {one.text[: city.end()].strip()}"
    if chinese:
        return CHINESE_HOURS, "the page is in Chinese; Taipei, Hong Kong and Beijing share it"
    return "", ""


def _in_text(stamps: Sequence[Stamp], parts: Parts, day: dt.date | None) -> Iterator[DateEvidence]:
    """Days that the first paragraphs name, completed where they can be."""
    lead = {one.number: one for one in parts.body[:LEAD]}
    for stamp in stamps:
        if stamp.place.line not in lead:
            continue
        before = lead[stamp.place.line].plain[: stamp.place.start]
        after = lead[stamp.place.line].plain[stamp.place.end : stamp.place.end + 3]
        if AHEAD.search(before[-28:]) or after[:1] == "起":
            continue
        dates, note = _completed(stamp, day, parts)
        if dates:
            kind = "dateline" if _heads(stamp, lead[stamp.place.line]) else "text"
            yield DateEvidence(dates, stamp.text, kind, stamp.place, note)


def _heads(stamp: Stamp, line: Line) -> bool:
    """Whether a date is that of the dispatch: at the beginning, before "(agency) -" or 讯."""
    after = line.plain[stamp.place.end : stamp.place.end + 40]
    says = re.match(r"\s?(?:讯|消息|电|综合|报导|报道|[((][^))]{1,30}[))]\s?[-–—]|,?\s?[-–—]\s)", after)
    return stamp.place.start <= 30 and stamp.weekday is None and bool(says)


def _completed(stamp: Stamp, day: dt.date | None, parts: Parts) -> tuple[tuple[dt.date, ...], str]:
    if stamp.date is not None:
        ways = (stamp.date,) if stamp.swapped is None else (stamp.date, stamp.swapped)
        if day is not None and len(ways) == 2:
            ways = tuple(one for one in ways if abs((one - day).days) <= WEEK) or ways
        return tuple(sorted(ways)), "" if len(ways) == 1 else "can be read both ways"
    if day is not None:
        return _from_publication(stamp, day)
    return _from_years(stamp, parts)


def _from_publication(stamp: Stamp, day: dt.date) -> tuple[tuple[dt.date, ...], str]:
    """The latest day that fits, not after the day of publication."""
    known = f"completed from publication on {day}"
    if stamp.shift is not None:
        return (day + dt.timedelta(days=stamp.shift),), known
    back = [day - dt.timedelta(days=count) for count in range(-1, 366)]
    for one in back:
        if stamp.month and (one.month, one.day) != (stamp.month, stamp.day):
            continue
        if stamp.day and one.day != stamp.day:
            continue
        if stamp.weekday is not None and one.weekday() != stamp.weekday:
            continue
        if one > day and stamp.day is None:
            continue  # tomorrow has no weekday in a report
        return (one,), known
    return (), ""


def _from_years(stamp: Stamp, parts: Parts) -> tuple[tuple[dt.date, ...], str]:
    """All days that fit into the years in which the story can have been written."""
    years, why = _years(parts)
    if not years or stamp.day is None or stamp.shift is not None:
        return (), ""
    if stamp.month:
        found = [dt.date(year, stamp.month, stamp.day) for year in years if _exists(year, stamp)]
    elif stamp.weekday is not None:
        found = months_with(stamp.weekday, stamp.day, years)
    else:
        return (), ""
    if len(found) > LONGEST:
        return (), ""
    return tuple(found), f"no publication date; {why}"


def _exists(year: int, stamp: Stamp) -> bool:
    try:
        dt.date(year, stamp.month or 1, stamp.day or 1)
    except ValueError:
        return False
    return True


def _years(parts: Parts) -> tuple[range, str]:
    """Years in which the story can have been written: not before what it tells of as past, not
    after what it expects."""
    past, ahead = [], []
    for one in parts.body:
        for match in YEAR.finditer(one.plain):
            year = int(match.group("year"))
            before = one.plain[max(0, match.start() - 24) : match.start()]
            after = one.plain[match.end() : match.end() + 24]
            coming = AHEAD.search(before) or re.match(r"\s?年?(?:有望|实现|开始|量产|推出|总支出)", after)
            (ahead if coming else past).append(year)
    if not past and not ahead:
        return range(0), ""
    last = min(ahead) if ahead else max(past)
    first = max([one for one in past if one <= last], default=last - 1)
    return range(first, last + 1), (
        f"it tells of {first} as past and of {last} as to come" if first < last else f"it speaks of {last}"
    )


def _story(
    found: Sequence[DateEvidence], best: Stamp | None, day: dt.date | None
) -> tuple[tuple[dt.date, ...], str]:
    """The day of the story, and how it was found."""
    if best is not None and best.swapped is not None and best.date is not None:
        return tuple(sorted((best.date, best.swapped))), "the publication date can be read both ways"
    if day is None:
        if found:
            found = sorted(found, key=lambda one: len(one.dates))
            return found[0].dates, f"“{found[0].text}” in the text; {found[0].note or 'a full date'}"
        return (), "nothing in the story or its stamps gives a day"
    near = [one for one in found if len(one.dates) == 1 and 0 <= (day - one.dates[0]).days <= WEEK]
    near.sort(key=lambda one: one.kind == "dateline")  # the day of the dispatch is the last resort
    if near:
        return near[0].dates, f"“{near[0].text}” in the text, published {day}"
    return (day,), f"published {day}; the story names no other day"
