"""Who published the page, and who had the story first.

In: a page's parts and the outlets that are known. Out: a `Credit` for each, with the words that
give it. It must not know firms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from analytics.events.articles.body import Parts
from analytics.events.articles.furniture import HAN
from analytics.events.articles.page import Line, Place, simplified
from analytics.events.articles.reading import Page
from analytics.events.articles.spellings import Finder, Found, finder_of
from analytics.names import Names, Outlet

LABELLED = re.compile(
    r"(?:发布者|发布方|新闻来源|文章来源|资料来源|稿源|来源|媒体|出处|publisher|"
    r"source|published by)"
    r"\s?(?:\([^)]{1,20}\))?\s?[:：]\s?(?P<who>[^\s|,，;；/]{2,24}(?: [A-Z][\w.&-]{1,18}){0,3})",
    re.IGNORECASE,
)
OWNER = re.compile(
    r"版权(?:归|属于?)\s?(?P<who>[^\s,，。所]{2,14}?)(?:所有)|"
    r"(?:©|\(c\)|copyright)\s{0,2}(?:©\s?)?(?:(?:19|"
    r"20)\d\d(?:\s?[-–]\s?\d{2,4})?[,\s]{0,2})(?P<firm>[A-Z\u3400-\u9fff][^|.,;。，]{1,30}?)(?=\.|"
    r",|;|\||。|，| all rights| 版权|$)",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"综合(?:整理|报导|报道|外电|媒体)|网络|互联网|网路|本站|原创|转载|编辑部?|unknown",
    re.IGNORECASE,
)
DATELINE = re.compile(
    r"^[(\[【〔]?(?P<who>[^\s,，。()（）]{2,12}?)(?:编辑部|"
    r"\s?(?:\d{1,2}\s?月\s?\d{1,2}\s?日)?\s?(?:讯|消息|电))"
)
SAID_ZH = re.compile(
    r"^\s?(?:社|网|电视台|通讯社|"
    r"新闻)?(?:\([^)]{1,20}\))?\s?(?:[周星礼][一二三四五六日天期拜]{1,2})?\s?(?:\([^)]{1,10}\))?\s?(?:\d{1,2}\s?[月日]){0,2}[^。,，]{0,18}?(?:报导|"
    r"报道|消息|披露|独家|引述|援引|指出|称|说|电讯|周[一二三四五六日])"
)
FROM_ZH = re.compile(r"(?:据|根据|引述|援引|依据|转述|综合)[^。,，]{0,8}$")
SAID_EN = re.compile(
    r"^(?:,| News)?\s?(?:has |had |first |earlier |exclusively |also |previously ){0,2}"
    r"(?:reported|reports|said|says|wrote|writes|revealed|disclosed|cited|citing|"
    r"quoted|learned|was first to report|broke)\b|"
    r"^(?:['’]s)? (?:report|exclusive|story)\b|^ on [A-Z][a-z]{2,8}day\b",
)
FROM_EN = re.compile(
    r"(?:according to|reported by|report(?:s|ed)? (?:by|from|in)|told|first "
    r"reported (?:by|in)|citing|cited by|a|an interview with) (?:a |an |the "
    r")?(?:report (?:by|in|from) )?(?:the )?$|"
    r"(?:^|[—–-]\s?)\($",
    re.IGNORECASE,
)
HEADED = re.compile(r"^\s?[::]")
CITING = re.compile(
    r"(?:援引|引述)?[一两三几多数]?(?:名|位)?(?:知情|消息|业内)人士|消息来源|"
    r"(?:one|two|three|four|several|people|sources?|persons?)"
    r" (?:people |sources |person )?(?:familiar|with (?:direct )?knowledge|"
    r"briefed|close to|who asked)|sources (?:said|told)",
    re.IGNORECASE,
)
OFFICIAL = re.compile(
    r"(?:in a|a) (?:regulatory |securities |stock exchange |exchange |court "
    r")?(?:filing|statement|press release|blog post|press conference)|"
    r"(?:公告|声明|官方博客|博客文章|新闻稿|记者会|法说会|财报会议|宣布|公布|发布会|重大讯息)",
    re.IGNORECASE,
)
MAST = re.compile(r"\s{2,}|\s[|–—·>-]\s|[|>_(]|(?<=[\u3400-\u9fff])\s")
BYLINE = re.compile(
    r"^(?:by [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}, "
    r")?(?P<who>[^\s\d/|:][^\d/|:]{1,30}?)\s?(?:[/|·]|\s)\s?"
    r"(?:记者|编译|特派|综合报导|(?:19|20)\d\d\s?[-/.年]|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d)|"
    r"^[Bb]y [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}, (?P<desk>[A-Z][\w&'’ -]{2,30})$"
)
PERSON = re.compile(
    r"记者|作者|编辑|责任|发布|发表|时间|日期|来源|^by |原创|文/|updated|published|posted",
    re.IGNORECASE,
)
COMMON = re.compile(
    r"首页|菜单|频道|新闻$|快讯|登录|搜索|导航|当前位置|美股|基金|期货|股票|汇率|"
    r"^即时|财经即时|综合浏览|^要闻|速报|"
    r"skip to|menu|home\b|sign in|subscribe|search|"
    r"advert|cookie|http|www\.|release|^\W{0,2}(?:记者|编译)|[\d:%]{4}|breaking|live\b|markets?$",
    re.IGNORECASE,
)
WIRE = re.compile(r"^[\u4e00-\u9fff]{0,8}(?:\d{1,2}日)?(?:综合)?(?:外)?电\)")  # (中央社台中22日電)
TAIL = re.compile(r"(?:网|新闻|社|中文网|电子报|新闻网|财经|记者.*|编辑部| news| online|\.com)?")
HIDDEN = re.compile(
    r"[*＊○●〇×╳]|[\u3400-\u9fff][Xx][\u3400-\u9fff]|[\u3400-\u9fff][Xx]{2}|某|先生|女士|小姐|经理|經理|热线|熱線|"
    r"投诉|投訴|举报|舉報|电话|電話|主任|专员|專員"
)
LEAD = 5  # paragraphs in which the first report is looked for


@dataclass(frozen=True)
class Credit:
    """Who published something, and the words that say so.

    Attributes
    ----------
    name : str
    text : str
        The words.
    place : Place or None
        None for metadata.
    outlet : Outlet or None
        Where it is a known one.
    citing : str
        Whom it cites: unnamed persons, an official statement; empty where it does not say.
    """

    name: str
    text: str
    place: Place | None = None
    outlet: Outlet | None = None
    citing: str = ""


@cache
def _finder(names: Names) -> Finder:
    return finder_of(
        {one.id: (*one.aliases, one.name) for one in names.press.values()},
        {one.id: one.unless for one in names.press.values()},
    )


def find_publisher(page: Page, parts: Parts, names: Names) -> Credit | None:
    """Who published the page: as its metadata, its imprint or its dateline say.

    Parameters
    ----------
    page : Page
    parts : Parts
    names : Names

    Returns
    -------
    Credit or None
    """
    stated = page.stated.publisher
    if stated:
        return Credit(stated, page.stated.where["publisher"], None, _outlet(stated, names))
    near = parts.head
    found = (
        _labelled(near, names),
        _owners(near, names),
        _dated(parts, names),
        _bylined(parts, names),
        _named(near, names),
    )
    for one in chain.from_iterable(found):
        return one
    tail = [one for one in page.lines if one.number > _last(parts)]
    others = (
        _by_title(page, names),
        _masthead(page, parts, names),
        next(_owners(tail, names), None),
        next(_labelled(tail[:8], names), None),
    )
    return next((one for one in others if one is not None), None)


def _masthead(page: Page, parts: Parts, names: Names) -> Credit | None:
    """A name that opens the page and stands again in its imprint, beside a date or at its end."""
    first = parts.story[0].number if parts.story else 0
    opening = [one for one in page.lines[:6] if one.number < first]
    known = next(_named(opening, names), None)
    if known is not None:
        return known
    story = {one.number for one in parts.story}
    away = [one for one in page.lines if one.number not in story]
    for line in opening:
        if line.text.count("_") >= 2:
            continue  # words strung together for search engines
        name = MAST.split(line.text, maxsplit=1)[0].strip(" -–—|·<>")
        if not 2 <= len(name) <= 40 or COMMON.search(simplified(name)):
            continue
        again = sum(name in one.text for one in away)
        if again >= 2 or (line is page.lines[0] and len(name) <= 24 and not name.isdigit()):
            return Credit(name, line.text[:60], Place(line.number, 0, len(name)), None)
    return None


def _is_name(who: str) -> bool:
    """Whether it can be an outlet: no hidden name, no telephone, no person to complain to."""
    return not (HIDDEN.search(who) or re.search(r"\d{4}|\d{3}[- ]\d", who))


def _last(parts: Parts) -> int:
    return parts.body[-1].number if parts.body else 0


def _outlet(name: str, names: Names) -> Outlet | None:
    bare = simplified(name).strip(" 《》「」()[]").lower()
    for known, outlet in _spelled(names).items():
        rest = bare.removeprefix(known)
        if bare == known or (bare.startswith(known) and TAIL.fullmatch(rest)):
            return outlet
    return None


@cache
def _spelled(names: Names) -> dict[str, Outlet]:
    """Every spelling of every outlet, the longest first."""
    found = {
        simplified(form).lower(): one
        for one in names.press.values()
        for form in (*one.aliases, one.name)
    }
    return dict(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))


def _labelled(lines: Iterable[Line], names: Names) -> Iterator[Credit]:
    for line in lines:
        for match in LABELLED.finditer(line.plain):
            start, end = match.span("who")
            who = line.text[start:end].strip(" .)）(")
            if len(who) >= 2 and not NOBODY.search(match.group("who")) and _is_name(who):
                place = Place(line.number, start, end)
                yield Credit(who, line.text[match.start() : end], place, _outlet(who, names))


def _dated(parts: Parts, names: Names) -> Iterator[Credit]:
    """The outlet in a dateline or a by-line of the head."""
    for line in (*parts.head, *parts.body[:2]):
        match = (
            None if line.plain.startswith(("(", "[", "【", "〔")) else DATELINE.match(line.plain)
        )
        outlet = _outlet(line.text[: match.end("who")], names) if match else None
        if match and outlet and outlet.zone:
            start, end = match.span("who")
            yield Credit(
                outlet.name, line.text[: match.end()], Place(line.number, start, end), outlet
            )


def _bylined(parts: Parts, names: Names) -> Iterator[Credit]:
    """The name in front of a reporter's, or of a date, between headline and body."""
    first = parts.body[0].number if parts.body else 0
    top = parts.title.number if parts.title else first - 3
    for line in parts.head:
        if not top <= line.number < first or len(line.text) > 90:
            continue
        match = BYLINE.match(line.plain)
        group = "who" if match and match.group("who") else "desk"
        if match and not (COMMON.search(match.group(group)) or PERSON.search(match.group(group))):
            start, end = match.span(group)
            who = line.text[start:end].strip(" ,·|")
            yield Credit(
                who, line.text[: match.end()], Place(line.number, start, end), _outlet(who, names)
            )


