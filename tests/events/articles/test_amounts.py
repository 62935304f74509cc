"""Sums of money: sixty sentences, and any amount that can be built from its parts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import InputError
from analytics.events.articles.amounts import distinct, find_amounts
from analytics.events.articles.page import Line, line

BN = 1e9
YI = 1e8

# Sentence -> what it holds: low, high, currency.
ENGLISH = {
    "The fund will put $7.5 billion into data centres.": [(7.5 * BN, 7.5 * BN, "USD")],
    "Spending is put at US$40-45 billion for the year.": [(40 * BN, 45 * BN, "USD")],
    "They paid £12.4m in cash and €3bn in shares.": [
        (12.4e6, 12.4e6, "GBP"),
        (3 * BN, 3 * BN, "EUR"),
    ],
    "The plant costs about NT$350 billion.": [(350 * BN, 350 * BN, "TWD")],
    "A fine of 90 million Swiss francs was set.": [(9e7, 9e7, "CHF")],
    "It raised between 2 and 3 billion dollars.": [(2 * BN, 3 * BN, "USD")],
    "It raised between HK$2 billion and HK$3 billion.": [(2 * BN, 3 * BN, "HKD")],
    "The budget rose from $8 billion to $9.5 billion.": [
        (8 * BN,) * 2 + ("USD",),
        (9.5 * BN,) * 2 + ("USD",),
    ],
    "Estimates range from $8 billion to $9.5 billion.": [(8 * BN, 9.5 * BN, "USD")],
    "A new mask set costs tens of millions of dollars.": [(1e7, 1e8, "USD")],
    "Hundreds of billions of yen are at stake.": [(1e11, 1e12, "JPY")],
    "The order is worth several billion euros.": [(1e9, 1e10, "EUR")],
    "Three and a half billion dollars were written off.": [(3.5 * BN, 3.5 * BN, "USD")],
    "Half a trillion dollars of value is gone.": [(5e11, 5e11, "USD")],
    "The grant of twenty-five million pounds came late.": [(2.5e7, 2.5e7, "GBP")],
    "The stake was sold for 1.2 trillion won.": [(1.2e12, 1.2e12, "KRW")],
    "It pays 45 cents a share.": [(0.45, 0.45, "USD")],
    "The offer of $31.50 per share was refused.": [(31.5, 31.5, "USD")],
    "A $20-a-share bid, or 18.40 euros, came in.": [(20, 20, "USD"), (18.4, 18.4, "EUR")],
    "Capital of Rs 2,500 crore is needed.": [(2.5e10, 2.5e10, "INR")],
    "RMB 4.1 billion, or $570 million, was lent.": [(4.1e9, 4.1e9, "CNY"), (5.7e8, 5.7e8, "USD")],
    "The C$600 million pipeline and an A$1bn mine.": [(6e8, 6e8, "CAD"), (1e9, 1e9, "AUD")],
    "A 40-billion-dollar programme.": [(4e10, 4e10, "USD")],
    "It cost $12,345.67 exactly.": [(12345.67, 12345.67, "USD")],
    "Sales of 16,500 million yen.": [(1.65e10, 1.65e10, "JPY")],
    "A two-billion-euro plant and a hundred million dollars.": [
        (2e9, 2e9, "EUR"),
        (1e8, 1e8, "USD"),
    ],
    "The deal is worth 150-200 billion won.": [(1.5e11, 2e11, "KRW")],
    # no money
    "The model has 70 billion parameters.": [],
    "It sold 3 million phones in 2024, 12% more.": [],
    "$NVDA and the H20 made with 3 nm, 2330.TW rose.": [],
    "Call 555-0134 by 11 March 2025, room 12.": [],
    "The index lost 51.2 points to 2,417.": [],
    "In 2015 dollars that is less.": [],
    "Of 20 games the team won 12, and 16 won the toss.": [],
    "Five pounds of apples and 40 staff.": [],
}
CHINESE = {
    "該基金將投入75億美元興建資料中心。": [(75 * YI, 75 * YI, "USD")],
    "全年支出预计为 400 亿至 450 亿美元。": [(400 * YI, 450 * YI, "USD")],
    "今年支出400-450億元。": [(400 * YI, 450 * YI, None)],
    "该厂造价约3500亿元新台币。": [(3500 * YI, 3500 * YI, "TWD")],
    "新廠耗資新臺幣三千五百億元。": [(3500 * YI, 3500 * YI, "TWD")],
    "罚款 9000 万瑞士法郎。": [(9e7, 9e7, "CHF")],
    "開模費用最多數千萬美元。": [(1e7, 1e8, "USD")],
    "订单价值数百亿日元。": [(1e10, 1e11, "JPY")],
    "注資逾兩兆韓元。": [(2e12, 2e12, "KRW")],
    "市值突破1兆2000億美元。": [(1.2e12, 1.2e12, "USD")],
    "规模达 1.5 万亿元人民币。": [(1.5e12, 1.5e12, "CNY")],
    "以31億歐元(約新台幣1100億元)收購。": [
        (31 * YI, 31 * YI, "EUR"),
        (1100 * YI, 1100 * YI, "TWD"),
    ],
    "每股配息4.5元。": [(4.5, 4.5, None)],
    "人民币12.5亿元的贷款。": [(12.5 * YI, 12.5 * YI, "CNY")],
    "港幣3億元與2億港元。": [(3 * YI, 3 * YI, "HKD"), (2 * YI, 2 * YI, "HKD")],
    "補助一百二十億元。": [(120 * YI, 120 * YI, None)],
    "十几亿美元的缺口。": [(10 * YI, 20 * YI, "USD")],
    "斥资上百亿元。": [(100 * YI, 100 * YI, None)],
    "近千億元的訂單。": [(1000 * YI, 1000 * YI, None)],
    "预算从80亿美元上调至95亿美元。": [(80 * YI, 80 * YI, "USD"), (95 * YI, 95 * YI, "USD")],
    "三至五千万英镑。": [(3e7, 5e7, "GBP")],
    "两三亿美元即可。": [(2 * YI, 3 * YI, "USD")],
    "国内生产3亿5000万元的设备。": [(3.5 * YI, 3.5 * YI, None)],
    "总投资720亿,为历年最高。": [(720 * YI, 720 * YI, None)],
    "宣布100亿美元股票回购,五百萬元年薪。": [(1e10, 1e10, "USD"), (5e6, 5e6, None)],
    # no money
    "购入12000块GPU,服务20亿用户。": [],
    "編制增至45名,佔比約75%。": [],
    "5奈米製程,700億參數模型。": [],
    "2025年3月11日,指數收在2330點。": [],
    "三元鋰電池與元宇宙。": [],
    "電話02-2771-1234,第100期。": [],
    "月产能10万片晶圆,3万台服务器。": [],
}
TABLE = ENGLISH | CHINESE


def amounts_of(text):
    return find_amounts([line(1, text)])


def sums(text):
    return [(one.low, one.high, one.currency) for one in amounts_of(text)]


@pytest.mark.parametrize("text", TABLE)
def test_a_sentence_holds_these_amounts(text):
    assert sums(text) == [pytest.approx(one) for one in TABLE[text]]


def test_precision_and_recall_over_the_table():
    found = [(text, one) for text in TABLE for one in sums(text)]
    wanted = [(text, one) for text, listed in TABLE.items() for one in listed]
    hits = sum(one in wanted for one in found)
    assert len(TABLE) >= 60
    assert hits / len(found) >= 0.95
    assert hits / len(wanted) >= 0.95


# --- how it is said -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("more than $5bn", "more than"),
        ("at least 5 billion euros", "at least"),
        ("up to $5bn", "up to"),
        ("no more than $5bn", "up to"),
        ("about $5bn", "about"),
        ("nearly five billion dollars", "about"),
        ("less than $5bn", "less than"),
        ("$5bn or more", "at least"),
        ("paid $5bn", ""),
        ("超過5億美元", "more than"),
        ("不超过5亿美元", "up to"),
        ("至少5億美元", "at least"),
        ("高達5億美元", "up to"),
        ("最多達5億美元", "up to"),
        ("約5億美元", "about"),
        ("近5亿美元", "about"),
        ("不到5億元", "less than"),
        ("5億元以上", "at least"),
        ("5亿元左右", "about"),
        ("5亿多美元", "more than"),
        ("三十余亿元", "more than"),
        ("斥資5億元", ""),
    ],
)
def test_the_hedge_is_kept(text, wording):
    (amount,) = amounts_of(text)
    assert amount.wording == wording


def test_only_orders_of_magnitude_are_vague():
    assert all(one.vague for one in amounts_of("数千万美元, billions of dollars"))
    assert not any(one.vague for one in amounts_of("5千万美元, $2-3 billion, 三十亿元"))


def test_a_second_currency_behind_an_amount_is_a_conversion_of_it():
    for text in (
        "31億歐元(約新台幣1100億元)",
        "€2.9bn (about NT$103bn)",
        "29亿欧元,约合230亿元人民币",
    ):
        first, second = amounts_of(text)
        assert (first.converted, second.converted) == (False, True)
    assert [one.converted for one in amounts_of("$589bn (£470bn; €560bn)")] == [False, True, True]
    first, second = amounts_of("It paid €2.9bn in cash. NT$103bn was lent.")
    assert not second.converted


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("$3-a-share", "share"),
        ("$3 per share", "share"),
        ("75 euros a barrel", "barrel"),
        ("每股盈餘3元", "share"),
        ("3美元/股", "share"),
        ("$3bn a year", "year"),
        ("$3bn", ""),
    ],
)
def test_a_price_or_a_rate_says_for_what(text, unit):
    (amount,) = amounts_of(text)
    assert amount.per_unit == unit


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("¥500 billion", "JPY"),
        ("花费¥500亿", "CNY"),
        ("$5bn", "USD"),
        ("NZ$5bn", "NZD"),
        ("TT$5bn", None),
        ("5 billion pesos", None),
        ("5亿元", None),
    ],
)
def test_a_currency_that_the_text_does_not_say_stays_unknown(text, currency):
    (amount,) = amounts_of(text)
    assert amount.currency == currency


def test_a_number_behind_to_is_no_end_of_a_range_without_a_unit():
    (amount,) = amounts_of("paid $5 million to 3 founders")
    assert (amount.low, amount.high, amount.text) == (5e6, 5e6, "$5 million")


def test_the_same_amount_twice_stays_two_and_is_grouped():
    first, second, other = found = find_amounts(
        [line(1, "支出720億美元"), line(2, "up to $72 billion, 72億美元")]
    )
    assert (first.low, second.low, other.low) == (72 * BN, 72 * BN, 7.2 * BN)
    assert [one.place.line for one in found] == [1, 2, 2]
    assert distinct(found) == ((first, second), (other,))


def test_what_is_no_line_is_refused():
    with pytest.raises(InputError, match="expected lines of a page, got str"):
        find_amounts("5 billion dollars")
    with pytest.raises(InputError, match="got int among them"):
        find_amounts([line(1, "a"), 3])


# --- properties -----------------------------------------------------------------------------------

PIECES = [
    *("$", "US$", "1,350", "720", "億", "亿", "万", "兆", "千", "十", "數", "几", "至", "-"),
    *(" to ", "美元", "元", "人民币", "bn", " billion", " dollars", "between ", " and "),
    *("tens of ", "millions of ", "(", ")", "。", "a ", "half a ", "two ", "hundred "),
    *("约", "超过", "more than ", "每股", " a share", ".", ",", "，", "点"),
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=16).map("".join)))
def test_any_text_gives_amounts_inside_it_and_in_order(text):
    found = amounts_of(text)
    last = 0
    for one in found:
        assert last <= one.place.start < one.place.end <= len(text)
        assert text[one.place.start : one.place.end] == one.text
        assert 0 <= one.low <= one.high
        last = one.place.end


VALUES = st.decimals(min_value="0.01", max_value="9999.99", places=2)
EN_UNITS = {
    "": 0,
    " thousand": 3,
    "m": 6,
    " million": 6,
    "bn": 9,
    " billion": 9,
    "tn": 12,
    "-trillion": 12,
}
ZH_UNITS = {"": 0, "万": 4, "萬": 4, " 亿": 8, "億": 8, "兆": 12, "万亿": 12, "千万": 7, "百億": 10}
FRONTS = {
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "NT$": "TWD",
    "HK$": "HKD",
    "RMB ": "CNY",
}
NAMES = {" dollars": "USD", " euros": "EUR", " yen": "JPY", " Swiss francs": "CHF", " USD": "USD"}
ZH_NAMES = {
    "美元": "USD",
    "歐元": "EUR",
    "日圓": "JPY",
    "元人民币": "CNY",
    "港幣": "HKD",
    "元": None,
}


def exact(value, power):
    return float(Decimal(value) * 10**power)


@given(VALUES, st.sampled_from([*EN_UNITS]), st.sampled_from([*FRONTS]), st.booleans())
def test_an_amount_with_its_sign_in_front_is_read_back(value, unit, front, commas):
    number = f"{value:,.2f}" if commas else f"{value:.2f}"
    text = f"It paid {front}{number}{unit} for it"
    assert sums(text) == [(exact(value, EN_UNITS[unit]),) * 2 + (FRONTS[front],)]


@given(VALUES, st.sampled_from([*EN_UNITS]), st.sampled_from([*NAMES]))
def test_an_amount_with_its_name_behind_is_read_back(value, unit, name):
    text = f"It paid {value}{unit}{name} for it"
    assert sums(text) == [(exact(value, EN_UNITS[unit]),) * 2 + (NAMES[name],)]


@given(VALUES, st.sampled_from([*ZH_UNITS]), st.sampled_from([*ZH_NAMES]))
def test_a_chinese_amount_is_read_back(value, unit, name):
    text = f"支付{value}{unit}{name}。"
    assert sums(text) == [(exact(value, ZH_UNITS[unit]),) * 2 + (ZH_NAMES[name],)]


@given(st.integers(1, 998), st.integers(1, 999), st.sampled_from(["bn", " billion"]), st.booleans())
def test_a_range_is_read_back_with_its_unit_once_or_twice(low, more, unit, twice):
    high = low + more
    text = f"${low}{unit if twice else ''}-{high}{unit}"
    assert sums(text) == [(low * BN, high * BN, "USD")]


DIGITS = "零一二三四五六七八九"


def in_characters(number):
    """A whole number below ten thousand as a Chinese text writes it."""
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if zero and text else "") + DIGITS[digit] + name
        zero = not digit
    return text


@given(st.integers(1, 9999), st.sampled_from(["万", "亿", "兆", "萬億"]))
def test_a_number_in_chinese_characters_is_read_back(number, unit):
    power = {"万": 4, "亿": 8, "兆": 12, "萬億": 12}[unit]
    assert sums(f"共{in_characters(number)}{unit}美元") == [(number * 10.0**power,) * 2 + ("USD",)]


def test_places_are_those_of_the_text_as_written():
    text = "台積電支出 3,800 億元"
    (amount,) = find_amounts([Line(7, text, line(7, text).plain)])
    assert (amount.place.line, amount.text) == (7, "3,800 億元")
