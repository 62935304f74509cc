"""Firms and public bodies that are in no list, but show themselves.

In: the lines of a story. Out: names with what they are: a firm by its legal form, by a word such
as "Semiconductor" at its end, or by what is said of its shares; a public body by the word for its
kind. It must not know the list of names. A name found so has no ticker unless the page gives one.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from analytics.events.articles.page import Line

Kind = Literal["firm", "body"]
FIRST = r"[A-ZÀ-Þ][\w&’'-]{1,20}"
FORMS = r"Inc|Corp|Corporation|Ltd|Limited|PLC|plc|AG|SE|GmbH|N\.V|S\.A|S\.p\.A|Co"
ENDINGS = (
    r"Holdings|Technolog(?:ies|y)|Semiconductors?|Pharmaceuticals?|Pharma|Therapeutics|Robotics|"
    r"Biosciences|Industries|Energy|Electric|Electronics|Motors?|Airlines|Airways|"
    r"Networks|Systems|Compute|"
    r"Computing|Labs|Bank|Bancorp|Securities|Insurance|Petroleum|Resources|"
    r"Materials|Chemicals?|Steel|Foods|"
    r"Beverages|Financial|Telecom|Wireless|Aerospace|Dynamics|AeroSystems|Biotech|Logistics|Mining"
)
LEGAL = re.compile(rf"\b(?P<name>(?:{FIRST} ){{1,4}})(?P<form>{FORMS})\b(?! of\b)")
CALLED = re.compile(rf"\b(?P<name>(?:{FIRST} ){{1,3}}(?:{ENDINGS}))\b(?! of\b)")
SPOKEN_OF = re.compile(
    rf"\b(?:[Ss]hares (?:of|in)|[Ss]tock of|(?:a )?stake in|[Rr]ivals?|"
    rf"[Aa]nalysts? (?:at|from|with)|brokerage|"
    rf"unit of|subsidiary of|owned by|competitors?|suppliers?|customers?|start-?up|"
    rf"carmaker|chipmaker|drugmaker|"
    rf"planemaker|airline|bank|lender|miner|retailer|insurer|utility) "
    rf"(?P<name>(?:{FIRST} ){{0,2}}{FIRST})"
)
SHARES_OF = re.compile(
    rf"\b(?P<name>(?:{FIRST} ){{0,2}}{FIRST}?)(?:'s|’s)? (?:shares|stock|analysts?|"
    rf"Chief Executive|CEO|spokes\w{{3,6}})\b"
)
PUBLIC = re.compile(
    r"\b(?P<name>(?:(?:[A-Z][\w.-]{1,16}|of|and|for) ){0,5}"
    r"(?:Ministry|Department|Commission|Authority|Agency|Administration|Bureau|"
    r"Tribunal|Court|Council)"
    r"(?: (?:of|for)(?: the)?(?: [A-Z][\w-]{1,20}| and(?= [A-Z])|,(?= [A-Z])){1,6})?)(?!\w)"
)
LANDS = (
    "国家|最高|中国|中华人民共和国|美国|日本|韩国|英国|法国|德国|荷兰|印度|欧盟|"
    "台湾|香港|澳洲|加拿大|瑞士|俄罗斯|巴西"
)
OFFICES = (
    "委员会|管理局|监督局|统计局|能源局|调查局|总局|总署|法院|央行|交通省|经济部|"
    "外交部|财政部|国防部|农业部|卫生部|"
    "司法部|商务部|文物局|观光署|专利局|海关|检察院"
)
HAN_PUBLIC = re.compile(rf"(?P<name>(?:{LANDS})[\u4e00-\u9fff]{{0,10}}?(?:{OFFICES}))")
HAN_ENDINGS = (
    "集团|控股|科技|电子|半导体|微电子|银行|证券|医药|药业|制药|锂业|锗业|电工|"
    "电机|通信|生物|重工|航空|酒店|"
    "饭店|酒业|金控|人寿|光电|精密|化学|汽车|能源|股份|钢铁|矿业|航运|海运|食品"
)
HAN_FIRM = re.compile(
    r"(?:^|(?<=[,。、;:\"“「『((\s和与及由对给被据向]))(?P<name>[\u4e00-\u9fff]{2,4}(?:"
    + HAN_ENDINGS
    + r"))(?=[,。、;:\"”」』))\s((]|股价|宣布|表示|公告|今|昨|收盘|收|盘|则|也|将|"
    r"的|在|与|和|上涨|下跌|涨|跌|称|说|透露|计划|董事|去年)"
)
GENERIC = re.compile(
    r"^(?:该|这|那|本|新|老|大|小|多|各|某|两|三|几|其|一|全球|国内|国外|海外|"
    r"国有|商业|中央|地方|外资|本土|我国|中国|美国|台湾|日本|韩国|"
    r"人工|智能|电动|数字|信息|生物|医疗|金融|高|先进|化合|功率|消费|车用|汽车|"
    r"传统|互联|清洁|绿色|可再|石油|天然|原|复合|关键|"
    r"全体|各家|多家|所有|合作|竞争|上游|下游|旗下|母|子|龙头|科技|相关|部分|知名|"
    r"大型|投资|民营|开源|出席|通过|如果|因为|包括)"
)
LEADING = re.compile(r"^(?:[并与和及由对给被据向但而且又因]|另有|此外|其中){1,2}")
# Words that begin with a capital and are no part of a firm's name.
STOP = {*calendar.month_name[1:], *calendar.day_name} | set(
    """
    A AI After All America American An Analysts And Artificial As Asia Asian At Bank Before Big
    Both Brazil Britain British But By CEO Chairman Chief China Chinese Chip Class Common District
    Dutch EU Energy Europe European Even Federal For Former Founder France French German Germany
    Gold He High Hong If In India Indian Intelligence It Italian Its Japan Japanese Kong Korea
    Korean London Many Mining Most New No Not Of Oil On One Only Ordinary Other Preferred
    President Retail Shanghai Shares She Since Some Spanish Stock Street Supreme Swiss Taipei
    Taiwan Taiwanese Tech That The These They This Those Three Tokyo Two U.S UK US Wall We What
    When Where While With York
    """.split()
)


def find_strangers(lines: Iterable[Line]) -> dict[str, Kind]:
    """Names of firms and public bodies that show themselves.

    Parameters
    ----------
    lines : iterable of Line
        Headline and body.

    Returns
    -------
    dict
        Name as written -> ``"firm"`` or ``"body"``.

    Examples
    --------
    >>> from analytics.events.articles.page import line
    >>> find_strangers(
    ...     [line(1, "Shares of Helix rose after Volta Robotics Inc sued it in October.")]
    ... )
    {'Volta Robotics': 'firm', 'Helix': 'firm'}
    """
    found: dict[str, Kind] = {}
    hints: Counter[str] = Counter()
    for line in lines:
        for name in _bodies(line):
            found.setdefault(name, "body")
        for name in _firms(line):
            found.setdefault(name, "firm")
        for name in _chinese(line):
            hints[name] += 1
    for name in hints:
        found.setdefault(name, "firm")
    return found


def _bodies(line: Line) -> Iterator[str]:
    for match in PUBLIC.finditer(line.text[:50_000]):
        words = match.group("name").split()
        while words and words[0] in {"The", "A", "of", "and", "for", "In", "But", "At"}:
            words = words[1:]
        if len(words) >= 2:
            yield " ".join(words)
    for match in HAN_PUBLIC.finditer(line.plain[:50_000]):
        yield line.text[match.start("name") : match.end("name")]


def _firms(line: Line) -> Iterator[str]:
    text = line.text[:50_000]
    for pattern in (LEGAL, CALLED, SPOKEN_OF, SHARES_OF):
        for match in pattern.finditer(text):
            name = _stripped(match.group("name"))
            if name and not (pattern is CALLED and " " not in name):
                yield name


def _stripped(name: str) -> str:
    """A name without an article, a weekday, a nationality before it; empty if nothing is left."""
    words = re.sub(r"(?:'s|’s)$", "", name.strip()).split()
    while words and words[0].rstrip(".") in STOP:
        words = words[1:]
    if not words or any(one in STOP for one in words[:1]) or words[-1] in STOP:
        return ""
    name = " ".join(words)
    return name if (len(name) >= 3 and not name.isupper()) or len(name) >= 4 else ""


def _chinese(line: Line) -> Iterator[str]:
    for match in HAN_FIRM.finditer(line.plain[:50_000]):
        name = match.group("name")
        lead = len(name) - len(LEADING.sub("", name))
        if not GENERIC.match(name[lead:]) and len(name) - lead >= 4:
            yield line.text[match.start("name") + lead : match.end("name")]