def _named(lines: Iterable[Line], names: Names) -> Iterator[Credit]:
    """A known outlet named in a short line."""
    for line in lines:
        if len(line.text) > 60:
            continue
        for one in _finder(names).find(line):
            near = line.plain[max(0, one.place.start - 1) : one.place.end + 1]
            alone = not HAN.search(near.replace(line.plain[one.place.start : one.place.end], ""))
            if alone and (one.meaning != "reuters" or len(line.text) < 30):
                yield Credit(
                    names.press[one.meaning].name, line.text, one.place, names.press[one.meaning]
                )


def _owners(lines: Iterable[Line], names: Names) -> Iterator[Credit]:
    for line in lines:
        for match in OWNER.finditer(line.plain):
            group = "who" if match.group("who") else "firm"
            start, end = match.span(group)
            who = line.text[start:end].strip()
            if len(who) >= 2 and _is_name(who):
                yield Credit(
                    who,
                    line.text[match.start() : match.end()],
                    Place(line.number, start, end),
                    _outlet(who, names),
                )


def _by_title(page: Page, names: Names) -> Credit | None:
    """The site's name behind the title of an HTML page."""
    whole = page.stated.page_title
    pieces = re.split(
        r"\s[|–—_-]\s|[_|｜]|(?<=[\u3400-\u9fff）)])[-–—](?=[\u3400-\u9fffA-Z])", whole
    )
    headline = max(pieces, key=len)
    name = pieces[-1].strip()
    if len(pieces) < 2 or not 2 <= len(name) <= 30 or name == headline.strip():
        return None
    return Credit(name, "title", None, _outlet(name, names))


