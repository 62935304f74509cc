"""What the figures of claims show: verdicts in groups, a price beside what was said of it.

In: checked claims, a market. Out: frames and titles. It must not know matplotlib.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.display import words
from analytics.display.sentences import VERDICTS, name
from analytics.errors import InputError
from analytics.events import Confounder, load_confounders
from analytics.events.claims import Drawdown, Recovery, RenewedFall
from analytics.evidence import ClaimCheck, ClaimChecks
from analytics.evidence.claims.series import News, Prices, news_on
from analytics.market import Market

__all__ = ["ClaimPath", "Mark", "claim_path", "grouped", "path_title", "verdicts_title"]

BEFORE = 6  # sessions shown before the reference


@dataclass(frozen=True)
class Mark:
    """A price that a check found, with what to say of it.

    Attributes
    ----------
    date : pandas.Timestamp
    price : float
    text : str
        Two lines.
    """

    date: pd.Timestamp
    price: float
    text: str


@dataclass(frozen=True, eq=False)
class ClaimPath:
    """A price beside the claims about it.

    Attributes
    ----------
    fall : ClaimCheck
        The claim of a fall.
    others : tuple of ClaimCheck
        Claims that it recovered or fell again.
    prices : Prices
    level, threshold : float
        The close counted from, and the one that the claim of a fall needs.
    marks : tuple of Mark
    news : tuple of News
    published : pandas.Timestamp
    """

    fall: ClaimCheck
    others: tuple[ClaimCheck, ...]
    prices: Prices
    level: float
    threshold: float
    marks: tuple[Mark, ...]
    news: tuple[News, ...]
    published: pd.Timestamp

    @property
    def ticker(self) -> str:
        """The security."""
        return self.prices.ticker


def claim_path(
    checks: ClaimChecks,
    market: Market,
    ticker: str,
    confounders: Sequence[Confounder] | None = None,
) -> ClaimPath:
    """The price of a security with what its claims found.

    Raises
    ------
    InputError
        No claim of a fall of this security could be checked.
    """
    falls = _of(checks, Drawdown, ticker)
    if not falls:
        raise InputError(f"{ticker}: no claim that it fell is among the checked ones")
    fall = falls[0]
    drawdown = fall.claim.check
    kinds = drawdown.other_news if isinstance(drawdown, Drawdown) else ()
    published = pd.Timestamp(fall.claim.published)
    whole = Prices.of(market, ticker)
    reference = fall.figures["reference_close"]
    sessions = whole.close.index
    start = sessions[max(int(sessions.searchsorted(reference.date)) - BEFORE, 0)]
    prices = whole.cut(slice(start, published - pd.Timedelta(days=1)))
    others = (*_of(checks, Recovery, ticker), *_of(checks, RenewedFall, ticker))
    known = load_confounders() if confounders is None else confounders
    news = news_on(market, ticker, pd.DatetimeIndex(prices.close.index), known, kinds)
    return ClaimPath(
        fall,
        others,
        prices,
        reference.value,
        fall.figures["level_claimed"].value,
        tuple(_marks(fall, others, reference.value)),
        tuple(news),
        published,
    )


def _of(checks: ClaimChecks, kind: type, ticker: str) -> tuple[ClaimCheck, ...]:
    """Claims of one kind about a security that could be checked."""
    return tuple(
        one
        for one in checks
        if isinstance(one.claim.check, kind)
        and getattr(one.claim.check, "ticker", None) == ticker
        and one.verdict != "not_checkable"
    )


def _marks(fall: ClaimCheck, others: Sequence[ClaimCheck], level: float) -> list[Mark]:
    """The prices that decide, each session once."""
    found = [
        ("fall_day_0_close", "close"),
        ("fall_period_low", "low"),
        ("fall_period_close", "close"),
    ]
    listed = []
    for key, basis in found:
        figure = fall.figures[key]
        if figure.date is not None:
            listed.append(_mark(figure.date, level * (1 + figure.value), level, basis))
    for one in others:
        for key, text in (("best_close", "best close after"), ("last_close", "last before print")):
            price = one.figures.get(key)
            if price is not None and price.date is not None:
                listed.append(_mark(price.date, price.value, level, text))
    once: dict[pd.Timestamp, Mark] = {}
    for mark in listed:
        once.setdefault(mark.date, mark)
    return list(once.values())


def _mark(date: pd.Timestamp, price: float, level: float, what: str) -> Mark:
    change = words.percent(price / level - 1.0, signed=True)
    return Mark(
        date, price, f"{date.day} {date:%b}: {change}\n{what} {words.number(price, digits=2)}"
    )


def path_title(path: ClaimPath) -> str:
    """What became of the claims, in a line."""
    check = path.fall.claim.check
    size = words.percent(check.fall, digits=0) if isinstance(check, Drawdown) else ""
    who = name(path.ticker)
    first = _first_below(path)
    if path.fall.verdict == "supported":
        text = f"{who} closed {size} lower before other news came"
    elif path.fall.verdict == "refuted":
        text = f"{who} never fell {size}"
    elif _deep(path, "fall_alone_low"):
        text = f"{who} fell {size} before other news only within a day"
    elif first is not None:
        text = f"{who} was first {size} down on {first.day} {first:%B}, after other news"
    else:
        text = f"{who} fell {size} only from a higher price"
    lasting = [
        one
        for one in path.others
        if isinstance(one.claim.check, Recovery) and one.claim.check.lasting
    ]
    if not lasting:
        return text
    back = lasting[0].verdict == "supported"
    return f"{text}, and had {'' if back else 'not '}recovered by print"


def _first_below(path: ClaimPath) -> pd.Timestamp | None:
    """First session of the claim's period whose low, or close, is at the level claimed."""
    check = path.fall.claim.check
    if not isinstance(check, Drawdown):
        return None
    lowest = path.prices.low.fillna(path.prices.close)
    inside = lowest.loc[pd.Timestamp(check.start) : pd.Timestamp(check.until)]
    below = inside.index[inside <= path.threshold]
    return below[0] if len(below) else None


def _deep(path: ClaimPath, key: str) -> bool:
    return bool(path.level * (1 + path.fall.figures[key].value) <= path.threshold)


def grouped(checks: ClaimChecks) -> dict[str, list[ClaimCheck]]:
    """Verdict -> its claims, in the order of the verdicts; empty ones are left out."""
    groups = {verdict: [one for one in checks if one.verdict == verdict] for verdict in VERDICTS}
    return {verdict: group for verdict, group in groups.items() if group}


def verdicts_title(checks: ClaimChecks) -> str:
    """How many claims the prices support."""
    counts = checks.counts
    asked = len(checks) - counts["not_checkable"]
    return (
        f"Prices support {counts['supported']} of {asked} claims that they can check, "
        f"{counts['partly']} in part, and refute {counts['refuted']}"
    )
