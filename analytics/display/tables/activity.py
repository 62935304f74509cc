"""Volume, range, the opening and false alarms as tables.

In: results of `analytics.evidence`. Out: a `Table` that a terminal and Jupyter show.
"""

from __future__ import annotations

import pandas as pd

from analytics.display import sentences, words
from analytics.display.names import label_of
from analytics.display.tables.studies import Table
from analytics.errors import InputError
from analytics.evidence import ActivityResults, OpeningSplit, adjust_pvalues, all_together
from analytics.evidence.activity_families import ALL
from analytics.evidence.openings import PARTS

CLOSURE = "first session after"
WHERE = {
    "overnight": "from the open on",
    "intraday": "only in the session",
    "unknown": "from a moment that cannot be told",
}


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
    level = words.confidence(results[0].alpha)
    lines = [
        {
            "share": sentences.name(key[2]) + (" *" if CLOSURE in row["note"] else ""),
            "event": label_of(key[1]),
            "measure": key[0],
            f"times usual ({level} interval)": _with_interval(row),
            "p": words.pvalue_cell(row["pvalue"]),
            "after Holm": words.pvalue_cell(row["pvalue_holm"]),
            "p by rank": words.pvalue_cell(row["rank_pvalue"]),
        }
        for key, row in rows.iterrows()
    ]
    shut = " * First session after a closure, which alone can make it busy."
    if not lines:
        raise InputError(_nothing(results))
    shut = shut if rows["note"].str.contains(CLOSURE).any() else ""
    frame = pd.DataFrame(lines)
    if frame["event"].nunique() == 1:
        frame = frame.drop(columns="event")
    return Table(
        frame,
        f"Usual: {results[0].level.label}, {_span(rows['n_estimation'])} estimation days. "
        f"p: t test of the forecast error; after Holm: counts all {len(rows)} rows; p by rank "
        f"assumes no normal distribution.{shut}",
    )


def _nothing(results: tuple[ActivityResults, ...]) -> str:
    """Why there is no row."""
    reasons = [str(one) for part in results for one in part.dropped["reason"]]
    return f"nothing was measured: {reasons[0] if reasons else 'no observations'}"


def _with_interval(row: pd.Series) -> str:
    value, *ends = (sentences.multiple(row[name]) for name in ("ratio", "ci_low", "ci_high"))
    return f"{value} ({' to '.join(ends)})"


def _span(counts: pd.Series) -> str:
    low, high = int(counts.min()), int(counts.max())
    return f"{low}" if low == high else f"{low} to {high}"


def activity_averages(*, alpha: float = 0.05, **averages: pd.DataFrame) -> Table:
    """Average activity against usual over a family of events.

    Parameters
    ----------
    alpha : float
        The level the averages were made for.
    **averages : pandas.DataFrame
        Measure -> table of `analytics.evidence.average_activity`; Holm counts all rows.

    Returns
    -------
    Table
    """
    rows = pd.concat(averages, names=["measure"])
    holm = adjust_pvalues(rows["pvalue"])
    lines = [
        {
            "share": "all" if ticker == ALL else sentences.name(str(ticker)),
            "measure": str(measure),
            "n": str(int(row["n"])),
            f"against usual, % ({words.confidence(alpha)} interval)": _more(row),
            "p": words.pvalue_cell(row["pvalue"]) + ("" if row["valid"] else " *"),
            "after Holm": words.pvalue_cell(holm[(measure, ticker)]),
            "p by rank": words.pvalue_cell(row["rank_pvalue"]),
        }
        for (measure, ticker), row in rows.iterrows()
    ]
    doubt = "" if rows["valid"].all() else " * not valid in this sample."
    return Table(
        pd.DataFrame(lines),
        f"p: adjusted BMP; after Holm: counts all {len(rows)} rows; p by rank: generalised rank t. "
        f"Intervals are widened for observations that share days.{doubt}",
    )


def _more(row: pd.Series) -> str:
    value, *ends = (
        words.percent(float(row[name]) - 1.0, digits=1, signed=name == "ratio", unit=False)
        for name in ("ratio", "ci_low", "ci_high")
    )
    return f"{value} ({' to '.join(ends)})"


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
            "usual deviation, %": words.percent(row[f"{part}_usual"], digits=1, unit=False),
            "p by rank": words.pvalue_cell(row[f"{part}_pvalue"]),
            "after Holm": words.pvalue_cell(holm[(part, *key)]),
        }
        for key, row in table.iterrows()
        for part in PARTS
    ]
    return Table(
        pd.DataFrame(lines),
        "Raw returns: indices are recorded at their close only. Usual: "
        f"{_span(table['n_estimation'])} estimation days; after Holm: counts all {len(lines)} "
        f"rows. The reaction was possible {_possible(table)}.",
    )


def _possible(table: pd.DataFrame) -> str:
    """From when on the reaction was possible, and for whom."""
    said = []
    for holds, where in WHERE.items():
        names = [sentences.name(key[1]) for key in table.index[table["holds"] == holds]]
        if names:
            said.append(f"{where} for {words.join(dict.fromkeys(names))}")
    return "; ".join(said)


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
    counts = table["n"].iloc[:: len(lines)]
    days = words.join([words.number(float(n), digits=0) for n in counts])
    return Table(
        pd.DataFrame(lines),
        f"Promised: {words.percent(alpha, digits=0)}. t test on {days} quiet days; ± two "
        "standard errors over calendar months.",
    )
