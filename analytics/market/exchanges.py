"""Yahoo's codes of exchanges: whose calendar they follow, and the index that stands for the market.

In: what Yahoo says a ticker is. Out: a `Security`. It must not know prices.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from analytics.market.calendars import city_of
from analytics.market.reply import YahooListing
from analytics.market.securities import Security, recorded_directory

_CALENDARS = {
    "XNYS": "ASE BTS CBO CXI DJI NCM NGM NIM NMS NYQ NYS OEM OQB OQX PCX PNK SNP WCB",
    "XTSE": "CNQ NEO TOR VAN",
    "BVMF": "SAO",
    "XMEX": "MEX",
    "XBUE": "BUE",
    "XSGO": "SGO",
    "XLON": "FGI IOB LSE",
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
    "XMAD": "MCE",
    "XSWX": "EBS",
    "XWBO": "VIE",
    "XSTO": "STO",
    "XCSE": "CPH",
    "XHEL": "HEL",
    "XOSL": "OSL",
    "XICE": "ICE",
    "XDUB": "ISE",
    "XWAR": "WSE",
    "XPRA": "PRA",
    "XBUD": "BUD",
    "ASEX": "ATH",
    "XIST": "IST",
    "XTAE": "TLV",
    "XSAU": "SAU",
    "XJSE": "JNB",
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
    "XASX": "ASX",
    "XNZE": "NZE",
    "24/7": "CCC",
    "24/5": "CCY",
}
CALENDARS = {yahoo: code for code, listed in _CALENDARS.items() for yahoo in listed.split()}
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


def security_of(ticker: str, listing: YahooListing, priced: Collection[str]) -> Security:
    """The security that Yahoo describes, with what is recorded of it here.

    Parameters
    ----------
    ticker : str
    listing : YahooListing
    priced : collection of str
        Tickers that have prices: only one of them becomes the benchmark.

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
    place = {"calendar": code, "exchange": city_of(code)} if code else {}
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
