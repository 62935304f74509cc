"""Yahoo's codes of exchanges: whose calendar they follow, and the index that stands for the market.

In: what Yahoo says a ticker is. Out: a `Security`. It must not know prices.

``LISTED`` holds codes that yfinance's own tables place in the same country, ``GENERAL_KNOWLEDGE``
those of indices, currencies and crypto that no table of it names. A code that stands in neither has
no calendar: trading places with hours of their own are left out rather than guessed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from analytics.errors import InputError
from analytics.market.calendars import city_of, exchange_calendar
from analytics.market.reply import YahooListing
from analytics.market.securities import Security, recorded_directory

if TYPE_CHECKING:
    import pandas as pd

LISTED = {
    "XNYS": "ASE BTS CXI NAE NAS NCM NGM NMS NYQ OEM OGM OQB OQX PCX PNK WCB",
    "XTSE": "CNQ NEO TOR VAN",
    "BVMF": "SAO",
    "XMEX": "MEX",
    "XBUE": "BUE",
    "XBOG": "BVC",
    "XSGO": "SGO",
    "XLON": "IOB LSE",
    "XETR": "GER",
    "XFRA": "FRA",
    "XSTU": "STU",
    "XDUS": "DUS",
    "XHAM": "HAM",
    "XPAR": "PAR",
    "XAMS": "AMS",
    "XBRU": "BRU",
    "XLIS": "LIS",
    "XMIL": "MIL",
    "XMAD": "MAD MCE",
    "XSWX": "EBS",
    "XWBO": "VIE",
    "XSTO": "STO",
    "XCSE": "CPH",
    "XHEL": "HEL",
    "XOSL": "OSL",
    "XICE": "ICE",
    "XTAL": "TAL",
    "XRIS": "RIS",
    "XLIT": "LIT",
    "XDUB": "ISE",
    "XWAR": "WSE",
    "XPRA": "PRA",
    "XBUD": "BUD",
    "XBSE": "BVB",
    "ASEX": "ATH",
    "XIST": "IST",
    "XTAE": "TLV",
    "XSAU": "SAU",
    "XJSE": "JNB",
    "XKAR": "KAR",
    "XTKS": "JPX OSA",
    "XHKG": "HKG",
    "XSHG": "SHH SHZ",
    "XTAI": "TAI TWO",
    "XKRX": "KOE KSC",
    "XBOM": "BSE NSI",
    "XSES": "SES",
    "XBKK": "SET",
    "XIDX": "JKT",
    "XKLS": "KLS",
    "XPHS": "PHP PHS",
    "XASX": "ASX",
    "XNZE": "NZE",
}
GENERAL_KNOWLEDGE = {
    "XNYS": "CBO DJI NIM NYS SNP",
    "XLON": "FGI",
    "24/7": "CCC",
    "24/5": "CCY",
}
CALENDARS = {
    yahoo: code
    for table in (LISTED, GENERAL_KNOWLEDGE)
    for code, listed in table.items()
    for yahoo in listed.split()
}
OWN_DATES = "the dates of its prices count as its sessions; it takes no news with a clock time"
BENCHMARKS = {
    "XNYS": "^GSPC",
    "XTSE": "^GSPTSE",
    "BVMF": "^BVSP",
    "XMEX": "^MXX",
    "XLON": "^FTSE",
    "XETR": "^GDAXI",
    "XFRA": "^GDAXI",
    "XPAR": "^FCHI",
    "XAMS": "^AEX",
    "XBRU": "^BFX",
    "XMAD": "^IBEX",
    "XSWX": "^SSMI",
    "XWBO": "^ATX",
    "XTKS": "^N225",
    "XHKG": "^HSI",
    "XSHG": "000001.SS",
    "XTAI": "^TWII",
    "XKRX": "^KS11",
    "XBOM": "^BSESN",
    "XSES": "^STI",
    "XIDX": "^JKSE",
    "XKLS": "^KLSE",
    "XASX": "^AXJO",
    "XNZE": "^NZ50",
    "XTAE": "^TA125.TA",
}


def calendar_of(listing: YahooListing) -> str | None:
    """The exchange_calendars code of a listing; None where Yahoo's code is not in the table.

    Examples
    --------
    >>> calendar_of(YahooListing("NMS", "USD", "America/New_York", "EQUITY"))
    'XNYS'
    """
    return CALENDARS.get(listing.exchange)


def why_no_calendar(listing: YahooListing, first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Why the sessions of a listing are not known over these days; empty where they are.

    Parameters
    ----------
    listing : YahooListing
    first, last : pandas.Timestamp

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> odd = YahooListing("ZZZ", "USD", "America/New_York", "EQUITY")
    >>> why_no_calendar(odd, pd.Timestamp("2025-01-02"), pd.Timestamp("2025-03-31")).partition(";")
    ("Yahoo's exchange 'ZZZ' has no calendar here", ';', ' the dates of its prices count ...
    """
    code = calendar_of(listing)
    if code is None:
        return f"Yahoo's exchange {listing.exchange!r} has no calendar here; {OWN_DATES}"
    try:
        exchange_calendar(code, first, last)
    except InputError:
        return (
            f"exchange_calendars cannot build {code} from {first:%Y-%m-%d} to {last:%Y-%m-%d}; "
            f"{OWN_DATES}"
        )
    return ""


def benchmark_of(ticker: str, listing: YahooListing) -> str | None:
    """The index that stands for a share's market; None for an index, a currency, an unknown place.

    Parameters
    ----------
    ticker : str
        One of the recorded securities keeps the benchmark that is recorded for it.
    listing : YahooListing

    Returns
    -------
    str or None

    Examples
    --------
    >>> benchmark_of("SAP.DE", YahooListing("GER", "EUR", "Europe/Berlin", "EQUITY"))
    '^GDAXI'
    """
    recorded = recorded_directory().securities.get(ticker)
    if recorded is not None:
        return recorded.benchmark
    chosen = BENCHMARKS.get(calendar_of(listing) or "")
    return chosen if _kind(listing) == "share" and chosen != ticker else None


def security_of(
    ticker: str, listing: YahooListing, priced: Collection[str], *, dated: bool = True
) -> Security:
    """The security that Yahoo describes, with what is recorded of it here.

    Parameters
    ----------
    ticker : str
    listing : YahooListing
    priced : collection of str
        Tickers that have prices: only one of them becomes the benchmark.
    dated : bool
        Whether the calendar of its exchange covers its prices; it gets none otherwise.

    Returns
    -------
    Security

    Examples
    --------
    >>> tsmc = YahooListing("TAI", "TWD", "Asia/Taipei", "EQUITY")
    >>> one = security_of("2330.TW", tsmc, ["2330.TW", "^TWII"])
    >>> one.calendar, one.currency, one.benchmark, one.price_limit
    ('XTAI', 'TWD', '^TWII', 0.1)
    """
    code, benchmark = calendar_of(listing), benchmark_of(ticker, listing)
    known = recorded_directory().securities.get(ticker) or Security(
        ticker=ticker, name=listing.name or ticker, kind=_kind(listing)
    )
    place = {"calendar": code if dated else None, "exchange": city_of(code)} if code else {}
    return known.model_copy(
        update={
            **place,
            "currency": listing.currency or known.currency,
            "benchmark": benchmark if benchmark in priced else None,
        }
    )


def _kind(listing: YahooListing) -> Literal["share", "index", "currency"]:
    if listing.kind == "INDEX":
        return "index"
    return "currency" if listing.kind == "CURRENCY" else "share"
