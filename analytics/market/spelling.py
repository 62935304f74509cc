"""Yahoo's spelling of a ticker that stands in a text in another notation.

In: a ticker that Yahoo does not know. Out: those it may mean. It must not know prices.
"""

from __future__ import annotations

import re

from analytics.names import recorded_names

FORM = re.compile(r"(?P<base>[A-Z0-9]+)(?:[.-](?P<place>[A-Z]{1,3}))?")
AMERICAN = ("US", "O", "N", "OQ")
TAIWANESE = ("TW", "TT", "TWO")
NUMBER = re.compile(r"\d{4,6}")


def may_mean(ticker: str) -> tuple[str, ...]:
    """Tickers in Yahoo's notation that another notation may mean; those of known firms first.

    Parameters
    ----------
    ticker : str
        As Taiwanese news write it: ``"2330"``, ``"2330-TW"``, ``"META.US"``.

    Returns
    -------
    tuple of str
        Empty where nothing is known; never the ticker itself.

    Examples
    --------
    >>> may_mean("2330-TW"), may_mean("META.US"), may_mean("9999"), may_mean("NVDA")
    (('2330.TW',), ('META',), ('9999.TW', '9999.TWO'), ())
    """
    found = FORM.fullmatch(ticker)
    base, place = (found["base"], found["place"]) if found else (ticker, None)
    usual: tuple[str, ...] = ()
    if place in AMERICAN:
        usual = (base,)
    elif place in (*TAIWANESE, None) and NUMBER.fullmatch(base):
        usual = (f"{base}.TW", f"{base}.TWO")
    names = recorded_names()
    known = tuple(one for one in usual if names.firm_with(one))
    listed = tuple(
        one
        for firm in names.firms.values()
        if ticker in firm.ticker_forms
        for one in firm.listings
        if one.partition(".")[0] == base
    )
    chosen = dict.fromkeys([*known, *listed]) or dict.fromkeys(usual)
    return tuple(one for one in chosen if one != ticker)
