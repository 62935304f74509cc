"""What a page says about share prices: whom it is about, how far it moved and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

import analytics as ma
from analytics.errors import InputError
from analytics.events.articles.market_claims import (
    draft_check,
    draft_claim,
    find_market_claims,
)
from analytics.events.articles.page import Mention, Place, line
from analytics.evidence import check_claims

NAMES = {
    "nvidia": ("Nvidia", "NVIDIA", "輝達", "辉达", "英伟达", "英偉達"),
    "tsmc": ("TSMC", "台積電", "台积电"),
    "broadcom": ("Broadcom", "博通"),
    "meta": ("Meta", "脸书"),
    "amd": ("AMD", "超微"),
    "intel": ("Intel", "英特尔", "英特爾"),
    "siemens": ("Siemens", "西门子"),
    "toyota": ("Toyota", "豐田", "丰田"),
}
LISTED = {"nvidia": ("NVDA",), "tsmc": ("TSM", "2330.TW"), "meta": ("META",), "amd": ("AMD",)}
TICKERS = dict.fromkeys(NAMES, ()) | LISTED


@dataclass(frozen=True)
class Said:
    """An expected claim: kind, whom it is about, size or share, wording."""

    kind: str
    about: str
    size: float | None = None
    wording: str = "exactly"
    share: float | None = None


def named(number, text):
    found = []
    for organisation, spellings in NAMES.items():
        for one in spellings:
            start = text.find(one)
            while start >= 0:
                found.append(Mention(organisation, one, Place(number, start, start + len(one))))
                start = text.find(one, start + 1)
    return sorted(found, key=lambda mention: mention.place)


def claims_of(*texts):
    lines = [line(k, text) for k, text in enumerate(texts, start=1)]
    mentions = [one for k, text in enumerate(texts, start=1) for one in named(k, text)]
    return find_market_claims(lines, mentions, tickers=TICKERS)


def said(claim):
    about = claim.group or "+".join(claim.organisations)
    return Said(claim.kind, about, claim.size, claim.wording, claim.share)


ENGLISH = {
    "Shares of Siemens slid 4.2% in Frankfurt on Thursday.": [Said("fall", "siemens", 0.042)],
    "Toyota stock sank by nearly a tenth after the recall.": [Said("fall", "toyota", 0.1, "about")],
    "Intel plunged 26 per cent, its worst day in decades.": [Said("fall", "intel", 0.26)],
    "In premarket trading AMD was down as much as 6%.": [Said("fall", "amd", 0.06, "up to")],
    "The stock of Broadcom jumped more than 11 percent in after-hours trading.": [
        Said("rise", "broadcom", 0.11, "more than")
    ],
    "Meta shares rose at least 2.5% before the bell.": [Said("rise", "meta", 0.025, "at least")],
    "AMD lost 8%, Intel 5.5% and Broadcom almost 12%.": [
        Said("fall", "amd", 0.08),
        Said("fall", "intel", 0.055),
        Said("fall", "broadcom", 0.12, "about"),
    ],
    "Intel and AMD gained 3% and 4%, respectively.": [
        Said("rise", "intel", 0.03),
        Said("rise", "amd", 0.04),
    ],
    "TSMC's New York-listed shares ended 3.3% higher.": [Said("rise", "tsmc", 0.033)],
    "Toyota shares closed little changed in Tokyo.": [Said("flat", "toyota")],
    "Siemens stock finished flat.": [Said("flat", "siemens")],
    "Broadcom's shares touched an all-time high on Friday.": [Said("record_high", "broadcom")],
    "Intel shares fell to a record low.": [Said("fall", "intel"), Said("record_low", "intel")],
    "The sell-off wiped about $30 billion off Toyota's market value.": [
        Said("value_loss", "toyota", None, "about")
    ],
    "Siemens added 9 billion euros in market capitalisation.": [Said("value_gain", "siemens")],
    "Intel lost a quarter of its market value.": [Said("value_loss", "intel", 0.25)],
    "Nvidia's stock halved and later recovered two-thirds of its losses.": [
        Said("fall", "nvidia", 0.5),
        Said("recovery", "nvidia", None, "exactly", 2 / 3),
    ],
    "The shares of Meta recouped more than half of that decline.": [
        Said("recovery", "meta", None, "more than", 0.5)
    ],
    "AMD erased all of its losses by the close.": [Said("recovery", "amd", None, "exactly", 1.0)],
    "Chip stocks fell sharply and the Nasdaq dropped 2%.": [
        Said("fall", "Chip stocks"),
        Said("fall", "the Nasdaq", 0.02),
    ],
    "Tech shares seesawed all week.": [Said("swing", "Tech shares")],
    "Meta, which owns three large apps, climbed 5%.": [Said("rise", "meta", 0.05)],
    "A 9% drop in Intel's shares dragged the index down.": [Said("fall", "intel", 0.09)],
    "Broadcom shares, up 40% this year, slipped 1% on Monday.": [
        Said("rise", "broadcom", 0.4),
        Said("fall", "broadcom", 0.01),
    ],
    "AMD's share price more than doubled.": [Said("rise", "amd", 1.0, "more than")],
    # lists and figures without a unit
    "Toyota fell by over 4 per cent, and Siemens slid about 3.": [
        Said("fall", "toyota", 0.04, "more than"),
        Said("fall", "siemens", 0.03, "about"),
    ],
    "Siemens also fell, though by less than 2 per cent.": [
        Said("fall", "siemens", 0.02, "less than")
    ],
    "Shares of Japanese carmaker Toyota fell 3%.": [Said("fall", "toyota", 0.03)],
    "Intel Corp. slipped 0.9%.": [Said("fall", "intel", 0.009)],
    "AMD edged down 0.3% and Broadcom went up by another 2.5 percent.": [
        Said("fall", "amd", 0.003),
        Said("rise", "broadcom", 0.025),
    ],
    "A 3 per cent gain for Toyota lifted the index.": [Said("rise", "toyota", 0.03)],
    "Toyota was the biggest loser, down 6 per cent.": [Said("fall", "toyota", 0.06)],
    # firms that move without a figure beside one that moves with one
    "Meta shares fell 3%. Intel rose slightly.": [
        Said("fall", "meta", 0.03),
        Said("rise", "intel"),
    ],
    "Toyota was flat in Tokyo, while Siemens was little changed in Frankfurt.": [
        Said("flat", "toyota"),
        Said("flat", "siemens"),
    ],
    "Shares of AMD hardly moved.": [Said("flat", "amd")],
    "Siemens ended Thursday flat.": [Said("flat", "siemens")],
    # losses and gains that became smaller
    "Meta pared its loss to 2 per cent by noon.": [
        Said("recovery", "meta"),
        Said("fall", "meta", 0.02),
    ],
    "Meta shares pared early losses.": [Said("recovery", "meta")],
    "Intel stock trimmed its gains to 1.5%.": [Said("rise", "intel", 0.015)],
    "Nvidia stock gave back half of its gains.": [Said("fall", "nvidia")],
    # distances from a high, limits, records, listings, values
    "Siemens trades a tenth below its high.": [Said("fall", "siemens", 0.1)],
    "Intel is 30% off its 52-week high.": [Said("fall", "intel", 0.3)],
    "Toyota rose by the daily limit.": [Said("limit_up", "toyota")],
    "Meta shares closed at a record on Friday.": [Said("record_high", "meta")],
    "TSMC's New York receipts rose 1.2 per cent.": [Said("rise", "tsmc", 0.012)],
    "The preferred shares of Siemens gained 2 per cent.": [Said("rise", "siemens", 0.02)],
    "Broadcom's market capitalisation swelled by $90 billion.": [Said("value_gain", "broadcom")],
    "The news took $20 billion off Intel's market value.": [Said("value_loss", "intel")],
    # no claim about a share
    "Meta shares fell 3%. Intel rose to third place.": [Said("fall", "meta", 0.03)],
    "Meta shares fell 3%. Intel grew slightly.": [Said("fall", "meta", 0.03)],
    "The shares of rivals of Nvidia rose.": [],
    "Intel spoke. Shares of gas utilities fell 3%.": [],
    "Siemens narrowed its loss to 3 per cent of sales.": [],
    "Toyota set a new record in the desert rally.": [],
    "A 5 per cent rise in Toyota registrations surprised everybody.": [],
    "Toyota's stock of unsold cars fell 9 per cent.": [],
    "The number of Siemens shares, 3 per cent fewer, is known.": [],
    "AMD gave up 4 per cent of the venture.": [],
    "Sales at Toyota fell 20 % in the quarter.": [],
    "Intel's gross margin dropped three percentage points.": [],
    "Prices of memory chips fell by half, Broadcom said.": [],
    "AMD gained 4% of the server market.": [],
    "Siemens cut its dividend by 10% and orders slid 7%.": [],
    "Meta's daily users rose 6%.": [],
    "Analysts said Nvidia shares could fall another 10%.": [],
    "Toyota expects output to drop 5% this year.": [],
    "Broadcom's shares did not fall.": [],
    "AMD raised its price target for rivals by 15%.": [],
    "Intel fell behind in the race for smaller transistors.": [],
    "Revenue at TSMC hit a record high.": [],
    "Siemens swung to a loss.": [],
}
CHINESE = {
    "西门子股价周四下跌4.2%。": [Said("fall", "siemens", 0.042)],
    "豐田股價重挫近一成。": [Said("fall", "toyota", 0.1, "about")],
    "英特尔盘中一度暴跌26%,收盘跌幅收窄至20%。": [
        Said("fall", "intel", 0.26),
        Said("recovery", "intel"),
        Said("fall", "intel", 0.2),
    ],
    "超微盤前跌逾6%。": [Said("fall", "amd", 0.06, "more than")],
    "博通股价大涨百分之十一。": [Said("rise", "broadcom", 0.11)],
    "Meta 股价至少上涨两成五。": [Said("rise", "meta", 0.25)],
    "英特爾、超微分別上漲3%與4%。": [Said("rise", "intel", 0.03), Said("rise", "amd", 0.04)],
    "超微跌8%,博通跌12%,台积电美国存托凭证跌5.5%。": [
        Said("fall", "amd", 0.08),
        Said("fall", "broadcom", 0.12),
        Said("fall", "tsmc", 0.055),
    ],
    "台積電股價收平盤。": [Said("flat", "tsmc")],
    "博通股价创下历史新高。": [Said("record_high", "broadcom")],
    "英特尔股价跌至历史新低。": [Said("record_low", "intel")],
    "豐田開盤跌停。": [Said("limit_down", "toyota")],
    "台積電罕見亮燈漲停。": [Said("limit_up", "tsmc")],
    "丰田市值一夜蒸发约300亿美元。": [Said("value_loss", "toyota", None, "about")],
    "西门子市值增加90亿欧元。": [Said("value_gain", "siemens")],
    "英特尔市值缩水四分之一。": [Said("value_loss", "intel", 0.25)],
    "輝達股價腰斬,隨後收復三分之二的跌幅。": [
        Said("fall", "nvidia", 0.5),
        Said("recovery", "nvidia", None, "exactly", 2 / 3),
    ],
    "超微股价已收复全部失地。": [Said("recovery", "amd", None, "exactly", 1.0)],
    "芯片股普遍走低,纳斯达克指数下跌2%。": [
        Said("fall", "芯片股"),
        Said("fall", "纳斯达克指数", 0.02),
    ],
    "科技股剧烈震荡。": [Said("swing", "科技股")],
    "受财报拖累,Meta股价再度下挫。": [Said("renewed_fall", "meta")],
    "超微股价翻倍。": [Said("rise", "amd", 1.0)],
    "博通股價反彈9%。": [Said("recovery", "broadcom", 0.09)],
    # 升, hedges that hold a 到, two verbs in one
    "超微升近4%。": [Said("rise", "amd", 0.04, "about")],
    "丰田股价小跌不到1%。": [Said("fall", "toyota", 0.01, "less than")],
    "西门子盘中跌超3%,截至发稿跌2.1%。": [
        Said("fall", "siemens", 0.03, "more than"),
        Said("fall", "siemens", 0.021),
    ],
    "丰田年内涨幅逾六成。": [Said("rise", "toyota", 0.6, "more than")],
    "丰田今日开盘即跌停。": [Said("limit_down", "toyota")],
    "西门子涨幅不足1%。": [Said("rise", "siemens", 0.01, "less than")],
    "超微微升0.2%報120元。": [Said("rise", "amd", 0.002)],
    "英特爾跟漲2%。": [Said("rise", "intel", 0.02)],
    "博通盤後狂飆近一成。": [Said("rise", "broadcom", 0.1, "about")],
    "英特尔低开高走,收涨1.2%。": [Said("recovery", "intel"), Said("rise", "intel", 0.012)],
    "豐田先跌後回升,收市無升跌。": [Said("recovery", "toyota"), Said("flat", "toyota")],
    "台積電終場收平。": [Said("flat", "tsmc")],
    "博通漲幅收斂至2%。": [Said("rise", "broadcom", 0.02)],
    "博通早盘涨5%,随后涨幅收窄。": [Said("rise", "broadcom", 0.05)],
    "豐田早盤一度重挫5%,終場跌幅收斂到1.5%。": [
        Said("fall", "toyota", 0.05),
        Said("recovery", "toyota"),
        Said("fall", "toyota", 0.015),
    ],
    "英特爾股價回吐部分漲幅。": [Said("fall", "intel")],
    # limits, distances from a high, listings, values
    "豐田攻上漲停188元。": [Said("limit_up", "toyota")],
    "台積電觸及跌停,委賣逾三萬張。": [Said("limit_down", "tsmc")],
    "超微较历史高点低两成。": [Said("fall", "amd", 0.2)],
    "超微股價從去年七月的高點算起已跌去三成。": [Said("fall", "amd", 0.3)],
    "丰田H股涨3%,A股跌1%。": [Said("rise", "toyota", 0.03), Said("fall", "toyota", 0.01)],
    "台积电(TSM)美股盘前涨近2%。": [Said("rise", "tsmc", 0.02, "about")],
    "西门子市值一天减少80亿欧元。": [Said("value_loss", "siemens")],
    # the clause before names the firm
    "西门子负责其中一段,涨不足2%。": [Said("rise", "siemens", 0.02, "less than")],
    "博通是英特尔最大的客户,股价跌3%。": [Said("fall", "broadcom", 0.03)],
    "英特尔股价午间跌6%,公告后迅速反弹,收盘仅跌0.7%。": [
        Said("fall", "intel", 0.06),
        Said("recovery", "intel"),
        Said("fall", "intel", 0.007),
    ],
    # no claim about a share
    "英特尔股价会跌5%,有人说。": [],
    "丰田产品线扩张,订单升3%。": [],
    "丰田旧款跌破每辆三万元,一年跌了两成。": [],
    "丰田持股升3%。": [],
    "英特尔减少3%的员工。": [],
    "超微毛利率升2個百分點。": [],
    "人民币升0.3%,丰田说。": [],
    "豐田銷量下滑20%。": [],
    "英特尔毛利率下降三个百分点。": [],
    "记忆体价格腰斩,博通表示。": [],
    "超微市占率上升4%。": [],
    "分析師認為輝達股價可能再跌10%。": [],
    "台積電營收創歷史新高。": [],
    "丰田预计产量下降5%。": [],
    "西门子订单减少,利润跌7%。": [],
}
TABLE = ENGLISH | CHINESE


@pytest.mark.parametrize("text", TABLE)
def test_a_sentence_says_this_about_shares(text):
    assert [said(one) for one in claims_of(text)] == TABLE[text]


def test_precision_and_recall_over_the_table():
    found = [(text, said(one)) for text in TABLE for one in claims_of(text)]
    wanted = [(text, one) for text, claims in TABLE.items() for one in claims]
    hits = sum(one in wanted for one in found)
    assert len(TABLE) >= 60
    assert hits / len(found) >= 0.95
    assert hits / len(wanted) >= 0.95


# --- subject, time and reason ---------------------------------------------------------------------


def only(*texts):
    (claim,) = claims_of(*texts)
    return claim


def test_all_listings_of_a_firm_are_its_tickers_and_an_unlisted_one_has_none():
    assert only("TSMC shares fell 13%.").tickers == ("TSM", "2330.TW")
    assert only("Siemens shares fell 4%.").tickers == ()


@pytest.mark.parametrize(
    "texts",
    [
        ("Meta published its results. Its shares rose 5%.",),
        ("Meta published its results.", "The stock rose 5%."),
        ("Meta公布财报。该公司股价上涨5%。",),
        ("Meta orders chips from Nvidia and its shares rose 5%.",),
    ],
)
def test_its_shares_are_those_of_the_sentence_or_of_the_one_before(texts):
    assert only(*texts).organisations == ("meta",)


def test_shares_of_a_firm_that_is_not_named_belong_to_nobody():
    assert claims_of("Its shares rose 5%.") == ()
    (claim,) = claims_of("Meta 跌超2%,谷歌跌4%。")
    assert (claim.organisations, claim.size) == (("meta",), 0.02)


def test_the_owner_of_the_shares_counts_before_a_nearer_name():
    assert only("Shares of Nvidia, which supplies Meta, fell 7%.").organisations == ("nvidia",)
    assert only("Nvidia's rival AMD fell 6%.").organisations == ("amd",)


def test_a_fall_a_recovery_and_a_renewed_fall_in_one_sentence():
    for text in (
        "Nvidia stock at one point fell a fifth, later regained most of the loss, "
        "and has now fallen again on trade worries.",
        "輝達股價一度跌五分之一,其後收復大部分失地,近日又因關稅憂慮再度下跌。",
    ):
        fall, recovery, renewed = claims_of(text)
        assert (fall.kind, fall.size, fall.at_one_point, fall.causes) == ("fall", 0.2, True, ())
        assert (recovery.kind, recovery.share, recovery.wording) == ("recovery", 0.5, "more than")
        assert (renewed.kind, renewed.causes) == ("renewed_fall", ("tariff",))
        assert not renewed.at_one_point


def test_a_group_of_shares_has_no_organisation():
    claim = only("亞洲科技類股大幅震盪。")
    assert (claim.kind, claim.group, claim.organisations) == ("swing", "亞洲科技類股", ())


@pytest.mark.parametrize(
    ("text", "when", "causes"),
    [
        ("On Monday, Nvidia shares fell 17%.", "On Monday", ()),
        (
            "Nvidia shares fell 3% on Tuesday after its quarterly results.",
            "on Tuesday",
            ("results",),
        ),
        ("輝達股價 1 月底下跌兩成。", "1 月底", ()),
        ("受关税影响,英伟达股价周一下跌7%。", "周一", ("tariff",)),
        ("Nvidia shares fell 3%.", "", ()),
    ],
)
def test_when_and_why_are_read_from_the_sentence(text, when, causes):
    claim = only(text)
    assert (claim.when, claim.causes) == (when, causes)


def test_a_lost_market_value_keeps_its_amount():
    claim = only("輝達市值單日蒸發近6000億美元。")
    assert (claim.kind, claim.size, claim.wording) == ("value_loss", None, "about")
    assert (claim.amount.low, claim.amount.currency) == (6e11, "USD")


def test_mentions_outside_their_line_and_other_things_are_refused():
    text = line(1, "Acme fell")
    with pytest.raises(InputError, match="characters 0 to 99 of line 1, which has 9"):
        find_market_claims([text], [Mention("acme", "Acme", Place(1, 0, 99))], tickers={})
    with pytest.raises(InputError, match="expected mentions of a page, got str"):
        find_market_claims([text], ["Acme"], tickers={})
    with pytest.raises(InputError, match="expected lines of a page, got str"):
        find_market_claims("Acme fell", [], tickers={})


WORDS = [
    *(
        "Nvidia",
        "TSMC",
        "輝達",
        "shares",
        "股價",
        "fell",
        "跌",
        "17%",
        "兩成",
        "again",
        "再次",
        "market",
    ),
    *(
        "value",
        "市值",
        "$5bn",
        "of",
        ",",
        "，",
        "。",
        ".",
        " ",
        "and",
        "和",
        "its",
        "a half",
        "\u3000",
    ),
]


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)))
def test_any_text_gives_claims_inside_it_and_the_same_ones_again(text):
    found = claims_of(text)
    assert found == claims_of(text)
    for one in found:
        assert 0 <= one.place.start < one.place.end <= len(text)
        assert text[one.place.start : one.place.end] == one.text
        assert one.organisations or one.group
        assert one.size is None or one.size > 0


def test_who_is_no_firm_is_the_subject_of_no_claim():
    """A body is named on the page and missing from the tickers."""
    text = "The Agency was told. Its shares fell 3%."
    body = Mention("agency", "Agency", Place(1, 4, 10))
    assert find_market_claims([line(1, text)], [body], tickers={}) == ()
    assert len(find_market_claims([line(1, text)], [body], tickers={"agency": ()})) == 1


def test_shares_of_the_group_are_those_of_the_firm_that_the_page_is_about():
    page = ("Siemens bids for a part of Siemens Energy.", "Toyota said nothing.")
    quoted = "It was never likely, wrote analysts at Nvidia."
    (claim,) = claims_of(*page, "A year passed.", f"{quoted} Shares of the group fell 40 per cent.")
    assert claim.organisations == ("siemens",)
    (claim,) = claims_of(*page, "Shares of the group fell 40 per cent.")
    assert claim.organisations == ("toyota",)


def test_what_is_said_twice_is_one_claim_unless_the_days_differ():
    assert only("Intel shares fell 7%.", "Intel shares fell 7% on Monday.").when == "on Monday"
    assert only("Intel shares fell 7% on Monday.", "Intel shares fell 7%.").when == "on Monday"
    both = claims_of("Intel shares fell 7% on Monday.", "Intel shares fell 7% on Friday.")
    assert [one.when for one in both] == ["on Monday", "on Friday"]
    assert len(claims_of("Intel shares fell 7%.", "Intel shares fell more than 7%.")) == 2


# --- drafts of checks -----------------------------------------------------------------------------

DAYS = {
    "start": dt.date(2025, 1, 27),
    "until": dt.date(2025, 2, 14),
    "reference": dt.date(2025, 1, 24),
}
PRINTED = dt.date(2025, 3, 11)


def draft(text, **options):
    return draft_claim(only(text), number=1, article="p", published=PRINTED, **DAYS, **options)


def verdict(claim):
    return check_claims(claim, ma.load_market(), progress=False)[claim.id]


def test_a_fall_read_from_a_page_is_checked_like_the_recorded_claim():
    """NVIDIA's fall by a fifth: the verdict and the figures of C3."""
    mine = verdict(draft("輝達盤中股價跌掉五分之一。", event_id="deepseek-shock-2025-01-27"))
    recorded = next(one for one in ma.load_claims() if one.id == "C3")
    theirs = verdict(recorded)
    assert mine.verdict == theirs.verdict
    for name in ("reference_close", "level_claimed", "fall_day_0_close", "fall_alone_low"):
        assert mine.figures[name].value == theirs.figures[name].value


