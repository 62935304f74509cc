"""Volume, range, the opening and false alarms as tables.

In: results of `analytics.evidence`. Out: a `Table` that a terminal and Jupyter show.
"""

from __future__ import annotations

import pandas as pd

from analytics.display import sentences, words
from analytics.display.names import label_of
from analytics.display.tables.studies import Table
from analytics.evidence import ActivityResults, OpeningSplit, adjust_pvalues, all_together
from analytics.evidence.openings import PARTS

SHORT = {"overnight": "at the open", "intraday": "in the session", "unknown": "cannot be told"}


def activity(*results: ActivityResults) -> Table:
    """Times usual, one row per security and kind of activity; p after Holm counts every row.

    Parameters
    ----------
    *results : ActivityResults
        Such as volume and range of the same sample.

    Returns
    -------
    Table
    """
    rows = all_together(*results)
    alpha = results[0].alpha
    lines = [
        {
            "share": sentences.name(key[2]),
            "event": label_of(key[1]),
            "measure": key[0],
            "times usual": words.number(row["ratio"], digits=1),
            f"{words.confidence(alpha)} interval": _ends(row),
            "p": words.pvalue_cell(row["pvalue"]),
            "after Holm": words.pvalue_cell(row["pvalue_holm"]),
            "p by rank": words.pvalue_cell(row["rank_pvalue"]),
            "days": str(row["n_estimation"]),
        }
        for key, row in rows.iterrows()
    ]
    frame = pd.DataFrame(lines)
    if frame["event"].nunique() == 1:
        frame = frame.drop(columns="event")
    return Table(
        frame,
        f"Usual: {results[0].level.label}. p: t test of the forecast error; after Holm: counts "
        f"all {len(rows)} rows; p by rank assumes no normal distribution; days: to learn from.",
    )


def _ends(row: pd.Series) -> str:
    return " to ".join(words.number(row[name], digits=1) for name in ("ci_low", "ci_high"))


def flagged(*results: ActivityResults) -> Table:
    """Sessions that could not be used, or are doubtful: how many of each kind, and the last one.

    Parameters
    ----------
    *results : ActivityResults

    Returns
    -------
    Table
    """
    frame = pd.concat({one.measure.name: one.flagged for one in results}, names=["measure"])
    lines = [
        {
            "measure": str(measure),
            "share": sentences.name(str(ticker)),
            "sessions": str(len(part)),
            "last": words.iso_date(part["date"].max()),
            "used": "yes" if used else "no",
            "reason": reason,
        }
        for (measure, ticker, used, reason), part in frame.groupby(
            ["measure", "ticker", "used", "reason"], sort=False
        )
    ]
    columns = ["measure", "share", "sessions", "last", "used", "reason"]
    return Table(pd.DataFrame(lines, columns=columns), detail="reason")


def openings(split: OpeningSplit) -> Table:
    """Both parts of each day-0 return beside what is usual; p after Holm counts all of them.

    Parameters
    ----------
    split : OpeningSplit

    Returns
    -------
    Table
    """
    table = split.table
    raw = pd.concat([table[f"{part}_pvalue"] for part in PARTS], keys=PARTS)
    holm = adjust_pvalues(raw)
    lines = [
        {
            "share": sentences.name(key[1]),
            "part": {"overnight": "at the open", "intraday": "in the session"}[part],
            "return, %": words.percent(row[part], digits=1, signed=True, unit=False),
            "deviation of usual days, %": words.percent(row[f"{part}_usual"], digits=1, unit=False),
            "p by rank": words.pvalue_cell(row[f"{part}_pvalue"]),
            "after Holm": words.pvalue_cell(holm[(part, *key)]),
            "reaction possible from": SHORT[row["holds"]],
        }
        for key, row in table.iterrows()
        for part in PARTS
    ]
    days = sorted({int(n) for n in table["n_estimation"]})
    return Table(
        pd.DataFrame(lines),
        "Raw returns: indices are recorded at their close only. Usual: "
        f"{words.join(map(str, days))} estimation days; after Holm: counts all {len(lines)} rows.",
    )


def false_alarms(table: pd.DataFrame, *, alpha: float = 0.05) -> Table:
    """Share of quiet days that each way of saying what is usual calls unusual.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `analytics.evidence.false_alarms`.
    alpha : float
        The level it was made for.

    Returns
    -------
    Table
    """
    spans = list(dict.fromkeys((first, last) for _, first, last in table.index))
    lines = []
    for level in dict.fromkeys(table.index.get_level_values("level")):
        line = {"usual is": level}
        for first, last in spans:
            row = table.loc[(level, first, last)]
            line[f"{words.count(last - first + 1, 'session')}, %"] = (
                f"{words.percent(row['t'], digits=1, unit=False)} ± "
                f"{words.percent(2 * row['std_error'], digits=1, unit=False)}"
            )
        lines.append(line)
    counts = table.loc[lines[0]["usual is"], "n"]
    days = words.join([words.number(float(n), digits=0) for n in counts])
    return Table(
        pd.DataFrame(lines),
        f"Promised: {words.percent(alpha, digits=0)}. t test on {days} quiet days; ± two "
        "standard errors over calendar months.",
    )