def find_original(parts: Parts, names: Names, publisher: Credit | None) -> Credit | None:
    """Who had the story first, as headline and first paragraphs say.

    Parameters
    ----------
    parts : Parts
    names : Names
    publisher : Credit or None
        Of the page: a page that cites itself has no other source.

    Returns
    -------
    Credit or None
        An outlet, or an official statement; None where the story is the page's own.
    """
    lead = parts.body[:LEAD]
    lines = [parts.title, *lead] if parts.title else list(lead)
    own = publisher.outlet.id if publisher and publisher.outlet else ""
    for surely in (True, False):
        for line in lines:
            for one in _finder(names).find(line):
                if one.meaning == own or not _reports(line, one, parts.title, surely=surely):
                    continue
                text = line.text[max(0, one.place.start - 4) : one.place.end + 16].strip()
                outlet = names.press[one.meaning]
                return Credit(outlet.name, text, one.place, outlet, _cited(lead))
    for line in lead[:2]:
        match = OFFICIAL.search(line.plain)
        if match and not CITING.search(line.plain):
            start, end = match.span()
            place = Place(line.number, start, end)
            words = line.text[max(0, start - 16) : end + 8].strip()
            return Credit("official statement", words, place, None, match.group())
    return None


def _reports(line: Line, one: Found, title: Line | None, *, surely: bool) -> bool:
    """Whether the words around an outlet's name say that it reported.

    ``surely``: others say so of it; an outlet that opens a paragraph may only carry the story.
    """
    before = line.plain[max(0, one.place.start - 40) : one.place.start]
    after = line.plain[one.place.end : one.place.end + 44]
    if line is title and one.place.start <= 2 and HEADED.match(after):
        return True
    if re.match(r"^(?:\s?的|在|采访)|\s?(?:interview|conference)", after):
        return False
    if FROM_ZH.search(before) or FROM_EN.search(before):
        return True
    if one.place.start <= 2 and WIRE.match(after):
        return True
    if before.endswith("(") and one.place.start <= 48 and re.match(r"\)\s?[-–—]", after):
        return True  # the agency in a dateline
    said = SAID_ZH.match(after) or SAID_EN.match(after)
    return bool(said) and not (surely and DATELINE.match(line.plain) and one.place.start <= 1)


def _cited(lines: Sequence[Line]) -> str:
    for line in lines:
        match = CITING.search(line.plain)
        if match:
            return line.text[match.start() : match.end()]
    return ""
