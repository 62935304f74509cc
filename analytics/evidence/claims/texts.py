"""Claims about amounts, and claims that no price can check.

In: a claim with a `Conversion` or `NotCheckable`. Out: a `Finding`. The rules are the same for
every claim of a type; they stand in the docstrings.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from analytics.events.claims import Claim, Conversion, NotCheckable
from analytics.evidence.claims.base import Figure, Finding, Known, Verdict, day, percent

PRINTED = "as printed; no interval"


def conversion(claim: Claim, check: Conversion, known: Known) -> Finding:
    """Whether amounts in two currencies agree, with each other and with the rate.

    Each pair gives a rate, and the rounding of the printed amount an interval around it. The pairs
    agree if all these intervals have a rate in common.

    - supported: they agree, and with the recorded rate of the last day up to publication.
    - partly: they agree, and no rate is recorded.
    - refuted: they disagree, or the recorded rate is another one.
    """
    figures = {
        f"rate_{one.given:g}_{one.converted:g}": Figure(
            one.converted / one.given,
            f"{check.converted} per {check.given}",
            "implied by the text",
            None,
            (one.converted - check.rounding) / one.given,
            (one.converted + check.rounding) / one.given,
            note="interval: rounding of the printed amount",
        )
        for one in check.amounts
    }
    lows, highs = ([getattr(f, end) for f in figures.values()] for end in ("low", "high"))
    agree = max(lows) <= min(highs)
    implied = float(np.mean([one.value for one in figures.values()]))
    rate = _recorded(check, claim, known)
    rates = " and ".join(dict.fromkeys(f"{one.value:.4f}" for one in figures.values()))
    text = f"The printed amounts imply {rates} {check.converted} per {check.given}: "
    text += "the same rate within rounding" if agree else "not one rate, even within rounding"
    change = f"A recorded rate away from {implied:.4f} by more than "
    change += f"{percent(check.tolerance, signed=False)} would refute it."
    if rate is None:
        verdict: Verdict = "partly" if agree else "refuted"
        text += f". No rate {check.rate} is recorded, so it is not checked against the market's."
        return Finding(verdict, text, figures, change)
    figures["rate_recorded"] = rate
    off = implied / rate.value - 1.0
    near = abs(off) <= check.tolerance
    text += f"; the rate recorded for {day(rate.date)} is {rate.value:.4f}, {percent(off)} away."
    return Finding("supported" if agree and near else "refuted", text, figures, change)


def _recorded(check: Conversion, claim: Claim, known: Known) -> Figure | None:
    """The last rate in the week up to publication."""
    if check.rate not in known.market.bars:
        return None
    closes = known.market.bars[check.rate]["close"].dropna()
    week = claim.published - dt.timedelta(days=7)
    closes = closes.loc[pd.Timestamp(week) : pd.Timestamp(claim.published)]
    if closes.empty:
        return None
    unit = f"{check.converted} per {check.given}"
    return Figure(float(closes.iloc[-1]), unit, "close", closes.index[-1])


def not_checkable(claim: Claim, check: NotCheckable, known: Known) -> Finding:  # noqa: ARG001
    """A claim that no price can check: what would be needed, and what the articles print.

    Articles that print different figures for one thing are all kept; the largest difference
    between them is a figure of its own.
    """
    figures: dict[str, Figure] = {}
    for one in check.stated:
        name = f"{one.what}, article {one.article}"
        figures[name] = Figure(one.value, one.unit, "printed", None, note=PRINTED)
    said = []
    for what in dict.fromkeys(one.what for one in check.stated):
        same = [one for one in check.stated if one.what == what]
        values = [one.value for one in same]
        if max(values) > min(values):
            figures[f"{what}, disagreement"] = Figure(
                max(values) - min(values), same[0].unit, "printed", None, note=PRINTED
            )
            listed = ", ".join(f"{one.value:g} (article {one.article})" for one in same)
            said.append(f" The articles disagree on {what}, {same[0].unit}: {listed}.")
    subject = "It is page noise and belongs to no event" if claim.kind == "noise" else ""
    lead = f"{subject}: prices are not asked." if subject else "Prices cannot tell."
    return Finding(
        "not_checkable",
        f"{lead}{''.join(said)}",
        figures,
        f"Needed: {check.needs}.",
    )