def test_a_recovery_read_from_a_page_is_checked_like_the_recorded_claim():
    mine = verdict(draft("Nvidia shares regained most of the loss."))
    recorded = next(one for one in ma.load_claims() if one.id == "C4")
    theirs = verdict(recorded)
    assert mine.verdict == theirs.verdict
    assert mine.figures.keys() == theirs.figures.keys()


def test_a_renewed_fall_and_a_swing_become_checks():
    again = draft("Nvidia shares fell again on trade worries.").check
    assert (again.type, again.ticker, again.causes) == ("renewed_fall", "NVDA", ("tariff",))
    event = "deepseek-shock-2025-01-27"
    swing = draft("AI stocks swung sharply.", event_id=event, tickers=["NVDA", "TSM"]).check
    assert (swing.type, swing.tickers, swing.event) == ("swing", ("NVDA", "TSM"), event)


def test_a_lasting_recovery_says_so():
    assert draft("Nvidia shares have since regained all of their losses.").check.lasting
    assert not draft("Nvidia shares regained half of their losses.").check.lasting


@pytest.mark.parametrize(
    ("hedge", "wording"),
    [("", "about"), ("about ", "about"), ("more than ", "more than"), ("as much as ", "about")],
)
def test_the_wording_of_a_fall_reaches_its_check(hedge, wording):
    assert draft(f"Nvidia shares fell {hedge}17%.").check.wording == wording


