"""What kind of news a story is, by the words of its headline and first paragraphs.

In: headline and body. Out: a category of `data/events.yaml` or one of the kinds beyond it, with
the words that decide. It must not know dates or names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.events.articles.page import Line

HEADLINE, LEAD, REST = 3.0, 1.5, 0.5  # what a hit counts
LEAST = 3.0  # below it the story is of no kind known here
OWN = (
    r"(?:自研|自制|自家|自主研发|自行研发|内部设计|自行设计|in-house|own|custom|"
    r"homegrown|self-developed|house-made|proprietary)"
)
CHIP = r"(?:芯片|晶片|chips?|processors?|accelerators?|silicon|ASICs?)"
CHINESE = (
    r"(?:阿里巴巴|百度|腾讯|华为|寒武纪|中芯|字节跳动|国产|中国|Alibaba|Baidu|"
    r"Tencent|Huawei|Cambricon|SMIC|ByteDance|China|Chinese)"
)
RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (
            "inhouse_chip",
            rf"{OWN}[^。.,，]{{0,14}}{CHIP}|{CHIP}[^。.,，]{{0,10}}(?:自研|自制|设计|"
            rf"in-house)|{CHIP}[^.,]{{0,12}} of (?:its|their) own|流片|"
            r"tap(?:e|ed|ing)[- ]?out|设计定稿|\bTPU\b|Trainium|Maia|MTIA",
        ),
        (
            "export_control",
            r"出口管制|出口限制|出口许可|收紧[^。,，]{0,16}许可|"
            r"禁售|禁运|实体清单|管制措施|export (?:controls?|"
            r"curbs?|licen[cs]es?|restrictions?|bans?|rules?)|entity list|blacklist",
        ),
        (
            "china_policy",
            r"(?:网信办|市场监管总局|发改委|工信部|中国商务部|regulators? in China|"
            r"China(?:'s)? (?:regulators?|market watchdog|cyberspace)|"
            r"Beijing)[^。.]{0,40}(?:约谈|调查|禁止|要求|叫停|反垄断|orders?|ordered|"
            r"probe|ban(?:s|ned)?|urges?|investigat|summon|told)",
        ),
        (
            "model_release",
            r"(?:推出|发布|开源|上线|release[sd]?|launch(?:es|ed)?|unveil(?:s|ed)?|"
            r"open-?sourc)[^。.,，]{0,24}(?:模型|大模型|model|LLM|chatbot)",
        ),
        (
            "market_shock",
            r"股市[^。.,，]{0,8}(?:重挫|暴跌|崩跌|剧烈波动)|(?:重挫|暴跌|崩盘|抛售潮|"
            r"蒸发)|sell-?off|rout\b|plunge[sd]?|wiped? (?:off|out)|tumble[sd]?|slump(?:s|"
            r"ed)",
        ),
        (
            "capex_announcement",
            r"(?:资本支出|资本开支|加码投资|投资[^。.,，]{0,12}(?:亿|兆|万亿)|建厂|新厂|"
            r"扩产|capital (?:expenditure|spending)|capex|invest(?:s|ed|ing|"
            r"ment)?.{0,24}?(?:billion|bn\b|trillion)|new (?:plant|fab|factory)|"
            r"build[^.]{0,16}(?:plant|fab|factory|data cent))",
        ),
        (
            "partnership",
            r"(?:合作|携手|联手|结盟|合资|战略合作)|partner(?:s|ed|ship)?\b|collaborat|"
            r"joint venture|team(?:s|ed)? up|alliance|multi-?year (?:deal|agreement)",
        ),
        (
            "results",
            r"(?:财报|季报|年报|营收|净利|每股盈余|每股收益|获利|财测|法说会)|"
            r"(?:quarter(?:ly)?|annual|full-year)[^.]{0,16}(?:results|earnings|profit|"
            r"revenue|sales)|earnings|results for|revenue for the|net (?:income|profit)|guidance|"
            r"forecast[^.]{0,12}(?:revenue|sales|profit)",
        ),
        (
            "acquisition",
            r"(?:收购|并购|购并|买下|合并案|要约)|acqui(?:re[sd]?|ring|sition)|takeover|"
            r"merger|buyout|bid for",
        ),
        (
            "lawsuit",
            r"(?:起诉|诉讼|提告|控告|判决|法院|和解|侵权|专利案)|lawsuit|sue[sd]?\b|court|"
            r"settle(?:s|d|ment)|infring|verdict|antitrust|judge",
        ),
        ("recall", r"召回|recall(?:s|ed|ing)?\b|安全缺陷|safety defect"),
        (
            "monetary_policy",
            r"(?:升息|降息|加息|利率决策|货币政策|央行|联准会|美联储)|interest rates?|"
            r"rate (?:cut|hike|decision)|central bank|monetary policy|Federal Reserve",
        ),
        (
            "drug",
            r"(?:临床试验|新药|药物|疫苗|药证|上市许可)|(?:clinical|phase \w{1,3}|"
            r"late-stage) trial|\bdrug\b|vaccine|obesity|FDA approv",
        ),
        (
            "commodity",
            r"(?:原油|油价|石油|产油国|铜价|黄金|减产)|\boil (?:prices?|output|"
            r"producers?)|crude|barrels?|OPEC|copper|output cut",
        ),
    )
)
OFFICIAL = re.compile(
    r"公布|宣布|推出|发布|揭晓|亮相|unveil|announc|introduc|disclos|launch|reveal(?:ed|s) its",
    re.IGNORECASE,
)
REPORTED = re.compile(
    r"据|传|曝光|消息|知情|援引|引述|报导|报道|reported|sources|people familiar|"
    r"according to|is said|exclusive|plans to|in talks",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Category:
    """A kind of news and what decides.

    Attributes
    ----------
    name : str
        ``other`` where nothing decides.
    words : tuple of str
        The words that speak for it, each once.
    """

    name: str
    words: tuple[str, ...] = ()


def find_category(title: Line | None, body: Sequence[Line]) -> Category:
    """The kind of news.

    Parameters
    ----------
    title : Line or None
    body : sequence of Line

    Returns
    -------
    Category

    Examples
    --------
    >>> from analytics.events.articles.page import line
    >>> find_category(line(1, "OpenAI to tape out its own AI chip, sources say"), ()).name
    'inhouse_chip_report'
    """
    scores: dict[str, float] = {}
    words: dict[str, list[str]] = {}
    parts = [(title, HEADLINE)] if title else []
    parts += [(one, LEAD if row < 2 else REST) for row, one in enumerate(body)]
    for line, worth in parts:
        text = line.plain[:4000]
        for name, pattern in RULES:
            found = [one.group() for one in pattern.finditer(text)][:3]
            scores[name] = scores.get(name, 0.0) + worth * len(found)
            words.setdefault(name, []).extend(found)
    order = [name for name, _ in RULES]
    best = max(order, key=lambda name: (scores.get(name, 0.0), -order.index(name)))
    if scores.get(best, 0.0) < LEAST:
        return Category("other")
    head = " ".join(line.plain[:600] for line, worth in parts if worth >= LEAD)
    return Category(_refined(best, head), tuple(dict.fromkeys(words[best]))[:6])


def _refined(name: str, head: str) -> str:
    """In-house chips: whose they are, and whether the firm or the press says so."""
    if name != "inhouse_chip":
        return name
    if re.search(CHINESE, head):
        return "china_chip"
    told, official = len(REPORTED.findall(head)), len(OFFICIAL.findall(head))
    return "inhouse_chip_official" if official > told else "inhouse_chip_report"
