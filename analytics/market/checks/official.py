"""Figures that an exchange has published, beside those that a vendor delivered.

In: the recorded table of official figures, a `Subject`. Out: findings with a remedy. It must not
know how the figures were found.
"""

from __future__ import annotations

import math
from functools import cache

import pandas as pd

from analytics.market.checks.findings import Finding
from analytics.market.checks.subject import Subject, number
from analytics.recorded import recorded_folder

OFFICIAL = "official_bars.csv"
CLOSE = 1e-6


@cache
def official_figures() -> tuple[tuple[str, str, str, str, str], ...]:
    """Ticker, date, column, value and source of every recorded official figure.

    Returns
    -------
    tuple of tuple of str
        Empty where the recorded data hold no such table.
    """
    folder = recorded_folder()
    rows = folder.table(OFFICIAL) if OFFICIAL in folder.entries else []
    return tuple(
        (row["ticker"], row["date"], row["column"], row["value"], row["source"]) for row in rows
    )


def official_findings(subject: Subject) -> list[Finding]:
    """A figure that is not the one the exchange published.

    A bar that froze before the close looks like any other, only with less volume; so only another
    source shows it. The figures are on the basis of prices without splits since.

    Parameters
    ----------
    subject : Subject

    Returns
    -------
    list of Finding
    """
    bars, findings = subject.file.bars, []
    for ticker, date, column, value, source in official_figures():
        day = pd.Timestamp(date)
        if ticker != subject.file.ticker or day not in bars.index or column not in bars:
            continue
        got = float(bars.loc[day, column])
        if math.isnan(got) or abs(got / float(value) - 1) > CLOSE:
            line = int(bars.loc[day, "line"])
            remedy = (subject.cell(line, column, value, source),)
            said = f"{column} {number(got)}; {source}: {value}"
            findings.append(
                Finding(subject.file.name, date, "official_figure", "error", said, remedy)
            )
    return findings
