"""Event studies as tables.

In: results, a sample, events. Out: a `Table` that a terminal and Jupyter show. The frames of the
results themselves stay as they are: numbers to compute with.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analytics.display import names, sentences, words
from analytics.evidence import adjust_pvalues
from analytics.study import first_sessions

if TYPE_CHECKING:
    from analytics.events import EventTable
    from analytics.market import Market
    from analytics.study import EventStudyResults, Sample


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Worded cells with a note below.

    Attributes
    ----------
    frame : pandas.DataFrame
        Text, one row per line of the table; units stand in the column names.
    note : str
    detail : str
        A column of longer text: in HTML it stands below its row, over the whole width.
    """

    frame: pd.DataFrame
    note: str = ""
    detail: str = ""

    def __repr__(self) -> str:
        text = self.frame.to_string(index=False, max_colwidth=None)
        return f"{text}\n{self.note}" if self.note else str(text)

    def _repr_html_(self) -> str:
        columns = [str(name) for name in self.frame.columns if name != self.detail]
        head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
        body = "".join(self._row(row, columns) for _, row in self.frame.iterrows())
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f"{table}<p>{html.escape(self.note)}</p>" if self.note else table

    def _row(self, row: pd.Series, columns: list[str]) -> str:
        cells = "".join(f"<td>{html.escape(str(row[name]))}</td>" for name in columns)
        more = html.escape(str(row[self.detail])) if self.detail else ""
        below = f'<tr><td colspan="{len(columns)}">{more}</td></tr>' if more else ""
        return f"<tr>{cells}</tr>{below}"


def cars(results: EventStudyResults, first: int | None = None, last: int | None = None) -> Table:
    """Abnormal returns with their intervals, one row per observation.

    Parameters
    ----------
    results : EventStudyResults
    first, last : int, optional
        Tested days; each observation's headline window by default.

    Returns
    -------
    Table
    """
    rows = results.headline() if first is None or last is None else results.over(first, last)
    days = results.sample.observations["session"]
    unsure = results.sample.observations["session_ambiguous"]
    longer = bool((rows["last"] > rows["first"]).any())
    holm = adjust_pvalues(rows["pvalue"])
    rate = adjust_pvalues(rows["pvalue"], "benjamini-hochberg")
    lines = [
        {
            "event": event_id,
            "share": sentences.name(ticker),
            "day 0": words.iso_date(days[event_id, ticker])
            + ("?" if unsure[event_id, ticker] else ""),
            "days": _window(row),
            "abnormal return, %": words.percent(row["car"], signed=True, unit=False, digits=1),
            f"{words.confidence(results.alpha)} interval, %": words.ends(
                row["ci_low"], row["ci_high"]
            ),
            **({"buy and hold, %": _held(row)} if longer else {}),
            "t": words.number(row["t"], digits=2),
            "p": words.pvalue_cell(row["pvalue"]),
            "p by rank": words.pvalue_cell(row["sq_pvalue"]),
            "p, Holm": words.pvalue_cell(holm[event_id, ticker]),
            "p, BH": words.pvalue_cell(rate[event_id, ticker]),
        }
        for (event_id, ticker), row in rows.iterrows()
    ]
    return Table(
        _without_one_event(pd.DataFrame(lines)),
        "p by rank: (1 + estimation days at least as large) / (1 + estimation days); assumes no "
        f"normal distribution. Holm and BH: p after all {int(rows['pvalue'].notna().sum())} rows "
        "of this table are counted, family-wise and as false discovery rate. ? day 0 is the "
        "earliest of several possible sessions.",
    )


def tests(results: EventStudyResults, first: int, last: int) -> Table:
    """Tests of a zero average, valid ones first.

    Parameters
    ----------
    results : EventStudyResults
    first, last : int

    Returns
    -------
    Table
    """
    frame = results.test(first, last).sort_values("valid", ascending=False, kind="stable")
    lines = [
        {
            "test": sentences.TEST_NAMES[str(name)],
            "statistic": words.number(row["statistic"], digits=2),
            "p": words.pvalue_cell(row["pvalue"]),
            "n": str(row["n"]),
            "valid here": "yes" if row["valid"] else "no",
            "note": row["note"],
        }
        for name, row in frame.iterrows()
    ]
    return Table(pd.DataFrame(lines), detail="note")