@pytest.mark.parametrize(
    "text",
    [
        "Nvidia shares rose 5%.",
        "Nvidia shares closed little changed.",
        "Nvidia shares hit a record high.",
        "Nvidia shares hit a record low.",
        "台積電漲停。",
        "台積電跌停。",
        "Nvidia lost $589 billion in market value.",
        "Meta added $10 billion in market value.",
    ],
)
def test_what_the_claims_check_does_not_know_is_not_checkable_with_a_reason(text):
    claim = draft(text)
    assert claim.check.type == "not_checkable"
    assert claim.check.needs
    assert verdict(claim).verdict == "not_checkable"


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("Nvidia shares fell.", {}, "the size of the fall"),
        ("Nvidia shares fell less than 5%.", {}, "says 'less than'"),
        ("Nvidia shares rebounded.", {}, "how much of the fall was regained"),
        ("Nvidia shares fell again.", {}, "a cause such as tariff"),
        ("Siemens shares fell 5%.", {}, "a firm without a listing; give tickers="),
        ("The Nasdaq fell 5%.", {}, "'The Nasdaq'; give tickers="),
        ("Nvidia and Meta shares fell 5%.", {}, "one firm"),
        ("AI stocks swung sharply.", {"tickers": ["NVDA"]}, "an event; give event_id="),
        ("Nvidia shares fell 5%.", {"reference": dt.date(2025, 1, 27)}, "reference before start"),
        ("Nvidia shares fell 5%.", {"until": "2025-02-14"}, "expected a date such as"),
    ],
)
def test_what_a_check_lacks_is_named(text, options, message):
    with pytest.raises(InputError, match=message):
        draft_check(only(text), **{**DAYS, **options})


