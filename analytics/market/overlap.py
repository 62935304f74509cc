"""A new answer beside the one that is kept: what changed in the days that both cover.

In: two replies about one ticker. Out: `Revision` records, or a refusal. It must not know files.

A later split, dividend or correction rewrites history, so a new answer never continues an old one:
it replaces the whole series, and what changed is listed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.market.reply import COLUMNS, Reply

SAME = 1e-6  # relative difference below which two prices are one, written with another precision
RATIO = 2e-3  # by how much rounded prices may miss the ratio of a split


@dataclass(frozen=True)
class Revision:
    """What a new answer changed in a series.

    Attributes
    ----------
    ticker, what : str
        ``what`` is a column of the bars, ``"rows"``, ``"dividends"`` or ``"splits"``.
    first, last : str
        ISO dates of the first and last day that changed.
    days : int
        How many changed.
    largest : float
        Largest relative change, decimal fraction; NaN where rows came or went.
    reason : str
    retrieved : str
        Moment of the new answer.
    """

    ticker: str
    what: str
    first: str
    last: str
    days: int
    largest: float
    reason: str
    retrieved: str = ""


def lost_sessions(
    old: pd.DataFrame, new: pd.DataFrame, sessions: pd.DatetimeIndex
) -> pd.DatetimeIndex:
    """Sessions that the old bars have and the new ones do not.

    A phantom row that went is no loss.
    """
    return old.index.difference(new.index).intersection(sessions)


def revisions(old: Reply, new: Reply) -> list[Revision]:
    """What changed in the days that both answers cover.

    Parameters
    ----------
    old, new : Reply
        About the same ticker.

    Returns
    -------
    list of Revision
        Empty where nothing changed; new days are no change.
    """
    first = pd.Timestamp(max(old.query.start, new.query.start))
    last = pd.Timestamp(min(old.query.end, new.query.end))
    if not old.bars.empty:
        last = min(last, old.bars.index[-1])
    before, after = old.bars[first:last], new.bars[first:last]
    both = before.index.intersection(after.index)
    ticker = new.query.ticker
    found = [
        *_rows(ticker, after.index.difference(before.index), "a day that was not there"),
        *_rows(ticker, before.index.difference(after.index), "a day that is no longer there"),
    ]
    for name in ("dividends", "splits"):
        was, now = getattr(old, name)[first:last], getattr(new, name)[first:last]
        moved = _moved(*was.align(now, fill_value=0.0))
        found += _one(ticker, name, moved, "an action that came, went or changed")
    later = new.splits[new.splits.index > last] if len(old.bars) else new.splits
    for name in COLUMNS:
        if name in before and name in after:
            moved = _moved(before.loc[both, name], after.loc[both, name])
            found += _one(ticker, name, moved, _why(before, after, name, moved, old, new, later))
    return found


def _moved(was: pd.Series, now: pd.Series) -> pd.Series:
    """Relative changes above rounding; a value that came or went counts as one."""
    change = (now / was.where(was != 0) - 1).fillna(1.0)
    same = (was == now) | (was.isna() & now.isna())
    return change[~same & (change.abs() > SAME)]


def _rows(ticker: str, days: pd.DatetimeIndex, reason: str) -> list[Revision]:
    return _one(ticker, "rows", pd.Series(np.nan, index=days), reason)


def _one(ticker: str, what: str, moved: pd.Series, reason: str) -> list[Revision]:
    if moved.empty:
        return []
    first, last = f"{moved.index[0]:%Y-%m-%d}", f"{moved.index[-1]:%Y-%m-%d}"
    largest = float(moved.loc[moved.abs().idxmax()]) if moved.notna().any() else float("nan")
    return [Revision(ticker, what, first, last, len(moved), largest, reason)]


def _why(
    before: pd.DataFrame,
    after: pd.DataFrame,
    name: str,
    moved: pd.Series,
    old: Reply,
    new: Reply,
    later: pd.Series,
) -> str:
    """The likely cause of changed prices: a new split, a last day that settled, a correction."""
    if moved.empty:
        return ""
    fresh = new.splits[~new.splits.index.isin(old.splits.index)]
    ratio = float(np.prod(pd.concat([fresh, later]).groupby(level=0).first()))
    if ratio != 1.0:
        factor = (after.loc[moved.index, name] / before.loc[moved.index, name]).median()
        expected = ratio if name == "volume" else 1 / ratio
        if abs(factor / expected - 1) < RATIO:
            return f"a split of {ratio:g} to 1 that the old answer did not know"
    if list(moved.index) == [old.bars.index[-1]]:
        return "the last day of the old answer, not final when it was read"
    return "a correction by the vendor: no new split explains it"
