"""The pages written for this project and their right answers: sound in themselves.

Nothing here reads a page with the package: the answers must hold without it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

PAGES = Path(__file__).resolve().parents[2] / "reference" / "pages"
NUMBERS = [f"{number:02d}" for number in range(1, 41)]

LANGUAGES = {"en": 14, "zh-Hant": 13, "zh-Hans": 13}
ENCODINGS = {
    "08": "cp1252",
    "10": "utf-16",
    "19": "big5",
    "34": "gb18030",
    "39": "utf-8-sig",
}
GLOSSED = ["24", "26"]
KEYS = {
    *("encoding", "language", "title", "publisher", "published_at", "published_zone"),
    *("event_date", "original_source", "organisations", "amounts", "market_claims"),
    *("category", "story", "body_first", "body_last", "forbidden"),
}
OPTIONAL = {"interruptions"}
CLAIMS = {
    *("fall", "rise", "recovery", "flat", "record_high", "record_low"),
    *("limit_down", "limit_up", "value_loss", "value_gain"),
}
WORDINGS = {"more than", "at least", "about", "less than", "exactly", None}
CURRENCIES = {"CNY", "DKK", "EUR", "GBP", "HKD", "JPY", "KRW", "TWD", "USD", None}
TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
GLOSS = re.compile(rf"\([a-zü]{{0,5}}[{TONES}][a-zü]{{0,5}}\)")
TICKER = re.compile(r"[A-Z0-9]{1,10}(-[A-Z])?(\.[A-Z]{1,2})?")
SUM = re.compile(r"[$€£¥]\d|[\d０-９] ?[億亿兆萬万]* ?(?:[美欧歐港日]?元|日圓)")


class Text(HTMLParser):
    """What a browser shows of a page."""

    HIDDEN = ("script", "style", "title")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.depth += tag in self.HIDDEN
        self.pieces.append(" " * (tag not in ("a", "b", "i", "em", "span")))

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag in self.HIDDEN
        self.pieces.append(" " * (tag not in ("a", "b", "i", "em", "span")))

    def handle_data(self, data: str) -> None:
        if not self.depth:
            self.pieces.append(data)


def spaced(text: str) -> str:
    """White space of any kind and length as one space."""
    return " ".join(text.split())


def path(number: str) -> Path:
    (found,) = [file for file in PAGES.glob(f"{number}.*") if file.suffix != ".yaml"]
    return found


@cache
def decoded(number: str) -> str:
    return path(number).read_text(encoding=ENCODINGS.get(number, "utf-8"))


@cache
def shown(number: str) -> str:
    """Text a reader sees, without pinyin glosses."""
    text = decoded(number)
    if path(number).suffix == ".html":
        parser = Text()
        parser.feed(text)
        text = "".join(parser.pieces)
    return spaced(GLOSS.sub("", text))


@cache
def answers(number: str) -> dict[str, Any]:
    return yaml.safe_load((PAGES / f"{number}.yaml").read_text(encoding="utf-8"))


def body(number: str) -> str:
    """From the first to the last words of the article, without what interrupts it."""
    right, text = answers(number), shown(number)
    first, last = text.find(right["body_first"]), text.rfind(right["body_last"])
    assert 0 <= first < last, (first, last)
    text = text[first : last + len(right["body_last"])]
    for piece in right.get("interruptions", []):
        assert piece in text
        text = text.replace(piece, " ")
    return text


def article(number: str) -> str:
    return f"{answers(number)['title'] or ''} {body(number)}"


def days(value: str | list[str] | None) -> list[dt.date]:
    dates = [] if value is None else [value] if isinstance(value, str) else value
    return [dt.date.fromisoformat(one) for one in dates]


def spellings(organisation: dict[str, Any]) -> list[str]:
    return [organisation["name"], *organisation.get("spellings", [])]


def everything(key: str) -> list[dict[str, Any]]:
    return [one for number in NUMBERS for one in answers(number)[key]]


# --- the files ------------------------------------------------------------------------------------


def test_every_page_has_answers_and_every_answer_a_page():
    assert sorted(file.stem for file in PAGES.glob("*.yaml")) == NUMBERS
    pages = sorted(file for file in PAGES.iterdir() if file.suffix in (".txt", ".html"))
    assert [file.stem for file in pages] == NUMBERS
    others = {file.name for file in PAGES.iterdir()} - {file.name for file in pages}
    assert {name for name in others if not name.endswith(".yaml")} == {"README.md"}


def test_languages_and_forms_are_as_many_as_the_readme_says():
    assert Counter(answers(number)["language"] for number in NUMBERS) == LANGUAGES
    assert Counter(path(number).suffix for number in NUMBERS) == {".txt": 20, ".html": 20}
    readme = (PAGES / "README.md").read_text(encoding="utf-8")
    for language, count in LANGUAGES.items():
        assert f"| {language} | {count} |" in readme


@pytest.mark.parametrize("number", NUMBERS)
def test_a_page_is_encoded_as_its_answers_say(number):
    encoding = ENCODINGS.get(number, "utf-8")
    data = path(number).read_bytes()
    text = decoded(number)
    assert answers(number)["encoding"] == encoding
    assert "\ufffd" not in text
    assert "\r" not in text
    assert data.startswith(b"\xef\xbb\xbf") is (encoding == "utf-8-sig")
    assert data.startswith(b"\xff\xfe") is (encoding == "utf-16")
    if encoding in ("cp1252", "big5", "gb18030"):
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")


@pytest.mark.parametrize("number", sorted(ENCODINGS))
def test_the_readme_names_the_pages_in_other_encodings(number):
    readme = (PAGES / "README.md").read_text(encoding="utf-8")
    assert f"| `{path(number).name}` | {ENCODINGS[number]} |" in readme


def test_pages_have_the_length_of_real_ones():
    sizes = [path(number).stat().st_size for number in NUMBERS]
    assert min(sizes) > 500
    assert max(sizes) < 8_000
    assert sum(size >= 1_500 for size in sizes) >= 32


def test_the_oddities_the_readme_promises_are_there():
    glossed = [number for number in NUMBERS if len(GLOSS.findall(decoded(number))) > 10]
    assert glossed == GLOSSED
    assert "(iii)" in shown("13")
    assert "(iii)" in shown("24")
    assert decoded("11").count("â€") == 2
    assert sum("\xa0" in decoded(number) or "&nbsp;" in decoded(number) for number in NUMBERS) >= 4
    assert re.search("[０-９]{3}", decoded("35"))
    assert sum("application/ld+json" in decoded(number) for number in NUMBERS) >= 3
    assert sum("**" in decoded(number) for number in NUMBERS) >= 8


# --- the answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", NUMBERS)
def test_answers_have_every_key_and_no_other(number):
    right = answers(number)
    assert KEYS <= set(right) <= KEYS | OPTIONAL
    assert right["category"]
    for one in right["organisations"]:
        assert {"name", "tickers", "kind"} <= set(one) <= {"name", "tickers", "kind", "spellings"}
        assert one["kind"] in ("firm", "body")
        assert one["kind"] == "firm" or one["tickers"] == []
        assert all(TICKER.fullmatch(ticker) for ticker in one["tickers"])
    for one in right["amounts"]:
        assert {"text", "low", "high", "currency"} <= set(one)
        assert set(one) <= {"text", "low", "high", "currency", "vague"}
        assert 0 < one["low"] <= one["high"]
        assert one["currency"] in CURRENCIES
        assert one["high"] == 10 * one["low"] if one.get("vague") else True
    for one in right["market_claims"]:
        assert set(one) == {"organisation", "kind", "size", "wording"}
        assert one["kind"] in CLAIMS
        assert one["wording"] in WORDINGS
        assert one["size"] is None or 0 < one["size"] < 1
        assert one["size"] is None or one["wording"] is not None


@pytest.mark.parametrize("number", NUMBERS)
def test_title_publisher_and_amounts_stand_on_the_page(number):
    right = answers(number)
    if right["title"] is not None:
        assert right["title"] in shown(number)
    if right["publisher"] is not None:
        assert right["publisher"].casefold() in shown(number).casefold()
    for one in right["amounts"]:
        assert one["text"] in article(number)


@pytest.mark.parametrize("number", NUMBERS)
def test_amounts_stand_in_the_order_of_the_text(number):
    places = [article(number).index(one["text"]) for one in answers(number)["amounts"]]
    assert places == sorted(places)


@pytest.mark.parametrize("number", NUMBERS)
def test_no_plain_sum_of_money_was_overlooked(number):
    """Spaces aside: the headline may close up what the body spaces."""
    text = article(number).replace(" ", "")
    for one in sorted((one["text"] for one in answers(number)["amounts"]), key=len, reverse=True):
        text = text.replace(one.replace(" ", ""), "|")
    assert SUM.findall(text) == []


@pytest.mark.parametrize("number", NUMBERS)
def test_every_organisation_stands_in_the_article(number):
    text = article(number)
    for one in answers(number)["organisations"]:
        assert [name for name in spellings(one) if name in text], one["name"]
        assert [name for name in one.get("spellings", []) if name not in text] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_claims_are_about_organisations_of_the_page(number):
    names = {one["name"] for one in answers(number)["organisations"]}
    assert {one["organisation"] for one in answers(number)["market_claims"]} <= names


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_forbidden_stands_outside_the_article(number):
    """On the page but not in the article; names and days may also stand there in other words."""
    right, text = answers(number), article(number)
    assert [one for one in right["forbidden"] if one in text] == []
    page = GLOSS.sub("", decoded(number)) + decoded(number) + shown(number)
    elsewhere = [one for one in right["forbidden"] if one.casefold() in page.casefold()]
    others = set(right["forbidden"]) - set(elsewhere)
    assert elsewhere
    for one in others:
        assert one.isascii(), one
    kept = {key: value for key, value in right.items() if key not in ("forbidden", "interruptions")}
    values = yaml.safe_dump(kept, allow_unicode=True)
    assert [one for one in right["forbidden"] if one in values] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_dates_are_in_order_and_a_zone_is_an_offset(number):
    right = answers(number)
    stamp = right["published_at"]
    dates = days(right["event_date"])
    assert dates == sorted(dates)
    if stamp is None:
        assert right["published_zone"] is None
        return
    assert all(day <= dt.date.fromisoformat(stamp[:10]) for day in dates)
    moment = dt.datetime.fromisoformat(stamp)
    assert (right["published_zone"] is not None) is (moment.tzinfo is not None)


# --- the corpus as a whole ------------------------------------------------------------------------


def test_one_name_has_the_same_listings_on_every_page():
    listings: dict[str, set[tuple[str, ...]]] = {}
    for one in everything("organisations"):
        known = listings.setdefault(one["name"], set())
        known.add((one["kind"], *sorted(one["tickers"])))
    assert {name for name, found in listings.items() if len(found) > 1} == set()
    names = Counter(ticker for found in listings.values() for one in found for ticker in one[1:])
    assert {ticker for ticker, count in names.items() if count > 1} == set()


def test_the_corpus_is_wide():
    organisations = everything("organisations")
    names = {one["name"] for one in organisations}
    bodies = {one["name"] for one in organisations if one["kind"] == "body"}
    private = {one["name"] for one in organisations if not one["tickers"]} - bodies
    assert len(names) >= 60
    assert len(bodies) >= 10
    assert len(private) >= 8
    assert {one["currency"] for one in everything("amounts")} == CURRENCIES
    claims = Counter(one["kind"] for one in everything("market_claims"))
    assert set(claims) == CLAIMS
    assert sum(bool(one.get("vague")) for one in everything("amounts")) >= 4


def test_every_kind_of_date_evidence_occurs():
    stamps = [answers(number)["published_at"] for number in NUMBERS]
    assert stamps.count(None) >= 4
    assert sum(stamp is not None and len(stamp) == 10 for stamp in stamps) >= 6
    assert sum(stamp is not None and "T" in stamp and len(stamp) == 19 for stamp in stamps) >= 8
    assert sum(stamp is not None and len(stamp) == 25 for stamp in stamps) >= 8
    dates = [answers(number)["event_date"] for number in NUMBERS]
    assert dates.count(None) >= 3
    assert sum(isinstance(date, list) for date in dates) >= 1


def disagreements(one: str, two: str) -> set[str]:
    """Fields in which two pages of one story differ, leaving names and words aside."""
    first, second = answers(one), answers(two)
    differ = {key for key in ("published_at", "event_date") if first[key] != second[key]}
    for key in ("amounts", "market_claims"):
        fields = ("low", "high", "currency") if key == "amounts" else ("organisation", "size")
        sets = [
            {tuple(item[at] for at in fields) for item in page[key]} for page in (first, second)
        ]
        differ |= {key} if sets[0] ^ sets[1] else set()
    return differ


def test_six_stories_are_told_twice_and_the_two_pages_disagree():
    told: dict[str, list[str]] = {}
    for number in NUMBERS:
        told.setdefault(answers(number)["story"], []).append(number)
    pairs = [numbers for numbers in told.values() if len(numbers) > 1]
    assert pairs == [
        ["02", "29"],
        ["03", "16"],
        ["04", "17"],
        ["05", "31"],
        ["15", "28"],
        ["18", "30"],
    ]
    for one, two in pairs:
        assert answers(one)["language"] != answers(two)["language"]
        assert disagreements(one, two) & {"amounts", "market_claims"}


def test_two_pairs_look_alike_and_are_different_stories():
    """Two shared firms within a week, but another story."""
    alike = []
    for one, two in combinations(NUMBERS, 2):
        first, second = answers(one), answers(two)
        shared = {item["name"] for item in first["organisations"]} & {
            item["name"] for item in second["organisations"] if item["kind"] == "firm"
        }
        when = sorted(days(first["event_date"])[:1] + days(second["event_date"])[:1])
        near = len(when) == 2 and (when[1] - when[0]).days <= 7
        if near and len(shared) >= 2 and first["story"] != second["story"]:
            alike.append((one, two))
    assert {("06", "07"), ("32", "33")} <= set(alike)


def test_no_sentence_of_ten_words_stands_on_two_pages():
    """Written by hand, each for itself."""
    seen: dict[str, str] = {}
    for number in NUMBERS:
        for sentence in re.split(r"[.!?。！？]", body(number)):
            words = spaced(sentence)
            if len(words) >= 40:
                assert seen.setdefault(words, number) == number, words


def test_weekdays_beside_full_dates_are_right():
    months = "January February March April May June July August September October November December"
    weekdays = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
    english = re.compile(
        rf"({weekdays.replace(' ', '|')}),? (\d{{1,2}}) ({months.replace(' ', '|')}) (\d{{4}})"
    )
    chinese = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日[（(\s]?(?:星期|周|週)([一二三四五六日])")
    found = []
    for number in NUMBERS:
        for weekday, day, month, year in english.findall(shown(number)):
            date = dt.date(int(year), months.split().index(month) + 1, int(day))
            found.append((number, date, weekdays.split().index(weekday)))
        for year, month, day, weekday in chinese.findall(shown(number)):
            date = dt.date(int(year), int(month), int(day))
            found.append((number, date, "一二三四五六日".index(weekday)))
    assert len(found) >= 2
    assert [one for one in found if one[1].weekday() != one[2]] == []


def test_ranges_of_amounts_occur_in_both_scripts():
    ranges = [one["text"] for one in everything("amounts") if one["low"] < one["high"]]
    assert sum(text.isascii() for text in ranges) >= 4
    assert sum("至" in text for text in ranges) >= 4
