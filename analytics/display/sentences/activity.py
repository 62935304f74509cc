"""Volume, range and the opening in sentences.

In: results of `analytics.evidence`. Out: plain text, without the full stop. "Times" is always
against the usual level that the results were made with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.display import words
from analytics.display.names import label_of
from analytics.display.sentences.studies import caveat, long_span, name
from analytics.evidence import ActivityResults, OpeningSplit, VarianceRatio, adjust_pvalues
from analytics.evidence.activity_families import ALL, all_together

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

MOST_NAMED = 4
DOING = {"volume": "traded {x} its usual volume", "range": "covered {x} its usual range"}
HOLDS = {
    "overnight": "the first price after the news is the open",
    "intraday": "the news came in the session, so only the session can hold the reaction",
    "unknown": "which part could hold the reaction cannot be told",
}


def times(ratio: float) -> str:
    """A ratio to the usual level.

    Examples
    --------
    >>> times(3.992), times(0.474), times(12.6)
    ('4.0 times', '0.47 times', '13 times')
    """
    return f"{multiple(ratio)} times"


def multiple(ratio: float) -> str:
    """The same without the word: two figures, and a missing one as a dash.

    Examples
    --------
    >>> multiple(3.992), multiple(0.474), multiple(float("nan"))
    ('4.0', '0.47', '–')
    """
    digits = 0 if ratio >= 9.95 else 1 if ratio >= 0.995 else 2
    return words.number(ratio, digits=digits)


def ratio_interval(row: pd.Series, alpha: float) -> str:
    """The interval of a ratio."""
    if row["ci_low"] != row["ci_low"]:
        return "no interval"
    ends = f"{multiple(row['ci_low'])} to {multiple(row['ci_high'])}"
    return f"{words.confidence(alpha)} interval {ends}"


def activity(
    results: ActivityResults,
    key: tuple[str, str],
    *,
    beside: Sequence[ActivityResults] = (),
    dated: bool = True,
) -> str:
    """How active one security was at one event, and how sure that is.

    Parameters
    ----------
    results : ActivityResults
    key : (event_id, ticker)
    beside : sequence of ActivityResults
        All results that were looked at, these among them: the p value after Holm counts them.
    dated : bool
        Whether to name the session.

    Returns
    -------
    str
    """
    row = results.headline().loc[key]
    when = f" {_when(results, key, row)}" if dated else ""
    if row["ratio"] != row["ratio"]:
        return f"{name(key[1])}: no usual {results.measure.name}{when}: {row['note']}"
    after = ""
    if beside:
        holm = all_together(*beside).loc[(results.measure.name, *key), "pvalue_holm"]
        after = f", {words.pvalue_cell(holm)} after Holm"
    sure = (
        f"{ratio_interval(row, results.alpha)}; t test {words.pvalue(row['pvalue'])}{after}, rank "
        f"{words.pvalue(row['rank_pvalue'])}"
    )
    if row["pvalue"] < results.alpha:
        did = DOING[results.measure.name].format(x=times(row["ratio"]))
        return f"{name(key[1])} {did}{when} ({sure}){_beside(results, key)}"
    return (
        f"The {results.measure.name} of {name(key[1])}{when} cannot be told from usual: "
        f"{times(row['ratio'])} ({sure}); {times(row['detectable'])} would have been found four "
        f"times in five{_beside(results, key)}"
    )


def _beside(results: ActivityResults, key: tuple[str, str]) -> str:
    """What else can make it busy: a closure before it, other news."""
    facts = results.sample.observations.loc[key]
    gap = (facts["session"] - facts["previous_session"]).days
    shut = f"; the first session after {gap} days, which alone can make it busy"
    return (shut if long_span(facts) else "") + caveat(facts)


def _when(results: ActivityResults, key: tuple[str, str], row: pd.Series) -> str:
    session = results.sample.observations.loc[key, "session"]
    length = int(row["last"] - row["first"]) + 1
    over = "on" if length == 1 else f"over {length} sessions from"
    return f"{over} {words.long_date(session)}"


def reopening(results: ActivityResults, key: tuple[str, str], reopened: ActivityResults) -> str:
    """A first session after a closure beside other such sessions of the same security.

    Parameters
    ----------
    results : ActivityResults
    key : (event_id, ticker)
    reopened : ActivityResults
        Of the days of `analytics.evidence.after_closures`.

    Returns
    -------
    str
    """
    value = float(results.over(0, 0).loc[key, "ratio"])
    facts = reopened.sample.observations
    same = reopened.index.get_level_values("ticker") == key[1]
    same &= np.asarray(facts["session"] != results.sample.observations.loc[key, "session"])
    others = reopened.over(0, 0)["ratio"][same].dropna()
    said = f"{name(key[1])}: {times(value)} usual"
    if others.empty:
        return f"{said}, and no other first session after a closure to compare it with"
    more = int((others >= value).sum())
    return (
        f"{said}, beside {multiple(others.min())} to {times(others.max())} on "
        f"{words.count(len(others), 'other first session', 'other first sessions')} after a "
        f"closure, of which {more or 'none'} {'was' if more < 2 else 'were'} as busy"
    )


def busy(*results: ActivityResults) -> str:
    """Of everything asked about these securities, how much is unusual, before and after Holm.

    Parameters
    ----------
    *results : ActivityResults
        Such as volume and range of one event.

    Returns
    -------
    str
    """
    rows = all_together(*results)
    shut = [long_span(facts) for one in results for _, facts in one.sample.observations.iterrows()]
    rows = rows.assign(shut=shut).dropna(subset=["pvalue"])
    alpha = results[0].alpha
    kept = rows[rows["pvalue_holm"] < alpha]
    out = rows[(rows["pvalue"] < alpha) & ~(rows["pvalue_holm"] < alpha)]
    rest = rows[~(rows["pvalue"] < alpha)]
    asked = words.join([f"{one.measure.name}s" for one in results])
    said = [f"Of {len(rows)} {asked}, {len(kept)} are unusual after Holm ({_each(kept)})"]
    if len(out):
        said.append(f"{len(out)} only before it ({_each(out)})")
    if len(rest):
        said.append(f"{len(rest)} {'is' if len(rest) == 1 else 'are'} not ({_each(rest)})")
    return ", ".join(said)


def _each(rows: pd.DataFrame) -> str:
    """By measure: ``volume: NVIDIA 4.0 times, Meta 2.0``."""
    parts = []
    for measure, part in rows.groupby(level="measure", sort=False):
        listed = [
            f"{name(key[2])} {times(row['ratio'])}{' after a closure' if row['shut'] else ''}"
            for key, row in part.iterrows()
        ]
        parts.append(f"{measure}: {words.join(listed)}")
    return "; ".join(parts) or "none"


def activity_count(results: ActivityResults) -> str:
    """How many observations stand out, beside how many chance gives, and how many after Holm."""
    rows = results.headline().dropna(subset=["pvalue"])
    holm = adjust_pvalues(rows["pvalue"])
    out = rows[rows["pvalue"] < results.alpha]
    more = int((out["t"] > 0).sum())
    last = rows[holm < results.alpha].sort_values("pvalue")
    named = [
        f"{name(ticker)} ({label_of(event)}, {times(row['ratio'])})"
        for (event, ticker), row in last.iloc[:MOST_NAMED].iterrows()
    ]
    rest = len(last) - len(named)
    listed = words.join([*named, *([f"{rest} more"] if rest else [])])
    chance = words.number(results.alpha * len(rows), digits=0)
    return (
        f"{len(out)} of {len(rows)} {results.measure.name}s are unusual by the t test at "
        f"{words.percent(results.alpha, digits=0)} ({more} of them higher; chance gives about "
        f"{chance}), {len(last) or 'none'} after Holm" + (f": {listed}" if named else "")
    )


def activity_average(row: pd.Series, *, alpha: float = 0.05) -> str:
    """Average activity of one security, or of all, over a family of events.

    Parameters
    ----------
    row : pandas.Series
        A row of `analytics.evidence.average_activity`.
    alpha : float
        The level it was made for.
    """
    who = "All observations" if row.name == ALL else name(str(row.name))
    standing = "" if row["valid"] else f", not valid here: {row['note']}"
    more, low, high = (float(row[k]) - 1.0 for k in ("ratio", "ci_low", "ci_high"))
    around = words.interval(low, high, alpha=alpha, digits=1)
    return (
        f"{who}: {words.percent(more, digits=1, signed=True)} against usual, on average over "
        f"{words.count(int(row['n']), 'observation')} ({around}; adjusted BMP "
        f"{words.pvalue(row['pvalue'])}, {words.pvalue_cell(row['pvalue_holm'])} after Holm"
        f"{standing}; generalised rank {words.pvalue(row['rank_pvalue'])})"
    )


def opening(split: OpeningSplit, key: tuple[str, str]) -> str:
    """How much of a day-0 return was there at the open, each part beside what is usual."""
    row = split.table.loc[key]
    night, day = float(row["overnight"]), float(row["intraday"])
    way = "above" if night > 0 else "below"
    level = words.confidence(split.alpha)
    return (
        f"{name(key[1])} opened {words.percent(abs(night))} {way} the close before it "
        f"({level} of nights {_usual(row, 'overnight')}; rank "
        f"{words.pvalue(row['overnight_pvalue'])}) and "
        f"{'gained' if day > 0 else 'lost'} {words.percent(abs(day))} in the session ({level} of "
        f"sessions {_usual(row, 'intraday')}; rank {words.pvalue(row['intraday_pvalue'])}); "
        f"{share_at_open(row)}"
    )


def _usual(row: pd.Series, part: str) -> str:
    low, high = float(row[f"{part}_low"]), float(row[f"{part}_high"])
    return (
        f"{words.percent(low, digits=1, signed=True, unit=False)} to "
        f"{words.percent(high, digits=1, signed=True)}"
    )


def share_at_open(row: pd.Series) -> str:
    """Which share of the day's log return was there at the open, in words."""
    total = float(row["total"])
    moved = "fall" if total < 0 else "rise"
    share = float(row["at_open"])
    if not np.isfinite(share):
        return "the day ended where it began"
    if 0 <= share <= 1:
        return (
            f"{words.percent(share, digits=0)} of the day's {moved} of "
            f"{words.percent(abs(total))} was there at the open"
        )
    whole = words.percent(total, signed=True)
    if share > 1:
        return f"the session took back a part of it: {whole} on the day"
    return f"the session turned it around: {whole} on the day"


