"""Checked claims and changes of market value in sentences.

In: what `check_claims` and `value_change` give. Out: plain text. The reason of a check is worded
once, where it is computed; here it is set in the type of the pages: names instead of tickers, dates
as a sentence writes them, real minus signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import pandas as pd

from analytics.display import words
from analytics.display.names import label_of
from analytics.display.names import name as security
from analytics.display.sentences.studies import name
from analytics.events import claims as kinds
from analytics.events import load_events
from analytics.evidence import ClaimCheck, ClaimChecks, Figure
from analytics.market import recorded_directory

VERDICTS = {
    "supported": "supported",
    "partly": "partly right",
    "refuted": "refuted",
    "not_checkable": "not checkable",
}
_DATE = re.compile(r"(?<![\w-])(\d{4}-\d{2}-\d{2})(?![\w-])")
_MINUS = re.compile(r"(?<![\w.])-(?=\d)")
_PERCENT = re.compile(r"(?<=\d) (?=%)")
BILLION = 1e9


def typeset(text: str) -> str:
    """A plain text of a check as a page writes it.

    Examples
    --------
    >>> typeset("NVDA -17.0 % on 2025-01-27").replace(words.NARROW_SPACE, " ")
    'NVIDIA −17.0 % on 27 January 2025'
    """
    pattern, said = _names()
    text = pattern.sub(lambda found: said[found[1]], text)
    text = _DATE.sub(lambda found: words.long_date(pd.Timestamp(found[1])), text)
    return _PERCENT.sub(words.NARROW_SPACE, _MINUS.sub(words.MINUS, text))


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    """Tickers and ids of the recorded events, with what a sentence calls them."""
    said = {one.id: f"“{label_of(one)}”" for one in load_events()}
    for ticker, one in recorded_directory().securities.items():
        said[ticker] = name(ticker) if one.kind == "share" else security(ticker)
    longest = sorted(map(re.escape, said), key=len, reverse=True)
    return re.compile(rf"(?<![\w^.-])({'|'.join(longest)})(?![\w-])"), said


def claim_tally(checks: ClaimChecks) -> str:
    """How many claims got each verdict.

    Returns
    -------
    str
        A sentence without its full stop.
    """
    counts = checks.counts
    asked = len(checks) - counts["not_checkable"]
    if not asked:
        return f"Prices can check none of {words.count(len(checks), 'claim')}"
    return (
        f"Of {words.count(len(checks), 'claim')} prices can check {asked}: "
        f"{counts['supported']} supported, {counts['partly']} partly right, {counts['refuted']} "
        f"refuted"
    )


def claim_verdict(check: ClaimCheck) -> str:
    """The claim and its verdict, for a heading or the start of a line."""
    printed = words.join(check.claim.articles)
    noun = "article" if len(check.claim.articles) == 1 else "articles"
    return f"{check.id}, {VERDICTS[check.verdict]}: {check.claim.claim} ({noun} {printed})"


def claim_reason(check: ClaimCheck) -> str:
    """Why, with the numbers: whole sentences."""
    return typeset(check.reason)


def claim_line(check: ClaimCheck) -> str:
    """The claim, its verdict and what the prices say, in a line without its full stop."""
    return f"“{typeset(check.claim.claim)}”: {VERDICTS[check.verdict]}; {claim_found(check)}"


def claim_found(check: ClaimCheck) -> str:
    """What the prices say, in a few words for a figure; what is needed where they say nothing."""
    words_of = _FOUND.get(type(check.claim.check))
    if check.verdict == "not_checkable" or words_of is None:
        return typeset(check.would_change).rstrip(".")
    return words_of(check)


def _short(date: pd.Timestamp | None) -> str:
    return f"{date.day} {date:%b}" if date is not None else words.MISSING


def _change(figure: Figure) -> str:
    return words.percent(figure.value, signed=True)


def _fell(check: ClaimCheck) -> str:
    figures = check.figures
    first, within = figures["fall_day_0_close"], figures["fall_day_0_low"]
    deep = figures["fall_period_low"]
    deep = figures["fall_period_close"] if deep.date is None else deep
    said = []
    if first.date is not None:
        low = f" (low {_change(within)})" if within.date is not None else ""
        said.append(f"{_change(first)}{low} on {_short(first.date)}")
    return "; ".join([*said, f"{deep.basis} {_change(deep)} on {_short(deep.date)}"])


def _regained(check: ClaimCheck) -> str:
    figures = check.figures
    best, last = figures["share_regained_best_close"], figures["change_last_close"]
    share = words.percent(best.value, digits=0)
    then = f"{_change(last)} on {_short(last.date)}"
    return f"{share} regained by {_short(best.date)}; {then}"


def _fell_again(check: ClaimCheck) -> str:
    figures = check.figures
    fall = figures["fall"]
    text = f"{_change(fall)} by {_short(fall.date)}"
    part = figures.get("abnormal_part")
    if part is None:
        return text
    around = words.estimate(part.value, part.low, part.high, alpha=check.alpha)
    return f"{text}; abnormal {around}"


def _between(figure: Figure) -> str:
    """An estimate with its interval, short."""
    ends = [words.percent(end, unit=False, digits=1) for end in (figure.low, figure.high)]
    return f"{_change(figure)} ({ends[0]} to {ends[1]})"


def _swung(check: ClaimCheck) -> str:
    figures = check.figures
    moves = [one for key, one in figures.items() if key.startswith("return_")]
    known = [one.value for one in moves if one.value == one.value]
    ends = [words.percent(end, signed=True) for end in (min(known), max(known))]
    return f"{ends[0]} to {ends[1]} on the first session"


def _came(check: ClaimCheck) -> str:
    figures = check.figures
    event, fall = figures["event_day"], figures["largest_fall"]
    return f"event {_short(event.date)}; largest fall {_change(fall)} on {_short(fall.date)}"


def _reacted(check: ClaimCheck) -> str:
    figures = check.figures
    named = [
        (key.partition("_")[2], one)
        for key, one in figures.items()
        if key.startswith(("average_", "reaction_")) and one.n
    ]
    return f"abnormal {', '.join(f'{ticker} {_between(one)}' for ticker, one in named)}"


def _converted(check: ClaimCheck) -> str:
    figures = check.figures
    rates = [one for key, one in figures.items() if key != "rate_recorded"]
    said = words.join(dict.fromkeys(words.number(one.value, digits=4) for one in rates))
    recorded = figures.get("rate_recorded")
    beside = "no rate recorded"
    if recorded is not None:
        beside = f"recorded {words.number(recorded.value, digits=4)}"
    return f"{said} {rates[0].unit}; {beside}"


_FOUND: Mapping[type, Callable[[ClaimCheck], str]] = {
    kinds.Drawdown: _fell,
    kinds.Recovery: _regained,
    kinds.RenewedFall: _fell_again,
    kinds.Swing: _swung,
    kinds.Timing: _came,
    kinds.SignClaim: _reacted,
    kinds.Conversion: _converted,
}


def claim_change(check: ClaimCheck) -> str:
    """What would change the verdict: a whole sentence."""
    return typeset(check.would_change)


def worth(row: pd.Series, *, quoted: float | None = None, alpha: float = 0.05) -> str:
    """What a reaction was worth.

    Parameters
    ----------
    row : pandas.Series
        A row of `analytics.evidence.value_change`; its name is (event_id, ticker).
    quoted : float, optional
        The loss that is quoted elsewhere, in the same currency and positive: it is said to which
        share count it belongs.
    alpha : float
        Level of the interval in the row.

    Returns
    -------
    str
        One or two sentences without the last full stop.
    """
    who = name(str(row.name[1]))
    if row["reason"]:
        return f"{who}: no change of market value, {typeset(str(row['reason']))}"
    ends = [words.number(row[end] / BILLION, digits=0) for end in ("ci_low", "ci_high")]
    spans = ", and too narrow for the closure that it spans" if row["spans"] else ""
    receipts = str(row["shares_of"]) != str(row.name[1])
    counted = f"{words.number(row['shares'] / BILLION, digits=2)} billion "
    whole = "receipts, as many as the whole firm would be, at a price that holds a premium"
    counted += whole if receipts else "shares"
    text = (
        f"{who} {'lost' if row['raw_change'] < 0 else 'gained'} "
        f"{money(abs(row['raw_change']), row['currency'])} of market value {_when(row)} "
        f"({words.number(row['price_change'], digits=2, signed=True)} {row['currency']} on "
        f"{counted}; count of {words.long_date(row['shares_date'])}, {row['grade']} grade); its "
        f"abnormal part is {money(row['abnormal_change'], row['currency'])} "
        f"({words.confidence(alpha)} interval {ends[0]} to {ends[1]}, without the doubt about the "
        f"count{spans})"
    )
    if quoted is None:
        return text
    implied = quoted / abs(row["price_change"])
    away = implied / row["shares"] - 1.0
    return (
        f"{text}. The {money(quoted, row['currency'])} that the press quotes belong to "
        f"{words.number(implied / BILLION, digits=2)} billion shares, "
        f"{words.percent(abs(away))} {'fewer' if away < 0 else 'more'}"
    )


def _when(row: pd.Series) -> str:
    """The session, or the last of several sessions."""
    first, last = row["session"], row["last_session"]
    if first == last:
        return f"on {words.long_date(first)}"
    return f"over the sessions from {words.date_range(first.date(), last.date())}"


def money(value: float, currency: str) -> str:
    """An amount in billions with its currency.

    Examples
    --------
    >>> money(-592.658e9, "USD").replace(words.NARROW_SPACE, " ")
    '−593 billion USD'
    """
    return f"{words.number(value / BILLION, digits=0)} billion {currency}".strip()
