"""How sure, as tables: placebos, other shares of the day, specifications, declared signs.

In: what `analytics.evidence` found. Out: a `Table` that a terminal and Jupyter show.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from analytics.display import words
from analytics.display.names import label_of
from analytics.display.sentences import robustness as said
from analytics.display.sentences.studies import name
from analytics.display.tables.studies import Table
from analytics.evidence import UNQUOTED, adjust_pvalues

if TYPE_CHECKING:
    from analytics.evidence import ExpectedSigns, Placebo, SpecificationCurve
    from analytics.study import EventStudyResults


def placebos(
    found: Placebo, results: EventStudyResults, *, printed: Placebo | None = None
) -> Table:
    """P values of each observation in three ways, and what ordinary days say about its t test.

    Parameters
    ----------
    found : Placebo
        Of the same observations over their headline windows.
    results : EventStudyResults
    printed : Placebo, optional
        The same with ``mask=False``, whose t test is the one of ``results``: its false alarms and
        detectable moves are shown instead.
    """
    test = found if printed is None else printed
    rows, moves = results.headline(), test.detectable()
    lines = []
    for key, row in found.table.iterrows():
        lines.append(
            {
                "event": label_of(str(key[0])),
                "share": name(str(key[1])),
                "abnormal return, %": words.percent(
                    rows.loc[key, "car"], signed=True, unit=False, digits=1
                ),
                "p, t test": words.pvalue_cell(rows.loc[key, "pvalue"]),
                "p, placebo": words.pvalue_cell(row["pvalue"]),
                "p, placebo of t": words.pvalue_cell(row["pvalue_t"]),
                "ordinary days": str(int(row["n"])),
                "false alarms, %": words.percent(
                    test.table.loc[key, "false_alarms"], unit=False, digits=1
                ),
                "found 4 in 5, %": words.percent(moves.loc[key], unit=False, digits=1),
            }
        )
    frame = pd.DataFrame(lines)
    frame = frame.drop(columns="event") if frame["event"].nunique() == 1 else frame
    return Table(
        frame,
        "p, placebo: rank of the abnormal return among ordinary days; of t: rank of the abnormal "
        "return divided by its forecast error. False alarms: share of ordinary days on which the "
        "t test rejects. Found 4 in 5: the move, added to ordinary days, that it finds four times "
        "in five. In the placebo the days around other news are not used to estimate.",
    )


def other_shares(others: pd.DataFrame) -> Table:
    """The same day for shares that the event does not name, largest t first.

    Parameters
    ----------
    others : pandas.DataFrame
        Of `analytics.evidence.placebo_shares`.
    """
    ordered = others.loc[others["t"].abs().sort_values(ascending=False, kind="stable").index]
    lines = [
        {
            "beside": name(str(ticker)),
            "share": name(str(share)),
            "abnormal return, %": words.percent(row["car"], signed=True, unit=False, digits=1),
            "t": words.number(row["t"], digits=1),
            "p": words.pvalue_cell(row["pvalue"]),
        }
        for (_, ticker, share), row in ordered.iterrows()
    ]
    frame = pd.DataFrame(lines, columns=["beside", "share", "abnormal return, %", "t", "p"])
    frame = frame.drop(columns="beside") if frame["beside"].nunique() <= 1 else frame
    return Table(frame, "Shares of the same exchange that the event does not name.")


def specifications(curves: Sequence[SpecificationCurve]) -> Table:
    """One row per curve: how many specifications agree, and between which ends."""
    holm = adjust_pvalues(pd.Series([curve.joint_pvalue for curve in curves]))
    lines = [
        {
            "share": name(curve.ticker),
            "specifications": str(len(curve)),
            "declared, %": _percent(curve.headline["estimate"]),
            "median, %": _percent(curve.median),
            "lowest to highest, %": f"{_percent(curve.table['estimate'].iloc[0])} to "
            f"{_percent(curve.table['estimate'].iloc[-1])}",
            "same sign, %": words.percent(curve.same_sign, unit=False, digits=0),
            "and reject, %": words.percent(curve.agreeing, unit=False, digits=0),
            "p of the curve": words.pvalue_cell(curve.joint_pvalue),
            "after Holm": words.pvalue_cell(adjusted),
        }
        for curve, adjusted in zip(curves, holm, strict=True)
    ]
    return Table(
        pd.DataFrame(lines),
        "p of the curve: (1 + ordinary days whose median over all specifications is as far from "
        f"zero) / (1 + ordinary days); after Holm: counts the {len(curves)} curves.",
    )


def by_two(curve: SpecificationCurve, one: str, other: str) -> Table:
    """Estimates by two choices at once: range, median, and how many reject.

    Parameters
    ----------
    curve : SpecificationCurve
    one, other : str
        Choices, such as ``"benchmark"`` and ``"window"``.
    """
    lines = []
    for first in curve.by(one).index:
        for second in curve.by(other).index:
            hit = [a == first for a in curve.table[one]]
            hit = [a and b == second for a, b in zip(hit, curve.table[other], strict=True)]
            part = curve.table[hit]
            if part.empty:
                continue
            ends = part["estimate"].min(), part["estimate"].max()
            lines.append(
                {
                    said.CHOICE_NAMES[one].removeprefix("the "): said.value(one, first),
                    said.CHOICE_NAMES[other].removeprefix("the "): said.value(other, second),
                    "lowest to highest, %": f"{_percent(ends[0])} to {_percent(ends[1])}",
                    "median, %": _percent(part["estimate"].median()),
                    "reject": f"{int((part['pvalue'] < curve.alpha).sum())} of {len(part)}",
                }
            )
    return Table(pd.DataFrame(lines), "Reject: specifications whose own test does.")


def differences(curve: SpecificationCurve, *, most: int = 8) -> Table:
    """What changing one choice alone does, largest change first.

    Parameters
    ----------
    curve : SpecificationCurve
    most : int
        Rows to show.
    """
    table = curve.differences()
    lines = [
        {
            "choice": said.CHOICE_NAMES[row.choice],
            "from": said.value(row.choice, row.one),
            "to": said.value(row.choice, row.other),
            "change, points": words.number(100 * row.difference, digits=1, signed=True),
            "pairs": str(row.pairs),
        }
        for row in table.head(most).itertuples()
    ]
    columns = ["choice", "from", "to", "change, points", "pairs"]
    more = f" {len(table) - most} smaller ones are not shown." if len(table) > most else ""
    return Table(
        pd.DataFrame(lines, columns=columns),
        f"Median change over pairs of specifications that differ in this choice alone.{more}",
    )


GROUPS = {"all": "all", UNQUOTED: "all, price not quoted"}


def expected_signs(found: ExpectedSigns) -> Table:
    """Declared signs by share: how many came, the average in their direction, p values."""
    lines = []
    for security, row in found.summary.iterrows():
        tested = row["pvalue"] == row["pvalue"]
        ends = [words.percent(row[end], unit=False, digits=1) for end in ("ci_low", "ci_high")]
        lines.append(
            {
                "share": GROUPS.get(str(security)) or name(str(security)),
                "came": f"{int(row['right'])} of {int(row['n'])}",
                "average in the declared direction, %": words.percent(
                    row["mean"], signed=True, unit=False, digits=1
                ),
                f"{words.confidence(found.alpha)} interval, %": f"{ends[0]} to {ends[1]}"
                if tested
                else words.MISSING,
                "p": words.pvalue_cell(row["pvalue"]),
                "p after Holm": words.pvalue_cell(row["pvalue_holm"]),
                "groups": str(int(row["groups"])),
            }
        )
    return Table(
        pd.DataFrame(lines),
        "Groups: events that share days count as one. p by turning the signs of whole groups. "
        "Price not quoted: without the shares whose move the event's own record quotes, so that "
        "the sign may have been written down with the price known.",
    )


def _percent(value: float) -> str:
    return words.percent(value, signed=True, unit=False, digits=1)