def openings_count(split: OpeningSplit) -> str:
    """For how many returns the part that could hold the reaction is known, and how unusual it is.

    Parameters
    ----------
    split : OpeningSplit
        Of many observations.

    Returns
    -------
    str
    """
    table, said = split.table, []
    for part, where in (("overnight", "from the open on"), ("intraday", "only in the session")):
        rows = table[table["holds"] == part]
        out = int((rows[f"{part}_pvalue"] <= split.alpha).sum())
        chance = words.number(split.alpha * len(rows), digits=0)
        what = "opening gap" if part == "overnight" else "session"
        said.append(
            f"{len(rows)} could hold the reaction {where}, where {out} had an unusual {what} (rank "
            f"test at {words.percent(split.alpha, digits=0)}; chance gives about {chance})"
        )
    unknown = int((table["holds"] == "unknown").sum())
    return (
        f"Of {words.count(len(table), 'return')} split at the open, {'; '.join(said)}; for "
        f"{unknown} it cannot be told"
    )


def opening_holds(split: OpeningSplit, key: tuple[str, str]) -> str:
    """Which part of the day could hold the reaction, and why."""
    row = split.table.loc[key]
    return f"{name(key[1])}: {HOLDS[row['holds']]} ({row['why']})"


def false_alarm(table: pd.DataFrame, *, alpha: float = 0.05) -> str:
    """How often the default and the loudest way of saying what is usual cry wolf.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `analytics.evidence.false_alarms`; the first level in it is the default.
    alpha : float
        The level it was made for.
    """
    first = table.index.get_level_values("level")[0]
    own, worst = table.loc[first], table["t"].idxmax()
    lengths = words.join([str(last - start + 1) for start, last in own.index], last="or")
    return (
        f"On {words.count(int(own['n'].max()), 'quiet day')} the t test against the {first} finds "
        f"something on {_range([float(value) for value in own['t']])} of them (windows of "
        f"{lengths} sessions), where {words.percent(alpha, digits=0)} are promised; against the "
        f"{worst[0]}, on {words.percent(float(table.loc[worst, 't']))} "
        f"({words.count(worst[2] - worst[1] + 1, 'session')})"
    )


def _range(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    if words.percent(low) == words.percent(high):
        return words.percent(low)
    return f"{words.percent(low, unit=False)} to {words.percent(high)}"


def variance(found: VarianceRatio) -> str:
    """How much larger squared abnormal returns were at the events than usual."""
    ends = f"{multiple(found.ci_low)} to {multiple(found.ci_high)}"
    around = (
        f"{words.confidence(found.alpha)} interval {ends}"
        if np.isfinite(found.ci_low)
        else "no interval, all of them in one group"
    )
    return (
        f"Squared abnormal returns were {times(found.ratio)} what the estimation windows promise "
        f"({around}; {words.count(found.n, 'observation')} in {words.count(found.groups, 'group')} "
        f"that share days or news; rank among {found.placebos} pseudo-events "
        f"{words.pvalue(found.pvalue)}); {times(found.before)} on the days before the news"
    )
