"""Were the articles right about the prices: every claim recomputed.

In: claims with their checks, a market, dated events and other news. Out: `ClaimChecks`: for each
claim a verdict, figures with dates, a reason, and what would change it. It must not know files,
plots or pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from tqdm import tqdm

from analytics.errors import InputError, is_number
from analytics.events import Claim, Confounder, Event, EventTable, load_confounders, load_events
from analytics.events import claims as asked
from analytics.evidence.claims.base import (
    VERDICTS,
    ClaimCheck,
    ClaimChecks,
    Figure,
    Finding,
    Known,
    Verdict,
)
from analytics.evidence.claims.causes import renewed_fall
from analytics.evidence.claims.falls import drawdown
from analytics.evidence.claims.moves import swing, timing
from analytics.evidence.claims.recoveries import recovery
from analytics.evidence.claims.signs import signs
from analytics.evidence.claims.texts import conversion, not_checkable
from analytics.market import Market
from analytics.study.requests import known_confounders

__all__ = [
    "VERDICTS",
    "ClaimCheck",
    "ClaimChecks",
    "Figure",
    "Finding",
    "Verdict",
    "check_claims",
]

_CHECKERS: Mapping[type, Callable[[Claim, Any, Known], Finding]] = {
    asked.Drawdown: drawdown,
    asked.Recovery: recovery,
    asked.RenewedFall: renewed_fall,
    asked.Swing: swing,
    asked.Timing: timing,
    asked.SignClaim: signs,
    asked.Conversion: conversion,
    asked.NotCheckable: not_checkable,
}


def check_claims(
    claims: Iterable[Claim] | Claim,
    market: Market,
    *,
    events: EventTable | Iterable[Event] | None = None,
    confounders: Sequence[Confounder] | None = None,
    alpha: float = 0.05,
    progress: bool = True,
) -> ClaimChecks:
    """Recompute claims from prices.

    The rule of each type of check is the same for all claims of it, and stands in the docstring of
    the function that applies it: `drawdown`, `recovery`, `renewed_fall`, `swing`, `timing`,
    `signs`, `conversion`, `not_checkable`. Only sessions before the day of publication count. A
    claim whose prices or events are missing is ``not_checkable``, with that reason.

    Parameters
    ----------
    claims : iterable of Claim, or Claim
        From `load_claims`.
    market : Market
    events : EventTable or iterable of Event, optional
        Events that the claims name; the recorded ones by default.
    confounders : sequence of Confounder, optional
        Other dated news; the recorded ones by default.
    alpha : float
        Level of intervals and tests.
    progress : bool
        Show a bar where it takes over two seconds.

    Returns
    -------
    ClaimChecks
        Iterable of `ClaimCheck` in the order of the claims; ``[id]``; ``.table``.

    Raises
    ------
    InputError
        What came is no claim, no market, or an id stands twice.

    Examples
    --------
    >>> import analytics as ma
    >>> checks = check_claims(ma.load_claims()[:2], ma.load_market())
    >>> [(one.id, one.verdict) for one in checks]
    [('C1', 'partly'), ('C2', 'refuted')]
    >>> low = checks["C1"].figures["fall_day_0_low"]
    >>> round(low.value, 3), f"{low.date:%Y-%m-%d}"
    (-0.182, '2025-01-27')
    """
    listed = [claims] if isinstance(claims, Claim) else _several(claims)
    if not isinstance(market, Market):
        raise InputError(f"market: expected a Market, got {type(market).__name__}")
    if not is_number(alpha) or not 0 < alpha < 1:
        raise InputError(f"alpha={alpha!r}: expected a number between 0 and 1, such as 0.05")
    known = Known(
        market,
        load_events() if events is None else _events(events),
        load_confounders() if confounders is None else known_confounders(confounders),
        alpha,
    )
    bar = partial(tqdm, total=len(listed), desc="claims", unit="claim", delay=2.0, leave=False)
    checks = []
    with bar() if progress else bar(disable=True) as shown:  # unset, TQDM_DISABLE decides
        for one in listed:
            checks.append(ClaimCheck(one, _checked(one, known), alpha))
            shown.update()
    return ClaimChecks(tuple(checks))


def _events(events: Iterable[Event]) -> EventTable:
    listed: list[object] = list(events) if isinstance(events, Iterable) else [events]
    known = [one for one in listed if isinstance(one, Event)]
    for one in listed:
        if not isinstance(one, Event):
            raise InputError(f"events: expected events of load_events(), got {type(one).__name__}")
    return EventTable(known)


def _several(claims: object) -> list[Claim]:
    if not isinstance(claims, Iterable) or isinstance(claims, (str, bytes, Mapping)):
        raise InputError(f"claims: expected claims of load_claims(), got {type(claims).__name__}")
    listed = list(claims)
    for one in listed:
        if not isinstance(one, Claim):
            raise InputError(f"claims: expected claims of load_claims(), got {type(one).__name__}")
    ids = [one.id for one in listed]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise InputError(f"claims: the id {twice[0]!r} stands twice; give each an id of its own")
    return listed


def _checked(claim: Claim, known: Known) -> Finding:
    """The finding of one claim; a fault of this one claim is its reason."""
    if claim.event_id and claim.event_id not in {event.id for event in known.events}:
        return Finding(
            "not_checkable",
            f"It is about the event {claim.event_id}, which is not among the events known.",
            would_change="Needed: a record of that event.",
        )
    try:
        return _CHECKERS[type(claim.check)](claim, claim.check, known)
    except InputError as error:
        return Finding("not_checkable", f"{error}.", would_change="Needed: the missing data.")
