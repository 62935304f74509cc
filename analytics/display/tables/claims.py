"""Checked claims and changes of market value as tables.

In: what `check_claims` and `value_change` give. Out: a `Table`.
"""

from __future__ import annotations

import pandas as pd

from analytics.display import sentences, words
from analytics.display.tables.studies import Table
from analytics.errors import InputError
from analytics.events.claims import Drawdown, SignClaim
from analytics.evidence import ClaimCheck, ClaimChecks, Figure
from analytics.evidence.claims.base import RECORDED

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
            "what was said": sentences.typeset(one.claim.claim),
            "verdict": sentences.VERDICTS[one.verdict],
            "why": " ".join(
                filter(None, [sentences.claim_reason(one), sentences.claim_change(one)])
            ),
        }
        for one in checks
    ]
    return Table(
        pd.DataFrame(lines, columns=["claim", "what was said", "verdict", "why"]),
        "Refuted: the prices contradict the claim. Not checkable: they cannot tell, or are too "
        "noisy to.",
        detail="why",
    )


def falls(check: ClaimCheck) -> Table:
    """How far a price fell, from each reference, on closes and on lows.

    Parameters
    ----------
    check : ClaimCheck
        Of a claim that a share fell.

    Returns
    -------
    Table

    Raises
    ------
    InputError
        It is another claim.
    """
    drawdown = check.claim.check
    if not isinstance(drawdown, Drawdown):
        raise InputError(f"{check.id}: expected the check of a fall, got {drawdown.type}")
    spans = {"day_0": "first session", "alone": "before other news", "period": "whole period"}
    lines = []
    for number, reference in enumerate(drawdown.references):
        dated = not isinstance(reference, str)
        tail = f"_from_{str(reference).replace(' ', '-')}" if number else ""
        for basis in ("close", "low"):
            high = "close" if basis == "close" else "high"
            own = f"reference_close{tail}" if dated else f"highest_{high}_of_52_weeks"
            level = check.figures.get(own)
            label = f"close of {_short(level)}" if dated else f"52-week high ({high})"
            price = words.number(level.value, digits=2) if level is not None else words.MISSING
            cells = {
                f"{head}, %": _dated(check.figures.get(f"fall_{span}_{basis}{tail}"))
                for span, head in spans.items()
            }
            lines.append({"counted from": f"{label}, {price}", "on": f"{basis}s", **cells})
    return Table(
        pd.DataFrame(lines),
        f"The first reference is the claim's own. Whole period: until "
        f"{words.long_date(drawdown.until)}. Prices have no sampling error.",
    )


def _short(figure: Figure | None) -> str:
    if figure is None or figure.date is None:
        return words.MISSING
    return f"{figure.date.day} {figure.date:%b}"


def _dated(figure: Figure | None) -> str:
    if figure is None or figure.date is None:
        return words.MISSING
    return f"{words.percent(figure.value, signed=True, unit=False)} ({_short(figure)})"


def reactions(check: ClaimCheck) -> Table:
    """Reactions that were claimed: what was found, and what could have been.

    Parameters
    ----------
    check : ClaimCheck
        Of a claim about signs.

    Returns
    -------
    Table

    Raises
    ------
    InputError
        It is another claim.
    """
    claimed = check.claim.check
    if not isinstance(claimed, SignClaim):
        raise InputError(f"{check.id}: expected the check of signs, got {claimed.type}")
    signs = {one.ticker: one.sign.replace("-", words.MINUS) for one in claimed.securities}
    lines = []
    for key, one in check.figures.items():
        ticker = key.rpartition("_")[2]
        if key.startswith(("detectable_", "return_")) or ticker not in signs:
            continue
        least, raw = (check.figures.get(f"{kind}_{key}") for kind in ("detectable", "return"))
        more = [
            sentences.typeset(one.note.partition("; ")[2]),
            f"p {words.pvalue_cell(one.pvalue)}",
        ]
        if raw is not None:
            more.append(f"raw return {words.percent(raw.value, signed=True)}")
        if least is not None:
            more.append(f"found four times in five: {words.percent(least.value)}")
        lines.append(
            {
                "share": sentences.name(ticker),
                "claimed": signs[ticker],
                "abnormal, %": words.percent(one.value, signed=True, unit=False, digits=1),
                f"{words.confidence(check.alpha)} interval, %": _interval(one),
                "p after Holm": words.pvalue_cell(one.pvalue_holm),
                "more": "; ".join(more),
            }
        )
    return Table(pd.DataFrame(lines), detail="more")


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
            "note": _note(one),
        }
        for key, one in check.figures.items()
    ]
    columns = ["figure", "value", "unit", "interval", "date", "note"]
    return Table(
        pd.DataFrame(lines, columns=columns),
        "Without a note: a recorded price, which is no sample and has no interval.",
        detail="note",
    )


def _note(one: Figure) -> str:
    said = [] if one.note == RECORDED else [sentences.typeset(one.note)]
    if one.pvalue == one.pvalue:
        said.append(f"p {words.pvalue_cell(one.pvalue)}")
    if one.pvalue_holm == one.pvalue_holm:
        said.append(f"{words.pvalue_cell(one.pvalue_holm)} after Holm")
    if one.n is not None:
        said.append(f"n = {one.n}")
    return "; ".join(said)


def _interval(one: Figure) -> str:
    if one.low != one.low:
        return words.MISSING
    return f"{_value(one, one.low)} to {_value(one, one.high)}"


def _value(one: Figure, value: float) -> str:
    if one.unit == "fraction":
        return words.percent(value, signed=True, unit=False, digits=1)
    whole = value % 1 == 0 and one.basis not in ("close", "high", "low")
    digits = 0 if whole or one.unit == "sessions" else 4 if " per " in one.unit else 2
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
        raw, abnormal, low, high, before = (
            words.number(row[name] / BILLION, digits=0)
            for name in ("raw_change", "abnormal_change", "ci_low", "ci_high", "market_value")
        )
        lines.append(
            {
                "share": sentences.name(str(ticker)),
                "currency": row["currency"] if known else words.MISSING,
                "raw change, bn": raw,
                "abnormal change, bn": abnormal,
                f"{words.confidence(alpha)} interval, bn": f"{low} to {high}"
                if known
                else words.MISSING,
                "more": _counted(row, before) if known else sentences.typeset(str(row["reason"])),
            }
        )
    return Table(
        pd.DataFrame(lines),
        "Raw: price change times shares. Abnormal: abnormal return times the market value before; "
        "its interval is that of the return alone.",
        detail="more",
    )


def _counted(row: pd.Series, before: str) -> str:
    wide = f"; its return spans {row['spans']}, and its interval is too narrow" * bool(row["spans"])
    return (
        f"{words.long_date(row['session'])}, worth {before} bn at the close before: "
        f"{words.number(row['shares'] / BILLION, digits=2)} bn shares counted for "
        f"{words.long_date(row['shares_date'])}, {row['grade']} grade ({row['note']})"
        f"{sentences.typeset(wide)}"
    )
