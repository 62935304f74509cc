"""Tickers as pages write them, in Yahoo's notation.

In: a line. Out: each ticker with its place. It must not know firms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analytics.events.articles.page import Line, Place

# Ending of a notation, or name of an exchange -> ending in Yahoo's notation.
ENDINGS = {
    **dict.fromkeys(("US", "O", "OQ", "N", "NYSE", "NASDAQ", "AMEX", "NYQ"), ""),
    **dict.fromkeys(("TW", "TT", "TWSE", "TPE"), ".TW"),
    **dict.fromkeys(("TWO", "TPEX"), ".TWO"),
    **dict.fromkeys(("HK", "SEHK", "HKEX", "HKG"), ".HK"),
    **dict.fromkeys(("SS", "SH", "SSE", "SHSE", "SHA"), ".SS"),
    **dict.fromkeys(("SZ", "SZSE", "SHE"), ".SZ"),
    **dict.fromkeys(("T", "JP", "TSE", "TYO"), ".T"),
    **dict.fromkeys(("KS", "KRX", "KR"), ".KS"),
    **dict.fromkeys(("L", "LSE", "LON", "LN"), ".L"),
    **dict.fromkeys(("DE", "XETRA", "ETR", "FWB", "FRA"), ".DE"),
    **dict.fromkeys(("PA", "EPA"), ".PA"),
    **dict.fromkeys(("AS", "AMS"), ".AS"),
    **dict.fromkeys(("SW", "SIX"), ".SW"),
    **dict.fromkeys(("AX", "ASX"), ".AX"),
    **dict.fromkeys(("NS", "NSE"), ".NS"),
    **dict.fromkeys(("BO", "BSE"), ".BO"),
    **dict.fromkeys(("TO", "TSX"), ".TO"),
    **dict.fromkeys(("MI", "BIT"), ".MI"),
    "CO": ".CO",
    "ST": ".ST",
    "SA": ".SA",
    "SR": ".SR",
    "HE": ".HE",
    "OL": ".OL",
}
HAN_EXCHANGES = {
    "纳斯达克": "NASDAQ",
    "那斯达克": "NASDAQ",
    "纽交所": "NYSE",
    "纽约证券交易所": "NYSE",
    "纽约证交所": "NYSE",
    "美股": "US",
    "港交所": "HK",
    "港股": "HK",
    "香港": "HK",
    "台股": "TW",
    "上交所": "SH",
    "沪市": "SH",
    "深交所": "SZ",
    "深市": "SZ",
    "东京": "T",
}
# What a story says of an exchange; mainland shares of both exchanges count as Shanghai's here.
SIGNS = {
    ".TW": re.compile(r"台股|新台币|台币|加权指数|证交所|柜买|三大法人|台北股市|亿元新|上市柜"),
    ".HK": re.compile(r"港股|港元|港币|恒指|恒生|联交所|港交所"),
    ".SS": re.compile(r"A股|沪指|深市|沪市|两市|创业板|科创板|上证|深证|人民币|上交所|深交所"),
    ".T": re.compile(r"日圆|日元|日经|东京股市|东证|东京收"),
    ".KS": re.compile(r"韩元|韩圜|KOSPI|首尔股市", re.IGNORECASE),
}
DIGITS = {".TW": (4,), ".HK": (4, 5), ".T": (4,), ".KS": (6,)}
SUFFIXED = re.compile(
    r"(?<![A-Za-z0-9.-])(?P<code>[0-9]{4,6}|[A-Z]{2,5}|[A-Z](?=[.-]US)|"
    r"[0-9]{3}[A-Z])[.-](?P<end>TWO|US|TW|TT|HK|OQ|SS|SH|SZ|KS|DE|PA|AS|SW|AX|NS|"
    r"BO|TO|MI|CO|ST|SA|SR|HE|OL|JP|O|N|T|L)(?![A-Za-z0-9])"
)
NAMES = "|".join(
    sorted(
        (re.escape(one) for one in [*HAN_EXCHANGES, *ENDINGS] if len(one) > 1),
        key=len,
        reverse=True,
    )
)
PREFIXED = re.compile(
    rf"(?<![A-Za-z0-9])(?P<end>{NAMES}|NasdaqGS|"
    rf"Nasdaq)\s?(?:股票)?(?:代[码号])?\s?[::]\s?(?P<code>[0-9]{{3,6}}|"
    rf"[A-Z]{{1,5}})(?![A-Za-z0-9])"
)
LISTED = re.compile(
    r"(?:股票代[码号]|证券代[码号]|股号|代[码号])\s?[::]?\s?(?P<code>[0-9]{4,6})(?!\d)"
)
BRACKETED = re.compile(r"(?<=[\u3400-\u9fff])\s?\((?P<code>[0-9]{4,6})\)")
CASHTAG = re.compile(
    r"(?<![A-Za-z0-9$])\$(?!(?:NT|HK|US|AU|CA|SG|NZ|MX)\b)(?P<code>[A-Z]{1,5})(?![A-Za-z0-9])"
)
# Codes with digits, with a class of shares, or longer than five letters, where that is the custom.
LONGER = re.compile(
    r"(?<![A-Za-z0-9.])(?P<code>[A-Z][A-Z0-9&]{0,9}(?:-[A-Z])?)\."
    r"(?P<end>NS|BO|SA|DE|PA|AS|SW|CO|ST|HE|OL|MI|L|AX|TO)(?![A-Za-z0-9])"
)


@dataclass(frozen=True)
class Ticker:
    """A ticker at a place.

    Attributes
    ----------
    symbol : str
        In Yahoo's notation.
    text : str
        As written.
    place : Place
    assumed : bool
        Whether the exchange was told from a bare number and what the story speaks of; a symbol
        without an ending then has none.
    """

    symbol: str
    text: str
    place: Place
    assumed: bool = False


def home_exchange(lines: Iterable[Line]) -> str:
    """Ending of the exchange that a story speaks of most; empty where it speaks of none.

    Examples
    --------
    >>> from analytics.events.articles.page import line
    >>> home_exchange([line(1, "恒指升2%,佐丹奴(0709)收報2港元")])
    '.HK'
    """
    text = "".join(one.plain for one in lines)
    counts = {ending: len(pattern.findall(text)) for ending, pattern in SIGNS.items()}
    best = max(counts, key=lambda ending: counts[ending])
    rivals = [ending for ending, count in counts.items() if count == counts[best]]
    return best if counts[best] and len(rivals) == 1 else ""


def find_tickers(line: Line, *, home: str = "") -> Iterator[Ticker]:
    """Every ticker in a line.

    Parameters
    ----------
    line : Line
    home : str
        Ending of the exchange that a bare number belongs to where digits alone do not tell.

    Yields
    ------
    Ticker

    Examples
    --------
    >>> from analytics.events.articles.page import line
    >>> text = "台積電(2330-TW)(TSM.US)、騰訊(00700.HK)、AMD (NASDAQ: AMD)、茅台(600519)"
    >>> [one.symbol for one in find_tickers(line(1, text), home=".SS")]
    ['2330.TW', 'TSM', '0700.HK', 'AMD', '600519.SS']
    """
    found = {}
    for pattern in (SUFFIXED, LONGER, PREFIXED, LISTED, BRACKETED, CASHTAG):
        for match in pattern.finditer(line.plain):
            code, end = match.group("code"), match.groupdict().get("end") or ""
            symbol, start = _symbol(code, end, home), match.start("code")
            if symbol and start not in found:
                place = Place(line.number, match.start(), match.end())
                text = line.text[match.start() : match.end()]
                found[start] = Ticker(symbol, text, place, assumed=not end and code.isdigit())
    yield from (found[start] for start in sorted(found))


def _symbol(code: str, end: str, home: str) -> str:
    key = HAN_EXCHANGES.get(end, end).upper().replace("NASDAQGS", "NASDAQ")
    if key in ENDINGS:
        ending = ENDINGS[key]
        if ending == "" and code.isdigit():
            return ""
        if ending == ".HK" and code.isdigit():
            code = code.lstrip("0").rjust(4, "0")
        return code + ending
    if not code.isdigit():
        return code
    return _by_number(code, home)


def _by_number(code: str, home: str) -> str:
    """A bare number on the exchange that the story speaks of, if its digits fit; else as it is."""
    if len(code) == 6 and home == ".SS":
        return code + (".SS" if code[0] in "69" else ".SZ" if code[0] in "023" else "")
    if len(code) in DIGITS.get(home, ()) and not (len(code) == 4 and 1980 <= int(code) <= 2100):
        return (code.lstrip("0").rjust(4, "0") if home == ".HK" else code) + home
    return "" if len(code) == 4 and 1980 <= int(code) <= 2100 else code
