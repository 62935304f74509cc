"""Every spelling means one, every listing is in its exchange's notation, none hides in a word."""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from itertools import chain
from zoneinfo import ZoneInfo

import pytest
import yaml

from analytics.errors import DataError
from analytics.events.articles.mentions import find_mentions
from analytics.events.articles.page import line
from analytics.events.articles.spellings import _ways
from analytics.names import FILE, Firm, load_names, recorded_names
from analytics.recorded import RecordedFolder, recorded_folder, write_manifest

NAMES = recorded_names()
FIRMS, BODIES, PRESS = NAMES.firms.values(), NAMES.bodies.values(), NAMES.press.values()

# Ending in Yahoo's notation -> what stands before it.
NOTATION = {
    "": r"[A-Z]{1,5}|BRK-[AB]",
    **dict.fromkeys(("TW", "TWO", "SR"), r"\d{4}"),
    "HK": r"\d{4}",
    "T": r"\d{4}|\d{3}[A-Z]",
    "SS": r"6\d{5}",
    "SZ": r"[03]\d{5}",
    **dict.fromkeys(("KS", "KQ"), r"\d{6}"),
    **dict.fromkeys(("NS", "BO"), r"[A-Z&]{2,10}"),
    "L": r"[A-Z]{1,4}|S32|BT-A",
    "DE": r"[A-Z]{2,4}\d?|[A-Z]{1,4}\d{1,3}|8TRA|UN0",
    **dict.fromkeys(("PA", "AS", "MI", "SW", "BR", "MC", "VI", "LS", "IR"), r"[A-Z]{1,7}"),
    **dict.fromkeys(("ST", "CO", "HE", "OL"), r"[A-Z]{2,8}(-[A-Z]{1,2})?"),
    "TO": r"[A-Z]{1,4}(-[AB])?",
    "AX": r"[A-Z]{3}|S32",
    "SA": r"[A-Z]{4}(3|4|11)",
    "SI": r"[A-Z]\d{1,2}[A-Z]?|[A-Z]\d[A-Z]",
    **dict.fromkeys(("JO", "BK", "JK"), r"[A-Z]{3,5}"),
}

# Two Latin letters are found by chance; these are what everybody calls the firm.
TWO_LETTERS = {
    "HP": "the name over the door; HP Inc is rare",
    "BP": "the name over the door; no longer form is in use",
    "GM": "headlines write nothing else",
    "3M": "the name over the door",
    "EY": "the name over the door; Ernst & Young is rare",
}


def spellings(one) -> set[str]:
    """A name as the finder looks for it."""
    return {way for form in (*one.aliases, one.name) for way in _ways(form)}


def found(text: str) -> list[str]:
    return [one.organisation for one in find_mentions([line(1, text)], NAMES)]


def test_no_id_is_given_twice():
    ids = re.findall(r'^- id: "?([\w-]+)', recorded_folder().text(FILE), re.MULTILINE)
    assert sorted(ids) == sorted([*NAMES.firms, *NAMES.bodies, *NAMES.press])


def test_every_spelling_means_one_firm_body_or_outlet():
    owners = defaultdict(set)
    for kind, those in (("firm", FIRMS), ("body", BODIES), ("press", PRESS)):
        for one in those:
            for spelling in spellings(one):
                owners[spelling].add(f"{kind}:{one.id}")
    assert {spelling: who for spelling, who in owners.items() if len(who) > 1} == {}


def test_every_listing_is_one_firms():
    owners = Counter(ticker for one in FIRMS for ticker in one.listings)
    assert [ticker for ticker, count in owners.items() if count > 1] == []


def test_every_listing_is_written_as_its_exchange_is():
    wrong = []
    for ticker in chain.from_iterable(one.listings for one in FIRMS):
        code, _, ending = ticker.partition(".")
        if ending not in NOTATION or not re.fullmatch(NOTATION[ending], code):
            wrong.append(ticker)
    assert wrong == []


@pytest.mark.parametrize("ticker", ["700.HK", "00700.HK", "60519.SS", "600519.SZ", "MU.US", "7203"])
def test_the_table_of_notations_refuses_another_one(ticker):
    code, _, ending = ticker.partition(".")
    assert not re.fullmatch(NOTATION.get(ending, "(?!)"), code)


def test_every_zone_exists():
    zones = {one.zone for one in PRESS if one.zone}
    assert {"Asia/Taipei", "America/New_York", "Europe/Berlin"} <= zones
    assert {ZoneInfo(zone).key for zone in zones} == zones


def test_every_domain_is_one_outlets():
    domains = Counter(domain for one in PRESS for domain in one.domains)
    assert [domain for domain, count in domains.items() if count > 1] == []
    assert [one for one in domains if not re.fullmatch(r"([a-z0-9-]+\.)+[a-z]{2,4}", one)] == []


def test_no_spelling_is_too_short_to_be_found_safely():
    short = {
        spelling
        for one in (*FIRMS, *BODIES, *PRESS)
        for spelling in spellings(one)
        if len(spelling) < 2 or (len(spelling) == 2 and spelling.isascii())
    }
    assert short == set(TWO_LETTERS)


