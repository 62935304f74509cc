"""What the figures of volume, range and openings show, worked out once for figure and alt text.

In: results of `analytics.evidence`. Out: chosen observations, frames to draw, findings and feet in
words. It must not know matplotlib.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.display import words
from analytics.display.names import name
from analytics.display.sentences import times
from analytics.errors import InputError, UnknownNameError
from analytics.evidence import ActivityResults, OpeningSplit, adjust_pvalues
from analytics.study import Sample
from analytics.study.kernels import Floats

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, str]
MOST_NAMED = 4  # securities in a title


def keys_of(sample: Sample, event_id: str | None, tickers: Sequence[str] | None) -> list[Key]:
    """The observations of one event, all or those of some tickers.

    Raises
    ------
    InputError
        Several events and none is named.
    UnknownNameError
        The event or a ticker is not there.
    """
    known = list(dict.fromkeys(sample.index.get_level_values("event_id")))
    if event_id is None and len(known) != 1:
        raise InputError(f"the results hold {len(known)} events; name one with event_id=")
    event = known[0] if event_id is None else event_id
    if event not in known:
        raise UnknownNameError("event in the results", event, known)
    there = [str(ticker) for its, ticker in sample.index if its == event]
    for ticker in tickers or ():
        if ticker not in there:
            raise UnknownNameError(f"ticker of {event} in the results", ticker, there)
    return [(event, ticker) for ticker in (there if tickers is None else tickers)]


def source(sample: Sample, tickers: Sequence[str]) -> str:
    """Where the prices come from, without the fine print."""
    wanted = {f"prices/{ticker}.csv" for ticker in tickers}
    said = dict.fromkeys(
        words.brief_source(entry.source) for entry in sample.sources if entry.name in wanted
    )
    return f"Source: {words.join(said)}." if said else "Source: the reader's own prices."


def paths(results: ActivityResults, keys: Sequence[Key], days: tuple[int, int]) -> pd.DataFrame:
    """Ratio to usual of each day of one event, with the band of ordinary days."""
    first, last = results.sample.windows.event
    part = results.select(event_id=keys[0][0])
    frame = part.by_day(max(days[0], first), min(days[1], last))
    return frame[frame.index.droplevel("day").isin(list(keys))]


def path_of(frame: pd.DataFrame, key: Key) -> pd.DataFrame:
    """One observation of such a frame, by day."""
    return frame.xs(key, level=["event_id", "ticker"])


def busy(results: ActivityResults, keys: Sequence[Key]) -> str:
    """Who was busier or quieter than usual over the headline window."""
    rows = results.headline().loc[list(keys)]
    out = rows[rows["pvalue"] < results.alpha].sort_values("ratio", ascending=False)
    if out.empty:
        who = words.join([name(ticker) for _, ticker in keys])
        return f"No {results.measure.name} beyond the usual: {who}"
    said = [f"{name(key[1])} {times(row['ratio'])}" for key, row in out.iterrows()]
    rest = len(said) - MOST_NAMED
    listed = words.join([*said[:MOST_NAMED], *([f"{rest} more"] if rest > 0 else [])])
    quiet = [name(ticker) for event, ticker in keys if (event, ticker) not in out.index]
    but = f"; not {words.join(quiet, last='or')}" if quiet else ""
    long = "" if (out["last"] == out["first"]).all() else ", average of its days"
    return f"{results.measure.name.capitalize()} beyond the usual{long}: {listed}{but}"


def method(results: ActivityResults, tickers: Sequence[str]) -> str:
    """What is usual, from how many days, and the source."""
    rows = results.over(0, 0) if _holds_day0(results) else results.headline()
    rows = rows[rows.index.get_level_values("ticker").isin(tickers)]
    counts = rows["n_estimation"]
    low, high = int(counts.min()), int(counts.max())
    days = f"{low}" if low == high else f"{low} to {high}"
    beside = f", given {words.join(results.others)}" if results.others else ""
    label = results.level.label
    return (
        f"Usual: {label}{beside}; {days} estimation days. "
        f"{source(results.sample, list(dict.fromkeys(tickers)))}"
    )


def _holds_day0(results: ActivityResults) -> bool:
    first, last = results.sample.windows.event
    return first <= 0 <= last


@dataclass(frozen=True, eq=False)
class Spread:
    """All observations beside ordinary days.

    Attributes
    ----------
    table : pandas.DataFrame
        Headline rows, ascending by ratio, with ``pvalue_holm`` over all and ``out`` (the t test
        alone finds something).
    ordinary : (D,) array
        Log ratios of the windows learned from, of all observations.
    alpha : float
    """

    table: pd.DataFrame
    ordinary: Floats
    alpha: float

    @property
    def counts(self) -> tuple[int, int]:
        """Observations that stand out below and above usual."""
        out = self.table[self.table["out"]]
        return int((out["t"] < 0).sum()), int((out["t"] > 0).sum())

    @property
    def last(self) -> pd.DataFrame:
        """Those that stand out after Holm, most active first."""
        rows = self.table[self.table["pvalue_holm"] < self.alpha]
        return rows.sort_values("ratio", ascending=False)


def spread(results: ActivityResults) -> Spread:
    """All headline ratios, and how ordinary windows of the same observations spread.

    Raises
    ------
    InputError
        No observation has a ratio.
    """
    rows = results.headline().dropna(subset=["ratio"])
    if rows.empty:
        raise InputError(f"no {results.measure.name} could be set against what is usual")
    holm = adjust_pvalues(rows["pvalue"])
    table = rows.assign(pvalue_holm=holm, out=rows["pvalue"] < results.alpha)
    ordinary = [
        results.ordinary(key, int(row["first"]), int(row["last"])) for key, row in rows.iterrows()
    ]
    return Spread(
        table.sort_values("ratio", kind="stable"), np.concatenate(ordinary), results.alpha
    )


def spread_title(found: Spread, measure: str) -> str:
    """Whether news in general comes with activity."""
    low, high = found.counts
    total = len(found.table)
    chance = words.number(found.alpha * total, digits=0)
    verb = "is" if low + high == 1 else "are"
    return (
        f"{low + high} of {total} {measure}s {verb} unusual, chance gives about {chance}; "
        f"{len(found.last) or 'none'} after Holm"
    )


def opening_title(split: OpeningSplit, keys: Sequence[Key]) -> str:
    """How much of the largest move was there at the open."""
    rows = split.table.loc[list(keys)]
    key = rows["total"].abs().idxmax()
    row = rows.loc[key]
    total, share = float(row["total"]), float(row["at_open"])
    moved = "fall" if total < 0 else "rise"
    size = words.percent(abs(total))
    if 0 <= share <= 1:
        part = words.percent(share, digits=0)
        return f"{part} of {name(key[1])}'s {moved} of {size} was there at the open"
    if share > 1:
        return f"{name(key[1])}'s whole {moved} of {size}, and more, was there at the open"
    return f"{name(key[1])}'s {moved} of {size} came in the session, against the open"
