"""Alt texts of placebos, specification curves, power and declared signs.

Each function has the name and the arguments of its figure in `analytics.display.plots`, and gives
the text that stands for the picture.
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.display import words
from analytics.display.sentences import robustness as said
from analytics.display.sentences.studies import TEST_NAMES, name
from analytics.evidence import UNQUOTED, ExpectedSigns, Placebo, QuietDates, SpecificationCurve
from analytics.evidence.asked import key_of


def specifications(curve: SpecificationCurve, *, choices: bool = True) -> str:
    """The shares that agree, the range, and what moves the estimate most."""
    more = f" {said.matters_most(curve)}." if choices else ""
    return f"{said.specifications(curve)}.{more}"


def choices(curve: SpecificationCurve) -> str:
    """Which choice matters most, then the median of every value."""
    parts = []
    for choice, label in said.CHOICE_NAMES.items():
        table = curve.by(choice)
        if len(table) > 1:
            values = [
                f"{said.value(choice, one)} {words.percent(row['median'], signed=True)}"
                for one, row in table.iterrows()
            ]
            parts.append(f"by {label}: {', '.join(values)}")
    return f"{said.matters_most(curve)}. Medians {'; '.join(parts)}."


def placebo(found: Placebo, key: tuple[str, str]) -> str:
    """The event among its ordinary days."""
    row = found.table.loc[key_of(key, found.table.index)]
    value = words.percent(row["car"], signed=True)
    return f"Histogram: {name(key[1])} {value} at the event. {said.placebo(found, key)}."


def power(
    found: Placebo, *, keys: Sequence[tuple[str, str]] | None = None, most: float | None = None
) -> str:
    """The move that each security's test finds four times in five."""
    chosen = list(found.table.index) if keys is None else list(keys)
    chosen = [key_of(key, found.table.index) for key in chosen]
    moves = found.detectable()
    parts = [
        f"{name(key[1])} {words.percent(moves.loc[key])}"
        for key in chosen
        if moves.loc[key] == moves.loc[key]
    ]
    end = f", drawn up to {words.percent(most)}" if most else ""
    return (
        f"Curves of the chance to find a move, on ordinary days of real prices{end}. Found four "
        f"times in five: {words.join(parts)}."
    )


def quiet_dates(found: QuietDates) -> str:
    """The finding, then every test with its rate."""
    table = found.rates.sort_values("rate", ascending=False, kind="stable")
    rows = [
        f"{TEST_NAMES[str(test)]} {words.percent(float(row['rate']), digits=1)}"
        f"{'' if row['trusted'] else ' (hollow)'}"
        for test, row in table.iterrows()
    ]
    return f"{said.quiet_dates(found)}. From the top: {words.join(rows)}."


def expected_signs(found: ExpectedSigns) -> str:
    """The counts, then the mean of each security."""
    parts = [
        said.expected_signs(found, str(one))
        for one, row in found.summary.iterrows()
        if one not in ("all", UNQUOTED) and row["groups"] >= 2
    ]
    strict = f" {said.expected_signs(found, UNQUOTED)}." if UNQUOTED in found.summary.index else ""
    return f"{said.expected_signs(found)}.{strict} {'; '.join(parts)}."
