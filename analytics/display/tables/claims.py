"""Checked claims and changes of market value as tables.

In: what `check_claims` and `value_change` give. Out: a `Table`.
"""

from __future__ import annotations

import pandas as pd

from analytics.display import sentences, words
from analytics.display.tables.studies import Table
from analytics.evidence import ClaimCheck, ClaimChecks, Figure

BILLION = 1e9


def claims(checks: ClaimChecks) -> Table:
    """Every claim with its verdict; below each, why, and what would change it.

    Parameters
    ----------
    checks : ClaimChecks

    Returns
    -------
    Table
    """
    lines = [
        {
            "claim": one.id,
            "what was said": one.claim.claim,
            "verdict": sentences.VERDICTS[one.verdict],
            "why": " ".join(
                filter(None, [sentences.claim_reason(one), sentences.claim_change(one)])
            ),
        }
        for one in checks
    ]
    return Table(
        pd.DataFrame(lines, columns=["claim", "what was said", "verdict", "why"]),
        "Refuted: the prices contradict the claim, or do not show it; not shown is no proof of "
        "nothing.",
        detail="why",
    )


def claim_figures(check: ClaimCheck) -> Table:
    """The figures of one claim, with their dates and how sure they are.

    Parameters
    ----------
    check : ClaimCheck

    Returns
    -------
    Table
    """
    lines = [
        {
            "figure": sentences.typeset(key.replace("_", " ")),
            "value": _value(one, one.value),
            "unit": "%" if one.unit == "fraction" else one.unit,
            "interval": _interval(one),
            "date": words.iso_date(one.date) if one.date is not None else words.MISSING,
            "of": one.basis,
            "n": words.MISSING if one.n is None else str(one.n),
            "note": sentences.typeset(one.note),
        }
        for key, one in check.figures.items()
    ]
    columns = ["figure", "value", "unit", "interval", "date", "of", "n", "note"]
    return Table(pd.DataFrame(lines, columns=columns), detail="note")


def _interval(one: Figure) -> str:
    if one.low != one.low:
        return words.MISSING
    return f"{_value(one, one.low)} to {_value(one, one.high)}"


def _value(one: Figure, value: float) -> str:
    if one.unit == "fraction":
        return words.percent(value, signed=True, unit=False)
    whole = value == round(value) and one.basis not in ("close", "high", "low")
    digits = 0 if whole else 4 if " per " in one.unit else 2
    return words.number(value, digits=digits)


def values(changes: pd.DataFrame, *, alpha: float = 0.05) -> Table:
    """Changes of market value, raw and abnormal.

    Parameters
    ----------
    changes : pandas.DataFrame
        From `analytics.evidence.value_change`.
    alpha : float
        Level of its intervals.

    Returns
    -------
    Table
    """
    lines = []
    for (_, ticker), row in changes.iterrows():
        known = not row["reason"]
        amounts = {
            "before, bn": row["market_value"],
            "raw change, bn": row["raw_change"],
            "abnormal change, bn": row["abnormal_change"],
        }
        ends = [words.number(row[end] / BILLION, digits=0) for end in ("ci_low", "ci_high")]
        lines.append(
            {
                "share": sentences.name(str(ticker)),
                "day 0": words.iso_date(row["session"]),
                "currency": row["currency"] if known else words.MISSING,
                **{
                    head: words.number(value / BILLION, digits=0) for head, value in amounts.items()
                },
                f"{words.confidence(alpha)} interval, bn": " to ".join(ends)
                if known
                else words.MISSING,
                "shares, bn": words.number(row["shares"] / BILLION, digits=2),
                "count": f"{row['grade']} grade, {words.iso_date(row['shares_date'])}"
                if known
                else str(row["reason"]),
            }
        )
    return Table(
        pd.DataFrame(lines),
        "Raw: price change times shares. Abnormal: abnormal return times the market value before; "
        "its interval is that of the return alone.",
    )