def with_and_without(plain: EventStudyResults, results: EventStudyResults) -> Table:
    """Abnormal returns without the firm in its index, and with it, one row per observation.

    Parameters
    ----------
    plain, results : EventStudyResults
        Of ``align(..., exclude_self=False)`` and of the default.

    Returns
    -------
    Table
    """
    lines = []
    whole, out = plain.headline(), results.headline()
    for key in results.sample.index:
        facts = results.sample.observations.loc[key]
        mark = " *" if sentences.long_span(facts) else ""
        line = {
            "share": sentences.name(key[1]) + mark,
            "index": names.name(str(facts["benchmark"])),
        }
        for label, row in (("without itself", out.loc[key]), ("with itself", whole.loc[key])):
            value = words.percent(row["car"], signed=True, unit=False, digits=1)
            line[f"{label}, %"] = f"{value} ({words.ends(row['ci_low'], row['ci_high'])})"
        lines.append(line)
    note = (
        f"Abnormal return and its {words.confidence(results.alpha)} interval. A share that is not "
        "in its index, or has no recorded weight there, has one figure."
    )
    if any(
        sentences.long_span(results.sample.observations.loc[key]) for key in results.sample.index
    ):
        note += (
            " * Its return spans a closure, and its interval, that of one session, is too narrow."
        )
    return Table(pd.DataFrame(lines), note)


def placement(sample: Sample) -> Table:
    """Day 0 of each observation, and what its return spans."""
    lines = [
        {
            "event": event_id,
            "share": sentences.name(ticker),
            "day 0": words.iso_date(row["session"]) + ("?" if row["session_ambiguous"] else ""),
            "close before": words.iso_date(row["previous_session"]),
            "news came": row["phase"].replace("_", " ") + ("?" if _unsure(row) else ""),
            "the return spans": row["spans"] or "one session",
            "other news": _reworded(row["confounded_by"]) or "none recorded",
        }
        for (event_id, ticker), row in sample.observations.iterrows()
    ]
    unsure = any(line["news came"].endswith("?") for line in lines)
    note = "? no clock time at hand, and no grade, says in which part of the day." if unsure else ""
    return Table(_without_one_event(pd.DataFrame(lines)), note)


def _unsure(row: pd.Series) -> bool:
    """Whether the part of the day in which news came is a guess."""
    return not row["time_confirmed"] and row["phase_grade"] in ("", "low")


def sessions(events: EventTable, market: Market) -> Table:
    """First session of every event on each exchange."""
    found = first_sessions(events, market)
    places = names.places(found.index.get_level_values("calendar"))
    lines = []
    for event in events:
        line = {
            "published (UTC)": f"{event.published_at:%Y-%m-%d %H:%M}"
            + ("" if event.time_confirmed else "?"),
            "event": event.label or event.title,
        }
        own = found[found.index.get_level_values("event_id") == event.id].droplevel("event_id")
        for code, row in own.iterrows():
            day = words.iso_date(row["session"]) if row["session"] == row["session"] else "none"
            line[places[code]] = day + ("*" if row["session_ambiguous"] else "")
        lines.append(line)
    return Table(
        pd.DataFrame(lines),
        "? clock time unconfirmed; * the earliest of several possible sessions",
    )


def dropped(sample: Sample | EventStudyResults) -> Table:
    """Who is left out, and why; observations with one reason share a row."""
    grouped: dict[str, list[str]] = {}
    for row in sample.dropped.itertuples():
        reason = _reworded(str(row.reason))
        grouped.setdefault(reason, []).append(
            f"{sentences.name(str(row.ticker))} at {names.label_of(str(row.event_id))}"
        )
    lines = [{"left out": "; ".join(who), "because": why} for why, who in grouped.items()]
    return Table(pd.DataFrame(lines, columns=["left out", "because"]))


def _reworded(reason: str) -> str:
    """A reason as a person reads it: kinds of news in words, minus signs."""
    text = re.sub(r"\b([a-z]+)_([a-z]+), day", r"\1 \2, day", reason)
    return re.sub(r"(?<![\w.])-(?=\d)", words.MINUS, text).replace("day +0", "day 0")


def _window(row: pd.Series) -> str:
    last = words.number(row["last"], digits=0, signed=True) if row["last"] else "0"
    return f"{words.number(row['first'], digits=0)} to {last}"


def _held(row: pd.Series) -> str:
    return words.percent(row["bhar"], signed=True, unit=False, digits=1)


def _interval(row: pd.Series) -> str:
    return words.ends(row["ci_low"], row["ci_high"])


def _without_one_event(frame: pd.DataFrame) -> pd.DataFrame:
    """The event's name is no column where all rows share it."""
    return frame.drop(columns="event") if frame["event"].nunique() == 1 else frame