def test_a_draft_with_an_impossible_id_or_number_is_refused():
    claim = only("Nvidia shares fell 5%.")
    with pytest.raises(InputError, match="draft of a claim: claim 'a page-1', id: got"):
        draft_claim(claim, number=1, article="a page", published=PRINTED, **DAYS)
    with pytest.raises(InputError, match="number=-1: expected a whole number"):
        draft_claim(claim, number=-1, article="p", published=PRINTED, **DAYS)
    with pytest.raises(InputError, match="expected a MarketClaim, got str"):
        draft_check("fell", **DAYS)


def test_a_level_that_a_market_value_fell_to_is_no_amount_lost():
    for text in ("Nvidia's market value fell below $3 trillion.", "輝達市值縮水至3兆美元。"):
        claim = only(text)
        assert (claim.kind, claim.amount) == ("value_loss", None)


def test_shares_named_after_another_figure_belong_to_the_firm_of_the_sentence():
    for text in (
        "Orders at Siemens fell 9% and shares dropped 3%.",
        "市场担忧英伟达芯片需求下滑,股价应声下跌3%。",
    ):
        assert only(text).size == 0.03


def test_the_table_holds_every_kind():
    seen = {one.kind for text in TABLE for one in claims_of(text)}
    assert seen == {
        *("fall", "rise", "recovery", "renewed_fall", "flat", "record_high", "record_low"),
        *("limit_down", "limit_up", "value_loss", "value_gain", "swing"),
    }
