"""Figures that an exchange has published, beside those that a vendor delivered.

In: the recorded table of official figures, a `Subject`. Out: findings with a remedy. It must not
know how the figures were found.
"""

from __future__ import annotations

import math
from functools import cache

import pandas as pd

from analytics.market.checks.findings import Change, Finding
from analytics.market.checks.subject import Subject, number
from analytics.recorded import recorded_folder

OFFICIAL = "official_bars.csv"
CLOSE = 1e-6
SPLIT = 1e-4  # a figure divided by a split is rounded again


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
    source shows it. The figures are those of the day: splits that came later divide them.

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
        got, basis = float(bars.loc[day, column]), _basis(subject, day)
        expected = float(value) / basis
        printed = basis != 1 and abs(got / float(value) - 1) <= CLOSE  # a split not applied
        if not printed and not abs(got / expected - 1) <= (CLOSE if basis == 1 else SPLIT):
            line = int(bars.loc[day, "line"])
            text = value if basis == 1 else f"{expected:.8g}"
            remedy = (subject.cell(line, column, text, source),)
            said = f"{column} {number(got)}; {source}: {text}"
            said += f" ({value} before a split)" if basis != 1 else ""
            findings.append(
                Finding(subject.file.name, date, "official_figure", "error", said, remedy)
            )
    return findings


def _basis(subject: Subject, day: pd.Timestamp) -> float:
    """What the splits after a day have divided its prices by."""
    return math.prod(subject.splits[subject.splits.index > day])


def official_row(subject: Subject, day: pd.Timestamp) -> tuple[Change, ...]:
    """The remedy for a session without a row whose whole bar the exchange published.

    Parameters
    ----------
    subject : Subject
    day : pandas.Timestamp

    Returns
    -------
    tuple of Change
        One row that is added, without its volume; empty where a price is not known.
    """
    file, basis = subject.file, _basis(subject, day)
    listed = [one for one in official_figures() if one[:2] == (file.ticker, f"{day:%Y-%m-%d}")]
    figures = {column: float(value) / basis for _, _, column, value, _ in listed}
    dates = file.rows["day"].dropna()
    if file.wide or not set(file.columns) <= {"date", "volume", *figures} or dates.empty:
        return ()
    backwards = dates.is_monotonic_decreasing and len(dates) > 1
    near = dates[dates > day].idxmin() if backwards else dates[dates < day].idxmax()
    line = int(file.rows.loc[near, "line"])
    above = file.cells[line]["date"]
    date = f"{day:%Y-%m-%d}{above[10:]}" if "-" in above[:10] else f"{day:%Y%m%d}{above[8:]}"
    cells = [""] * file.width
    for column, place in file.columns.items():
        if column != "volume":
            cells[place] = date if column == "date" else f"{figures[column]:.8g}"
    return (Change(line, f"{day:%Y-%m-%d}", "row", "", ",".join(cells), listed[0][4]),)
