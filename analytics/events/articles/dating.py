"""When the page was published, and on which day its story happened.

In: a page's parts, its metadata, its publisher. Out: a `Dating`: the publication time with its
zone, or with the zone that was assumed and why; the day of the story, or the days that remain
possible; and every piece of evidence. It must not know other pages or recorded events.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analytics.events.articles.body import Parts
from analytics.events.articles.dates import Stamp, find_stamps, months_with
from analytics.events.articles.outlets import Credit
from analytics.events.articles.page import Line
from analytics.events.articles.publication import (
    DateEvidence,
    moment_of,
    publication_stamps,
    settled,
    with_clock,
)
from analytics.events.articles.reading import Page

AHEAD = re.compile(
    r"(?:将|拟|预计|预定|计划|定于|有望|最快|到|截至|下|will|to be|expected|"
    r"scheduled|due|by|until|next|planned|plans?|from)"
    r"[^,，。.;；]{0,18}$",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?<![\d.])(?P<year>20[0-4]\d)(?![\d.]*\d)(?=\s?年|[\s,.;:)。,、]|$)")
LEAD = 2  # paragraphs in which the day of the story is looked for
WEEK = 7
POSSIBLE = range(2005, 2036)  # years that are listed where the page names none
MOST = 60  # dates of the lead that are looked at
LONGEST = 12  # candidates that are listed


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
    stamps = list(publication_stamps(page, parts))
    body = find_stamps(parts.body)
    best = settled(stamps[0][0], body) if stamps else None
    best = with_clock(best, stamps)
    evidence = [one for _, one in stamps]
    if best is not None and best.date is not None and best.swapped is not None:
        both = tuple(sorted((best.date, best.swapped)))
        note = "month and day can be read both ways"
        evidence = [replace(evidence[0], dates=both, note=note), *evidence[1:]]
    published, zone, assumed = moment_of(best, parts, publisher)
    day = published.date() if isinstance(published, dt.datetime) else published
    found = tuple(_in_text(body, parts, day))
    days, because = _story(found, best, day)
    return Dating(published, zone, assumed, days, because, (*evidence, *found))


def _in_text(stamps: Sequence[Stamp], parts: Parts, day: dt.date | None) -> Iterator[DateEvidence]:
    """Days that the first paragraphs name, completed where they can be."""
    lead = {one.number: one for one in parts.body[:LEAD]}
    years = _years(parts)
    for stamp in [one for one in stamps if one.place.line in lead][:MOST]:
        before = lead[stamp.place.line].plain[: stamp.place.start]
        after = lead[stamp.place.line].plain[stamp.place.end : stamp.place.end + 3]
        if AHEAD.search(before[-28:]) or after[:1] == "起":
            continue
        dates, note = _completed(stamp, day, years)
        if dates:
            kind = "dateline" if _heads(stamp, lead[stamp.place.line]) else "text"
            yield DateEvidence(dates, stamp.text, kind, stamp.place, note)


def _heads(stamp: Stamp, line: Line) -> bool:
    """Whether a date is that of the dispatch: at the beginning, before "(agency) -" or 讯."""
    after = line.plain[stamp.place.end : stamp.place.end + 40]
    says = re.match(
        r"\s?(?:讯|消息|电|综合|报导|报道|[((][^))]{1,30}[))]\s?[-–—]|,?\s?[-–—]\s)", after
    )
    return stamp.place.start <= 30 and stamp.weekday is None and bool(says)


def _completed(
    stamp: Stamp, day: dt.date | None, years: tuple[range, str]
) -> tuple[tuple[dt.date, ...], str]:
    if stamp.date is not None:
        ways = tuple(one for one in (stamp.date, stamp.swapped) if one is not None)
        if day is not None and len(ways) == 2:
            ways = tuple(one for one in ways if abs((one - day).days) <= WEEK) or ways
        return tuple(sorted(ways)), "" if len(ways) == 1 else "can be read both ways"
    if day is not None:
        return _from_publication(stamp, day)
    return _from_years(stamp, *years)


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


def _from_years(stamp: Stamp, years: range, why: str) -> tuple[tuple[dt.date, ...], str]:
    """All days that fit into the years in which the story can have been written."""
    if stamp.day is None or stamp.shift is not None:
        return (), ""
    if not years and stamp.month and stamp.weekday is not None:
        years, why = POSSIBLE, "the weekday falls on that date in these years"
    if not years:
        return (), ""
    if stamp.month:
        found = [dt.date(year, stamp.month, stamp.day) for year in years if _exists(year, stamp)]
        found = [one for one in found if stamp.weekday in (None, one.weekday())]
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
    """Years in which the story can have been written: after what it tells of as past."""
    past: list[int] = []
    ahead: list[int] = []
    for one in parts.body:
        for match in YEAR.finditer(one.plain):
            year = int(match.group("year"))
            before = one.plain[max(0, match.start() - 24) : match.start()]
            after = one.plain[match.end() : match.end() + 24]
            coming = AHEAD.search(before) or re.match(
                r"\s?年?(?:起|有望|实现|开始|量产|推出|总支出)", after
            )
            (ahead if coming else past).append(year)
    if not past and not ahead:
        return range(0), ""
    last = min(ahead) if ahead else max(past)
    earlier = [one for one in past if one <= last]
    first = max(earlier, default=last - (1 if ahead else 0))
    told = f"it tells of {first} as past and of {last} as to come" if earlier else ""
    spoken = f"it speaks of {last} as to come" if ahead else f"it speaks of {last}"
    return range(first, last + 1), told if told and first < last else spoken


def _story(
    found: Sequence[DateEvidence], best: Stamp | None, day: dt.date | None
) -> tuple[tuple[dt.date, ...], str]:
    """The day of the story, and how it was found."""
    if best is not None and best.swapped is not None and best.date is not None:
        return tuple(
            sorted((best.date, best.swapped))
        ), "the publication date can be read both ways"
    if day is None:
        if found:
            found = sorted(found, key=lambda one: len(one.dates))
            return found[
                0
            ].dates, f"“{found[0].text}” in the text; {found[0].note or 'a full date'}"
        return (), "nothing in the story or its stamps gives a day"
    near = [one for one in found if len(one.dates) == 1 and 0 <= (day - one.dates[0]).days <= WEEK]
    near.sort(key=lambda one: one.kind == "dateline")  # the day of the dispatch is the last resort
    if near:
        return near[0].dates, f"“{near[0].text}” in the text, published {day}"
    return (day,), f"published {day}; the story names no other day"
