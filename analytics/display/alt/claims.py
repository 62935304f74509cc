"""Alt texts of the figures of claims.

Each function has the name and the arguments of its figure in `analytics.display.plots`, and gives
the text that stands for the picture.
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.display import words
from analytics.display.claimwork import claim_path as path_of
from analytics.display.claimwork import grouped
from analytics.display.names import name
from analytics.display.sentences import VERDICTS, claim_found, typeset
from analytics.events import Confounder
from analytics.evidence import ClaimChecks
from analytics.market import Market

__all__ = ["claim_path", "claim_verdicts"]


def claim_path(
    checks: ClaimChecks,
    market: Market,
    ticker: str = "NVDA",
    *,
    confounders: Sequence[Confounder] | None = None,
) -> str:
    """The closes that decide, the level counted from, and the news marked.

    Examples
    --------
    >>> import analytics as ma
    >>> market = ma.load_market()
    >>> checks = ma.evidence.check_claims(ma.load_claims()[:5], market)
    >>> claim_path(checks, market).replace(words.NARROW_SPACE, " ").split(". ")[1]
    'The level counted from is 142.62 USD, the level claimed 114.10 USD'
    """
    path = path_of(checks, market, ticker, confounders)
    first, last = path.prices.close.dropna().index[[0, -1]]
    unit = f" {path.prices.unit}".rstrip()
    level, claimed = (words.number(one, digits=2) for one in (path.level, path.threshold))
    marks = "; ".join(mark.text.replace("\n", ", ") for mark in path.marks)
    news = [f"{one.kind.replace('_', ' ')} on {words.long_date(one.session)}" for one in path.news]
    marked = f" News marked: {words.join(dict.fromkeys(news))}." if news else ""
    return (
        f"Closes and daily range of {name(ticker)}, {words.date_range(first, last)}. The level "
        f"counted from is {level}{unit}, the level claimed {claimed}{unit}. Marked: {marks}. "
        f"Printed on {words.long_date(path.published)}.{marked}"
    )


def claim_verdicts(checks: ClaimChecks) -> str:
    """Each verdict with its claims.

    Examples
    --------
    >>> import analytics as ma
    >>> checks = ma.evidence.check_claims(ma.load_claims()[8:10], ma.load_market())
    >>> claim_verdicts(checks)[:40]
    '2 claims by verdict. Not checkable: C9 M'
    """
    said = [
        f"{VERDICTS[verdict].capitalize()}: "
        + "; ".join(f"{one.id} {typeset(one.claim.claim)} ({claim_found(one)})" for one in group)
        + "."
        for verdict, group in grouped(checks).items()
    ]
    return f"{words.count(len(checks), 'claim')} by verdict. {' '.join(said)}"
