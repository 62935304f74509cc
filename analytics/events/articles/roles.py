"""What an organisation is to the news, hinted at by the words around its name.

In: a line and the place of a name. Out: roles with the words that say so. A hint is no finding:
the words are kept, so that a person can judge. It must not know other mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analytics.events.articles.page import Line, Mention, Place

REACH = 36  # characters on either side of a name that may say what it is
STOPS = re.compile(r"[。!?;;]|[.](?:\s|$)")
WORDS = r"(?:[\w'’-]{1,20} ){0,3}"
NOT_STOP = r"[^,，。;;]"


@dataclass(frozen=True)
class Role:
    """A role and the words that hint at it.

    Attributes
    ----------
    name : str
        ``competitor_or_incumbent, supplier, partner, customer_or_subject, target`` or
        ``regulator``.
    text : str
        The words, with the name.
    place : Place
        Of the name.
    """

    name: str
    text: str
    place: Place


def _rule(role: str, before: str, after: str) -> tuple[str, re.Pattern[str], re.Pattern[str]]:
    return (
        role,
        re.compile(f"(?:{before})$", re.IGNORECASE),
        re.compile(f"(?:{after})", re.IGNORECASE),
    )


# Role, what stands before the name, what stands behind it; an empty pattern always fits.
RULES = (
    _rule(
        "competitor_or_incumbent",
        rf"(?:降低|减少|减轻|摆脱|脱离)(?:了|其)?(?:对|于)?{NOT_STOP}{{0,6}}",
        rf"{NOT_STOP}{{0,12}}依赖",
    ),
    _rule(
        "competitor_or_incumbent",
        rf"(?:取代|替代|代替|抗衡|挑战|对抗|叫板|打破|媲美|抛弃|绕过|"
        rf"对标){NOT_STOP}{{0,8}}",
        "",
    ),
    _rule(
        "competitor_or_incumbent", rf"(?:依赖|供应商\(如|对手)(?:于|是|为)?{NOT_STOP}{{0,4}}", ""
    ),
    _rule(
        "competitor_or_incumbent",
        "",
        r"(?:芯片)?(?:的)?(?:垄断|主导地位|霸主|一家独大|竞争对手)|\)的依赖",
    ),
    _rule(
        "competitor_or_incumbent",
        rf"(?:relian(?:ce|t)|dependen(?:ce|cy|t)|rely(?:ing)?|relies|relied|depend(?:s|ed|ing)?)"
        rf"(?: less| more| heavily| so much| too much)? (?:up)?on {WORDS}|wean\w{{0,4}} "
        rf"(?:itself |themselves )?off {WORDS}",
        "",
    ),
    _rule(
        "competitor_or_incumbent",
        rf"(?:replac\w{{1,4}}|rival(?:s|ing|led)?|challeng\w{{1,4}}|alternatives? to|"
        rf"instead of|competes? with|competing with|competition (?:from|to|with)|away "
        rf"from|take on|threat to) {WORDS}",
        "",
    ),
    _rule(
        "competitor_or_incumbent",
        "",
        r"(?:'s|’s)? (?:dominance|grip|monopoly|market share|lead in)",
    ),
    _rule(
        "supplier",
        rf"(?:交由|交给|交予|委托|由|找|请|采用|透过|通过){NOT_STOP}{{0,6}}",
        rf"{NOT_STOP}{{0,6}}(?:制造|生产|代工|量产|打造|操刀|制程|工艺)",
    ),
    _rule(
        "supplier",
        rf"(?:与|和|跟|携手|联手|同){NOT_STOP}{{0,14}}",
        r"(?:\([^)]{1,20}\)){0,2}\s?(?:(?:合作|联手|一起|共同)[^,，。;；]{0,3}(?:生产|"
        r"制造|量产|代工|测试)|(?:生产|制造|量产|代工))",
    ),
    _rule(
        "supplier",
        rf"(?:制造商|代工厂|代工厂商|晶圆厂|供应商)(?:如|包括|是|为|:|"
        rf"、)?{NOT_STOP}{{0,3}}",
        "",
    ),
    _rule(
        "supplier", "", r"(?:的)?(?:代工|代为生产|制造的|生产的)|的?(?:最大|主要|重要|第一大?)?客户"
    ),
    _rule(
        "supplier", rf"(?:向|从){NOT_STOP}{{0,4}}", rf"{NOT_STOP}{{0,4}}(?:订购|采购|购买|下单|买)"
    ),
    _rule(
        "supplier",
        rf"(?:made|manufactured|produced|fabricated|built|supplied|foundry) (?:by|at|"
        rf"with) {WORDS}",
        "",
    ),
    _rule(
        "supplier",
        rf"(?:suppliers?|foundry|chip ?makers?|manufacturers?|contract maker)(?:,| "
        rf"such as| including| like)? {WORDS}",
        "",
    ),
    _rule(
        "supplier",
        rf"(?:order(?:s|ed)?|bought|buys?|buying|purchase[sd]?|supplies|chips|"
        rf"customers? of) (?:[\w-]{{1,15}} ){{0,6}}(?:from )?{WORDS}",
        r"(?:'s|’s) (?:foundry|fabs?|\d{1,2}[- ]?n)",
    ),
    _rule(
        "supplier",
        "",
        r" (?:to|will|would|is to) (?:make|manufacture|produce|fabricate|supply|build)|"
        r",? (?:which )?(?:makes?|made|manufactures|produces|fabricates|builds) "
        r"(?:the|it|its|them|this|these|both|most|all)\b",
    ),
    _rule(
        "partner",
        rf"(?:与|和|跟|携手|联手|同){NOT_STOP}{{0,12}}",
        rf"(?:合作|共同|联合){NOT_STOP}{{0,4}}(?:设计|开发|研发|推出|建)",
    ),
    _rule("partner", rf"(?:合作伙伴|合作方|盟友)(?:包括|是|为|:|有)?{NOT_STOP}{{0,14}}", ""),
    _rule(
        "partner",
        rf"(?:partner(?:s|ed|ing|ship)?|collaborat\w{{1,5}}|work(?:s|ed|ing)|team(?:s|"
        rf"ed|ing) up|jointly|design\w{{0,3}}|co-?develop\w{{0,3}}|deal|agreement|"
        rf"alliance|venture) with {WORDS}",
        "",
    ),
    _rule("customer_or_subject", "", rf"{NOT_STOP}{{0,8}}(?:成为|是|作为){NOT_STOP}{{0,10}}客户"),
    _rule(
        "customer_or_subject",
        "",
        r" (?:is|was|became|remains|has been) (?:one of )?(?:[\w'’]{1,20} "
        r"){0,4}customers?\b",
    ),
    _rule("target", rf"(?:收购|并购|购并|买下|入股){NOT_STOP}{{0,3}}", ""),
    _rule(
        "target",
        rf"(?:acqui(?:re|res|red|ring|sition of)|take over|takeover of|buyout of|stake "
        rf"in|bid for|merge with|merger with) {WORDS}",
        "",
    ),
)


def find_roles(lines: Iterable[Line], mentions: Iterable[Mention]) -> Iterator[tuple[str, Role]]:
    """Role hints of every mention.

    Parameters
    ----------
    lines : iterable of Line
    mentions : iterable of Mention

    Yields
    ------
    tuple of str and Role
        Organisation id, and a role hinted at by the words around one mention.

    Examples
    --------
    >>> from analytics.events.articles.page import line
    >>> text = "to cut its reliance on Nvidia"
    >>> found = find_roles([line(1, text)], [Mention("nvidia", "Nvidia", Place(1, 23, 29))])
    >>> [(who, role.name) for who, role in found]
    [('nvidia', 'competitor_or_incumbent')]
    """
    by_number = {one.number: one for one in lines}
    for mention in mentions:
        line = by_number[mention.place.line]
        before, after = _around(line.plain, mention.place)
        for role, front, back in RULES:
            if front.search(before) and back.match(after):
                start = mention.place.start - min(len(before), 18)
                end = mention.place.end + min(len(after), 18)
                yield (
                    mention.organisation,
                    Role(role, line.text[start:end].strip(), mention.place),
                )
                break


def _around(text: str, place: Place) -> tuple[str, str]:
    """What stands before and behind a place, within its sentence."""
    before = text[max(0, place.start - REACH) : place.start]
    after = text[place.end : place.end + REACH]
    stops = [one.end() for one in STOPS.finditer(before)]
    if stops:
        before = before[stops[-1] :]
    stop = STOPS.search(after)
    return before, after[: stop.start()] if stop else after
