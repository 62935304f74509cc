"""When a page was published: every stamp that says so, the best of them, and its zone.

In: a page, its parts, its publisher. Out: stamps in order of trust, each with its evidence; the
moment with its zone, or with the zone that was assumed and why. It must not know the day of the
story.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from analytics.events.articles.body import Parts
from analytics.events.articles.clocks import zone_info
from analytics.events.articles.dates import Stamp, find_stamps
from analytics.events.articles.furniture import HAN
from analytics.events.articles.outlets import Credit
from analytics.events.articles.page import Place, line
from analytics.events.articles.reading import Page

LABEL = re.compile(
    r"(?:发表|发布|发稿|刊登|公布|上架|张贴|发文|出版|时间|日期|published|posted|"
    r"issued|released|date|first published|publi[ée]|veröffentlicht|stand)"
    r"[^0-9a-z]{0,8}(?:于|on|at|时间|日期|am)?[^0-9A-Za-z]{0,4}$",
    re.IGNORECASE,
)
PUBLISHED = re.compile(
    r"(?:发表|发布|发稿|刊登|首发|发布时间|published|posted|first published|publi[ée]|"
    r"veröffentlicht)"
    r"[^0-9a-z]{0,8}(?:于|on|at|am|le|时间|日期)?[^0-9A-Za-z]{0,4}$",
    re.IGNORECASE,
)
UPDATED = re.compile(
    r"(?:更新|修改|updated|modified|last edited|corrected)[^0-9]{0,16}$", re.IGNORECASE
)
DATED_URL = re.compile(
    r"/(?P<year>20\d\d)[/-]?(?P<month>0[1-9]|1[0-2])[/-]?(?P<day>[0-3]\d)(?:/|\D|$)"
)
CITIES = {
    **dict.fromkeys(("taipei", "hsinchu", "台北", "新竹"), "Asia/Taipei"),
    **dict.fromkeys(
        ("beijing", "shanghai", "shenzhen", "北京", "上海", "深圳", "杭州"), "Asia/Shanghai"
    ),
    **dict.fromkeys(("hong kong", "香港"), "Asia/Hong_Kong"),
    **dict.fromkeys(("new york", "washington", "boston", "纽约", "华盛顿"), "America/New_York"),
    **dict.fromkeys(
        ("san francisco", "los angeles", "seattle", "旧金山", "洛杉矶"), "America/Los_Angeles"
    ),
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
CITY = re.compile(
    r"^\W{0,3}(?P<city>[A-Za-zã ]{4,16}|[\u3400-\u9fff]{2,3})(?=[,，/(\s—–-]|讯|电|\d)"
)
CHINESE_HOURS = "+08:00"
SHOWN = dict.fromkeys(("Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong"), CHINESE_HOURS)
MOST = 60  # stamps of a head that are looked at
STATED, UPDATE = 0, 5  # ranks of what metadata state, and of a later change


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
class Ranked:
    """A stamp, how far it is trusted (the lowest rank most), and its evidence."""

    rank: tuple[int, int]
    stamp: Stamp
    evidence: DateEvidence


def publication_stamps(page: Page, parts: Parts) -> Iterator[tuple[Stamp, DateEvidence]]:
    """Stamps of publication, the best first."""
    places = (_in_metadata(page), _in_head(parts), _in_dateline(parts), _in_address(page))
    ranked = sorted(chain.from_iterable(places), key=lambda one: one.rank)
    stated = next((one.stamp.date for one in ranked if one.rank[0] == STATED), None)
    seen = set()
    for one in ranked:
        if stated and one.evidence.kind == "stamp" and not _agree(one.stamp, stated):
            continue  # a page that states its date carries the others for something else
        key = (one.stamp.date, one.stamp.clock, one.evidence.kind)
        if key not in seen:
            seen.add(key)
            yield one.stamp, one.evidence


def _in_metadata(page: Page) -> Iterator[Ranked]:
    for name, kind, rank in (("published", "metadata", STATED), ("modified", "update", UPDATE)):
        text = getattr(page.stated, name)
        for stamp in find_stamps([line(0, text)]):
            if stamp.date:
                note = f"stated by the page's {page.stated.where[name]}"
                evidence = DateEvidence((stamp.date,), text, kind, None, note)
                yield Ranked((rank, 0), stamp, evidence)


def _in_head(parts: Parts) -> Iterator[Ranked]:
    """A labelled stamp before a bare one, with a clock before without, an update last."""
    for order, stamp in enumerate(_near(parts)):
        label = _label(stamp, parts)
        rank = UPDATE if label == "updated" else (1 if label else 2) + (0 if stamp.clock else 2)
        kind = "update" if label == "updated" else "stamp"
        dates = (stamp.date,) if stamp.date else ()
        yield Ranked((rank, order), stamp, DateEvidence(dates, stamp.text, kind, stamp.place))


def _in_dateline(parts: Parts) -> Iterator[Ranked]:
    note = "at the beginning of the story"
    for stamp in find_stamps(parts.body[:2]):
        if stamp.date and stamp.place.start <= 24:
            evidence = DateEvidence((stamp.date,), stamp.text, "dateline", stamp.place, note)
            yield Ranked((6, stamp.place.line), stamp, evidence)


def _in_address(page: Page) -> Iterator[Ranked]:
    found = DATED_URL.search(page.stated.url)
    for stamp in find_stamps([line(0, "-".join(found.groups()))]) if found else ():
        if stamp.date and found:
            text = found.group()
            evidence = DateEvidence((stamp.date,), text, "address", None, "in its address")
            yield Ranked((7, 0), stamp, evidence)


def _agree(stamp: Stamp, day: dt.date) -> bool:
    ways = [one for one in (stamp.date, stamp.swapped) if one]
    return any(abs((one - day).days) <= 1 for one in ways)


def _near(parts: Parts) -> list[Stamp]:
    """Full dates between headline and body; elsewhere the labelled ones, or the nearest above."""
    head = parts.head
    first = parts.body[0].number if parts.body else 0
    top = parts.title.number if parts.title else first
    stamps = [one for one in find_stamps(head) if one.date][:MOST]
    between = [one for one in stamps if top <= one.place.line <= first]
    labelled = [one for one in stamps if one not in between and _says_published(one, parts)]
    above = [one for one in stamps if top - 3 <= one.place.line < top and one.place.start <= 20]
    return [*between, *labelled] if between else [*labelled, *above[-1:]]


def _says_published(stamp: Stamp, parts: Parts) -> bool:
    """Whether the words before a stamp away from the headline leave no doubt."""
    line = next(one.plain for one in parts.head if one.number == stamp.place.line)
    return bool(PUBLISHED.search(line[max(0, stamp.place.start - 40) : stamp.place.start]))


def _label(stamp: Stamp, parts: Parts) -> str:
    """What the words before a stamp call it: "published", "updated" or nothing."""
    line = next(one.plain for one in parts.head if one.number == stamp.place.line)
    before = line[max(0, stamp.place.start - 40) : stamp.place.start]
    if UPDATED.search(before):
        return "updated"
    return "published" if LABEL.search(before) else ""


def settled(best: Stamp, body: Sequence[Stamp]) -> Stamp:
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


def with_clock(best: Stamp | None, stamps: Sequence[tuple[Stamp, DateEvidence]]) -> Stamp | None:
    """The same day with its clock time, where another stamp of publication shows one."""
    if best is None or best.clock is not None:
        return best
    for other, evidence in stamps:
        if other.clock is not None and other.date == best.date and evidence.kind == "stamp":
            return replace(best, clock=other.clock)
    return best


def moment_of(
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
        return dt.datetime.combine(best.date, best.clock.time), "", ""
    return _at(best.date, best.clock.time, zone), zone, assumed


def _at(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """The moment, with the zone's offset on that day."""
    moment = dt.datetime.combine(day, time, zone_info(zone))
    return moment.astimezone(dt.timezone(moment.utcoffset() or dt.timedelta()))


def _assumed_zone(parts: Parts, publisher: Credit | None) -> tuple[str, str]:
    """A zone to assume, and why: the outlet's home, the city of the dateline, the script."""
    text = "".join(one.text for one in parts.story)
    chinese = len(HAN.findall(text)) > 0.3 * max(len(text), 1)
    if publisher is not None and publisher.outlet is not None and publisher.outlet.zone:
        home = publisher.outlet.zone
        return SHOWN.get(home, home), f"the home zone of {publisher.name} is {home}"
    for one in parts.body[:1]:
        city = CITY.match(one.plain)
        zone = CITIES.get(city.group("city").strip().lower()) if city else None
        if city and zone:
            return SHOWN.get(zone, zone), f"the dateline names {one.text[: city.end()].strip()}"
    if chinese:
        return CHINESE_HOURS, "the page is in Chinese; Taipei, Hong Kong and Beijing share it"
    return "", ""