def test_what_is_not_meant_contains_what_could_be():
    idle = [
        (one.id, phrase)
        for one in (*FIRMS, *BODIES, *PRESS)
        for phrase in one.unless
        for way in list(_ways(phrase))[:1]
        if not any(spelling in way for spelling in spellings(one))
    ]
    assert idle == []


def test_a_doubt_is_not_a_sign_of_the_firm_itself():
    doubts = [
        (one.id, word) for one in FIRMS for word in one.doubt if set(_ways(word)) & spellings(one)
    ]
    assert doubts == []
    assert "果園" in NAMES.firms["apple"].doubt
    assert Firm(id="a", name="A").doubt == ()


def test_every_recorded_security_is_a_listing_of_its_firm():
    securities = yaml.safe_load(recorded_folder().text("securities.yaml"))["securities"]
    shares = {one["ticker"]: one["firm"] for one in securities if "firm" in one}
    assert len(shares) >= 12
    for ticker, firm in shares.items():
        assert ticker in NAMES.firms[firm].listings
        assert NAMES.firm_with(ticker) is NAMES.firms[firm]


@pytest.mark.parametrize(
    ("text", "listings"),
    [
        ("台積電", ("2330.TW", "TSM")),
        ("阿里巴巴", ("BABA", "9988.HK")),
        ("HSBC", ("HSBA.L", "0005.HK", "HSBC")),
        ("理想汽车", ("LI", "2015.HK")),
        ("Shopify", ("SHOP", "SHOP.TO")),
        ("渣打", ("STAN.L", "2888.HK")),
        ("BeiGene", ("ONC", "6160.HK", "688235.SS")),
        ("力拓", ("RIO.L", "RIO.AX", "RIO")),
        ("和碩", ("4938.TW",)),
        ("Credit Suisse", ()),
    ],
)
def test_a_name_means_all_listings_of_the_firm(text, listings):
    (who,) = found(text)
    assert NAMES.firms[who.removeprefix("firm:")].listings == listings


def test_a_ticker_that_nobody_lists_is_nobodys():
    assert NAMES.firm_with("NOSUCH") is None
    assert NAMES.listing_numbered("9999999") is None


def test_a_number_is_a_listing_only_where_one_firm_has_it():
    assert NAMES.listing_numbered("3661") == "3661.TW"
    assert NAMES.firms["airoha"].listings == ("6526.TW",)
    assert NAMES.firms["socionext"].listings == ("6526.T",)
    assert NAMES.listing_numbered("6526") is None


@pytest.mark.parametrize(
    "text",
    [
        "公司將努力拓展海外市場",
        "博士和碩士畢業生人數",
        "東南亞科技園區開幕",
        "通膨走高通膨預期升溫",
        "再生元件與背景碩士",
        "手機中芯片的數量",
        "科技嘉年華本週登場",
        "工地新建行道樹",
        "好友達成協議",
        "社群創作者收入",
        "各國巨頭齊聚",
        "日本田徑錦標賽",
        "價格芯片供應",
        "河北約有三千家",
        "聯合國際夥伴",
        "聯合報導",
        "汗滴滴在地上",
        "the visa holder met a target and closed a gap",
    ],
)
def test_a_name_inside_another_word_is_nobody(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("必和必拓與力拓擴產", ["firm:bhp", "firm:rio"]),
        ("Thomson Reuters bought a start-up", ["firm:thomsonreuters"]),
        ("京東方面表示", ["firm:jd"]),
        ("京東方擴產", ["firm:boe"]),
        ("Merck KGaA and Merck", ["firm:merckkgaa", "firm:merck"]),
        ("西門子能源與西門子", ["firm:siemensenergy", "firm:siemens"]),
        ("McDonald’s and Lowe’s", ["firm:mcdonalds", "firm:lowes"]),
        ("三星電機供貨三星電子", ["firm:semco", "firm:samsung"]),
        ("英國國家統計局與國家統計局", ["body:ons", "body:nbs"]),
        ("聯合報報導", ["press:udn"]),
        ("GeForce RTX graphics; RTX Corp missiles", ["firm:rtx"]),
    ],
)
def test_the_longest_name_wins(text, who):
    assert found(text) == who


def test_the_same_file_is_read_once():
    assert load_names(recorded_folder()) is load_names(recorded_folder())


@pytest.mark.parametrize(
    ("spoiled", "words"),
    [
        ("firms:\n- id: a\n", "name"),
        ("firms:\n- id: a\n  name: A\n  alias: [b]\n", "alias"),
        ("firms: [a\n", "expected"),
        ("- a\n", "attribute"),
    ],
)
def test_a_spoiled_file_is_refused_by_name(tmp_path, spoiled, words):
    shutil.copytree(recorded_folder().path, tmp_path / "data")
    (tmp_path / "data" / FILE).write_text(spoiled, encoding="utf-8")
    write_manifest(tmp_path / "data")
    with pytest.raises(DataError, match=rf"names\.yaml.*{words}"):
        load_names(RecordedFolder(tmp_path / "data"))
