"""The sentence that heads a figure, and the line at its foot: both made from the numbers.

In: results. Out: text. It must not know matplotlib.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analytics.display import readings, words
from analytics.display.names import name
from analytics.study import EventStudyResults

__all__ = [
    "car",
    "day_zeros",
    "heatmap",
    "method",
    "method_of_all",
    "source",
    "strongest",
    "timeline",
]


def strongest(results: EventStudyResults, event_id: str, tickers: Sequence[str]) -> str:
    """The ticker with the largest headline t."""
    t = readings.headline_of(results, event_id, tickers)["t"].abs()
    return str(t.idxmax()) if t.notna().any() else tickers[0]


def car(results: EventStudyResults, event_id: str, tickers: Sequence[str]) -> str:
    """Who left the usual range over the headline window, and by how much."""
    rows = readings.headline_of(results, event_id, tickers)
    outside = [ticker for ticker in rows.index if readings.moved(rows.loc[ticker])]
    if len(tickers) == 1:
        return _one(rows.iloc[0], tickers[0])
    if not outside:
        return f"No move beyond the usual range: {words.join(map(name, tickers))}"
    outside.sort(key=lambda ticker: -abs(rows.loc[ticker, "t"]))
    said = [
        f"{name(ticker)} {words.percent(rows.loc[ticker, 'car'], signed=True)}"
        for ticker in outside
    ]
    rest = [ticker for ticker in tickers if ticker not in outside]
    quiet = f"; not {words.join(map(name, rest), last='or')}" if rest else ""
    return f"Beyond the usual range: {words.join(said)}{quiet}"


def _one(row: pd.Series, ticker: str) -> str:
    when = readings.window_words(int(row["first"]), int(row["last"]))
    size = words.percent(abs(row["car"]))
    if not readings.moved(row):
        signed = words.percent(row["car"], signed=True)
        return f"{name(ticker)}: {signed} on {when}, within its usual range"
    verb, more = ("fell", "more") if row["car"] < 0 else ("rose", "more")
    return f"{name(ticker)} {verb} {size} {more} than the market explains on {when}"


def day_zeros(
    results: EventStudyResults, event_id: str, tickers: Sequence[str]
) -> list[tuple[str, list[str]]]:
    """Dates of day 0, each with its tickers; the most common first. A guess bears a "?"."""
    observations = results.sample.observations
    found: dict[str, list[str]] = {}
    for ticker in tickers:
        row = observations.loc[(event_id, ticker)]
        mark = "?" if row["session_ambiguous"] else ""
        found.setdefault(words.long_date(row["session"]) + mark, []).append(ticker)
    return sorted(found.items(), key=lambda item: -len(item[1]))


def method(results: EventStudyResults, event_id: str, tickers: Sequence[str]) -> str:
    """Source, sample and method in one line."""
    rows = results.estimates.loc[[(event_id, ticker) for ticker in tickers]]
    return _method(results, rows, tickers)


def _method(results: EventStudyResults, rows: pd.DataFrame, tickers: Sequence[str]) -> str:
    known = [one for one in dict.fromkeys(rows["benchmark"]) if one]
    less = " less the firm itself" if rows["exclude_self"].any() else ""
    low, high = int(rows["n_estimation"].min()), int(rows["n_estimation"].max())
    days = f"{low}" if low == high else f"{low} to {high}"
    against = f" on {words.join(map(name, known))}{less}" if known else ""
    return (
        f"{results.model.label.capitalize()}{against}, {days} estimation days. "
        f"{source(results, tickers)}"
    )


def source(results: EventStudyResults, tickers: Sequence[str]) -> str:
    """Where the prices come from, without the fine print."""
    wanted = {f"prices/{ticker}.csv" for ticker in tickers}
    said = dict.fromkeys(
        entry.source.split(";")[0].split(",")[0]
        for entry in results.sample.sources
        if entry.name in wanted
    )
    return f"Source: {words.join(said)}." if said else "Source: the reader's own prices."


def heatmap(table: readings.Matrix) -> str:
    """How many of the printed numbers stand out, and how many would by chance is for the reader."""
    studied = int(table.values.notna().to_numpy().sum())
    clear = int(table.clear.to_numpy().sum())
    return f"{clear} of {studied} reactions lie beyond the usual range"


def method_of_all(results: EventStudyResults, tickers: Sequence[str]) -> str:
    """Source, sample and method of all observations of these tickers."""
    rows = results.estimates
    rows = rows[rows.index.get_level_values("ticker").isin(tickers)]
    return _method(results, rows, tickers)


def timeline(moves: pd.DataFrame, ticker: str) -> str:
    """The largest move on a day 0; ``moves`` has ``label, session, move``."""
    known = moves.dropna(subset=["move"])
    if known.empty:
        return f"{name(ticker)}: no event in this range"
    row = known.loc[known["move"].abs().idxmax()]
    verb = "fell" if row["move"] < 0 else "rose"
    return (
        f"{name(ticker)} {verb} most, {words.percent(abs(row['move']))}, "
        f"on {words.long_date(row['session'])}"
    )
