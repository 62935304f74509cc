"""A name means the firm, a firm all its listings; what only looks like a name means nobody."""

from __future__ import annotations

import pytest

from analytics.events.articles import read_article
from analytics.events.articles.organisations import find_organisations
from analytics.events.articles.outlets import find_original
from analytics.events.articles.page import line
from analytics.events.articles.tickers import find_tickers
from analytics.names import recorded_names

NAMES = recorded_names()


def organisations(text):
    return find_organisations([line(1, text)], NAMES)[0]


@pytest.mark.parametrize(
    "name", ["台積電", "台积电", "臺積電", "TSMC", "(2330-TW)(TSM.US)", "2330.TW"]
)
def test_every_spelling_of_tsmc_is_both_listings(name):
    [one] = organisations(f"新晶片由{name}製造")
    assert (one.name, one.tickers) == ("TSMC", ("2330.TW", "TSM"))


def test_a_ticker_beside_its_name_is_not_a_second_mention():
    [one] = organisations("台積電 (2330-TW)(TSM.US) 表示,台積電不評論")
    assert one.mentions == 2
    [meta] = organisations("Meta Platforms(META.US) 正在測試")
    assert (meta.mentions, meta.spellings) == (1, ("Meta Platforms",))


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("騰訊(00700.HK)", ["0700.HK"]),
        ("AMD (NASDAQ: AMD)", ["AMD"]),
        ("A股茅台(600519)", ["600519"]),
        ("寒武纪(SH: 688256)", ["688256.SS"]),
        ("软银集团(TYO: 9984)", ["9984.T"]),
        (
            "ASML.AS, VOW3.DE, NOVO-B.CO, RELIANCE.NS",
            ["ASML.AS", "VOW3.DE", "NOVO-B.CO", "RELIANCE.NS"],
        ),
        ("$NVDA up", ["NVDA"]),
        ("股票代碼:2454", ["2454"]),
        ("(2025) 3.5 H20 A-100 U.S. 5.T", []),
        ("costs $NT 5 and $5", []),
    ],
)
def test_tickers_in_yahoos_notation(text, symbols):
    assert [one.symbol for one in find_tickers(line(1, text))] == symbols


def test_an_exchange_told_from_a_number_says_so():
    [one] = organisations("A股小廠甲乙科技(609999)今天公告")
    assert (one.tickers, one.assumed, one.known) == (("609999.SS",), ("609999.SS",), False)
    [stated] = organisations("小廠甲乙科技(609999.SH)今天公告")
    assert stated.assumed == ()
    [open_] = organisations("小廠甲乙科技(609999)今天公告")
    assert (open_.tickers, open_.assumed) == ((), ())


def test_a_bare_number_belongs_to_the_exchange_that_the_story_speaks_of():
    for text, ticker in (
        ("恒指升2%,小廠甲乙(0709)收報2港元", "0709.HK"),
        ("小廠甲乙(9599)在東京股市跌,日經也跌", "9599.T"),
        ("首爾股市KOSPI走高,小廠甲乙(004379)漲", "004379.KS"),
        ("台股加權指數收高,小廠甲乙(6999)漲停", "6999.TW"),
    ):
        [one] = [one for one in organisations(text) if one.name.endswith("小廠甲乙")]
        assert (one.tickers, one.assumed) == ((ticker,), (ticker,))


@pytest.mark.parametrize("text", ["三星重工接單", "京東健康上漲", "ABB India fell", "惠普企業"])
def test_a_subsidiary_or_namesake_is_not_the_parent(text):
    known = {"samsung", "jd", "lenovo", "abb", "hp"}
    assert not known & {one.id for one in organisations(text)}


@pytest.mark.parametrize(
    "text",
    [
        *("三星級飯店開幕", "A meta-analysis of 40 studies", "an arm's length deal", "高通膨時代"),
        *(
            "the Amazon rainforest shrank",
            "殷墟出土的甲骨文",
            "an intel briefing",
            "Metaphor and metal",
        ),
        *("an apple orchard", "微软绵绵的毛毯是假的吗"[2:], "一百度的水"),
    ],
)
def test_words_that_only_look_like_names(text):
    assert organisations(text) == ()


@pytest.mark.parametrize(
    ("text", "who", "role"),
    [
        ("目的是降低對輝達的依賴", "nvidia", "competitor_or_incumbent"),
        ("to cut its reliance on Nvidia", "nvidia", "competitor_or_incumbent"),
        ("晶片交由台積電製造", "tsmc", "supplier"),
        ("a chip made by TSMC", "tsmc", "supplier"),
        ("由內部團隊與博通合作設計", "broadcom", "partner"),
        ("it works with Broadcom on the design", "broadcom", "partner"),
        ("Meta 成為輝達的最大客戶之一", "meta", "customer_or_subject"),
        ("in talks to acquire Arm Holdings", "arm", "target"),
    ],
)
def test_roles_are_hinted_at_with_the_words_that_say_so(text, who, role):
    one = next(one for one in organisations(text) if one.id == who)
    assert one.role == role
    assert one.roles[0].text in text


def test_a_firm_in_no_list_shows_itself():
    found = {
        one.name: one for one in organisations("Shares of Quillmark fell; Zorbat Inc. said so.")
    }
    assert set(found) == {"Quillmark", "Zorbat"}
    assert not any(one.known or one.tickers for one in found.values())


def test_a_bare_office_means_the_one_named_before():
    [one] = organisations("美國商務部發布新規定。商務部表示不評論")
    assert (one.id, one.mentions) == ("us-commerce", 2)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("據路透社報導,Meta正在測試自家晶片,目的是降低成本,並減少依賴。", "Reuters"),
        ("Meta is testing a chip, Bloomberg News reported on Tuesday, citing people.", "Bloomberg"),
        (
            "According to the Wall Street Journal, Meta is testing a chip of its own now.",
            "Wall Street Journal",
        ),
        ("路透周二(11日)援引兩名知情人士消息報導,Meta正在測試自研晶片,降低依賴。", "Reuters"),
        (
            "Meta said in a regulatory filing that it is testing a chip of its own design.",
            "official statement",
        ),
        ("Meta is testing a chip of its own, two people familiar with the matter said.", None),
        ("Meta told a Bloomberg conference that the chip is late and will cost more.", None),
    ],
)
def test_who_had_the_story_first(text, name):
    article = read_article(
        f"Meta tests a chip\n\n{text}\n\nIt is the second attempt, and not the last, they say."
    )
    found = find_original(article.parts, NAMES, None)
    assert (found.name if found else None) == name
